import base64
import json
from datetime import UTC, datetime

import pytest

from shared import events
from shared.errors import PermanentError
from tests.unit.event_samples import EXAMPLES, NOW, PATHS, PUPIL, M, S, edited, encoded, spelled, without

P = ("person",)
INDEX = json.loads((EXAMPLES / "bad" / "index.json").read_bytes())
REQUIRED = [
    *((name,) for name in ("schema", "event_id", "revision", "person")),
    *((*P, name) for name in ("person_id", "kind", "nama", "memberships")),
    *((*M, name) for name in ("membership_id", "sekolah")),
    *((*S, name) for name in ("sekolah_id", "bentuk_pendidikan_id")),
]


def fault(data):
    with pytest.raises(PermanentError) as caught:
        events.parse(data if isinstance(data, bytes) else encoded(data), now=NOW)
    return caught.value.code, caught.value.field


@pytest.mark.parametrize("example", INDEX, ids=lambda example: example["file"])
def test_every_bad_example_has_its_code_and_field(example):
    data = (EXAMPLES / "bad" / example["file"]).read_bytes()
    assert fault(data) == (example["code"], example["field"])
    assert events.problems(data, now=NOW) == [(example["field"], example["code"])]


def test_every_bad_example_is_listed():
    assert sorted(path.name for path in (EXAMPLES / "bad").iterdir()) == sorted(
        ["index.json", *(example["file"] for example in INDEX)]
    )


def test_every_code_has_an_example_or_a_test_of_its_own():
    own = {"message_too_large", "nested_too_deep", "lane_unknown", "data_missing", "data_invalid"}
    stateful = {"revision_conflict"}
    assert {example["code"] for example in INDEX} | own | stateful == set(events.CURES)


@pytest.mark.parametrize("path", REQUIRED, ids=spelled)
def test_a_required_field_must_be_there_and_not_null(path):
    assert fault(without(path)) == ("field_missing", spelled(path))
    assert fault(edited(path, None)) == ("field_missing", spelled(path))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (("schema",), "schema_unknown"),
        (("event_id",), "id_invalid"),
        (("revision",), "revision_invalid"),
        (("occurred_at",), "time_invalid"),
        (P, "field_missing"),
        ((*P, "person_id"), "id_invalid"),
        ((*P, "kind"), "kind_unknown"),
        ((*P, "nama"), "text_expected"),
        ((*P, "nisn"), "text_expected"),
        ((*P, "nuptk"), "text_expected"),
        ((*P, "deleted"), "flag_invalid"),
        ((*P, "memberships"), "list_expected"),
        (M, "field_missing"),
        ((*M, "membership_id"), "id_invalid"),
        ((*M, "sekolah"), "field_missing"),
        ((*M, "tingkat_pendidikan_id"), "code_invalid"),
        ((*M, "rombel"), "text_expected"),
        ((*M, "jenis_ptk_id"), "code_invalid"),
        ((*M, "jabatan_ptk_id"), "code_invalid"),
        ((*M, "operator"), "flag_invalid"),
        ((*M, "induk"), "flag_invalid"),
        ((*M, "jenis_keluar_id"), "jenis_keluar_unknown"),
        ((*M, "tanggal_keluar"), "date_invalid"),
        ((*S, "sekolah_id"), "id_invalid"),
        ((*S, "npsn"), "text_expected"),
        ((*S, "nama"), "text_expected"),
        ((*S, "bentuk_pendidikan_id"), "code_invalid"),
        ((*S, "kode_wilayah"), "text_expected"),
    ],
    ids=lambda value: spelled(value) if isinstance(value, tuple) else value,
)
def test_an_object_in_any_field_is_refused_at_its_exact_path(path, code):
    found, field = fault(edited(path, {"nik": "3171234567890001"}))
    assert found == code
    assert field.startswith(spelled(path))


def test_the_table_above_and_the_paths_of_the_contract_are_the_same_length():
    assert len(PATHS) == 28


