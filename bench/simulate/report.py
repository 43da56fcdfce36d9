"""What a simulation says: days, the announced end, refusals, delays, and each figure beside its goal."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bench.figures import Figure
from bench.simulate.people import ACCOUNTS
from bench.simulate.scenario import Run, rates

DAY = 86_400.0
ACCOUNTS_A_DAY = 1.8e6
"""Goal of a launch."""
UNTIL = "accounts, until the largest domain is what remains"


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which so large a share lies; nothing measured counts as for ever."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("inf")


def end_of(run: Run) -> float:
    """Give the seconds until the last account of the launch was made, those of the last ten minutes' tail included."""
    return max(run.done_at.values())


def days(run: Run) -> float:
    """Give the days that the launch of 30 million takes, at the full quota: a share of the people at that of it."""
    return end_of(run) / DAY * _stretch(run)


def announced_days(run: Run) -> float:
    """Give the days that were announced, for as many people."""
    return run.announced / DAY * _stretch(run)


def accounts_a_day(run: Run) -> float:
    """Give the accounts a day, of the country, until all realms but the largest are done."""
    largest = max(run.done_at, key=lambda realm: sum(n for (of, _), n in run.created_by_hour.items() if of == realm))
    until = max(at for realm, at in run.done_at.items() if realm != largest)
    made = sum(n for (_, hour), n in run.created_by_hour.items() if hour < until // 3600)
    hours = max(1.0, until // 3600)
    return made / hours * 24 / run.plan.scale


def refused_share(run: Run) -> float:
    """Give the share of the Directory calls that a quota refused."""
    return run.world.directory.refused / run.world.directory.calls


def _stretch(run: Run) -> float:
    return ACCOUNTS * run.plan.scale / run.plan.people


def lines(run: Run, faults: Counter[str]) -> Iterator[str]:
    """Give a run's story."""
    world, plan = run.world, run.plan
    made = len(world.directory.users)
    yield (
        f"{plan.people:,} people at {plan.scale:.4f} of the default quota (30 million at the whole of it): "
        f"{made:,} accounts, {world.directory.calls:,} Directory calls, {world.store.commits:,} commits"
    )
    table = ", ".join(f"{realm} {rate:.2f}" for realm, rate in rates(1.0).items())
    yield f"  queues, tasks a second at the whole quota: {table}"
    statuses = ", ".join(f"{status} {number:,} times" for status, number in sorted(world.tasks.statuses.items()))
    yield f"  tasks answered {statuses}; lost {world.tasks.lost:,}; processes killed {world.kills:,} times"
    yield f"  messages: {', '.join(f'{number:,} {outcome}' for outcome, number in world.outcomes.most_common())}"
    if plan.scale < 1:
        yield (
            f"  days to launch {days(run):.2f}, announced {announced_days(run):.2f}; "
            f"{accounts_a_day(run):,.0f} accounts a day until the largest domain is what remains"
        )
    yield f"  refused by a quota: {world.directory.refused:,} calls"
    yield f"  live lane, publish to usable: {delays(run)}"
    wrong = ", ".join(f"{number:,} {what}" for what, number in faults.items())
    yield f"  held against what each person is to have: {wrong or 'all right'}"


def delays(run: Run) -> str:
    """Give the live lane's percentiles in words."""
    shares = ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"), (1.0, "max"))
    shown = ", ".join(f"{name} {percentile(run.delays, share):,.1f} s" for share, name in shares)
    return f"{shown} ({len(run.delays):,} changes)"


def of_launch(run: Run, faults: Counter[str]) -> list[Figure]:
    """Give the figures of a launch."""
    miss = abs(end_of(run) - run.announced) / run.announced
    told = f"{days(run):.2f} days, announced {announced_days(run):.2f}"
    return [
        Figure("launch_millions_a_day", accounts_a_day(run) / 1e6, ACCOUNTS_A_DAY / 1e6, UNTIL, "lower"),
        Figure("launch_eta_miss", miss, 0.1, told),
        Figure("launch_refused", refused_share(run), 0.005, f"{run.world.directory.refused:,} calls"),
        _wrong("launch_wrong", run, faults),
    ]


def of_live(run: Run, faults: Counter[str]) -> list[Figure]:
    """Give the figures of the live lane beside a back-fill."""
    goals = ((0.5, "p50", 2.0), (0.95, "p95", 30.0), (0.99, "p99", 300.0), (1.0, "max", 900.0))
    detail = f"seconds from publish to usable, {len(run.delays):,} changes"
    found = [Figure(f"live_{name}", percentile(run.delays, share), goal, detail) for share, name, goal in goals]
    return [*found, _wrong("live_wrong", run, faults)]


def _wrong(name: str, run: Run, faults: Counter[str]) -> Figure:
    detail = f"duplicates, wrong states, lost accounts of {run.published:,} people"
    return Figure(name, float(sum(faults.values())), 0.0, detail)
