"""Who does what while a deadline comes: drawn beforehand, by a seed, for accounts of which the model is sure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from bench.soak.changes import person_of
from bench.soak.model import World
from bench.soak.roster import Event

Role = Literal[
    "early", "early_unlisted", "between", "during", "at_get", "at_update", "admin_early", "admin_late", "google_late"
]
SHARES: Mapping[Role, float] = {
    "early": 0.06,
    "early_unlisted": 0.04,
    "between": 0.09,
    "during": 0.095,
    "at_get": 0.01,
    "at_update": 0.005,
    "admin_early": 0.0125,
    "admin_late": 0.0075,
    "google_late": 0.005,
}
"""Of all accounts: 30 % sign in (some of the early ones so that a list does not show it), 2.5 % are suspended by
others; who has no role never comes."""
FEWEST = 2
EXEMPT = 0.015
"""Of all accounts, half of them by their school."""

Accounts = Mapping[str, frozenset[str]]
"""Account id -> the schools at which the account is listed."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The parts that were drawn; `people` are exempt one by one, `school` as a whole."""

    accounts: Accounts
    roles: Mapping[str, Role]
    school: str
    people: Sequence[str]

    def of(self, *roles: Role) -> list[str]:
        """Give the accounts that have one of these roles, in the order of the draw."""
        return [account_id for account_id, role in self.roles.items() if role in roles]

    @property
    def exempt(self) -> frozenset[str]:
        """Give the accounts that are exempt, by person or by school."""
        people = set(self.people)
        spared = (each for each, at in self.accounts.items() if self.school in at or _person(each) in people)
        return frozenset(spared)


def sure(events: Iterable[Event], worlds: Mapping[str, Sequence[World]]) -> dict[str, World]:
    """Give the people of whom there is one revision, and so one world, if it has an account, in order of arrival."""
    revisions: dict[str, set[int]] = {}
    for event in events:
        revisions.setdefault(person_of(event), set()).add(event["revision"])
    alone = (person_id for person_id, known in revisions.items() if len(known) == 1)
    return {person_id: worlds[person_id][0] for person_id in alone if worlds[person_id][0]}


def first(people: Mapping[str, World], number: int) -> dict[str, frozenset[str]]:
    """Give the accounts of the first people, until there are so many; fewer where there are none left."""
    found: dict[str, frozenset[str]] = {}
    for world in people.values():
        if len(found) >= number:
            break
        found |= {account_id: wanted.schools for account_id, wanted in world.items()}
    return found


def draw(accounts: Accounts, seed: int) -> Cast:
    """Draw the parts."""
    random = Random(seed)
    wanted = max(FEWEST, round(EXEMPT * len(accounts)))
    school = _school(accounts, wanted / 2)
    others = [each for each, at in sorted(accounts.items()) if school not in at]
    random.shuffle(others)
    by_school = len(accounts) - len(others)
    people = tuple(dict.fromkeys(_person(each) for each in others[: max(FEWEST, wanted - by_school)]))
    left = [each for each in others if _person(each) not in set(people)]
    roles: dict[str, Role] = {}
    for role, share in SHARES.items():
        number = max(FEWEST, round(share * len(accounts)))
        roles |= dict.fromkeys(left[:number], role)
        left = left[number:]
    return Cast(accounts, roles, school, people)


def _school(accounts: Accounts, wanted: float) -> str:
    """Give the school whose number of accounts is nearest to what is wanted."""
    sizes = Counter(school for at in accounts.values() for school in at)
    return min(sorted(sizes), key=lambda school: abs(sizes[school] - wanted))


def _person(account_id: str) -> str:
    return account_id.partition(".")[0]
