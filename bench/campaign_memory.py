"""Figures: what plan, campaign and undo take at their peak over 100,000 accounts, over what they take over 1,000."""

import gc
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bench.bare_sample import POLICY
from bench.campaign_accounts import Pattern, patterns
from bench.campaign_store import DueStore
from bench.campaign_world import AFTER, CAMPAIGN, OPS, RATES, Time
from bench.figures import Figure, MeasurementError
from bench.stage import Stage
from shared import policies
from shared.domain.campaigns import Record
from shared.ports import Ref, Store
from shared.usecases.campaign import Decisions
from shared.usecases.suspend import Suspend

GOAL = 1.1
FEW, MANY = 1_000, 100_000
REALM = "smp"
_MIB = 1_048_576
_TICKS = 1_000  # of one state; then it hangs


def suspend_memory(stage: Stage) -> list[Figure]:
    """Measure each, as Python counts its objects, `suspend` ticking until all are suspended, and until none is."""
    pattern = patterns(stage, (REALM,))[REALM]
    peaks(pattern, FEW)  # what is made once in a process is none of the first's
    few, many = peaks(pattern, FEW), peaks(pattern, MANY)
    return [_figure(name, few[name], many[name]) for name in few]


def _figure(name: str, few: int, many: int) -> Figure:
    detail = f"{many / _MIB:.2f} MiB over {MANY:,} accounts, {few / _MIB:.2f} over {FEW:,}"
    return Figure(f"suspend_memory_{name}", many / few, GOAL, detail)


def peaks(pattern: Pattern, number: int, wrap: Callable[[Store], Store] = lambda store: store) -> dict[str, int]:
    """Give the bytes at the peak of each part of a campaign over so many accounts."""
    due = DueStore(pattern, number)
    store, time = wrap(due), Time(AFTER)
    policy = policies.load(POLICY)
    decisions = Decisions(store=store, clock=time, policy=policy)
    suspend = Suspend(store=store, clock=time, policy=policy, rates=RATES, new_budget=lambda: lambda: True)
    found = {"plan": _peak(partial(decisions.plan, CAMPAIGN, OPS, lambda: True, lambda *_: None))}
    decisions.approve(CAMPAIGN, OPS, "measured")
    found["hold"] = _peak(partial(_tick, suspend, store, time, "done"))
    if due.held != number:
        raise MeasurementError(f"{due.held:,} of {number:,} accounts were held")
    decisions.undo(CAMPAIGN, OPS)
    found["undo"] = _peak(partial(_tick, suspend, store, time, "undone"))
    if due.held:
        raise MeasurementError(f"{due.held:,} accounts were not lifted")
    return found


def _tick(suspend: Suspend, store: Store, time: Time, end: str) -> None:
    """Let `suspend` run every minute until the campaign has come to a state."""
    for _ in range(_TICKS):
        with suspend.alone():
            for part in suspend.parts():
                part.work()
        time.at += timedelta(minutes=1)
        document = store.get(Ref("campaigns", CAMPAIGN))
        if document is not None and Record.from_doc(document.data).state == end:
            return
    raise MeasurementError(f"the campaign was not {end} after {_TICKS} minutes")


def _peak(work: Callable[[], object]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
