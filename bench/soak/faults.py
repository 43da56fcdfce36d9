"""The faults of a soak, and how the stand-ins are told of them; shares of all calls or tasks, times in seconds."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from bench.figures import MeasurementError
from local.run import http
from local.run.environment import Places

CALLS: Mapping[str, float] = {"error": 0.015, "errorApplied": 0.015, "lost": 0.01}
LOST_TASKS = 0.01
LAG: Mapping[str, float] = {"get": 2.0, "list": 4.0, "settle": 2.0}
TASKS: Mapping[str, Mapping[str, float]] = {
    "double": {"share": 0.02, "seconds": 2.0},
    "late": {"share": 0.02, "seconds": 6.0},
    "lost": {"share": LOST_TASKS},
}
CREATIONS: Mapping[str, Mapping[str, float]] = {
    "create_503": {"share": 0.005},
    "create_answer_lost": {"share": 0.005},
}
"""Creations of tasks that fail; an answer that is lost hides a task that was made."""


def begin(
    places: Places,
    seed: int,
    lag: Mapping[str, float],
    tasks: Mapping[str, Mapping[str, float]],
    calls: Mapping[str, float] = CALLS,
) -> None:
    """Let calls and tasks fail from now on."""
    for number, (kind, share) in enumerate(calls.items()):
        tell(places.directory, "/control/faults", {"kind": kind, "share": share, "seed": seed + number})
    tell(places.directory, "/control/lag", dict(lag))
    tell(places.tasks, "/control/faults", {**tasks, "seed": seed})


def end(places: Places) -> None:
    """Let nothing fail any more."""
    tell(places.tasks, "/control/faults", {kind: {} for kind in (*TASKS, *CREATIONS)})
    if http.call(places.directory, "DELETE", "/control/faults")[0] != HTTPStatus.OK:
        raise MeasurementError("the Directory stand-in keeps its faults")


def tell(port: int, path: str, body: dict[str, Any]) -> None:
    """Set something; raises MeasurementError where it is refused."""
    status = http.post(port, path, body)
    if status != HTTPStatus.OK:
        raise MeasurementError(f"{path}: answer {status}")


def told(places: Places) -> str:
    """Say in a line what has struck so far."""
    directory = http.get(places.directory, "/control/counters")
    tasks = http.get(places.tasks, "/control/counters")
    struck = ", ".join(f"{tasks[name]} {name.replace('_', ' ')}" for name in ("doubled", "late", "lost"))
    refused = f"{tasks['refused_503']} creations refused, {tasks['answers_lost']} left without an answer"
    return f"{directory['faults']} of {directory['total']} Directory calls failed; tasks: {struck}; {refused}"
