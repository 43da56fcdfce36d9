"""A launch: everybody is published to the bulk lane, some change meanwhile in the live one, until all is done."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from bench.simulate.chance import Faults
from bench.simulate.directory import User
from bench.simulate.people import Country, Expected, Person, shares
from bench.simulate.world import World, without_collector
from shared import queries
from shared.domain import pacing
from shared.domain.roster import Lane

PUBLISHED_A_SECOND = 1_000.0
"""Events of a back-fill, at the full quota."""
NEW = 0.5
"""Share of the live changes that are new people; the others change somebody who was published before."""
LOOK_EVERY = 600.0
"""Seconds between two looks whether all is done."""
LEAST, REALM_LIMIT, ADMIN_LIMIT = 0.5, 9.5, 38.0
"""Tasks a second of a realm, least and most, and of all realms of one admin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to simulate; `scale` is the share of Google's quotas, and of all rates a second."""

    people: int
    scale: float
    changes_a_second: float
    faults: Faults
    changes_for: float = float("inf")
    """Seconds during which there are changes, unless the back-fill is done before."""
    seed: int = 1


@dataclass(slots=True)
class Run:
    """What came of a launch; times are virtual seconds."""

    plan: Plan
    world: World
    announced: float
    revisions: dict[int, int]
    """People who were published, and at which revision they are; those of the bulk lane at 1 are left out."""
    published: int
    delays: list[float] = field(default_factory=list)
    done_at: dict[str, float] = field(default_factory=dict)
    """When the last account of a realm was made."""
    created_by_hour: Counter[tuple[str, int]] = field(default_factory=Counter)
    over_at: float = 0.0


def rates(scale: float) -> dict[str, float]:
    """Share the admin's tasks a second among the realms by what each has to do, within a realm's limits."""
    left, found = shares(), dict[str, float]()
    while left:
        spread = (ADMIN_LIMIT - sum(found.values())) / sum(left.values())
        bounded = {realm: min(max(share * spread, LEAST), REALM_LIMIT) for realm, share in left.items()}
        # What is bounded from below takes from the others, so the upper bound is looked at in the next round.
        fixed = [realm for realm, rate in bounded.items() if rate == LEAST] or [
            realm for realm, rate in bounded.items() if rate == REALM_LIMIT
        ]
        for realm in fixed or list(left):
            found[realm] = bounded[realm]
            del left[realm]
    return {realm: rate * scale for realm, rate in found.items()}


def launch(plan: Plan) -> Run:
    """Simulate; returns when every account is done and no message or task is left."""
    country = Country(plan.people)
    table = rates(plan.scale)
    world = World(plan.faults, {**table, "*": plan.scale}, plan.scale, plan.seed)
    run = Run(plan, world, announced(country, plan.people, table), {}, plan.people)
    live = Live(run, country)
    world.directory.shown = live.shown
    pace = 1 / (PUBLISHED_A_SECOND * plan.scale)
    world.timeline.after(0.0, partial(_publish, world, country, pace, 0, plan.people))
    live.start(plan.changes_a_second, lambda: _is_busy(run))
    world.schedule()
    _look(run)
    without_collector(lambda: world.timeline.run(is_over=lambda: run.over_at > 0))
    return run


def announced(country: Country, people: int, table: Mapping[str, float]) -> float:
    """Give the ETA that is announced before the first account is made, by the people of each realm."""
    calls = Counter[str]()
    for number in range(people):
        person = country.person(number)
        if not person.is_outside:
            calls[person.group.realm] += 1
    return pacing.eta(calls, table)


def _publish(world: World, country: Country, pace: float, number: int, people: int) -> None:
    """Publish one person of the back-fill, and the next one in a while."""
    world.publish(lambda: country.person(number).event(), "bulk")
    if number + 1 < people:
        world.timeline.after(pace, partial(_publish, world, country, pace, number + 1, people))


