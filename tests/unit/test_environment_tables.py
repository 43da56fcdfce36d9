"""The variables that hold tables: admins, rates, keys."""

import base64
import json

import pytest

from shared.environment import Key
from tests.unit.environments import ENDPOINT, is_refused, problems, read

SECRET = base64.b64encode(b"1" * 32).decode()
KMS = "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1"
REALMS = ["sd", "smp", "sma", "guru.sd", "guru.smp"]


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("", {}),
        ("akun@belajar.id", {"*": "akun@belajar.id"}),
        ('{"*": "a@belajar.id", "smp": "b@belajar.id"}', {"*": "a@belajar.id", "smp": "b@belajar.id"}),
    ],
)
def test_a_subject_is_one_admin_or_one_for_each_realm(text: str, subjects: dict[str, str]):
    assert read("subjects", DIRECTORY_SUBJECT=text) == subjects


@pytest.mark.parametrize(
    "text",
    [
        "akun",
        "{}",
        "[]",
        '"a@belajar.id"',
        '["a@belajar.id"]',
        "a@belajar.id,b@belajar.id",
        '{"*": 1}',
        '{"*": "x"}',
        '{"*": null}',
        "{",
        '{"*": "a@b.id", "*": "c@b.id"}',
    ],
)
def test_another_subject_is_refused(text: str):
    is_refused("DIRECTORY_SUBJECT", "subjects", DIRECTORY_SUBJECT=text)


def test_rates_are_read_by_realm():
    assert read("rates", REALMS, QUEUE_RATES='{"smp": 9.5, "*": 1}') == {"smp": 9.5, "*": 1.0}


@pytest.mark.parametrize(
    "rates",
    [
        '{"*": 0}',
        '{"*": -1}',
        '{"*": 9.51}',
        '{"smp": 9.5}',
        '{"*": "9"}',
        '{"*": true}',
        '{"*": null}',
        '{"*": NaN}',
        '{"*": 1, "smp": 0}',
        "{}",
        "9.5",
        "smp=9.5",
        '{"*": 1, "*": 2}',
    ],
)
def test_rates_beyond_their_bounds_are_refused(rates: str):
    is_refused("QUEUE_RATES", "rates", REALMS, QUEUE_RATES=rates, **ENDPOINT)


def test_rates_must_be_set():
    (problem,) = problems("rates", REALMS)
    assert problem.startswith("QUEUE_RATES: is not set; ")


def test_the_realms_of_one_admin_stay_below_his_quota_together():
    just = json.dumps({"*": 38 / len(REALMS)})
    assert read("rates", REALMS, QUEUE_RATES=just)
    (problem,) = problems("rates", REALMS, QUEUE_RATES='{"*": 7.7}', DIRECTORY_SUBJECT="akun@belajar.id")
    assert problem.startswith("QUEUE_RATES: the realms of one admin must come to at most 38 a second together")


def test_with_more_admins_the_realms_may_come_to_more():
    admins = '{"*": "a@belajar.id", "smp": "b@belajar.id"}'
    assert read("rates", REALMS, QUEUE_RATES='{"*": 9.5}', DIRECTORY_SUBJECT=admins) == {"*": 9.5}
    one = json.dumps(dict.fromkeys((*REALMS, "*"), "b@belajar.id"))
    is_refused("QUEUE_RATES", "rates", REALMS, QUEUE_RATES='{"*": 9.5}', DIRECTORY_SUBJECT=one)


def test_a_stand_in_has_no_such_quota():
    assert read("rates", REALMS, QUEUE_RATES='{"*": 9.5}', **ENDPOINT) == {"*": 9.5}


def test_keys_are_bytes_or_names_and_the_first_stays_first():
    text = json.dumps({"k2": SECRET, "kms-1": f"kms:{KMS}", "k1": SECRET})
    keys = read("credential_keys", CREDENTIAL_KEYS=text)
    assert list(keys) == ["k2", "kms-1", "k1"]
    assert keys["k2"] == Key(secret=b"1" * 32)
    assert keys["kms-1"] == Key(kms=KMS)


@pytest.mark.parametrize(
    "text",
    [
        "geheim",
        "{}",
        f'["{SECRET}"]',
        json.dumps({"k1": base64.b64encode(b"geheim" * 5).decode()}),
        json.dumps({"k1": SECRET[:-1]}),
        json.dumps({"k1": SECRET + "\n"}),
        json.dumps({"k1": 7}),
        json.dumps({"K1": SECRET}),
        json.dumps({"": SECRET}),
        json.dumps({"k" * 33: SECRET}),
        json.dumps({"k1": "kms:projects/p/cryptoKeys/geheim"}),
        json.dumps({"k1": SECRET, "k2": "geheim"}),
        f'{{"k1": "{SECRET}", "k1": "{SECRET}"}}',
    ],
)
def test_other_keys_are_refused_without_a_quotation(text: str):
    (problem,) = problems("credential_keys", CREDENTIAL_KEYS=text)
    assert problem.startswith("CREDENTIAL_KEYS: must be JSON")
    assert SECRET[:12] not in problem
    assert "geheim" not in problem


def test_keys_must_be_set():
    (problem,) = problems("credential_keys")
    assert problem.startswith("CREDENTIAL_KEYS: is not set; ")


def test_a_key_does_not_show_its_bytes():
    assert "1111" not in repr(read("credential_keys", CREDENTIAL_KEYS=json.dumps({"k1": SECRET})))
