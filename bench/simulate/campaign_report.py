"""What a simulated campaign says: who was right, the announced end, use of the quota, what an account costs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.figures import Figure
from bench.simulate.campaign import HELD_UP
from bench.simulate.deadline import Deadline, Span
from bench.simulate.directory import User
from bench.simulate.report import DAY, percentile
from bench.simulate.verdicts import Judged
from shared.domain.pacing import SHARE

LARGE = 100_000
"""People from which on a figure of the pace tells more than how small numbers are rounded."""
WARM, TAIL = 600.0, 0.97
"""Seconds until the pace is reached; the share of a realm's accounts until which it is kept."""
CALLS = 2
PATIENCE = 180.0
"""Seconds in which what lay in the queues at a pause goes through."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many accounts the bulk lane took in the time in which a realm had enough of them, and how many it might."""

    taken: float = 0.0
    room: float = 0.0

    @property
    def used(self) -> float:
        """The share that was used; what was never at its limit counts as not used at all."""
        return self.taken / self.room if self.room else 0.0


def took(deadline: Deadline) -> float:
    """Give the seconds from the approval to the end, without those in which people held it up."""
    held_up = sum(end - begin for begin, end in deadline.spans.values())
    return deadline.done_at - deadline.approved_at - held_up


def pace(deadline: Deadline, times: Iterable[tuple[str, float]], begin: float, pauses: Sequence[Span] = ()) -> Pace:
    """Tell how far the nine tenths of each realm's calls were used from ten minutes after `begin` on."""
    by_realm = defaultdict[str, list[float]](list)
    for account_id, at in times:
        by_realm[account_id.partition(".")[2]].append(at)
    taken = room = 0.0
    for realm, all_times in by_realm.items():
        all_times.sort()
        first, last = begin + WARM, all_times[int(len(all_times) * TAIL)]
        # What a pause has stopped takes two minutes to flow again.
        spans = [(start, end + PATIENCE) for start, end in pauses if start < last]
        held_up = sum(min(end, last) - start for start, end in spans)
        if last - first - held_up < WARM:
            continue
        free = [at for at in all_times if first <= at <= last and not any(a <= at < b for a, b in spans)]
        taken += CALLS * len(free)
        room += deadline.world.rates[realm] * SHARE * (last - first - held_up)
    return Pace(taken, room)


def figures(judged: Judged) -> list[Figure]:
    """Give the figures of a campaign that was run under faults."""
    deadline = judged.deadline
    people = deadline.run.plan.people
    eta, needed = deadline.eta, took(deadline)
    calls, refused = deadline.cost["run"].calls, deadline.cost["run"].refused
    found = [
        Figure(
            "campaign_wrong",
            float(judged.wrong.total()),
            0.0,
            f"of {people:,} people, each held against what came about",
        ),
        Figure("undo_wrong", float(judged.undo_wrong.total()), 0.0, "users and accounts that are not as before"),
        Figure("campaign_refused", refused / calls, 0.005, f"{refused:,} of {calls:,} calls"),
        Figure("campaign_after_pause", *_after_pause(deadline)),
    ]
    if people >= LARGE:
        told = f"{needed / DAY:.2f} days, announced {eta / DAY:.2f}"
        found.append(Figure("campaign_eta_miss", abs(needed - eta) / eta, 0.1, told))
        found.extend(_use(deadline))
    goals = ((0.95, "p95", 30.0), (0.99, "p99", 300.0), (1.0, "max", 900.0))
    told = f"seconds from publish to usable, {len(deadline.delays):,} changes"
    found += [Figure(f"campaign_live_{name}", percentile(deadline.delays, at), goal, told) for at, name, goal in goals]
    return found


def _use(deadline: Deadline) -> Iterator[Figure]:
    """Give the use of the bulk lane: while it suspends, where an account that is spared takes one call of its two."""
    pauses = list(deadline.spans.values())
    run = pace(deadline, _looks(deadline), deadline.approved_at, pauses)
    undo = pace(deadline, _lifts(deadline), deadline.undo_at)
    detail = "of nine tenths of the queues' calls at saturation, two for each account"
    yield Figure("campaign_use", run.used, 0.95, detail, "lower")
    yield Figure("undo_use", undo.used, 0.95, detail, "lower")


