"""Invented staff: teachers, heads of school, operators and those who are neither."""

from collections.abc import Callable
from dataclasses import replace

from local.roster import names
from local.roster.draw import Draw
from local.roster.hard_names import hard, with_title
from local.roster.people import Membership, Person, nuptk
from local.roster.schools import School

Placing = Callable[[Draw, School], tuple[Membership, ...]]

TEACHERS = {"kesetaraan": (63, 63, 64), "slb": (3, 4, 6, 16), "smk": (4, 4, 5, 14, 17)}
TEACHERS_ELSEWHERE = (3, 4, 4, 5, 14, 15)
OTHERS = (11, 30, 40, 41, 42, 43, 44, 45, 59, 99)
HEAD, ACTING_HEAD, LIBRARY_HEAD = 2, 33, 3


def staff(draw: Draw, number: int) -> Person:
    """Invent the so-manieth of the staff: every other one is a school's head or operator until all have both."""
    memberships = _key_person(draw, number // 2) if number % 2 == 0 else ()
    placing = SPECIAL[number // 8 % len(SPECIAL)] if number % 8 == 3 else _any
    memberships = memberships or placing(draw, draw.school())
    deleted = placing is _withdrawn
    return Person(draw.uuid(), "ptk", _name(draw, number, memberships), None, nuptk(draw), memberships, deleted=deleted)


def post(draw: Draw, school: School, jenis_ptk: int | None) -> Membership:
    """Give somebody a post at the school."""
    return Membership(draw.uuid(), school, jenis_ptk=jenis_ptk)


def teaching(draw: Draw, school: School) -> Membership:
    """Give somebody a teacher's post of a kind that the school has."""
    return post(draw, school, draw.one(TEACHERS.get(school.level, TEACHERS_ELSEWHERE)))


def _name(draw: Draw, number: int, memberships: tuple[Membership, ...]) -> str:
    if number % 15 == 2:
        return hard(number // 15 * 11)
    nama = names.typed(draw, names.compose(draw, memberships[0].school.province, elder=draw.chance(0.6)))
    return with_title(draw, nama, number // 25) if number % 25 == 8 else nama


def _key_person(draw: Draw, number: int) -> tuple[Membership, ...]:
    """Place the operators and heads of the schools in turn; nobody once all have both."""
    turn, role = divmod(number, 2)
    if turn >= len(draw.schools):
        return ()
    school = draw.schools[turn]
    return (OPERATORS if role else HEADS)[turn % 4](draw, school)


def _any(draw: Draw, school: School) -> tuple[Membership, ...]:
    roll = draw.rng.random()
    if roll < 0.75:
        return _teaches(draw, school)
    if roll < 0.9:
        return (post(draw, school, draw.one(OTHERS)),)
    return (replace(teaching(draw, school), jabatan=(LIBRARY_HEAD,)),)


def _teaches(draw: Draw, school: School) -> tuple[Membership, ...]:
    return (teaching(draw, school),)


def _withdrawn(draw: Draw, school: School) -> tuple[Membership, ...]:
    return _teaches(draw, school)


def _heads(draw: Draw, school: School) -> tuple[Membership, ...]:
    principal = 57 if school.form in (53, 54, 55) else 20
    return (replace(post(draw, school, principal), jabatan=(HEAD,)),)


def _heads_and_teaches(draw: Draw, school: School) -> tuple[Membership, ...]:
    duty = draw.one((HEAD, 151, 153, 155))
    return (replace(teaching(draw, school), jabatan=(duty, LIBRARY_HEAD)),)


def _acts_as_head(draw: Draw, school: School) -> tuple[Membership, ...]:
    return (replace(teaching(draw, school), jabatan=(ACTING_HEAD,)),)


def _operates(draw: Draw, school: School) -> tuple[Membership, ...]:
    return (replace(post(draw, school, 11), operator=True),)


def _operates_and_teaches(draw: Draw, school: School) -> tuple[Membership, ...]:
    return (replace(teaching(draw, school), operator=True),)


def _two(draw: Draw, first: Membership, suits: Callable[[School], bool]) -> tuple[Membership, ...]:
    other = draw.school_where(suits)
    return first, replace(teaching(draw, other), induk=False)


def _two_schools(draw: Draw, school: School) -> tuple[Membership, ...]:
    if school.level == "outside":
        school = draw.school_where(lambda other: other.level == "smp")
    return _two(draw, teaching(draw, school), lambda other: other.level == school.level and other is not school)


def _two_homes_missing(draw: Draw, school: School) -> tuple[Membership, ...]:
    return tuple(replace(membership, induk=False) for membership in _two_schools(draw, school))


def _two_levels(draw: Draw, school: School) -> tuple[Membership, ...]:
    return _two(draw, teaching(draw, school), lambda other: other.level not in (school.level, "outside"))


def _teaches_heads_elsewhere(draw: Draw, school: School) -> tuple[Membership, ...]:
    home, other = _two_schools(draw, school)
    return home, replace(other, jenis_ptk=20, jabatan=(HEAD,))


def _acts_at_two(draw: Draw, school: School) -> tuple[Membership, ...]:
    home, other = _two_schools(draw, school)
    return replace(home, jenis_ptk=20, jabatan=(HEAD,)), replace(other, jabatan=(ACTING_HEAD,))


def _head_and_operator(draw: Draw, school: School) -> tuple[Membership, ...]:
    return tuple(replace(membership, operator=True) for membership in _heads(draw, school))


def _kind_missing(draw: Draw, school: School) -> tuple[Membership, ...]:
    return (post(draw, school, None),)


def _left(draw: Draw, school: School) -> tuple[Membership, ...]:
    return (teaching(draw, school).left(draw.one("2346Z"), draw.rng.randint(20, 80)),)


def _left_for_another(draw: Draw, school: School) -> tuple[Membership, ...]:
    home, other = _two_schools(draw, school)
    return home.left("2", 20), replace(other, induk=True)


HEADS: tuple[Placing, ...] = (_heads, _heads_and_teaches, _heads, _acts_as_head)
OPERATORS: tuple[Placing, ...] = (_operates, _operates_and_teaches, _operates, _operates)
SPECIAL: tuple[Placing, ...] = (
    _two_schools,
    _two_levels,
    _left,
    _teaches_heads_elsewhere,
    _two_schools,
    _two_levels,
    _two_homes_missing,
    _acts_at_two,
    _head_and_operator,
    _left_for_another,
    _kind_missing,
    _withdrawn,
)
