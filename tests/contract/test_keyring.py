"""The credential keys: bytes of ours, and Cloud KMS over real HTTP."""

import base64
import hmac
import traceback
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import httplib2
import pytest
from google.auth.exceptions import RefreshError

from local.kms.server import Running
from shared.adapters.keyring import REMEMBERED, Keys
from shared.adapters.kms import KmsMac
from shared.domain import passwords
from shared.errors import TransientError
from shared.ports import UnknownKeyError
from tests.contract.test_directory_adapter_support import HANG_UP, SECONDS, SILENCE, Https, answer, at_once, raw_server
from tests.wire.standin_target import call

SECRET = b"0123456789abcdef0123456789abcdef"
VERSION = "projects/p/locations/asia-southeast2/keyRings/akun/cryptoKeys/credential/cryptoKeyVersions/1"
SCHOOL = "f0c9d2a1-6f35-4b7e-9b3c-2a44c0a1d4e2"
PERSON = "0a3f0d52-9f5e-4d1a-8c77-1f0c2b9e7a11.smp"
MAC = {"mac": base64.b64encode(b"m" * 32).decode()}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with Running(strict=True) as running:
        yield running


@pytest.fixture
def kms(running: Running) -> Running:
    call(running.url, "POST", "/control/reset")
    call(running.url, "POST", "/control/keys", {VERSION: base64.b64encode(SECRET).decode()})
    return running


@pytest.fixture
def https() -> Iterator[Https]:
    with closing(Https()) as https:
        yield https


def keys(url: str, https: Https, versions: Mapping[str, str] | None = None) -> Keys:
    return Keys("k2", secrets={"k1": SECRET}, kms=versions or {"k2": VERSION}, mac=KmsMac(https, url))


def signed(kms: Running) -> Any:
    return call(kms.url, "GET", "/control/counters")[1]["signed"]


def test_a_key_of_ours_signs_the_school(https: Https):
    ours = Keys("k1", secrets={"k1": SECRET, "k2": b"2" * 32}, kms={})
    assert ours.school_key("k1", SCHOOL) == hmac.digest(SECRET, f"akun-scope/1\n{SCHOOL}".encode(), "sha256")
    assert ours.school_key("k1", SCHOOL) != ours.school_key("k2", SCHOOL)
    assert ours.school_key("k1", SCHOOL) != ours.school_key("k1", PERSON)


@pytest.mark.parametrize("current", ["k1", "k2"])
def test_the_present_key_is_the_one_named(current: str):
    assert Keys(current, secrets={"k1": SECRET, "k2": SECRET}, kms={}).current == current


def test_cloud_kms_gives_the_same_password_as_the_same_bytes_here(kms: Running, https: Https):
    both = keys(kms.url, https)
    assert both.school_key("k2", SCHOOL) == both.school_key("k1", SCHOOL)
    assert passwords.password(both.school_key("k2", SCHOOL), PERSON, 1) == passwords.password(
        passwords.school_key(SECRET, SCHOOL), PERSON, 1
    )


def test_a_school_is_asked_for_once(kms: Running, https: Https):
    both = keys(kms.url, https)
    first = [both.school_key("k2", SCHOOL) for _ in range(50)]
    assert (len(set(first)), signed(kms)) == (1, 1)
    assert both.school_key("k2", PERSON) != first[0]
    assert signed(kms) == 2


def test_a_key_of_ours_asks_nobody(kms: Running, https: Https):
    keys(kms.url, https).school_key("k1", SCHOOL)
    assert (signed(kms), https.made) == (0, [])


def test_two_keys_of_cloud_kms_are_not_mixed(kms: Running, https: Https):
    other = VERSION.removesuffix("1") + "2"
    call(kms.url, "POST", "/control/keys", {other: base64.b64encode(b"2" * 32).decode()})
    both = keys(kms.url, https, {"k2": VERSION, "k3": other})
    assert both.school_key("k2", SCHOOL) == passwords.school_key(SECRET, SCHOOL)
    assert both.school_key("k3", SCHOOL) == passwords.school_key(b"2" * 32, SCHOOL)


class CountingMac(KmsMac):
    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def sign(self, key_version: str, data: bytes) -> bytes:
        self.asked.append(data)
        return hmac.digest(SECRET, data, "sha256")


def test_only_so_many_schools_are_remembered_and_the_oldest_is_asked_for_again():
    mac = CountingMac()
    many = Keys("k2", secrets={}, kms={"k2": VERSION}, mac=mac)
    for number in range(REMEMBERED + 1):
        many.school_key("k2", f"school {number}")
    assert many.school_key("k2", "school 1") == passwords.school_key(SECRET, "school 1")
    assert len(mac.asked) == REMEMBERED + 1
    assert many.school_key("k2", "school 0") == passwords.school_key(SECRET, "school 0")
    assert len(mac.asked) == REMEMBERED + 2


