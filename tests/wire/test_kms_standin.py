"""The Cloud KMS stand-in, called by Google's own client."""

from __future__ import annotations

import base64
import hmac
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from local.kms.server import Running
from tests.wire.standin_target import call

VERSION = "projects/p/locations/asia-southeast2/keyRings/akun/cryptoKeys/credential/cryptoKeyVersions/{}"
FIRST = VERSION.format(1)


class Stack:
    """A stand-in and Google's client for it."""

    def __init__(self, url: str, client: Any) -> None:
        self.url = url
        self._versions = client.projects().locations().keyRings().cryptoKeys().cryptoKeyVersions()

    def sign(self, data: bytes, name: str = FIRST, **fields: str) -> Any:
        body = {"data": base64.b64encode(data).decode(), **fields}
        return self._versions.macSign(name=name, body=body).execute()

    def mac(self, data: bytes, name: str = FIRST) -> bytes:
        return base64.b64decode(self.sign(data, name)["mac"])


@contextmanager
def kms_stack(*, strict: bool = False) -> Iterator[Stack]:
    with Running(strict=strict) as kms:
        client = build("cloudkms", "v1", http=httplib2.Http(), client_options={"api_endpoint": kms.url})
        with closing(client):
            yield Stack(kms.url, client)


@pytest.fixture
def stack() -> Iterator[Stack]:
    with kms_stack() as running:
        yield running


def code(error: pytest.ExceptionInfo[HttpError]) -> tuple[int, str]:
    body = json.loads(error.value.content)["error"]
    return error.value.status_code, body["status"]


def test_a_mac_is_hmac_sha256_under_the_key_that_was_set(stack: Stack):
    key = bytes(range(32))
    assert call(stack.url, "POST", "/control/keys", {FIRST: base64.b64encode(key).decode()})[0] == 200
    answer = stack.sign(b"akun-scope/1\nx")
    assert answer["name"] == FIRST
    assert base64.b64decode(answer["mac"]) == hmac.digest(key, b"akun-scope/1\nx", "sha256")


def test_a_version_that_nobody_set_has_a_key_of_its_own_that_never_changes(stack: Stack):
    first = stack.mac(b"x")
    assert first != stack.mac(b"x", VERSION.format(2))
    with kms_stack() as other:
        assert other.mac(b"x") == first


def test_a_strict_stand_in_knows_only_what_was_set():
    with kms_stack(strict=True) as stack:
        with pytest.raises(HttpError) as error:
            stack.sign(b"x")
        assert code(error) == (404, "NOT_FOUND")
        call(stack.url, "POST", "/control/keys", {FIRST: base64.b64encode(b"k" * 32).decode()})
        assert stack.mac(b"x") == hmac.digest(b"k" * 32, b"x", "sha256")


def test_the_answer_carries_the_checksum_of_its_mac(stack: Stack):
    # CRC-32C of "123456789" is the value that every description of it gives.
    answer = stack.sign(b"123456789", dataCrc32c=str(0xE3069283))
    assert answer["verifiedDataCrc32c"] is True
    assert answer["macCrc32c"].isdecimal()


def test_data_with_another_checksum_is_refused(stack: Stack):
    with pytest.raises(HttpError) as error:
        stack.sign(b"123456789", dataCrc32c="1")
    assert code(error) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{FIRST}:macSign", {"data": "%"}),
        (f"{FIRST}:macSign", {"data": 1}),
        (f"{FIRST}:macSign", {"text": "YQ=="}),
        (f"{FIRST}:macSign", []),
        (f"{FIRST}:macSign", {"data": base64.b64encode(bytes(65537)).decode()}),
        (f"{VERSION.format('x')}:macSign", {"data": "YQ=="}),
        ("projects/p:macSign", {"data": "YQ=="}),
    ],
)
def test_a_call_that_google_would_refuse_answers_400(stack: Stack, path: str, body: object):
    status, answer = call(stack.url, "POST", "/v1/" + path, body)
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_the_next_calls_fail_when_told_to(stack: Stack):
    call(stack.url, "POST", "/control/faults", {"macsign_503": 2})
    for _ in range(2):
        with pytest.raises(HttpError) as error:
            stack.sign(b"x")
        assert code(error) == (503, "UNAVAILABLE")
    assert stack.mac(b"x")
    assert call(stack.url, "GET", "/control/counters")[1] == {
        "signed": 1,
        "refused_404": 0,
        "refused_503": 2,
        "by_key": {FIRST: 1},
    }


def test_a_reset_forgets_keys_counters_and_faults(stack: Stack):
    derived = stack.mac(b"x")
    call(stack.url, "POST", "/control/keys", {FIRST: base64.b64encode(b"k" * 32).decode()})
    call(stack.url, "POST", "/control/faults", {"macsign_503": 2})
    call(stack.url, "POST", "/control/reset")
    assert stack.mac(b"x") == derived
    assert call(stack.url, "GET", "/control/counters")[1]["signed"] == 1


def test_the_command_prints_its_address_and_ends_at_sigterm():
    line = [sys.executable, "-m", "local.kms", "--port", "0"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        try:
            assert process.stdout is not None
            match = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
            assert match is not None
            assert call(match[1], "POST", f"/v1/{FIRST}:macSign", {"data": "YQ=="})[0] == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) in (0, -signal.SIGTERM)
        finally:
            process.kill()
