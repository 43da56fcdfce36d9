"""Figures: memory after many new accounts, over the framework with the same clients; and what of it goes on growing."""

from collections.abc import Callable

from bench.calling import all_done
from bench.figures import Figure, MeasurementError
from bench.people import Post, pushed, tasked
from bench.processes import Server
from bench.stage import BARE, OURS, Stage

PEAK_GOAL = 1.2
GROWTH_GOAL = 2.0  # MiB
WARM = 1_000  # events after which memory is to stay as it is
_CHUNK = 1_000  # requests made at a time


def memory(stage: Stage) -> list[Figure]:
    """Send `stage.events` new people through `provision`, then their tasks through `converge`: one run."""
    if stage.events <= WARM:
        raise MeasurementError(f"EVENTS must be above {WARM:,}: growth is measured from there on")
    apart, run = stage.apart("memory"), next(stage.runs)
    figures: list[Figure] = []
    for name, make in (("provision", pushed), ("converge", tasked)):
        peak, grown = _after(apart, OURS, name, run, make)
        bare_peak, bare_grown = _after(apart, BARE, name, run, make)
        how = f"{stage.events:,} events, one run, {stage.store}"
        detail = f"{peak:.1f} over {bare_peak:.1f} MiB of the worker, {how}"
        figures.append(Figure(f"memory_peak_{name}", peak / bare_peak, PEAK_GOAL, detail))
        detail = f"MiB from event {WARM:,} on; the bare one {bare_grown:.2f}; {how}"
        figures.append(Figure(f"memory_growth_{name}", grown, GROWTH_GOAL, detail))
    return figures


def _after(stage: Stage, source: str, name: str, run: int, make: Callable[[int, int], Post]) -> tuple[float, float]:
    """Give peak and growth, in MiB, of a function that took all events."""
    with stage.serve(source, name, {}) as server:
        _send(server, run, range(WARM), make)
        warm = server.memory()
        _send(server, run, range(WARM, stage.events), make)
        told = server.memory()
    return told["peak"], told["held"] - warm["held"]


def _send(server: Server, run: int, numbers: range, make: Callable[[int, int], Post]) -> None:
    for first in range(numbers.start, numbers.stop, _CHUNK):
        all_done(server.port, [make(run, number) for number in range(first, min(first + _CHUNK, numbers.stop))])
