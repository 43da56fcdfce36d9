"""Invented pupils: the ordinary ones and the cases that a rule can get wrong."""

from collections.abc import Callable
from dataclasses import replace

from local.roster import names
from local.roster.draw import Draw
from local.roster.hard_names import hard
from local.roster.people import Membership, Person, nisn
from local.roster.schools import School

LEFT = ("1", "2", "3", "4", "5", "6", "7", "Z")
# (form, tingkat_pendidikan_id): each side of every edge of the rule
EDGES = (
    *((5, grade) for grade in (1, 4, 5, 6)),
    *((6, grade) for grade in (7, 9)),
    *((13, grade) for grade in (10, 12)),
    *((15, grade) for grade in (10, 13)),
    *((29, grade) for grade in (4, 5, 12)),
    *((7, 4), (7, 5), (8, 9), (14, 12), (53, 4), (53, 5), (54, 7), (55, 12)),
    *((27, grade) for grade in (34, 35, 36, 37, 39, 40, 42)),
    *((11, 34), (11, 35), (12, 37), (18, 42), (40, 38)),
)
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII")
TRACKS = {13: ("IPA", "IPS", "BAHASA"), 16: ("IPA", "AGAMA"), 55: ("Science",), 15: ("TKJ", "AKL", "TBSM", "OTKP")}


def pupil(draw: Draw, number: int) -> Person:
    """Invent the so-manieth pupil: one in twelve is a special case, one in fifteen has a hard name."""
    deleted = False
    if number % 12 == 5:
        case = SPECIAL[number // 12 % len(SPECIAL)]
        memberships, deleted = case(draw), case is _withdrawn
    else:
        memberships = _ordinary(draw)
    return Person(
        draw.uuid(), "peserta_didik", _name(draw, number, memberships), nisn(draw), None, memberships, deleted=deleted
    )


def class_name(draw: Draw, school: School, grade: int) -> str:
    """Give a class's name, free text as in the roster."""
    parallel = draw.one("ABC")
    if grade > 70:
        return f"Kelompok {parallel}"
    if grade > 30:
        return f"Paket {'A' if grade < 37 else 'B' if grade < 40 else 'C'} {ROMAN[grade - 30]}"
    if school.form in TRACKS:
        return f"{ROMAN[grade]} {draw.one(TRACKS[school.form])} {draw.one('123')}"
    return draw.one(
        (f"{ROMAN[grade]} {parallel}", f"Kelas {grade}{parallel}", f"{ROMAN[grade]}-{parallel}", f"{grade}")
    )


def enrol(draw: Draw, school: School, grade: int | None = None) -> Membership:
    """Enrol a pupil at the school, in the grade or one of its grades."""
    grade = draw.grade(school) if grade is None else grade
    return Membership(draw.uuid(), school, grade, class_name(draw, school, grade))


def _name(draw: Draw, number: int, memberships: tuple[Membership, ...]) -> str:
    if number % 15 == 2:
        return hard(number // 15)
    province = memberships[0].school.province if memberships else ""
    return names.typed(draw, names.compose(draw, province, elder=False))


def _ordinary(draw: Draw) -> tuple[Membership, ...]:
    return (enrol(draw, draw.school()),)


def _at(draw: Draw, form: int) -> School:
    return draw.school_where(lambda school: school.form == form)


def _other(draw: Draw, school: School) -> School:
    return draw.school_where(lambda other: other.level == school.level and other is not school)


def _gone(keluar: str) -> Callable[[Draw], tuple[Membership, ...]]:
    return lambda draw: (enrol(draw, draw.school()).left(keluar, draw.rng.randint(20, 80)),)


def _edge(form: int, grade: int) -> Callable[[Draw], tuple[Membership, ...]]:
    return lambda draw: (enrol(draw, _at(draw, form), grade),)


def _without_class(draw: Draw) -> tuple[Membership, ...]:
    return (replace(enrol(draw, _at(draw, 6)), grade=None, rombel=None),)


def _without_grade(draw: Draw) -> tuple[Membership, ...]:
    return (replace(enrol(draw, _at(draw, 13)), grade=None),)


def _without_class_name(draw: Draw) -> tuple[Membership, ...]:
    return (replace(enrol(draw, _at(draw, 15)), rombel=None),)


def _odd_class_name(draw: Draw) -> tuple[Membership, ...]:
    odd = draw.one(("=7A", "+KELAS UNGGULAN", "  VII   B ", "VII\tC", "@VIII", "-"))
    return (replace(enrol(draw, _at(draw, 6)), rombel=odd),)


def _moved_up(draw: Draw) -> tuple[Membership, ...]:
    old = enrol(draw, _at(draw, 6), 9).left("1", 30)
    return old, enrol(draw, _at(draw, draw.one((13, 15))), 10)


def _moved(draw: Draw) -> tuple[Membership, ...]:
    school = _at(draw, draw.one((5, 6, 13, 15)))
    return enrol(draw, school).left("2", 20), enrol(draw, _other(draw, school))


def _at_two_schools(draw: Draw) -> tuple[Membership, ...]:
    first = enrol(draw, _at(draw, 6), 8)
    return first, replace(enrol(draw, _other(draw, first.school), 8), induk=False)


def _formal_and_not(draw: Draw) -> tuple[Membership, ...]:
    return enrol(draw, _at(draw, 6), 9), replace(enrol(draw, _at(draw, 27), 39), induk=False)


def _paket_elsewhere(draw: Draw) -> tuple[Membership, ...]:
    return (enrol(draw, _at(draw, draw.one((5, 6, 13))), draw.one((36, 38, 41))),)


def _withdrawn(draw: Draw) -> tuple[Membership, ...]:
    return _ordinary(draw)


def _nowhere(_: Draw) -> tuple[Membership, ...]:
    return ()


SPECIAL: tuple[Callable[[Draw], tuple[Membership, ...]], ...] = (
    *(_gone(keluar) for keluar in LEFT),
    *(_edge(form, grade) for form, grade in EDGES),
    _without_class,
    _without_grade,
    _without_class_name,
    _odd_class_name,
    _moved_up,
    _moved,
    _at_two_schools,
    _formal_and_not,
    _paket_elsewhere,
    _edge(27, 8),
    _edge(6, 10),
    _nowhere,
    _withdrawn,
)
