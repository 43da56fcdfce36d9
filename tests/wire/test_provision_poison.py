"""What can never succeed: parked with what the contract knows of it, and its neighbours are not touched."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from shared import contract
from tests.rosters import event, pupil, some_id
from tests.wire.functions import ROOT, Place, delivery, lines, push

BAD = ROOT / "docs" / "contract" / "examples" / "bad"
INDEX: list[dict[str, str]] = json.loads((BAD / "index.json").read_bytes())
DEEP = b"[" * 100_000 + b"]" * 100_000
ENTRY = {"event_id", "code", "field", "at", "lane", "event", "complete"}
KINDS = pytest.mark.parametrize("kind", ["push", "eventarc"])


@pytest.fixture
def provision(here: Place) -> FlaskClient:
    return here.load("provision")


def damaged(*path: str | int, value: Any) -> bytes:
    whole = json.loads(event(pupil()))
    at = whole
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return json.dumps(whole).encode()


UNREADABLE = {
    "not_json": b'{"schema": "roster-change/1", "nama": "SITI',
    "not_utf8": event(pupil()).replace(b"SITI", b"SIT\xcd"),
    "not_object": b'["SITI AMINAH"]',
    "message_too_large": damaged("catatan", value="SITI" * (contract.MAX_BYTES // 4)),
    "nested_too_deep": b'{"catatan": ' + DEEP + b"}",
}


@KINDS
@pytest.mark.parametrize("code", UNREADABLE)
def test_what_cannot_be_read_is_parked_by_size_and_hash_alone(
    here: Place, provision: FlaskClient, code: str, kind: str
):
    data = UNREADABLE[code]
    assert push(provision, data, "77", kind).status_code == 200
    entry = here.all("parked")["77"]
    assert set(entry) == ENTRY | {"size", "sha256"}
    assert (entry["code"], entry["field"], entry["event"], entry["complete"]) == (code, "", None, False)
    assert (entry["size"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_message_of_ten_megabytes_is_parked_by_size_and_hash(here: Place, provision: FlaskClient):
    data = damaged("catatan", value="x" * 10_000_000)
    assert push(provision, data).status_code == 200
    assert (here.only_parked()["code"], here.only_parked()["size"]) == ("message_too_large", len(data))
    assert here.path.stat().st_size < 100_000


@pytest.mark.parametrize("listed", INDEX, ids=lambda listed: Path(listed["file"]).stem)
def test_every_published_bad_example_is_parked_with_its_code_and_field(
    here: Place, provision: FlaskClient, capsys: pytest.CaptureFixture[str], listed: dict[str, str]
):
    data = (BAD / listed["file"]).read_bytes()
    assert push(provision, data, kind="eventarc").status_code == 200
    entry = here.only_parked()
    expected = "data_missing" if not data else listed["code"], "message.data" if not data else listed["field"]
    assert (entry["code"], entry["field"]) == expected
    (line,) = lines(capsys.readouterr().out)
    assert (line["severity"], line["outcome"], line["code"]) == ("ERROR", "parked", expected[0])
    assert (here.all("people"), here.all("accounts"), here.all("schools")) == ({}, {}, {})


@KINDS
def test_data_that_is_no_base64_is_parked(here: Place, provision: FlaskClient, kind: str):
    request = delivery(b"x", kind=kind)
    request["data"] = request["data"].replace('"eA=="', '"SITI AMINAH !"')
    assert provision.post("/", **request).status_code == 200
    entry = here.only_parked()
    assert (entry["code"], entry["field"], entry["size"]) == ("data_invalid", "message.data", 0)


def test_eventarc_without_data_is_parked(here: Place, provision: FlaskClient):
    assert push(provision, None, kind="eventarc").status_code == 200
    assert (here.only_parked()["code"], here.only_parked()["field"]) == ("data_missing", "message.data")


@pytest.mark.parametrize("envelope", [b"[]", b'"x"', b"{}", b'{"message": []}', b'{"message": {"data": {"a": 1}}}'])
def test_an_envelope_of_wrong_types_is_parked(here: Place, provision: FlaskClient, envelope: bytes):
    request = delivery(b"x", kind="eventarc")
    assert provision.post("/", headers=request["headers"], data=envelope).status_code == 200
    assert here.only_parked()["code"] in ("data_missing", "data_invalid")


def test_a_push_without_data_is_left_to_the_dead_letter_topic(here: Place, provision: FlaskClient):
    assert push(provision, None).status_code == 400
    assert not here.path.exists()


def test_a_push_of_empty_data_is_parked(here: Place, provision: FlaskClient):
    assert push(provision, b"").status_code == 200
    assert here.only_parked()["code"] == "data_missing"


@pytest.mark.parametrize(
    ("body", "status"), [(b"SITI AMINAH", 400), (b"", 400), (b"[]", 400), (b"{}", 400), (DEEP, 500), (b"\xff", 500)]
)
def test_a_request_that_is_no_push_is_refused_by_the_framework_and_writes_nothing(
    here: Place, provision: FlaskClient, capsys: pytest.CaptureFixture[str], body: bytes, status: int
):
    assert provision.post("/", data=body, headers={"Content-Type": "application/json"}).status_code == status
    assert not here.path.exists()
    printed = capsys.readouterr()
    assert "SITI" not in printed.out + printed.err


POISON = {
    "NUL in the name": (("person", "nama"), "SITI\x00AMINAH", None),
    "a name of NULs": (("person", "nama"), "\x00\x00", "nama_empty"),
    "a lone surrogate": (("person", "nama"), "SITI \ud800", "not_json"),
    "a name that is a list": (("person", "nama"), ["SITI"], "text_expected"),
    "a person that is a text": (("person",), "SITI AMINAH", "object_expected"),
    "memberships that are a map": (("person", "memberships"), {"0": {}}, "list_expected"),
    "a membership that is a text": (("person", "memberships", 0), "VII B", "object_expected"),
    "a school that is a number": (("person", "memberships", 0, "sekolah"), 7, "object_expected"),
    "a grade that is a flag": (("person", "memberships", 0, "tingkat_pendidikan_id"), True, "code_invalid"),
    "a revision beyond 64 bits": (("revision",), 2**70, "revision_invalid"),
    "a revision of 5,000 digits": (("revision",), "9" * 5000, "revision_invalid"),
    "an infinite revision": (("revision",), 1e308, "revision_invalid"),
    "a school id with a slash": (("person", "memberships", 0, "sekolah", "sekolah_id"), "a/b", "id_invalid"),
    "a person id that Firestore keeps for itself": (("person", "person_id"), "__siti__", "id_invalid"),
    "another schema": (("schema",), "roster-change/2", "schema_unknown"),
}


@pytest.mark.parametrize("what", POISON)
def test_a_poison_message_ends_and_its_neighbours_pass(here: Place, provision: FlaskClient, what: str):
    path, value, code = POISON[what]
    assert push(provision, event(pupil("ANI LESTARI", who="ani")), "m1").status_code == 200
    assert push(provision, damaged(*path, value=value), "m2").status_code == 200
    assert push(provision, event(pupil("BUDI UTOMO", who="budi")), "m3").status_code == 200
    parked = {message_id: entry["code"] for message_id, entry in here.all("parked").items()}
    assert parked == ({} if code is None else {"m2": code})
    names = {data["person"]["nama"] if "person" in data else data["nama"] for data in here.all("people").values()}
    assert names == {"ANI LESTARI", "BUDI UTOMO"} | ({"SITI AMINAH"} if code is None else set())
    assert len(here.tasks_sent(3 if code is None else 2)) == len(here.accounts())


def test_a_parked_entry_holds_the_contracts_own_fields_and_drops_the_wrong_ones(here: Place, provision: FlaskClient):
    push(provision, damaged("person", "memberships", 0, "tingkat_pendidikan_id", value="kelas tujuh"), "77")
    entry = here.all("parked")["77"]
    assert set(entry) == ENTRY
    assert entry["event_id"] == some_id(f"e{some_id('siti')}1")
    assert entry["field"] == "person.memberships[0].tingkat_pendidikan_id"
    assert entry["complete"] is False
    assert entry["event"]["person"]["nama"] == "SITI AMINAH"
    assert entry["event"]["person"]["memberships"][0]["rombel"] == "VII B"
    assert entry["event"]["person"]["memberships"][0]["tingkat_pendidikan_id"] is None


def test_a_parked_event_is_told_with_its_own_id(provision: FlaskClient, capsys: pytest.CaptureFixture[str]):
    push(provision, damaged("person", "nama", value="..."))
    (line,) = lines(capsys.readouterr().out)
    assert (line["code"], line["field"]) == ("nama_empty", "person.nama")
    assert line["event_id"] == some_id(f"e{some_id('siti')}1")


def test_a_redelivered_poison_message_stays_one_entry(here: Place, provision: FlaskClient):
    for _ in range(3):
        push(provision, damaged("person", "kind", value="guru"), "77")
    assert list(here.all("parked")) == ["77"]


@pytest.mark.parametrize(
    "message_id", ["../accounts/x", "__77__", "account.x", "a" * 2000, "Ä", ".", "siti@belajar.id"]
)
def test_any_message_id_gives_an_entry_that_a_store_can_keep(here: Place, provision: FlaskClient, message_id: str):
    assert push(provision, b"?", message_id).status_code == 200
    (entry_id,) = here.all("parked")
    assert entry_id == hashlib.sha256(message_id.encode()).hexdigest()
