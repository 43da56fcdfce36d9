"""What changes between two revisions of one person."""

from collections.abc import Callable
from dataclasses import replace

from local.roster.draw import Draw
from local.roster.people import Membership, Person
from local.roster.pupils import class_name
from local.roster.schools import School


def two_revisions(draw: Draw, person: Person) -> tuple[Person, Person]:
    """Give a person before and after one change, the older state first."""
    staying = person.memberships and person.memberships[-1].keluar is None
    if not staying or person.deleted or draw.chance(0.2):
        return replace(person, nama=_misspelt(person.nama)), person
    *others, current = person.memberships
    change = draw.one(PUPIL if person.kind == "peserta_didik" else STAFF)
    after = (*others, *change(draw, current))
    return person, replace(person, memberships=after)


def _misspelt(nama: str) -> str:
    """Give the name as it stood before somebody corrected it."""
    for right, wrong in (("i", "y"), ("u", "oe"), ("I", "Y"), ("U", "OE")):
        if right in nama:
            return nama.replace(right, wrong, 1)
    return f"{nama} A"


def _elsewhere(draw: Draw, school: School) -> School:
    return draw.school_where(lambda other: other.form == school.form and other is not school)


def _has_sister(draw: Draw, school: School) -> bool:
    return sum(other.form == school.form for other in draw.schools) > 1


def _class_moved(draw: Draw, current: Membership) -> tuple[Membership, ...]:
    if current.grade is None:  # put in a class at last
        grade = draw.grade(current.school)
        return (replace(current, grade=grade, rombel=class_name(draw, current.school, grade)),)
    return (replace(current, rombel=f"{current.rombel or current.grade} (pindahan)"),)


def _moved_up(draw: Draw, current: Membership) -> tuple[Membership, ...]:
    grade = current.grade
    if grade is None or grade + 1 not in current.school.grades:
        return _left(draw, current)
    return (replace(current, grade=grade + 1, rombel=class_name(draw, current.school, grade + 1)),)


def _school_moved(draw: Draw, current: Membership) -> tuple[Membership, ...]:
    if not _has_sister(draw, current.school):
        return _left(draw, current)
    there = replace(current, membership_id=draw.uuid(), school=_elsewhere(draw, current.school))
    return current.left("2", 0), there


def _left(draw: Draw, current: Membership) -> tuple[Membership, ...]:
    return (current.left(draw.one("1345"), 0),)


def _operator_turned(_: Draw, current: Membership) -> tuple[Membership, ...]:
    return (replace(current, operator=not current.operator),)


def _head_turned(_: Draw, current: Membership) -> tuple[Membership, ...]:
    return (replace(current, jabatan=() if current.jabatan else (33,)),)


PUPIL: tuple[Callable[[Draw, Membership], tuple[Membership, ...]], ...]
PUPIL = (_class_moved, _class_moved, _moved_up, _school_moved, _left)
STAFF: tuple[Callable[[Draw, Membership], tuple[Membership, ...]], ...]
STAFF = (_operator_turned, _head_turned, _school_moved, _left)
