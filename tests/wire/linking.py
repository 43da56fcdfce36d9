"""What tests of `link` share: a school, keys, how a link is asked for, and how its answer is read."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.rosters import school
from tests.wire import functions
from tests.wire.functions import Place

functions.SIGNATURES.setdefault("link", "http")
functions.SIGNATURES.setdefault("download", "http")

K1, K2 = bytes(range(32)), bytes(range(1, 33))
LINK_KEYS = json.dumps({"k1": base64.b64encode(K1).decode(), "k2": base64.b64encode(K2).decode()})
PUBLIC = "https://akun.belajar.id"
SCHOOL = school()
ID, NPSN = SCHOOL["sekolah_id"], SCHOOL["npsn"]
UUID = "0a1b2c3d-4e5f-4678-9a0b-c1d2e3f40516"
ALL = ["admin", "peserta_didik", "ptk"]
SETTINGS = {"LINK_KEYS": LINK_KEYS, "PUBLIC_URL": PUBLIC + "/"}


def plant(here: Place, sekolah_id: str, npsn: str | None, nama: str, **fields: Any) -> None:
    """Write a school as `provision` does."""
    facts = {"npsn": npsn, "nama": nama, "bentuk_pendidikan_id": 6, "kode_wilayah": "010101", "revision": 1}
    here.plant("schools", sekolah_id, {**facts, "links_valid_after": None, **fields})


def ask(client: FlaskClient, **fields: Any) -> TestResponse:
    """Ask for a link to the school, unless another is named."""
    named = {} if {"sekolah_id", "npsn"} & fields.keys() else {"sekolah_id": ID}
    return client.post("/", json={"requested_by": "op-1", **named, **fields})


def json_of(response: TestResponse) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(response.text)
    return body


def answer(response: TestResponse) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    assert response.content_type == "application/json"
    return json_of(response)


def refusal(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    body = json_of(response)
    assert (response.status_code, body["code"]) == (status, code), response.text
    assert response.content_type == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert body["status"] == status
    assert len(body["detail"]) > 10
    return body


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def local(url: str) -> str:
    """Give path and query of a link, with which a function here is called."""
    assert url.startswith(PUBLIC + "/unduh/")
    return url.removeprefix(PUBLIC)
