"""Invented people: who they are and where they belong, before the wire."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from local.roster.draw import Draw
from local.roster.schools import School

Kind = Literal["peserta_didik", "ptk"]

STAFF_SLOTS = (0, 6, 13)  # of every twenty people


@dataclass(frozen=True, slots=True)
class Membership:
    """One person's place in one school; `days_left` counts back from now."""

    membership_id: str
    school: School
    grade: int | None = None
    rombel: str | None = None
    jenis_ptk: int | None = None
    jabatan: tuple[int, ...] = ()
    operator: bool = False
    induk: bool = True
    keluar: str | None = None
    days_left: int = 0

    def left(self, keluar: str, days: int) -> "Membership":
        """Give the same membership, ended."""
        return replace(self, keluar=keluar, days_left=days)


@dataclass(frozen=True, slots=True)
class Person:
    """The whole present state of one person."""

    person_id: str
    kind: Kind
    nama: str
    nisn: str | None
    nuptk: str | None
    memberships: tuple[Membership, ...]
    deleted: bool = False


def kinds(count: int) -> Iterator[tuple[Kind, int]]:
    """Say for each of so many people whether pupil or staff, and the how manieth of that kind."""
    pupils = staff = 0
    for index in range(count):
        if index % 20 in STAFF_SLOTS:
            yield "ptk", staff
            staff += 1
        else:
            yield "peserta_didik", pupils
            pupils += 1


def nisn(draw: Draw) -> str | None:
    """Draw a pupil's number, of a birth year (2090) that no pupil has; 2 % have none."""
    return None if draw.chance(0.02) else draw.digits("09", 10)


def nuptk(draw: Draw) -> str | None:
    """Draw a teacher's number, of a form that no teacher has; many have none."""
    return None if draw.chance(0.4) else draw.digits("0000", 16)
