"""The variables of the hand-out: keys and address of links, their numbers and switches, whom to ask."""

import base64
import json
from typing import Any

import pytest

from tests.unit.environments import is_refused, problems, read

FIRST, SECOND = b"1" * 32, b"2" * 40


def encoded(secret: bytes) -> str:
    return base64.b64encode(secret).decode()


def test_link_keys_are_bytes_and_the_first_stays_first():
    keys = read("link_keys", LINK_KEYS=json.dumps({"z-2": encoded(FIRST), "a1": encoded(SECOND)}))
    assert list(keys.items()) == [("z-2", FIRST), ("a1", SECOND)]


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "geheim" * 8,
        json.dumps({"k1": "geheim" * 5}),
        json.dumps({"k1": encoded(b"geheim")}),
        json.dumps({"K1": encoded(FIRST)}),
        json.dumps({"k.1": encoded(FIRST)}),
        json.dumps({"k" * 33: encoded(FIRST)}),
        json.dumps({"k1": encoded(FIRST), "k2": "x"}),
        json.dumps({"k1": "kms:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1"}),
        '{"k1": "' + encoded(FIRST) + '", "k1": "' + encoded(SECOND) + '"}',
    ],
)
def test_other_link_keys_are_refused_without_a_quotation(text: str):
    (problem,) = problems("link_keys", LINK_KEYS=text)
    assert problem.startswith("LINK_KEYS: must be JSON")
    assert "geheim" not in problem


def test_link_keys_must_be_set():
    (problem,) = problems("link_keys")
    assert problem.startswith("LINK_KEYS: is not set; must be JSON")


@pytest.mark.parametrize("url", ["https://akun.belajar.id", "https://akun.belajar.id/", "http://127.0.0.1:8080"])
def test_links_begin_with_a_url_that_has_no_slash_at_its_end(url: str):
    assert read("public_url", PUBLIC_URL=url) == url.rstrip("/")


@pytest.mark.parametrize("url", ["akun.belajar.id", "https://u:p@x", "https://x?a=b", "https://x#y", "ftp://x"])
def test_another_public_url_is_refused(url: str):
    is_refused("PUBLIC_URL", "public_url", PUBLIC_URL=url)


def test_the_public_url_must_be_set():
    is_refused("PUBLIC_URL", "public_url")


def test_a_number_is_read_within_its_bounds_or_is_the_default():
    number: tuple[Any, ...] = ("number", "LINK_MAX_USES", 5, 1, 100)
    assert read(*number) == 5
    assert (read(*number, LINK_MAX_USES="1"), read(*number, LINK_MAX_USES="100")) == (1, 100)


@pytest.mark.parametrize("text", ["0", "101", "-1", "five", "5.0", "٥", "1" * 5000])
def test_another_number_is_refused(text: str):
    (problem,) = problems("number", "LINK_MAX_USES", 5, 1, 100, LINK_MAX_USES=text)
    assert problem == "LINK_MAX_USES: must be a whole number, 1 to 100"


def test_a_switch_is_off_unless_it_is_on():
    assert read("flag", "LINK_REGISTERED_ONLY") is False
    assert read("flag", "LINK_REGISTERED_ONLY", LINK_REGISTERED_ONLY="0") is False
    assert read("flag", "LINK_REGISTERED_ONLY", LINK_REGISTERED_ONLY="1") is True


@pytest.mark.parametrize("text", ["true", "yes", "2", "on"])
def test_a_switch_is_1_or_0(text: str):
    is_refused("LINK_REGISTERED_ONLY", "flag", "LINK_REGISTERED_ONLY", LINK_REGISTERED_ONLY=text)


def test_whom_to_ask_is_one_short_line():
    assert read("help_contact") == "pusatinformasi.belajar.id"
    assert read("help_contact", HELP_CONTACT="Dinas Pendidikan, 0361 123456") == "Dinas Pendidikan, 0361 123456"
    is_refused("HELP_CONTACT", "help_contact", HELP_CONTACT="x" * 121)
    is_refused("HELP_CONTACT", "help_contact", HELP_CONTACT="one\ntwo")