def _looks(deadline: Deadline) -> Iterator[tuple[str, float]]:
    for user in _users(deadline):
        at = next((at for at, suspended in user.switched if suspended), user.looked_at)
        if at is not None and at >= deadline.approved_at:
            yield user.account_id, at


def _lifts(deadline: Deadline) -> Iterator[tuple[str, float]]:
    for user in _users(deadline):
        for at, suspended in user.switched:
            if not suspended and at > deadline.undo_at:
                yield user.account_id, at


def _after_pause(deadline: Deadline) -> tuple[float, float, str]:
    """Tell how much of the pace was left from three minutes after the pause on: what was lost and comes again."""
    begin, end = deadline.spans.get("pause", (0.0, 0.0))
    late = sum(begin + PATIENCE < at < end for user in _users(deadline) for at, on in user.switched if on)
    before = sum(begin - HELD_UP < at < begin for user in _users(deadline) for at, on in user.switched if on)
    usual = before * (HELD_UP - PATIENCE) / HELD_UP
    return (
        late / usual if usual else 0.0,
        0.05,
        f"of the pace, from {PATIENCE:.0f} s after a pause on: {late:,} accounts",
    )


def costs(judged: Judged) -> list[Figure]:
    """Give what a suspended account costs, of a campaign without faults and disturbances."""
    deadline = judged.deadline
    spent = deadline.cost["run"]
    suspended = sum(bool(user.switched) for user in _users(deadline))
    looked_at = len(deadline.held_at)
    spared = looked_at - suspended
    told = f"{spent.calls:,} calls: {suspended:,} suspended, {spared:,} looked at and spared"
    # Those that are exempt, or somebody else's, are read once a pass, and are not what a suspension costs.
    beside, each_run = spent.passed - looked_at, f"a minute beside, of {spent.runs}"
    reads = f"each of {looked_at:,} held; {beside:,} others seen, {spent.looks / spent.runs:.0f} {each_run}"
    writes = f"each of {looked_at:,} held; {spent.marks / spent.runs:.0f} {each_run}"
    return [
        Figure("campaign_calls", spent.calls / (CALLS * suspended + spared), 1.0, told),
        Figure("campaign_reads", (spent.reads + looked_at) / looked_at, 3.0, reads),
        Figure("campaign_writes", spent.writes / looked_at, 2.0, writes),
    ]


def lines(judged: Judged) -> Iterator[str]:
    """Give a campaign's story."""
    deadline = judged.deadline
    ticks, world = deadline.ticks, deadline.world
    planned = deadline.planned
    due = planned.total.due if planned is not None else 0
    results = ", ".join(f"{name} {number:,}" for name, number in sorted(deadline.results.items()))
    yield f"The deadline at {deadline.setting.scale:.4f} of the default quota: {due:,} due when it was approved"
    yield f"  {took(deadline) / DAY:.2f} days, announced {deadline.eta / DAY:.2f}; {results}"
    yield f"  each by what came about: {_told(judged.kinds)}"
    yield (
        "  (caught: who first signed in within the seconds that a get lags, or between the last look and the update; "
        "exempt too late: suspended in the minutes before)"
    )
    yield (
        f"  suspend ran {ticks.runs:,} times: {ticks.killed} killed on purpose, {ticks.twice} overtaken, "
        f"{ticks.leased} found it leased, {ticks.short} short of time, {ticks.failed} broken off"
    )
    statuses = ", ".join(f"{status} {number:,} times" for status, number in sorted(world.tasks.statuses.items()))
    yield f"  tasks answered {statuses}; lost {world.tasks.lost:,}; processes killed {world.kills:,} times in all"
    yield f"  when done: {_told(judged.wrong) or 'all right'}; when undone: {_told(judged.undo_wrong) or 'all right'}"


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counted.most_common())


def _users(deadline: Deadline) -> Iterable[User]:
    return deadline.world.directory.users.values()
