"""Figures: the share of the bulk lane that a campaign uses at saturation, and what Google refuses of its calls.

In real time, as `bench/quota.py`: Cloud Tasks' pace, Google's quotas and 100 ms for each call of the Directory; four
realms, `suspend` and `feed` every minute, and each suspension is two calls. Not pinned to one core.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bench.campaign_accounts import begin, patterns, put, put_schools, seed, store_of
from bench.figures import Figure, MeasurementError
from bench.pinning import unpinned
from bench.processes import Server, serving
from bench.quota import ALL, LATENCY_MS, MINUTE, RATE, REALMS, REFUSED_GOAL, USED_GOAL, WARM_SECONDS
from bench.stage import Stage
from bench.window import Window, between, refused_share
from local.run import http
from local.run.environment import url
from local.run.ports import free
from local.run.stack import CONCURRENT
from shared.domain.accounts import Account
from shared.domain.pacing import SHARE

SECONDS = 3 * MINUTE
CALLS = 2  # of a suspension: get, update
SPARE = 60  # accounts of a realm that are still due when the window ends
PEOPLE = int(RATE * SHARE / CALLS * (WARM_SECONDS + SECONDS)) + SPARE  # of each realm
_CALL_SECONDS = 2 * MINUTE


@dataclass(slots=True)
class _Scene:
    """The functions of a campaign, with the stand-ins at Google's pace."""

    suspend: Server
    reconcile: Server
    directory: int
    cores: int
    failed: list[str] = field(default_factory=list)  # what was not answered with 200


def campaign_quota(stage: Stage) -> list[Figure]:
    """Let a campaign run over more accounts than go through, and watch three minutes of it."""
    with _scene(stage.apart("campaign-quota")) as scene:
        window, suspended = _watched(scene)
    pace = f"{suspended / window.seconds:.2f} suspensions, {CALLS} calls each, of {ALL * SHARE:.2f} calls a second"
    detail = f"{pace} for {window.seconds:.0f} s, one run, {stage.store}, {scene.cores} cores; {_told(scene)}"
    used = CALLS * suspended / (ALL * SHARE * window.seconds)
    refused = f"{window.refused} of {window.calls:,} calls"
    return [
        Figure("campaign_quota_used", used, USED_GOAL, detail, "lower"),
        Figure("campaign_quota_refused", refused_share(window), REFUSED_GOAL, refused),
    ]


def _told(scene: _Scene) -> str:
    return f"failed: {', '.join(scene.failed)}" if scene.failed else "every run answered well"


def _watched(scene: _Scene) -> tuple[Window, int]:
    """Give the window, and the suspensions in it; raises MeasurementError where a realm had no more work."""
    _call(scene, "suspend", scene.suspend, {})
    began = time.monotonic()
    _minute(scene)
    _sleep(began + WARM_SECONDS)
    before, at = http.get(scene.directory, "/control/counters"), time.monotonic()
    for minute in range(1, 1 + int(SECONDS / MINUTE)):
        _sleep(began + minute * MINUTE)
        _minute(scene)
    _sleep(at + SECONDS)
    after, until = http.get(scene.directory, "/control/counters"), time.monotonic()
    dry = [realm for realm in REALMS if _suspended(scene, realm) >= PEOPLE]
    if dry:
        raise MeasurementError(f"all work was done before the window's end: {', '.join(dry)}")
    return between(before, after, until - at), int(after["updates"]) - int(before["updates"])


def _suspended(scene: _Scene, realm: str) -> int:
    users = http.get(scene.directory, f"/control/users?domain={realm}.belajar.id")["users"]
    return sum(user["suspended"] for user in users)


def _minute(scene: _Scene) -> None:
    """Call both as Cloud Scheduler does; neither waits: `feed` takes what `suspend` committed a minute ago."""
    _call(scene, "feed", scene.reconcile, {"job": "feed"})
    _call(scene, "suspend", scene.suspend, {})


def _call(scene: _Scene, name: str, server: Server, body: dict[str, Any]) -> None:
    """Call once; after a failure the next minute goes on, and the figure tells of it."""
    status = http.post(server.port, "/", body, timeout=_CALL_SECONDS)
    if status not in (200, 503):
        raise MeasurementError(f"{name} was answered {status}: {server.tail()}")
    scene.failed.extend([name] if status == 503 else [])


def _sleep(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


@contextmanager
def _scene(stage: Stage) -> Iterator[_Scene]:
    directory, tasks, converge = free(3)
    own = {"DIRECTORY_ENDPOINT": url(directory), "TASKS_ENDPOINT": url(tasks), "CONVERGE_URL": url(converge)}
    stage = replace(stage, env={**stage.env, **own, "QUEUE_RATES": f'{{"*": {RATE}}}'})
    google = [sys.executable, "-m", "local.directory", "--port", str(directory), "--any-org-unit", "--google-quotas"]
    queues = [sys.executable, "-m", "local.tasks", "--port", str(tasks), "--max-concurrent", str(CONCURRENT)]
    with unpinned() as cores, ExitStack() as running:
        enter = running.enter_context
        enter(serving([*google, "--latency-ms", LATENCY_MS], stage.env, directory, stage.folder / "google2.log"))
        enter(serving(queues, stage.env, tasks, stage.folder / "queues2.log"))
        if http.post(tasks, "/control/rates", dict.fromkeys(("*", *REALMS), RATE)) != 200:
            raise MeasurementError("the Cloud Tasks stand-in refuses the rates")
        _plant(stage, directory)
        enter(stage.ours("converge", port=converge, WORKERS="2"))
        yield _Scene(
            suspend=enter(stage.ours("suspend")),
            reconcile=enter(stage.ours("reconcile")),
            directory=directory,
            cores=cores,
        )


def _plant(stage: Stage, directory: int) -> None:
    """Plant the accounts of all realms, with their users, and allow the campaign."""
    store, run, made = store_of(stage), next(stage.runs), patterns(stage, REALMS)
    put_schools(store, made.values())
    for place, realm in enumerate(REALMS):
        accounts: list[Account] = [made[realm].made(run, place * PEOPLE + number) for number in range(PEOPLE)]
        put(store, accounts)
        users: list[dict[str, Any]] = [made[realm].user_of(account) for account in accounts]
        seed(directory, users)
    begin(store)
