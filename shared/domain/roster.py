"""What the roster says of one person: the contract `roster-change/1`, normalised and typed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Kind = Literal["peserta_didik", "ptk"]
Lane = Literal["live", "bulk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sekolah:
    """A school as a membership names it; `kode_wilayah` is Dapodik's region code without padding."""

    sekolah_id: str
    npsn: str | None
    nama: str | None
    bentuk_pendidikan_id: int
    kode_wilayah: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One person at one school: a `registrasi_peserta_didik` or `ptk_terdaftar` row with its class and duties."""

    membership_id: str
    sekolah: Sekolah
    tingkat_pendidikan_id: int | None = None
    rombel: str | None = None
    jenis_ptk_id: int | None = None
    jabatan_ptk_id: tuple[int, ...] = ()
    operator: bool = False
    induk: bool = False
    jenis_keluar_id: str | None = None
    tanggal_keluar: date | None = None

    @property
    def is_present(self) -> bool:
        """True while the person has not left (`jenis_keluar_id` null)."""
        return self.jenis_keluar_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The whole present state of one person, memberships sorted by `membership_id`."""

    person_id: str
    kind: Kind
    nama: str
    nisn: str | None = None
    nuptk: str | None = None
    deleted: bool = False
    memberships: tuple[Membership, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterChange:
    """One event: `revision` rises strictly per person; `content_hash` is equal for the same content."""

    event_id: str
    revision: int
    occurred_at: datetime | None
    person: Person
    content_hash: str
