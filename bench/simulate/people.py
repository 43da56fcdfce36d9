"""A country's people, each made from a number: who they are, and what they are to have.

The shares are Dapodik's of 2017/18: pupils by level, of them the grades that the launch rule takes, teachers, and a
head and an operator for each school.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

import msgspec

ROOT_DOMAIN = "belajar.id"
ACCOUNTS = 30_000_000
"""The accounts of the launch."""
OUTSIDE = 0.02
"""Share of the people whom the rule leaves out: pupils of an SD's third grade."""
SCHOOL_SIZE = 140
"""People of one school who are to have an account."""
_MASK = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Group:
    """People of one realm; `grade` is None for staff, whom `duty` describes. `thousands` of them have an account."""

    realm: str
    thousands: float
    form: int
    grade: int | None
    duty: tuple[int, bool] = (0, False)
    """`jenis_ptk_id`, and whether the person is the operator."""


def _staff(level: str, form: int, teachers: float, schools: float) -> list[Group]:
    return [
        Group(f"guru.{level}", teachers, form, None, (4, False)),
        Group(f"admin.{level}", schools, form, None, (20, False)),
        Group(f"admin.{level}", schools, form, None, (11, True)),
    ]


GROUPS: tuple[Group, ...] = (
    *(Group("sd", 25_307.472 / 6, 5, grade) for grade in (5, 6)),
    *(Group("smp", 10_042.614 / 3, 6, grade) for grade in (7, 8, 9)),
    *(Group("sma", 4_762.437 / 3, 13, grade) for grade in (10, 11, 12)),
    *(Group("smk", 4_865.161 / 3, 15, grade) for grade in (10, 11, 12)),
    *(Group("slb", 125.730 / 12, 29, grade) for grade in range(5, 13)),
    *_staff("sd", 5, 1_477.033, 148.529),
    *_staff("smp", 6, 623.735, 39.196),
    *_staff("sma", 13, 305.892, 13.599),
    *_staff("smk", 15, 289.069, 13.888),
    *_staff("slb", 29, 23.675, 2.211),
)
_BOUNDS = list(accumulate(group.thousands for group in GROUPS))
_FIRST = """
Adi Agus Ahmad Aisyah Ajeng Andi Anisa Arif Asep Ayu Bagus Bayu Bima Budi Cahya Citra Dedi Dewi Dian Dimas Dina Eka
Endah Fajar Fatimah Fitri Galih Gita Hadi Hana Hendra Ika Ilham Indah Intan Iwan Joko Kartika Khadijah Kurnia Laila
Lestari Lina Made Maria Maya Mega Muhammad Nabila Nanda Nia Novi Nur Nyoman Putri Putu Rahma Ratna Rian Rina Rizky
Salsabila Sari Siti Sri Sulis Surya Tri Umi Vina Wahyu Wayan Wulan Yani Yoga Yulia Yusuf Zahra Zainal
""".split()
_LAST = """
Abdullah Aminah Anggraini Aprilia Ardiansyah Astuti Azzahra Batubara Chaniago Damanik Darmawan Fadilah Fauzi Firmansyah
Ginting Gunawan Hakim Halim Handayani Harahap Hartono Hasanah Hermawan Hidayat Hutabarat Iskandar Ismail Kurniawan
Kusuma Lubis Maharani Manurung Maulana Munandar Nasution Nugroho Nuraini Nurhayati Nurjanah Oktaviani Pangestu
Permana Permata Pradana Prasetyo Pratama Purnama Purwanto Putra Rahayu Rahman Rahmawati Ramadhan Ramadhani Rohman
Safitri Saputra Saputri Saragih Sari Setiawan Setyawan Siahaan Sihombing Simanjuntak Siregar Sitompul Suartini
Sudirman Suhendra Sulaiman Sulastri Supriyadi Susanti Susilo Syahputra Tanjung Utami Wahyuni Wibowo Widodo Wijaya
Wulandari Yanti Yuliana Yulianti Zulfikar
""".split()


@dataclass(frozen=True, slots=True)
class Expected:
    """What the Directory is to show of one person."""

    person_id: str
    realm: str
    given_name: str
    family_name: str
    npsn: str
    school: str

    @property
    def account_id(self) -> str:
        """The id of the account."""
        return f"{self.person_id}.{self.realm}"


