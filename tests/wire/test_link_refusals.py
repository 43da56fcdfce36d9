"""What `link` refuses: by field and cure, with nothing signed, and nothing quoted in its log line."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.wire.functions import Place, lines
from tests.wire.linking import ALL, ID, NPSN, SCHOOL, SETTINGS, UUID, answer, ask, plant, refusal


@pytest.fixture
def here(here: Place) -> Place:
    here.env |= SETTINGS
    return here


@pytest.fixture
def function(here: Place) -> FlaskClient:
    plant(here, ID, NPSN, SCHOOL["nama"])
    return here.load("link")


def test_an_npsn_of_two_schools_is_answered_with_both(here: Place, function: FlaskClient):
    plant(here, UUID, NPSN, "SMP BARU")
    body = refusal(ask(function, npsn=NPSN), 409, "npsn_ambiguous")
    both = sorted([(ID, SCHOOL["nama"]), (UUID, "SMP BARU")])
    assert [(each["sekolah_id"], each["nama"]) for each in body["schools"]] == both
    assert body["field"] == "npsn"
    assert here.all("links") == {}
    assert answer(ask(function, sekolah_id=UUID))["sekolah_id"] == UUID


@pytest.mark.parametrize("field", ["sekolah_id", "npsn"])
def test_a_school_that_no_roster_has_named_is_unknown(here: Place, function: FlaskClient, field: str):
    body = refusal(ask(function, **{field: {"sekolah_id": UUID, "npsn": "99999999"}[field]}), 404, "school_unknown")
    assert body["field"] == field
    assert here.all("links") == {}


WRONG: list[tuple[str, dict[str, Any]]] = [
    *(("sekolah_id", {"sekolah_id": value}) for value in ("", "x", 7, None, UUID + "\n", UUID.replace("-", ""))),
    *(("npsn", {"npsn": value}) for value in ("", 20223819, "2022381", "2022381a", None)),
    *(("categories", {"categories": value}) for value in (
        [], "ptk", ["ptk", "ptk"], ["guru"], ["ptk", 7], [["ptk"]], {"ptk": 1}, None, [*ALL, "ptk"],
    )),
    *(("requested_by", {"requested_by": value}) for value in (
        "", None, 7, "siti@belajar.id", "SITI AMINAH", "x" * 65, "op\n1", "sité",
    )),
    *(("ttl_seconds", {"ttl_seconds": value}) for value in (59, 86_401, 0, -900, True, 900.0, "900", None, 10**30)),
]  # fmt: skip


@pytest.mark.parametrize(("field", "fields"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_value_is_refused_by_its_field_and_nothing_is_signed(
    here: Place, function: FlaskClient, field: str, fields: dict[str, Any]
):
    assert refusal(ask(function, **fields), 400, f"{field}_invalid")["field"] == field
    assert here.all("links") == {}


def test_it_must_be_known_who_asks(function: FlaskClient):
    body = refusal(function.post("/", json={"sekolah_id": ID}), 400, "requested_by_invalid")
    assert "never a name or an address" in body["detail"]


@pytest.mark.parametrize("fields", [{}, {"sekolah_id": ID, "npsn": NPSN}])
def test_exactly_one_school_is_named(function: FlaskClient, fields: dict[str, str]):
    refusal(function.post("/", json={"requested_by": "op-1", **fields}), 400, "school_not_one")


def test_a_field_that_nobody_knows_is_refused_with_those_there_are(function: FlaskClient):
    body = refusal(ask(function, ttl=60), 400, "field_unknown")
    assert "ttl_seconds" in body["detail"]


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"null", b"[]", b'"x"', b"{", b"[" * 8_000, b'{"npsn": "1", "npsn": "2"}', b"npsn=20223819"],
    ids=lambda data: str(data[:12]),
)
def test_a_body_that_is_no_json_object_is_refused(function: FlaskClient, data: bytes):
    refusal(function.post("/", data=data, content_type="application/json"), 400, "body_invalid")


def test_a_body_that_is_far_too_long_is_refused(function: FlaskClient):
    refusal(ask(function, requested_by="x" * 9_000), 400, "body_too_large")


def test_json_is_read_whatever_it_is_called(function: FlaskClient):
    body = json.dumps({"npsn": NPSN, "requested_by": "op-1"})
    assert function.post("/", data=body, content_type="text/plain").status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_refused(here: Place, function: FlaskClient, method: str):
    response = function.open("/", method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert here.all("links") == {}


def test_a_store_that_fails_is_answered_503_and_told_without_its_text(
    here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    here.plant("schools", UUID, {"nama": "SITI AMINAH", "links_valid_after": "SITI AMINAH"})
    response = ask(function, sekolah_id=UUID)
    refusal(response, 503, "try_again")
    assert response.headers["Retry-After"] == "1"
    printed = capsys.readouterr().out
    (line,) = lines(printed)
    assert (line["function"], line["severity"], line["outcome"]) == ("link", "ERROR", "retry")
    assert "SITI" not in printed + response.text
    assert here.all("links") == {}


def test_one_line_tells_of_a_refusal_and_quotes_nothing_that_was_sent(
    function: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    ask(function, requested_by="SITI AMINAH")
    ask(function, sekolah_id="SITI AMINAH")
    ask(function, SITI="AMINAH")
    printed = capsys.readouterr().out
    told = [(line["outcome"], line["code"], line.get("field")) for line in lines(printed)]
    assert told == [
        ("refused", "requested_by_invalid", "requested_by"),
        ("refused", "sekolah_id_invalid", "sekolah_id"),
        ("refused", "field_unknown", None),
    ]
    assert "SITI" not in printed
