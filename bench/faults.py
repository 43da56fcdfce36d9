"""Figure: Directory calls of an account while a share of the calls is answered 503, or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.calling import TRIES, all_done, statuses
from bench.figures import REPEATS, Figure, MeasurementError
from bench.people import pushed, tasked
from bench.processes import Server
from bench.stage import Stage
from local.run import http

SHARE = 0.05  # half of it 503, half of it lost after the call was applied
GOAL = 1 + 2.2 * SHARE
PEOPLE = 800  # of each seed


def directory_calls(stage: Stage) -> list[Figure]:
    """Count, at the stand-in, the calls until every account is done; tasks are sent again as Cloud Tasks does."""
    with stage.ours("provision") as provision, stage.ours("converge") as converge:
        found = [_calls(stage, provision, converge, seed) for seed in range(1, REPEATS + 1)]
    # Of all accounts together, not the median: each seed's faults are chance, and calls can be added up.
    return [Figure("directory_calls_under_faults", sum(found) / len(found), GOAL, _told(found))]


def _told(found: Sequence[float]) -> str:
    spread = f"{len(found)} seeds from {min(found):.3f} to {max(found):.3f}"
    return f"calls an account, p = {SHARE}; {len(found) * PEOPLE:,} accounts, {spread}"


def _calls(stage: Stage, provision: Server, converge: Server, seed: int) -> float:
    run = next(stage.runs)
    all_done(provision.port, [pushed(run, number) for number in range(PEOPLE)])
    with _faults(stage.directory, seed):
        _converge(converge, run, range(PEOPLE))
        counters = http.get(stage.directory, "/control/counters")
    if counters["created"] != PEOPLE:
        raise MeasurementError(f"{counters['created']} users were made of {PEOPLE}")
    if not counters["faults"]:
        raise MeasurementError("no call met a fault")
    return float(counters["total"]) / PEOPLE


@contextmanager
def _faults(port: int, seed: int) -> Iterator[None]:
    http.post(port, "/control/reset", {})
    # The second rule sees only what the first let through.
    for kind, share in (("error", SHARE / 2), ("lost", SHARE / 2 / (1 - SHARE / 2))):
        rule = {"method": "*", "kind": kind, "share": share, "seed": 2 * seed + (kind == "lost")}
        if http.post(port, "/control/faults", {**rule, **({"status": 503} if kind == "error" else {})}) != 200:
            raise MeasurementError("the Directory stand-in refuses the faults")
    try:
        yield
    finally:
        http.post(port, "/control/reset", {})


def _converge(server: Server, run: int, numbers: Sequence[int]) -> None:
    left = list(numbers)
    for tries in range(TRIES):
        found = statuses(server.port, [tasked(run, number, tries) for number in left])
        left = [number for number, status in zip(left, found, strict=True) if status != 200]
        if not left:
            return
    raise MeasurementError(f"{len(left)} tasks did not succeed in {TRIES} tries")
