"""Figures: the share of the queues' table that is used at saturation, live and bulk, and what is refused or given up.

In real time: Cloud Tasks' pace, Google's quotas and 100 ms for each call of the Directory; not pinned to one core.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bench.calling import all_done
from bench.figures import Figure, MeasurementError
from bench.people import GRADES, pushed
from bench.pinning import unpinned
from bench.processes import Server, serving
from bench.stage import Stage
from bench.window import Window, between, refused_share
from local.run import http
from local.run.environment import url
from local.run.ports import free
from local.run.stack import CONCURRENT
from shared.domain.pacing import SHARE

RATE = 9.5  # tasks a second of each queue: under Google's 10 creations a second and domain
REALMS = tuple(GRADES)
ALL = RATE * len(REALMS)  # 38 a second, under the 2,400 calls a minute of one admin
USED_GOAL, REFUSED_GOAL, GIVEN_UP_GOAL = 0.95, 0.005, 0.0
MINUTE = 60.0
WARM_SECONDS = 10.0
LIVE_SECONDS = MINUTE
BULK_SECONDS = 3 * MINUTE
SPARE = 60  # people of a realm who are still queued when a window ends
LIVE_PEOPLE = int(RATE * (WARM_SECONDS + LIVE_SECONDS)) + SPARE  # of each realm
BULK_PEOPLE = int(RATE * SHARE * (WARM_SECONDS + BULK_SECONDS)) + SPARE
LATENCY_MS = "100"
_IDLE = 0.001  # tasks a second while the queues are filled
_DRAIN_SECONDS = 2 * MINUTE
_MORE_MINUTES = 6  # of feed, in which what is left must be done; who then has no user counts as given up


@dataclass(slots=True)
class _Scene:
    """All of the functions, with the stand-ins at Google's pace."""

    provision: Server
    converge: Server
    reconcile: Server
    directory: int
    tasks: int
    cores: int
    people: int = 0  # of each realm, so far
    fed: list[int] = field(default_factory=list)  # how each minute of `feed` was answered


def quota(stage: Stage) -> list[Figure]:
    """Saturate four queues for a minute live, then for three minutes with bulk work."""
    with _scene(stage.apart("quota")) as scene:
        live = _live(scene, next(stage.runs))
        bulk = _bulk(scene, next(stage.runs))
        made = int(http.get(scene.directory, "/control/counters")["created"])
    people = scene.people * len(REALMS)
    where = f"{stage.store}, {scene.cores} cores"
    refused = f"{live.refused + bulk.refused} of {live.calls + bulk.calls:,} calls"
    return [
        _used("quota_used_live", live, ALL, where),
        _used("quota_used_bulk", bulk, ALL * SHARE, f"{where}, {_failed(scene)}"),
        Figure("quota_refused", refused_share(live, bulk), REFUSED_GOAL, refused),
        Figure("accounts_given_up", people - made, GIVEN_UP_GOAL, f"{made:,} users of {people:,} people"),
    ]


def _used(name: str, window: Window, per_second: float, where: str) -> Figure:
    pace = f"{window.created / window.seconds:.2f} of {per_second:.2f} creations a second"
    detail = f"{pace} for {window.seconds:.0f} s, one run, {where}"
    return Figure(name, window.used(per_second), USED_GOAL, detail, "lower")


def _failed(scene: _Scene) -> str:
    return f"feed failed in {scene.fed.count(503)} of {len(scene.fed)} minutes"


def _live(scene: _Scene, run: int) -> Window:
    """Fill the queues, then open them."""
    _pace(scene, _IDLE)
    _provide(scene, run, LIVE_PEOPLE, "live")
    _pace(scene, RATE)
    time.sleep(WARM_SECONDS)
    window = _watched(scene, time.monotonic() + LIVE_SECONDS)
    _drained(scene)
    return window