@pytest.mark.parametrize(
    ("path", "sent", "code"),
    [
        *((("revision",), sent, "revision_invalid") for sent in (-1, 0, 2**62 + 1, 2**70, 1.5, True, "1e3", "+1")),
        *((("revision",), sent, "revision_invalid") for sent in ("9" * 5000, "1_0", "٣")),
        *((("revision",), sent, "field_missing") for sent in ("", "null")),
        (("revision",), 2**62, "revision_in_future"),
        *(((*S, "bentuk_pendidikan_id"), sent, "code_invalid") for sent in (-1, 1_000_000, 6.5, True, "６", "6.5")),
        *(((*S, "bentuk_pendidikan_id"), sent, "field_missing") for sent in ("", " \t", "null")),
        *(
            ((*M, "jenis_keluar_id"), sent, "jenis_keluar_unknown")
            for sent in (0, 8, "0", "8", "A", "Lulus", True, [1])
        ),
        *(((*M, "induk"), sent, "flag_invalid") for sent in (2, -1, "2", "y", [1], 0.5)),
        *(
            ((*M, "tanggal_keluar"), sent, "date_invalid")
            for sent in ("0000-00-00", "0001-01-01", "30/06/2021", 20210630)
        ),
        *(((*M, "tanggal_keluar"), sent, "date_invalid") for sent in ("2021-02-29", "2021-06-30x", "3171234567890001")),
        *((("occurred_at",), sent, "time_invalid") for sent in (1609743175, "2021-01-04", "0001-01-01T00:00:00Z", "x")),
        *(
            (("occurred_at",), sent, "time_invalid")
            for sent in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
        ),
        *(((*P, "person_id"), sent, "id_invalid") for sent in ("x", "7d3c1f0a-52b6-4e8d-9a41-00000000000g", 0, "{}")),
        *(((*P, "person_id"), sent, "id_invalid") for sent in ("0" * 32, "7d3c1f0a52b64e8d-9a41-0000000000ab")),
        *(((*P, "person_id"), sent, "field_missing") for sent in ("", "null")),
        *(((*P, "nama"), sent, "nama_empty") for sent in ("", " \u200b\u3164", "null", "...", "\u0301")),
        ((*P, "nama"), 5, "text_expected"),
        ((*P, "nama"), "x" * 301, "text_too_long"),
        ((*M, "rombel"), True, "text_expected"),
        ((*M, "rombel"), 10**400, "text_expected"),
        ((*S, "nama"), "x" * 301, "text_too_long"),
        ((*M, "jabatan_ptk_id"), [2, "x"], "code_invalid"),
        ((*M, "jabatan_ptk_id"), [[2]], "code_invalid"),
    ],
)
def test_a_wrong_value_has_its_own_code(path, sent, code):
    assert fault(edited(path, sent)) == (code, spelled(path))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "message_empty"),
        (b"  ", "not_json"),
        (b"{", "not_json"),
        (b"{} x", "not_json"),
        (b'{"a": NaN}', "not_json"),
        (b'{"a": -Infinity}', "not_json"),
        (b'{"a": 1e400}', "not_json"),
        (b'{"a": ' + b"9" * 6000 + b"}", "not_json"),
        (b'{"a": "\\ud800"}', "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        ("{}".encode("utf-16"), "not_json"),
        (b'{"a": "\xff"}', "not_utf8"),
        (b'{"\xed\xa0\x80": 1}', "not_utf8"),
        (b'{"a": ' + b"[" * 100_000, "nested_too_deep"),
        (b'{"a":' * 40_000, "nested_too_deep"),
        (b"[]", "not_object"),
        (b"null", "not_object"),
        (b'"x"', "not_object"),
        (b" " * (256 * 1024 + 1), "message_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_json_object_has_a_code_without_a_field(data, code):
    assert fault(data) == (code, "")


def test_a_message_of_exactly_256_kib_is_read():
    data = encoded(PUPIL)
    assert events.parse(data + b" " * (256 * 1024 - len(data)), now=NOW).person.nama == "SITI AMINAH"


def test_the_index_in_a_path_is_the_one_of_the_message_not_of_the_sorted_list():
    event = json.loads((EXAMPLES / "good" / "pupil-who-moved-up.json").read_bytes())
    event["person"]["memberships"].reverse()
    event["person"]["memberships"][1]["sekolah"]["sekolah_id"] = "x"
    assert fault(event) == ("id_invalid", "person.memberships[1].sekolah.sekolah_id")


def test_a_doubled_membership_is_found_in_any_spelling():
    one = PUPIL["person"]["memberships"][0]
    twice = [one, {**one, "membership_id": one["membership_id"].upper()}]
    assert fault(edited((*P, "memberships"), twice)) == (
        "membership_duplicate",
        "person.memberships[1].membership_id",
    )


def test_problems_lists_every_fault():
    event = edited(("schema",), "x")
    event = edited((*P, "nama"), " ", event)
    event = edited((*S, "bentuk_pendidikan_id"), "SMP", event)
    assert events.problems(encoded(event), now=NOW) == [
        ("schema", "schema_unknown"),
        ("person.nama", "nama_empty"),
        ("person.memberships[0].sekolah.bentuk_pendidikan_id", "code_invalid"),
    ]
    assert events.problems(encoded(PUPIL), now=NOW) == []
    assert events.problems(encoded(PUPIL), now=datetime(2020, 1, 1, tzinfo=UTC)) == [("revision", "revision_in_future")]


def envelope(data=b"{}", **more):
    return {"message": {"data": base64.b64encode(data).decode(), **more}, "subscription": "projects/p/subscriptions/s"}


def test_an_envelope_is_opened():
    opened = events.message(envelope(b'{"a": 1}', attributes={"schema": "roster-change/1"}, messageId="17"))
    assert opened == events.Message(
        data=b'{"a": 1}', lane="live", message_id="17", attributes={"schema": "roster-change/1"}
    )


@pytest.mark.parametrize(
    ("attributes", "lane"),
    [(None, "live"), ({}, "live"), ({"lane": "live"}, "live"), ({"lane": "bulk"}, "bulk"), ([], "live")],
)
def test_the_lane_is_an_attribute(attributes, lane):
    assert events.message(envelope(attributes=attributes)).lane == lane


@pytest.mark.parametrize("lane", ["Bulk", "", "urgent", 1, [], {}])
def test_an_unknown_lane_is_refused_and_its_data_can_still_be_had(lane):
    sent = envelope(b"{}", attributes={"lane": lane})
    with pytest.raises(PermanentError) as caught:
        events.message(sent)
    assert (caught.value.code, caught.value.field) == ("lane_unknown", "attributes.lane")
    assert events.payload(sent) == b"{}"


@pytest.mark.parametrize(("more", "message_id"), [({"message_id": "3"}, "3"), ({"messageId": 4}, "4"), ({}, "")])
def test_the_message_id_has_two_names(more, message_id):
    assert events.message(envelope(**more)).message_id == message_id


@pytest.mark.parametrize(
    "sent", [None, b"x", "x", [], {}, {"message": None}, {"message": {}}, {"message": {"data": ""}}]
)
def test_an_envelope_without_data_is_refused(sent):
    with pytest.raises(PermanentError) as caught:
        events.message(sent)
    assert (caught.value.code, caught.value.field) == ("data_missing", "message.data")
    assert events.payload(sent) == b""


@pytest.mark.parametrize("data", ["a", "====", "e30", "e30=\n", "é", 17, {}, []])
def test_data_that_is_not_base64_is_refused(data):
    with pytest.raises(PermanentError) as caught:
        events.message({"message": {"data": data}})
    assert (caught.value.code, caught.value.field) == ("data_invalid", "message.data")