@dataclass(frozen=True, slots=True)
class Person:
    """One person as of one revision; `is_outside` means that no account is due."""

    number: int
    revision: int
    group: Group
    is_outside: bool
    school: int
    given_name: str
    family_name: str
    rombel: str

    @property
    def person_id(self) -> str:
        """The person's id in the roster."""
        return uuid_of(mixed(self.number, 1), mixed(self.number, 2))

    @property
    def sekolah_id(self) -> str:
        """The school's id in the roster."""
        return uuid_of(self.group.form, self.school)

    @property
    def npsn(self) -> str:
        """The number of the school."""
        return str(10_000_000 + self.group.form * 1_000_000 + self.school)

    @property
    def school_name(self) -> str:
        """The name of the school."""
        return f"SEKOLAH NEGERI {self.group.form}-{self.school}"

    def expected(self) -> Expected | None:
        """Give what is to be there in the end, or None where no account is due."""
        if self.is_outside:
            return None
        name = self.given_name, self.family_name
        return Expected(self.person_id, self.group.realm, *name, self.npsn, self.school_name)

    def event(self) -> bytes:
        """Give the `roster-change/1`."""
        group = self.group
        school = {
            "sekolah_id": self.sekolah_id,
            "npsn": self.npsn,
            "nama": self.school_name,
            "bentuk_pendidikan_id": group.form,
            "kode_wilayah": "010101",
        }
        own_id = uuid_of(mixed(self.number, 3), self.school)
        membership: dict[str, object] = {"membership_id": own_id, "sekolah": school, "induk": True}
        if group.grade is None:
            membership |= {"jenis_ptk_id": group.duty[0], "operator": group.duty[1]}
        else:
            membership |= {"tingkat_pendidikan_id": 3 if self.is_outside else group.grade, "rombel": self.rombel}
        person = {
            "person_id": self.person_id,
            "kind": "ptk" if group.grade is None else "peserta_didik",
            "nama": f"{self.given_name} {self.family_name}".upper(),
            "nisn": None if group.grade is None else f"{mixed(self.number, 4) % 10**10:010}",
            "memberships": [membership],
        }
        head = {
            "schema": "roster-change/1",
            "event_id": uuid_of(self.number, self.revision),
            "revision": 1_609_000_000_000_000 + self.revision,
            "occurred_at": "2021-01-03T17:00:00Z",
        }
        return msgspec.json.encode({**head, "person": person})


class Country:
    """So many people; `schools` follow from it, so that a school's size does not."""

    def __init__(self, people: int) -> None:
        self._schools = [max(2, round(share * people / SCHOOL_SIZE)) for share in _shares_by_form().values()]
        self._forms = list(_shares_by_form())

    def person(self, number: int, revision: int = 1) -> Person:
        """Give a person; the second revision has another name, school or class."""
        draw = mixed(number, 5)
        is_outside = draw % 1000 < OUTSIDE * 1000
        group = GROUPS[0 if is_outside else bisect_right(_BOUNDS, (draw >> 10) / 2**54 * _BOUNDS[-1])]
        schools = self._schools[self._forms.index(group.form)]
        first, last, school = draw % len(_FIRST), (draw >> 16) % len(_LAST), (draw >> 32) % schools
        change = mixed(number, 6) % 3 if revision > 1 else None
        if change == 0:
            last = (last + 1) % len(_LAST)
        elif change == 1:
            school = (school + 1) % schools
        rombel = f"{group.grade or ''} {'B' if change == 2 else 'A'}"
        second = _FIRST[(draw >> 24) % len(_FIRST)]
        given = f"{_FIRST[first]} {second}" if draw >> 63 else _FIRST[first]
        return Person(number, revision, group, is_outside, school, given.upper(), _LAST[last].upper(), rombel)


def shares() -> dict[str, float]:
    """Give each realm's share of the accounts."""
    found = dict.fromkeys((group.realm for group in GROUPS), 0.0)
    for group in GROUPS:
        found[group.realm] += group.thousands / _BOUNDS[-1]
    return found


def _shares_by_form() -> dict[int, float]:
    found = dict.fromkeys((group.form for group in GROUPS), 0.0)
    for group in GROUPS:
        found[group.form] += group.thousands / _BOUNDS[-1]
    return found


def mixed(number: int, salt: int) -> int:
    """Give 64 bits that look like chance: SplitMix64, the same on every machine."""
    value = (number * 0x9E3779B97F4A7C15 + salt * 0xD1B54A32D192ED03) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def uuid_of(high: int, low: int) -> str:
    """Give an id in the form of a UUID."""
    digits = f"{high:016x}{low:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
