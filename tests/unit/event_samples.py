"""Events for tests: the published examples, edits of them, and Hypothesis strategies."""

import copy
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from shared import events, normalise
from shared.domain.roster import Membership, Person, RosterChange, Sekolah

EXAMPLES = Path(__file__).parents[2] / "docs" / "contract" / "examples"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
PUPIL: dict[str, Any] = json.loads((EXAMPLES / "good" / "pupil.json").read_bytes())

Path_ = tuple[str | int, ...]
M: Path_ = ("person", "memberships", 0)
S: Path_ = (*M, "sekolah")
PATHS: list[Path_] = [
    *((name,) for name in ("schema", "event_id", "revision", "occurred_at", "person")),
    *(("person", name) for name in ("person_id", "kind", "nama", "nisn", "nuptk", "deleted", "memberships")),
    *((*M, name) for name in ("membership_id", "sekolah", "tingkat_pendidikan_id", "rombel", "jenis_ptk_id")),
    *((*M, name) for name in ("jabatan_ptk_id", "operator", "induk", "jenis_keluar_id", "tanggal_keluar")),
    *((*S, name) for name in ("sekolah_id", "npsn", "nama", "bentuk_pendidikan_id", "kode_wilayah")),
    M,
]


def edited(path: Path_, value: Any, event: dict[str, Any] | None = None) -> dict[str, Any]:
    """Give a copy of the event with another value at the path."""
    event = copy.deepcopy(PUPIL if event is None else event)
    holder: Any = event
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return event


def without(path: Path_) -> dict[str, Any]:
    """Give a copy of the pupil's event that lacks the field."""
    event = edited(path, None)
    holder: Any = event
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return event


def spelled(path: Path_) -> str:
    """Give the path as errors carry it."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def encoded(event: Any) -> bytes:
    """Give the event as bytes, non-ASCII characters as escapes."""
    return json.dumps(event).encode()


def parsed(event: Any) -> RosterChange:
    """Parse an event given as plain values."""
    return events.parse(encoded(event), now=NOW)


def read_at(change: RosterChange, path: Path_) -> Any:
    """Give the parsed value at the path."""
    value: Any = change
    for step in path:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value


uuids = st.uuids(allow_nil=False).map(str)
codes = st.integers(0, 999_999)
texts = st.text(max_size=60).map(normalise.tidy).filter(lambda text: text and text.lower() != "null")
names = texts.filter(lambda text: any(letter.isalnum() for letter in text))
_NAIVE = NOW.replace(tzinfo=None)  # the form in which Hypothesis wants its bounds
moments = st.datetimes(_NAIVE.replace(year=1901), _NAIVE.replace(year=2098), timezones=st.just(UTC))
numbers = st.text("0123456789", min_size=16, max_size=16).filter(lambda digits: digits[:10].strip("0"))

sekolahs = st.builds(
    Sekolah,
    sekolah_id=uuids,
    npsn=st.none() | numbers.map(lambda digits: digits[:8]),
    nama=st.none() | texts,
    bentuk_pendidikan_id=codes,
    kode_wilayah=st.none() | numbers.map(lambda digits: "1" + digits[:5]),
)
memberships = st.builds(
    Membership,
    membership_id=uuids,
    sekolah=sekolahs,
    tingkat_pendidikan_id=st.none() | codes,
    rombel=st.none() | texts,
    jenis_ptk_id=st.none() | codes,
    jabatan_ptk_id=st.sets(codes, max_size=4).map(lambda duties: tuple(sorted(duties))),
    operator=st.booleans(),
    induk=st.booleans(),
    jenis_keluar_id=st.none() | st.sampled_from("1234567Z"),
    tanggal_keluar=st.none() | st.dates(date(1900, 1, 1), date(2099, 12, 31)),
)
people = st.builds(
    Person,
    person_id=uuids,
    kind=st.sampled_from(["peserta_didik", "ptk"]),
    nama=names,
    nisn=st.none() | numbers.map(lambda digits: digits[:10]),
    nuptk=st.none() | numbers,
    deleted=st.booleans(),
    memberships=st.lists(memberships, max_size=4, unique_by=lambda membership: membership.membership_id).map(
        lambda many: tuple(sorted(many, key=lambda membership: membership.membership_id))
    ),
)
changes = st.builds(
    lambda person, **head: RosterChange(person=person, content_hash=events.content_hash(person), **head),
    person=people,
    event_id=uuids,
    revision=st.integers(1, 1_700_000_000_000_000),
    occurred_at=st.none() | moments,
)

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.text("0123456789.-: TZ{}", max_size=36)
    | st.sampled_from(["null", " NULL ", "06", " 6 ", "6.0", 6.0, 2**62, 2**62 + 1, 1_000_000, "Z", "z", "ya", -1])
    | uuids
    | moments.map(datetime.isoformat)
    | st.dates().map(date.isoformat)
)
json_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
mutations = st.builds(edited, st.sampled_from(PATHS), json_values)