def test_threads_get_each_the_key_of_their_own_school(kms: Running, https: Https):
    both = keys(kms.url, https)
    schools = [f"school {number % 4}" for number in range(8)]
    found = at_once(8, lambda number: [both.school_key("k2", schools[number]) for _ in range(20)])
    assert found == [[passwords.school_key(SECRET, school)] * 20 for school in schools]
    assert 4 <= signed(kms) <= 8  # at worst each thread asks once


@pytest.mark.parametrize("kid", ["k9", "", "K1"])
def test_an_unknown_key_says_so(kms: Running, https: Https, kid: str):
    with pytest.raises(UnknownKeyError):
        keys(kms.url, https).school_key(kid, SCHOOL)
    with pytest.raises(UnknownKeyError):
        Keys("k1", secrets={}, kms={"k1": VERSION}).school_key("k1", SCHOOL)


def test_while_kms_is_down_it_is_tried_again_and_nothing_is_remembered(kms: Running, https: Https):
    both = keys(kms.url, https)
    call(kms.url, "POST", "/control/faults", {"macsign_503": 1})
    with pytest.raises(TransientError) as caught:
        both.school_key("k2", SCHOOL)
    assert (caught.value.code, call(kms.url, "GET", "/control/counters")[1]["refused_503"]) == ("kms_unavailable", 1)
    assert both.school_key("k2", SCHOOL) == passwords.school_key(SECRET, SCHOOL)


def test_a_school_that_is_known_needs_no_kms(kms: Running, https: Https):
    both = keys(kms.url, https)
    both.school_key("k2", SCHOOL)
    call(kms.url, "POST", "/control/faults", {"macsign_503": 100})
    assert both.school_key("k2", SCHOOL) == passwords.school_key(SECRET, SCHOOL)


def test_a_key_version_that_is_gone_is_tried_again(kms: Running, https: Https):
    with pytest.raises(TransientError):
        keys(kms.url, https, {"k2": VERSION + "7"}).school_key("k2", SCHOOL)


@pytest.mark.parametrize("reply", [HANG_UP, SILENCE, answer(200, MAC, length=900)], ids=["closed", "silent", "cut"])
def test_without_an_answer_it_is_tried_again(reply: object):
    with raw_server(reply, *([reply] if reply is HANG_UP else [])) as server, closing(Https(timeout=0.5)) as https:
        both = keys(server.url, https)
        with pytest.raises(TransientError) as caught:
            both.school_key("k2", SCHOOL)
        assert caught.value.code == "kms_unavailable"
        https.timeout = SECONDS
        server.answers.append(answer(200, MAC))
        assert both.school_key("k2", SCHOOL) == b"m" * 32


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b"<p>", b"", b"\xff", b'{"mac": ""}', b'{"mac": 7}', b'{"mac": "!"}', b'{"mac": "bW1t"}',
     b'{"mac":' * 100_000, b'{"mac": "%s"}' % base64.b64encode(b"m" * 64)],
    ids=["empty", "list", "html", "nothing", "bytes", "no mac", "number", "no base64", "short", "deep", "sha512"],
)  # fmt: skip
def test_what_is_no_mac_never_becomes_a_key(body: bytes):
    with raw_server(answer(200, body)) as server, closing(Https()) as https:
        with pytest.raises(TransientError) as caught:
            keys(server.url, https).school_key("k2", SCHOOL)
        assert caught.value.code == "kms_answer_invalid"


def test_without_a_token_it_is_tried_again(kms: Running):
    def new_http() -> httplib2.Http:
        raise RefreshError("no token")

    both = Keys("k2", secrets={}, kms={"k2": VERSION}, mac=KmsMac(new_http, kms.url))
    with pytest.raises(TransientError):
        both.school_key("k2", SCHOOL)


def test_no_connection_is_left_open(kms: Running, https: Https):
    keys(kms.url, https).school_key("k2", SCHOOL)
    assert [http.connections for http in https.made] == [{}]


def test_no_secret_is_shown(kms: Running, https: Https):
    both = keys(kms.url, https)
    secrets = [SECRET, both.school_key("k2", SCHOOL)]
    call(kms.url, "POST", "/control/faults", {"macsign_503": 1})
    with pytest.raises(TransientError) as caught:
        both.school_key("k2", PERSON)
    shown = f"{both!r} {both} {KmsMac(https, kms.url)!r} {''.join(traceback.format_exception(caught.value))}"
    for secret in secrets:
        assert not [
            text for text in (repr(secret)[2:-1], secret.hex(), base64.b64encode(secret).decode()) if text in shown
        ]
    assert SCHOOL not in shown
