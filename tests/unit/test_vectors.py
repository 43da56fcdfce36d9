"""The published test vectors against the code, and some values frozen here once more: neither can drift alone."""

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest

from shared.domain import addresses, passwords

VECTORS = json.loads((Path(__file__).parents[2] / "docs" / "vectors.json").read_text())


@pytest.mark.parametrize("row", VECTORS["addresses"], ids=lambda row: row["address"])
def test_addresses(row):
    assert addresses.digits(row["account_id"], row["attempt"]) == row["digits"]
    found = addresses.candidate(row["base"], row["account_id"], row["attempt"], row["realm"], row["root_domain"])
    assert found == row["address"]
    assert addresses.base_of(found) == row["base"]


@pytest.mark.parametrize("row", VECTORS["school_keys"], ids=lambda row: row["school_key"][:8])
def test_school_keys(row):
    assert passwords.school_key(base64.b64decode(row["key"]), row["scope"]).hex() == row["school_key"]


@pytest.mark.parametrize("row", VECTORS["passwords"], ids=lambda row: row["password"])
def test_passwords(row):
    found = passwords.password(bytes.fromhex(row["school_key"]), row["account_id"], row["generation"])
    assert found == row["password"]


def test_the_published_alphabets_are_the_codes():
    assert VECTORS["password_scheme"] == passwords.SCHEME
    assert VECTORS["password_letters"] == passwords.LETTERS
    assert VECTORS["password_digits"] == passwords.DIGITS
    assert VECTORS["password_refused_runs"] == sorted(passwords.REFUSED_RUNS)


def by_the_text(key, account_id, generation):
    """The derivation written again from its description, with nothing but what the vectors publish."""
    for draft in range(100):
        message = f"akun-password/1\n{account_id}\n{generation}" + (f"\n{draft}" if draft else "")
        mac = hmac.new(key, message.encode(), hashlib.sha256).digest()
        letters = "".join(VECTORS["password_letters"][byte % 16] for byte in mac[:8])
        if any(run in letters for run in VECTORS["password_refused_runs"]):
            continue
        digits = "".join(VECTORS["password_digits"][byte % 8] for byte in mac[8:12])
        return draft, f"{letters[0].upper()}{letters[1:4]}-{letters[4:]}-{digits}"
    raise AssertionError


@pytest.mark.parametrize("row", VECTORS["passwords"], ids=lambda row: row["password"])
def test_the_description_is_enough_to_derive_a_password(row):
    draft, found = by_the_text(bytes.fromhex(row["school_key"]), row["account_id"], row["generation"])
    assert found == row["password"]
    assert draft == row.get("refused_drafts", draft)


def test_some_vectors_pass_over_one_two_and_three_refused_drafts():
    assert {row.get("refused_drafts") for row in VECTORS["passwords"]} >= {1, 2, 3}


def test_the_frozen_contract():
    smp, sma = (f"7c1f0e52-3b64-4d0a-9d1e-0a6f5b2c8e11.{realm}" for realm in ("smp", "sma"))
    assert [addresses.digits(smp, attempt) for attempt in range(8)] == [
        "15",
        "187",
        "1692",
        "34611",
        "779056",
        "477890",
        "056421",
        "886331",
    ]
    key = passwords.school_key(bytes(range(32)), "0a1b2c3d-4e5f-4678-9a0b-c1d2e3f40516")
    assert key.hex() == "e52d83ef3007b8dfd2b729460b44a5f4dd54d778b0272cb8bd22057180415758"
    assert passwords.password(key, smp, 1) == "Mhwb-crph-5498"
    assert passwords.password(key, smp, 11) == "Jdpm-rmnk-7682"
    assert passwords.password(key, smp, 20) == "Zckc-jzhq-3264"
    assert passwords.password(key, smp, 2397) == "Cmqd-drxm-3378"
    other = passwords.school_key(bytes(range(255, 191, -1)), "b7e0c9aa-11d2-43f4-8566-778899aabbcc")
    assert passwords.password(other, sma, 2) == "Rdmf-xjfk-4566"
