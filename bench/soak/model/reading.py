"""Events as the contract wants them read: codes as numbers or digits, ids in either case, stray marks in texts."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PRESENT = None
LEFT = frozenset("1234567Z")
DAY_IN_MICROSECONDS = 86_400_000_000
_BLANK = ("Cc", "Zs", "Zl", "Zp")
_FILLERS = "\u034f\u115f\u1160\u2800\u3164\uffa0"


@dataclass(frozen=True, slots=True)
class Place:
    """One present or past membership; `form`, `grade`, `job` and `duties` are Dapodik's codes."""

    membership_id: str
    school_id: str
    npsn: str | None
    school: str | None
    form: int
    grade: int | None
    job: int | None
    duties: frozenset[int]
    operator: bool
    home: bool
    left: bool


@dataclass(frozen=True, slots=True)
class State:
    """The whole state of a person as one revision tells it."""

    person_id: str
    is_pupil: bool
    name: str
    deleted: bool
    places: tuple[Place, ...]


def state_of(event: Mapping[str, Any]) -> State:
    """Read an event that has no fault."""
    person = event["person"]
    return State(
        person_id=identity(person["person_id"]),
        is_pupil=person["kind"] == "peserta_didik",
        name=words(person["nama"]) or "",
        deleted=bool(person.get("deleted")),
        places=tuple(_place(membership) for membership in person["memberships"]),
    )


def fault(event: Mapping[str, Any], now_us: int) -> str | None:
    """Give the code under which an event is parked, or None; knows the faults that a soak plants."""
    person = event["person"]
    if not any(letter.isalnum() for letter in words(person["nama"]) or ""):
        return "nama_empty"
    if any(_leaving(membership) not in {PRESENT, *LEFT} for membership in person["memberships"]):
        return "jenis_keluar_unknown"
    return "revision_in_future" if int(event["revision"]) > now_us + DAY_IN_MICROSECONDS else None


def identity(value: str) -> str:
    """Read a UUID."""
    return value.strip().lower()


def words(value: str | None) -> str | None:
    """Read a text: composed letters, one space between words, nothing invisible; blank and `null` are none."""
    if value is None:
        return None
    kinds = ((character, unicodedata.category(character)) for character in value if character not in _FILLERS)
    seen = "".join(" " if kind in _BLANK else character for character, kind in kinds if kind != "Cf")
    plain = unicodedata.normalize("NFC", " ".join(seen.split()))
    return None if plain.lower() in ("", "null") else plain


def _place(membership: Mapping[str, Any]) -> Place:
    school = membership["sekolah"]
    form = _code(school["bentuk_pendidikan_id"])
    if form is None:
        raise ValueError("a membership without a form of school")
    return Place(
        membership_id=identity(membership["membership_id"]),
        school_id=identity(school["sekolah_id"]),
        npsn=_npsn(school.get("npsn")),
        school=words(school.get("nama")),
        form=form,
        grade=_code(membership.get("tingkat_pendidikan_id")),
        job=_code(membership.get("jenis_ptk_id")),
        duties=frozenset(code for duty in membership.get("jabatan_ptk_id") or () if (code := _code(duty)) is not None),
        operator=bool(membership.get("operator")),
        home=bool(membership.get("induk")),
        left=_leaving(membership) is not PRESENT,
    )


def _code(value: object) -> int | None:
    plain = words(None if value is None else str(value))
    return None if plain is None else int(plain)


def _npsn(value: str | None) -> str | None:
    plain = (words(value) or "").upper()
    return plain if len(plain) == 8 and plain.isascii() and plain.isalnum() else None


def _leaving(membership: Mapping[str, Any]) -> str | None:
    value = membership.get("jenis_keluar_id")
    return words(None if value is None else str(value))
