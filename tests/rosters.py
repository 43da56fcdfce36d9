"""Small rosters for tests: events as upstream sends them, of invented people."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from shared import events
from shared.domain.roster import RosterChange
from tests.clocks import START

NAMESPACE = uuid.UUID("6f1d6d0e-0000-4000-8000-000000000000")
FORMS = {"SD": 5, "SMP": 6, "SMA": 13, "SMK": 15, "SLB": 29, "PKBM": 27}


def some_id(text: str) -> str:
    """Give the same UUID for the same text."""
    return str(uuid.uuid5(NAMESPACE, text))


def school(name: str = "SMP NEGERI 1", form: int = 6, **fields: Any) -> dict[str, Any]:
    """Give a school as a membership names it."""
    number = f"{uuid.uuid5(NAMESPACE, name).int % 10**8:08d}"
    given = {"sekolah_id": some_id(name), "npsn": number, "nama": name, "bentuk_pendidikan_id": form}
    return {**given, "kode_wilayah": "010101", **fields}


def member(at: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Give a membership; its id follows from the school unless one is given."""
    sekolah = dict(at) if at is not None else school()
    return {"membership_id": some_id("m" + sekolah["sekolah_id"]), "sekolah": sekolah, **fields}


def pupil(
    name: str = "SITI AMINAH", *memberships: Mapping[str, Any], who: str = "siti", **fields: Any
) -> dict[str, Any]:
    """Give an event's person, a pupil in grade 7 unless memberships are given."""
    found = [dict(m) for m in memberships] or [member(tingkat_pendidikan_id=7, rombel="VII B", induk=True)]
    given = {"person_id": some_id(who), "kind": "peserta_didik", "nama": name, "nisn": "0101234567"}
    return {**given, "memberships": found, **fields}


def staff(
    name: str = "BUDI SANTOSO", *memberships: Mapping[str, Any], who: str = "budi", **fields: Any
) -> dict[str, Any]:
    """Give an event's person, a teacher unless memberships are given."""
    found = [dict(m) for m in memberships] or [member(jenis_ptk_id=4, induk=True)]
    return {"person_id": some_id(who), "kind": "ptk", "nama": name, "memberships": found, **fields}


def event(person: Mapping[str, Any], revision: int = 1, **fields: Any) -> bytes:
    """Give a whole event as bytes."""
    head = {"schema": "roster-change/1", "event_id": some_id(f"e{person['person_id']}{revision}")}
    return json.dumps({**head, "revision": revision, "occurred_at": None, "person": person, **fields}).encode()


def change(person: Mapping[str, Any], revision: int = 1) -> RosterChange:
    """Give a parsed event."""
    return events.parse(event(person, revision), now=START)
