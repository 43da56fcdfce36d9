import hashlib
import hmac
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import passwords
from shared.domain.passwords import DIGITS, LETTERS, SCHEME, password, school_key, scope_message

KEY = bytes(range(32))
SCOPE = "0a1b2c3d-4e5f-4678-9a0b-c1d2e3f40516"
ACCOUNT = "7c1f0e52-3b64-4d0a-9d1e-0a6f5b2c8e11.smp"
FORM = re.compile(r"[BCDFHJKMNPQRTWXZ][bcdfhjkmnpqrtwxz]{3}-[bcdfhjkmnpqrtwxz]{4}-[2-9]{4}")


@pytest.fixture(scope="module")
def many():
    key = school_key(KEY, SCOPE)
    return [password(key, ACCOUNT, generation) for generation in range(1, 20_001)]


def test_the_scheme_and_its_alphabets_are_frozen():
    assert (SCHEME, LETTERS, DIGITS) == (1, "bcdfhjkmnpqrtwxz", "23456789")


def test_the_alphabets_hold_no_vowel_and_nothing_ambiguous():
    assert not set("aeiouyl") & set(LETTERS)
    assert not set("01") & set(DIGITS)
    assert len(set(LETTERS)) == 16
    assert len(set(DIGITS)) == 8


def test_the_school_key_is_the_mac_of_the_scope_message():
    assert scope_message(SCOPE) == f"akun-scope/1\n{SCOPE}".encode()
    assert school_key(KEY, SCOPE) == hmac.new(KEY, scope_message(SCOPE), hashlib.sha256).digest()


def test_passwords_have_the_form(many):
    for found in many:
        assert FORM.fullmatch(found)
        assert len(found) == 14


def test_passwords_meet_the_ministrys_and_googles_rules(many):
    for found in many:
        assert found.isascii()
        assert any(character.isupper() for character in found)
        assert any(character.islower() for character in found)
        assert any(character.isdigit() for character in found)


def test_no_spreadsheet_reads_one_as_a_number_or_formula(many):
    for found in many:
        assert found[0] not in "=+-@\t"
        with pytest.raises(ValueError):
            float(found)
        assert "e" not in found.casefold()


@pytest.mark.parametrize("run", ["mmk", "fck", "jnc", "knt", "jmb", "xxx", "rn"])
def test_no_password_shows_a_refused_run(many, run):
    assert not any(run in found.casefold().replace("-", "") for found in many)


def test_no_two_of_twenty_thousand_are_alike(many):
    assert len(set(many)) == len(many)


def test_every_place_uses_its_whole_alphabet_about_evenly(many):
    for place in (0, 1, 2, 3, 5, 6, 7, 8):
        counts = Counter(found[place].lower() for found in many)
        assert set(counts) == set(LETTERS)
        assert min(counts.values()) > 800
        assert max(counts.values()) < 1700
    for place in range(10, 14):
        counts = Counter(found[place] for found in many)
        assert set(counts) == set(DIGITS)
        assert min(counts.values()) > 2250
        assert max(counts.values()) < 2750


def test_a_retry_gives_the_same_and_a_reset_another(many):
    key = school_key(KEY, SCOPE)
    assert password(key, ACCOUNT, 1) == many[0]
    assert password(key, ACCOUNT, 2) == many[1] != many[0]


@settings(deadline=None)
@given(
    st.uuids(),
    st.uuids(),
    st.integers(1, 10**6),
    st.binary(min_size=32, max_size=64),
    st.sampled_from(["smp", "guru.smk"]),
)
def test_key_scope_account_and_generation_all_matter(person, scope, generation, key, realm):
    account = f"{person}.{realm}"
    here = school_key(key, str(scope))
    found = password(here, account, generation)
    assert FORM.fullmatch(found)
    assert len(here) == 32
    assert found != password(here, account, generation + 1)
    assert found != password(here, f"{person}.sma", generation)
    assert found != password(school_key(key, f"{scope}x"), account, generation)
    assert found != password(school_key(key + b"x", str(scope)), account, generation)


def test_the_example_of_the_design_could_be_one():
    assert FORM.fullmatch("Kmtw-rqhn-4729")
    assert not any(run in "kmtwrqhn" for run in passwords.REFUSED_RUNS)
