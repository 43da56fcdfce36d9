import hashlib
import re
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.addresses import base_of, candidate, digits
from shared.domain.bases import base

ACCOUNT = "7c1f0e52-3b64-4d0a-9d1e-0a6f5b2c8e11.smp"


def accounts(count):
    return [f"{UUID(int=number)}.smp" for number in range(count)]


def test_the_width_grows_to_six_and_stays():
    assert [len(digits(ACCOUNT, attempt)) for attempt in range(9)] == [2, 3, 4, 5, 6, 6, 6, 6, 6]


def test_digits_are_the_hash_as_a_number():
    for attempt, width in ((0, 2), (3, 5), (4, 6), (40, 6)):
        number = int(hashlib.sha256(f"akun-address/1\n{ACCOUNT}\n{attempt}".encode()).hexdigest(), 16)
        assert digits(ACCOUNT, attempt) == f"{number % 10**width:0{width}d}"


def test_a_retry_meets_the_same_candidates_and_attempts_differ():
    tries = [candidate("siti", ACCOUNT, attempt, "smp", "belajar.id") for attempt in range(50)]
    assert tries == [candidate("siti", ACCOUNT, attempt, "smp", "belajar.id") for attempt in range(50)]
    assert len(set(tries)) == 50


def test_zeros_in_front_are_kept():
    found = [digits(account, 0) for account in accounts(2000)]
    assert any(pair.startswith("0") for pair in found)
    assert all(re.fullmatch(r"[0-9]{2}", pair) for pair in found)


def test_no_digits_are_likelier_than_others():
    counts = Counter(digits(account, 0) for account in accounts(20_000))
    assert len(counts) == 100
    assert min(counts.values()) > 130
    assert max(counts.values()) < 270


def test_a_negative_attempt_is_refused():
    with pytest.raises(ValueError, match="attempt"):
        digits(ACCOUNT, -1)


def test_a_base_with_25000_holders_takes_about_four_tries():
    taken, tries = set(), []
    for account in accounts(25_000):
        attempt = 0
        while (address := candidate("nurhayati", account, attempt, "smp", "belajar.id")) in taken:
            attempt += 1
        taken.add(address)
        tries.append(attempt + 1)
    assert len(taken) == 25_000
    assert sorted(tries)[len(tries) // 2] <= 4
    assert max(tries) <= 9


def test_a_realm_of_two_parts_stays_whole():
    address = candidate("gedeputra", "x.guru.smk", 0, "guru.smk", "belajar.id")
    assert address == f"gedeputra{digits('x.guru.smk', 0)}@guru.smk.belajar.id"


@settings(deadline=None)
@given(st.text(max_size=100), st.uuids(), st.integers(0, 30))
def test_every_local_part_is_one_that_google_takes_and_gives_its_base_back(nama, person, attempt):
    letters = base(nama)
    address = candidate(letters, f"{person}.smp", attempt, "smp", "belajar.id")
    local, _, domain = address.partition("@")
    assert re.fullmatch(r"[a-z]{2,24}[0-9]{2,6}", local)
    assert len(local) <= 64
    assert domain == "smp.belajar.id"
    assert base_of(address) == letters


def test_the_base_of_something_else_is_its_local_part_without_digits():
    assert base_of("guru07") == "guru"
    assert base_of("123@smp.belajar.id") == ""