def _look(run: Run) -> None:
    """See every so often whether all is done; nothing is left to come once all was published."""
    world = run.world
    all_published = world.timeline.seconds >= run.plan.people / (PUBLISHED_A_SECOND * run.plan.scale)
    if all_published and not world.undelivered and not world.tasks.waiting() and not _is_pending(world):
        run.over_at = world.timeline.seconds
    else:
        world.timeline.after(LOOK_EVERY, lambda: _look(run))


def _is_pending(world: World, lanes: tuple[Lane, ...] = ("live", "bulk")) -> bool:
    found = (world.memory.query(queries.pending(realm, lane, limit=1)) for realm in world.rates for lane in lanes)
    return any(next(each, None) is not None for each in found)


def _is_busy(run: Run) -> bool:
    """Tell whether the back-fill goes on, and changes are still wanted."""
    world = run.world
    wanted = world.timeline.seconds <= run.plan.changes_for
    return wanted and bool(world.undelivered or _is_pending(world, ("bulk",)))


class Live:
    """The changes of the live lane, and how long each takes to show in the Directory.

    `may_change` is asked with a person before and after.
    """

    def __init__(
        self, run: Run, country: Country, may_change: Callable[[Person, Person], bool] = lambda _, __: True
    ) -> None:
        self._run = run
        self._country = country
        self._may_change = may_change
        self._wanted: dict[str, tuple[float, Person]] = {}

    def start(self, changes_a_second: float, goes_on: Callable[[], bool]) -> None:
        """Let there be changes as long as it goes on: so many, times the share of the quotas there is."""
        if changes_a_second:
            self._run.world.timeline.after(
                self._gap(changes_a_second), partial(self._change, changes_a_second, goes_on)
            )

    def _gap(self, changes_a_second: float) -> float:
        """Give the seconds to the next change: they come at random."""
        return self._run.world.chance.within(2.0) / (changes_a_second * self._run.plan.scale)

    def _change(self, changes_a_second: float, goes_on: Callable[[], bool]) -> None:
        if not goes_on():
            return
        world = self._run.world
        person = self._new() if world.chance.strikes(NEW) else self._changed()
        if person is not None:
            world.publish(person.event, "live")
        self.start(changes_a_second, goes_on)

    def _new(self) -> Person:
        run = self._run
        number, run.published = run.published, run.published + 1
        run.revisions[number] = 1
        person = self._country.person(number)
        self._await(person)
        return person

    def _changed(self) -> Person | None:
        """Change somebody who was published and not changed yet; None if this one was."""
        run, world = self._run, self._run.world
        sent = min(run.plan.people, int(world.timeline.seconds * PUBLISHED_A_SECOND * run.plan.scale))
        number = world.chance.below(max(1, sent))
        before, person = self._country.person(number), self._country.person(number, 2)
        if number in run.revisions or not self._may_change(before, person):
            return None
        run.revisions[number] = 2
        if before.expected() != person.expected():
            self._await(person)
        return person

    def _await(self, person: Person) -> None:
        expected = person.expected()
        if expected is not None:
            self._wanted[expected.account_id] = (self._run.world.timeline.seconds, person)

    def shown(self, user: User) -> None:
        """Note when a realm's last user was made, and how long a change took that shows now."""
        now = self._run.world.timeline.seconds
        if user.created == now:
            realm = user.account_id.partition(".")[2]
            self._run.done_at[realm] = now
            self._run.created_by_hour[realm, int(now // 3600)] += 1
        wanted = self._wanted.get(user.account_id)
        if wanted is None:
            return
        since, person = wanted
        expected = person.expected()
        if expected is not None and (user.given_name, user.family_name, user.cost_center) == _seen(expected):
            del self._wanted[user.account_id]
            self._run.delays.append(now - since)

    @property
    def unseen(self) -> int:
        """Count the changes that never showed."""
        return len(self._wanted)


def _seen(expected: Expected) -> tuple[str, str, str]:
    return expected.given_name, expected.family_name, expected.npsn
