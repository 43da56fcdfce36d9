"""Who came: counts of accounts opened by realm, province and school, and how far a campaign has come. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from shared.domain.campaigns import Record, Tally

BASE: Final = frozenset({"issued", "active", "suspended"})
"""The states that are counted: of accounts that the Directory has confirmed, and that are not closed."""


class Activation(NamedTuple):
    """Accounts that the Directory has and that are not closed; of them, who came, and who was suspended unseen."""

    accounts: int = 0
    activated: int = 0
    suspended: int = 0

    @property
    def unopened(self) -> int:
        """Accounts in use that nobody is known to have opened."""
        return self.accounts - self.activated - self.suspended

    @property
    def share(self) -> float:
        """The share of the accounts that was ever opened, 0 to 1."""
        return self.activated / self.accounts if self.accounts else 0.0

    def plus(self, other: "Activation") -> "Activation":
        """Give both together."""
        return Activation(
            self.accounts + other.accounts, self.activated + other.activated, self.suspended + other.suspended
        )


class School(NamedTuple):
    """A school's accounts in all realms of a campaign; `province` is two digits of Dapodik's, "" where none is told."""

    sekolah_id: str
    npsn: str
    nama: str
    province: str
    activation: Activation


class InRealm(NamedTuple):
    """A realm's plan, and what the campaign holds and has suspended there now."""

    plan: Tally
    held: int
    suspended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How far a campaign has come; None: not known, because it is at work, or was undone before it was done.

    `held_ever` is how many holds it set, in all its rounds; `waiting` of them are still in the queue, or left alone,
    or have to be lifted.
    """

    realms: Mapping[str, InRealm]
    held_ever: int | None
    came_in_time: int | None
    left_alone: int | None
    waiting: int
    lifted: int

    @property
    def held(self) -> int:
        """Accounts that bear the campaign's hold now."""
        return sum(each.held for each in self.realms.values())

    @property
    def suspended(self) -> int:
        """Accounts that are suspended by the campaign now."""
        return sum(each.suspended for each in self.realms.values())


def course(record: Record, realms: Mapping[str, InRealm], changed: int) -> Course:
    """Tell how far a campaign has come; `changed` is what the work under way has held, or lifted, so far."""
    state = record.before_pause if record.state == "paused" else record.state
    bearing = sum(each.held for each in realms.values())
    results = record.results
    lifts = state in ("undoing", "undone")
    if state == "running" or (not lifts and "came_in_time" not in results):
        held = results.get("held", 0) + changed
        waiting = bearing - sum(each.suspended for each in realms.values())
        return Course(
            realms=realms,
            held_ever=held,
            came_in_time=max(0, held - bearing),
            left_alone=None if waiting else 0,
            waiting=waiting,
            lifted=0,
        )
    return Course(
        realms=realms,
        held_ever=results.get("held"),
        came_in_time=results.get("came_in_time"),
        left_alone=results.get("left_alone"),
        waiting=bearing if state == "undoing" else 0,
        lifted=changed if state == "undoing" else results.get("lifted", 0),
    )


def together(each: Iterable[Activation]) -> Activation:
    """Give all of them as one."""
    total = Activation()
    for activation in each:
        total = total.plus(activation)
    return total


def best_first(school: School) -> tuple[float, int, str]:
    """Give the order in which the school comes first where most came; of equals, the larger."""
    return -school.activation.share, -school.activation.accounts, school.sekolah_id


def worst_first(school: School) -> tuple[float, int, str]:
    """Give the order in which the school comes first where fewest came; of equals, the larger."""
    return school.activation.share, -school.activation.accounts, school.sekolah_id


def by_share(of: Mapping[str, Activation]) -> list[tuple[str, Activation]]:
    """Give the rows, those where most came first; what has no account is left out."""
    rows = [(name, each) for name, each in of.items() if each.accounts]
    return sorted(rows, key=lambda row: (-row[1].share, -row[1].accounts, row[0]))
