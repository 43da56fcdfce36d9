import hashlib
import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given

from shared import events, parking
from shared.errors import PermanentError
from tests.unit.event_samples import NOW, PUPIL, M, S, changes, edited, encoded, mutations, parsed

P = ("person",)


def parked(event, lane="live"):
    data = event if isinstance(event, bytes) else encoded(event)
    try:
        events.parse(data, now=NOW)
        error = PermanentError("revision_conflict", "revision")
    except PermanentError as caught:
        error = caught
    return parking.entry(data, lane, error, NOW)


def test_an_entry_says_what_was_wrong_and_keeps_the_contracts_fields():
    entry = parked(edited((*M, "tingkat_pendidikan_id"), "VII"), "bulk")
    event = entry.pop("event")
    assert entry == {
        "event_id": PUPIL["event_id"],
        "code": "code_invalid",
        "field": "person.memberships[0].tingkat_pendidikan_id",
        "at": NOW,
        "lane": "bulk",
        "complete": False,
    }
    assert event == edited((*M, "tingkat_pendidikan_id"), None)


def test_an_entry_of_what_is_no_object_has_only_size_and_digest():
    for data in (b"", b"[1]", b"{", b"\xff", b"[" * 100_000, b" " * 300_000):
        entry = parked(data)
        assert entry["event"] is None
        assert entry["event_id"] is None
        assert (entry["size"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert parking.replayable(entry) is None


def test_unknown_fields_are_dropped_at_every_level():
    event = edited((*S, "alamat"), "Jalan")
    event = edited((*M, "nipd"), "1", event)
    event = edited((*P, "nik"), "3171234567890001", event)
    assert parked(edited(("extra",), {"a": 1}, event))["event"] == PUPIL


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (("event_id",), "x"),
        (("occurred_at",), {"at": 1}),
        (P, "SITI"),
        ((*P, "nama"), "x" * 301),
        ((*P, "memberships"), {"a": 1}),
        (M, "SITI"),
        ((*M, "sekolah"), "SMP"),
        ((*M, "jenis_keluar_id"), {"kode": "1"}),
        ((*M, "jenis_keluar_id"), "Lulus"),
        ((*M, "tanggal_keluar"), "3171234567890001"),
    ],
)
def test_what_lost_a_value_is_never_replayed(path, sent):
    entry = parked(edited(path, sent))
    assert "SITI" not in repr(entry).replace("SITI AMINAH", "")
    assert parking.replayable(entry) is None


def test_at_most_fifty_memberships_are_kept():
    one = PUPIL["person"]["memberships"][0]
    many = [{**one, "membership_id": f"7d3c1f0a-52b6-4e8d-9a41-{n:012x}"} for n in range(1, 60)]
    entry = parked(edited((*P, "memberships"), many))
    assert len(entry["event"]["person"]["memberships"]) == 50
    assert parking.replayable(entry) is None


def test_a_revision_in_the_future_can_be_replayed_when_its_time_has_come():
    data = encoded(PUPIL)
    before = datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(PermanentError) as caught:
        events.parse(data, now=before)
    again = parking.replayable(parking.entry(data, "live", caught.value, before))
    assert again is not None
    assert events.parse(again, now=NOW) == parsed(PUPIL)


def test_an_unknown_way_of_leaving_is_replayed_as_it_was_never_as_present():
    again = parking.replayable(parked(edited((*M, "jenis_keluar_id"), "9")))
    assert again is not None
    assert json.loads(again)["person"]["memberships"][0]["jenis_keluar_id"] == "9"
    assert events.problems(again, now=NOW) == [("person.memberships[0].jenis_keluar_id", "jenis_keluar_unknown")]


def test_an_entry_of_an_unknown_lane_can_be_replayed():
    entry = parking.entry(encoded(PUPIL), None, PermanentError("lane_unknown", "attributes.lane"), NOW)
    assert entry["lane"] is None
    assert events.parse(parking.replayable(entry) or b"", now=NOW) == parsed(PUPIL)


@given(changes)
def test_a_good_event_survives_parking(change):
    again = parking.replayable(parked(events.render(change)))
    assert again is not None
    assert events.parse(again, now=NOW) == change


@given(mutations)
def test_whatever_is_replayed_has_the_fault_it_was_parked_for_or_is_the_same_event(event):
    entry = parked(event)
    again = parking.replayable(entry)
    if again is not None and entry["code"] == "revision_conflict":
        assert events.parse(again, now=NOW) == parsed(event)
    elif again is not None:
        assert (entry["field"], entry["code"]) in events.problems(again, now=NOW)


@given(mutations)
def test_an_entry_holds_only_what_every_store_can_keep(event):
    def check(value):
        if isinstance(value, dict):
            assert all(isinstance(key, str) and key for key in value)
            for inner in value.values():
                check(inner)
        elif isinstance(value, list):
            assert not any(isinstance(inner, list) for inner in value)
            for inner in value:
                check(inner)
        else:
            assert value is None or isinstance(value, str | bool | int | datetime)
            assert not isinstance(value, int) or abs(value) < 2**63
            assert not isinstance(value, str) or len(value) <= 300

    entry = parked(event)
    check(entry)
    assert msgspec.json.decode(msgspec.json.encode(entry["event"])) == entry["event"]
