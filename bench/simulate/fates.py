"""What becomes of each person, drawn from a number: who comes and when, whom others suspend, who is exempt.

The campaign under test knows nothing of it; the checker knows nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from bench.simulate.people import Person, mixed


class When(StrEnum):
    """A moment of a campaign."""

    NEVER = "never"
    BEFORE = "before the plan"
    PLANNED = "between plan and approval"
    MEANWHILE = "while it runs"
    LOOK = "right before the last look"
    UNSEEN = "seconds before the last look"
    BETWEEN = "between the last look and the update"


SIGN_INS: Sequence[tuple[When, float]] = (
    (When.BEFORE, 0.140),
    (When.PLANNED, 0.040),
    (When.MEANWHILE, 0.080),
    (When.LOOK, 0.034),
    (When.UNSEEN, 0.004),
    (When.BETWEEN, 0.002),
)
"""Shares of the people who come: 30 % in all."""
FOREIGN: Sequence[tuple[When, float]] = (
    (When.BEFORE, 0.008),
    (When.PLANNED, 0.005),
    (When.MEANWHILE, 0.006),
    (When.LOOK, 0.006),
)
"""Shares of the people whom somebody else suspends: 2.5 %."""
EXEMPT: Sequence[tuple[When, float]] = ((When.BEFORE, 0.001), (When.MEANWHILE, 0.001))
"""Shares of the people who are exempt themselves."""
EXEMPT_SCHOOLS: Sequence[tuple[When, float]] = ((When.BEFORE, 0.006), (When.MEANWHILE, 0.006))
"""Shares of the schools, beside FIRST_SCHOOLS: a form's first one, so that a small country has one, too."""
FIRST_SCHOOLS = {6: When.BEFORE, 15: When.MEANWHILE}
EXEMPT_REALMS = {"admin.slb": When.BEFORE, "guru.slb": When.MEANWHILE}
AGREED_ONLY = 0.1
"""Of those who come: only the accepted terms show it."""
BY_GOOGLE = 0.2
"""Of those whom somebody else suspends: Google itself."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one person, apart from the campaign."""

    comes: When
    agreed_only: bool
    foreign: When
    reason: str
    exempt: When


def fate(person: Person) -> Fate:
    """Give a person's fate; it is the same for all revisions."""
    number = person.number
    return Fate(
        comes=_drawn(SIGN_INS, number, 11),
        agreed_only=_share(number, 12) < AGREED_ONLY,
        foreign=_drawn(FOREIGN, number, 13),
        reason="ABUSE" if _share(number, 14) < BY_GOOGLE else "ADMIN",
        exempt=_drawn(EXEMPT, number, 15),
    )


def exempt_school(person: Person) -> When:
    """Tell when a person's school becomes exempt."""
    if person.school == 0 and person.group.form in FIRST_SCHOOLS:
        return FIRST_SCHOOLS[person.group.form]
    return _drawn(EXEMPT_SCHOOLS, person.group.form * 1_000_000 + person.school, 16)


def moments(person: Person) -> tuple[float, float]:
    """Give where in its span of time the sign-in lies, and where the others' suspension, 0 to 1."""
    return _share(person.number, 17), _share(person.number, 18)


def _drawn(shares: Sequence[tuple[When, float]], number: int, salt: int) -> When:
    drawn = _share(number, salt)
    bounds = accumulate(share for _, share in shares)
    return next((when for (when, _), bound in zip(shares, bounds, strict=True) if drawn < bound), When.NEVER)


def _share(number: int, salt: int) -> float:
    return float(mixed(number, salt) >> 11) / 2**53
