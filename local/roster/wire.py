"""People as the wire carries them: `roster-change/1` with the dirt that upstream sends."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID, uuid5

from local.roster.draw import Draw
from local.roster.people import Membership, Person

EVENTS = UUID("5b0f6f0e-6c0e-5a52-9d3a-2f6f1f0c7a11")
WIB = timezone(timedelta(hours=7))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# What a roster should not send, with values that are nobody's: it must be dropped downstream.
NOT_OURS: dict[str, object] = {
    "nik": "0000000000000000",
    "tanggal_lahir": "0001-01-01",
    "nama_ibu_kandung": "CONTOH",
    "agama_id": 99,
}
MAY_BE_ABSENT = ("tingkat_pendidikan_id", "rombel", "jenis_ptk_id", "jenis_keluar_id", "tanggal_keluar")


class Dirt:
    """Decides once per event how carelessly its fields are written."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.codes_as_text = draw.chance(0.2)
        self.upper_ids = draw.chance(0.3)
        self.padded = draw.chance(0.2)
        self.sparse = draw.chance(0.05)
        self.extra = draw.chance(0.03)

    def code(self, value: int | None) -> int | str | None:
        """Write a code as a number or as digits, at times padded."""
        if value is None or not self.codes_as_text:
            return value
        return self._draw.one((f"{value}", f"{value}", f"{value:02}", f" {value}"))

    def id(self, value: str) -> str:
        """Write a UUID in either case."""
        return value.upper() if self.upper_ids else value.lower()

    def text(self, value: str | None) -> str | None:
        """Write a missing text as null, or as the word or the blank that some exports send."""
        if value is not None:
            return value
        return self._draw.rng.choices((None, "null", ""), (90, 5, 5))[0]


def event(draw: Draw, person: Person, at: datetime, today: date) -> dict[str, object]:
    """Write one revision of a person as an event of this instant; days are counted back from today."""
    dirt = Dirt(draw)
    revision = (at - EPOCH) // timedelta(microseconds=1)
    memberships = [_membership(dirt, membership, today) for membership in person.memberships]
    draw.rng.shuffle(memberships)
    extra = NOT_OURS if dirt.extra else {}
    return {
        "schema": "roster-change/1",
        "event_id": str(uuid5(EVENTS, f"{person.person_id}/{revision}")),
        "revision": revision,
        "occurred_at": _moment(at, local=draw.chance(0.1)),
        "person": {
            "person_id": dirt.id(person.person_id),
            "kind": person.kind,
            "nama": person.nama,
            "nisn": dirt.text(person.nisn),
            "nuptk": dirt.text(person.nuptk),
            "deleted": person.deleted,
            "memberships": memberships,
            **extra,
        },
    }


def _moment(at: datetime, *, local: bool) -> str:
    if local:
        return at.astimezone(WIB).isoformat(timespec="seconds")
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _membership(dirt: Dirt, membership: Membership, today: date) -> dict[str, object]:
    gone = None if membership.keluar is None else (today - timedelta(days=membership.days_left)).isoformat()
    row: dict[str, object] = {
        "membership_id": dirt.id(membership.membership_id),
        "sekolah": _school(dirt, membership),
        "tingkat_pendidikan_id": dirt.code(membership.grade),
        "rombel": membership.rombel,
        "jenis_ptk_id": dirt.code(membership.jenis_ptk),
        "jabatan_ptk_id": [dirt.code(duty) for duty in membership.jabatan],
        "operator": membership.operator,
        "induk": membership.induk,
        "jenis_keluar_id": membership.keluar,
        "tanggal_keluar": gone,
    }
    if dirt.extra:
        row["anggota_rombel_id"] = "Belum masuk ke dalam rombongan belajar"
    if dirt.sparse:
        return {name: value for name, value in row.items() if value is not None or name not in MAY_BE_ABSENT}
    return row


def _school(dirt: Dirt, membership: Membership) -> dict[str, object]:
    school = membership.school
    return {
        "sekolah_id": school.sekolah_id if dirt.upper_ids else school.sekolah_id.lower(),
        "npsn": school.npsn,
        "nama": school.nama,
        "bentuk_pendidikan_id": dirt.code(school.form),
        "kode_wilayah": f"{school.kode_wilayah}  " if dirt.padded else school.kode_wilayah,
    }