def _bulk(scene: _Scene, run: int) -> Window:
    """Commit bulk work, then feed it minute by minute; the window opens within the first of them."""
    _provide(scene, run, BULK_PEOPLE, "bulk")
    began = time.monotonic()
    _feed(scene)
    time.sleep(max(0.0, began + WARM_SECONDS - time.monotonic()))
    before, at = http.get(scene.directory, "/control/counters"), time.monotonic()
    minutes = int(BULK_SECONDS / MINUTE)
    for minute in range(1, 1 + minutes):
        _feed_at(scene, began + minute * MINUTE)
    window = _watched(scene, at + BULK_SECONDS, before, at)
    for minute in range(1 + minutes, 1 + minutes + _MORE_MINUTES):
        _drained(scene)
        if http.get(scene.directory, "/control/counters")["created"] >= scene.people * len(REALMS):
            break
        _feed_at(scene, began + minute * MINUTE)
    return window


def _watched(scene: _Scene, end: float, before: dict[str, Any] | None = None, at: float = 0.0) -> Window:
    """Give the window from an earlier reading, or from now, to `end`; every realm must have work to its end."""
    if before is None:
        before, at = http.get(scene.directory, "/control/counters"), time.monotonic()
    time.sleep(max(0.0, end - time.monotonic()))
    after, until = http.get(scene.directory, "/control/counters"), time.monotonic()
    dry = [realm for realm in REALMS if _made(after, realm) >= scene.people]
    if dry:
        raise MeasurementError(f"all work was done before the window's end: {', '.join(dry)}")
    return between(before, after, until - at)


def _made(counters: dict[str, Any], realm: str) -> int:
    return sum(number for domain, number in counters["creations"].items() if domain.startswith(f"{realm}."))


def _provide(scene: _Scene, run: int, people: int, lane: str) -> None:
    scene.people += people
    for place, realm in enumerate(REALMS):
        numbers = range(place * people, (place + 1) * people)
        all_done(scene.provision.port, [pushed(run, number, realm, lane) for number in numbers])


def _pace(scene: _Scene, rate: float) -> None:
    if http.post(scene.tasks, "/control/rates", dict.fromkeys(("*", *REALMS), rate)) != 200:
        raise MeasurementError("the Cloud Tasks stand-in refuses the rates")


def _feed_at(scene: _Scene, moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
    _feed(scene)


def _feed(scene: _Scene) -> None:
    """Call the job as Cloud Scheduler does: after a failure the next minute goes on, and the figure tells of it."""
    status = http.post(scene.reconcile.port, "/", {"job": "feed"}, timeout=_DRAIN_SECONDS)
    if status not in (200, 503):
        raise MeasurementError(f"feed was answered {status}: {scene.reconcile.tail()}")
    scene.fed.append(status)


def _drained(scene: _Scene) -> None:
    """Wait until no task is left; what is not done by then counts as given up."""
    http.post(scene.tasks, "/control/drain", {"timeout": _DRAIN_SECONDS, "horizon": MINUTE}, timeout=2 * _DRAIN_SECONDS)


@contextmanager
def _scene(stage: Stage) -> Iterator[_Scene]:
    directory, tasks, converge = free(3)
    own = {"DIRECTORY_ENDPOINT": url(directory), "TASKS_ENDPOINT": url(tasks), "CONVERGE_URL": url(converge)}
    rates = {"QUEUE_RATES": json.dumps({"*": RATE})}
    stage = replace(stage, env={**stage.env, **own, **rates})
    google = [sys.executable, "-m", "local.directory", "--port", str(directory), "--any-org-unit", "--google-quotas"]
    queues = [sys.executable, "-m", "local.tasks", "--port", str(tasks), "--max-concurrent", str(CONCURRENT)]
    with unpinned() as cores, ExitStack() as running:
        enter = running.enter_context
        enter(serving([*google, "--latency-ms", LATENCY_MS], stage.env, directory, stage.folder / "google.log"))
        enter(serving(queues, stage.env, tasks, stage.folder / "queues.log"))
        yield _Scene(
            provision=enter(stage.ours("provision")),
            converge=enter(stage.ours("converge", port=converge, WORKERS="2")),
            reconcile=enter(stage.ours("reconcile")),
            directory=directory,
            tasks=tasks,
            cores=cores,
        )
