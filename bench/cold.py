"""Figures: cold start of each function, over the framework serving a bare one with the same clients.

The first request is the function's ordinary work, and makes the same calls on both sides: clients are imported and
built on first use, so a request that is refused without a call would not pay for them.
"""

import json
from collections.abc import Callable

from bench.calling import all_done, seconds_to_answer
from bench.figures import REPEATS, Figure, ratio
from bench.people import HOOK, Post, fetched, pushed, tasked, wanted
from bench.stage import BARE, OURS, Stage

First = Callable[[int, int], Post]

GOAL = 1.15
FIRST: dict[str, First] = {
    "provision": pushed,  # a new person: reads person and school, commits, enqueues
    "converge": tasked,  # their account: reads it and the switches, inserts, records
    "link": wanted,  # reads the school, registers
    "download": fetched,  # reads school and link, counts, queries an empty category
    "reconcile": lambda _run, _number: Post(json.dumps({"job": "stuck"}).encode(), HOOK),  # queries, and finds nothing
    "suspend": lambda _run, _number: Post(b"{}", HOOK),  # the lease, a query for each realm, the campaigns
}
_SETTLING = 5  # runs of `suspend` after which there is nothing to do
# Of each side: more than of other figures, because a start is short and its wall time is disturbed by what else runs.
# The first is not counted: it fills the file system's caches and writes bytecode.
_STARTS = 2 + 2 * REPEATS


def cold_starts(stage: Stage) -> list[Figure]:
    """Measure from the start of the process to the end of the first answer."""
    apart = stage.apart("cold")
    return [_cold_start(apart, name, make) for name, make in FIRST.items()]


def _cold_start(stage: Stage, name: str, first: First) -> Figure:
    run = next(stage.runs)
    if name in ("link", "download"):
        with stage.serve(OURS, "provision", {}) as server:
            all_done(server.port, [pushed(run, 0)])  # somebody at the school, so that it is known
    if name == "converge":
        for source in (OURS, BARE):
            with stage.serve(source, "provision", {}) as server:
                all_done(server.port, [pushed(run, number) for number in range(_STARTS)])
    if name == "suspend":
        with stage.serve(OURS, name, {}) as server:  # the policy's campaign, whose day is long past, comes to its end
            all_done(server.port, [first(run, number) for number in range(_SETTLING)], at_once=1)
    spent: dict[str, list[float]] = {OURS: [], BARE: []}
    for number in range(_STARTS):
        for source in (OURS, BARE) if number % 2 == 0 else (BARE, OURS):
            with stage.serve(source, name, {}, wait=False) as server:
                spent[source].append(seconds_to_answer(server, first(run, number)) * 1000)
    ours, bare = spent[OURS][1:], spent[BARE][1:]
    return ratio(f"cold_start_{name}", ours, bare, GOAL, f"ms to the first answer, {stage.store}")
