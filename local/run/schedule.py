"""Cloud Scheduler's part: calls `reconcile` and `suspend` again and again, each job on a thread of its own."""

import http.client
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.run import http as local_http

DAY = 1_440  # ticks
_SECONDS = 620.0  # no run of a job takes longer


@dataclass(frozen=True, slots=True)
class Job:
    """What is called: every so many ticks, from the tick `first` of a day on."""

    name: str
    function: str
    body: Mapping[str, Any] = field(default_factory=dict)
    every: int = 1
    first: int = 0


MINUTELY = (
    Job("feed", "reconcile", {"job": "feed"}),
    Job("stuck", "reconcile", {"job": "stuck"}, every=5),
)
DAILY = (
    Job("suspend", "suspend"),
    Job("listing", "reconcile", {"job": "listing"}, every=DAY),
    Job("listing (resumed)", "reconcile", {"job": "listing", "resume": True}, every=10, first=10),
)
"""Of a run in which there are deadlines."""


class Schedule:
    """Ticks; each call and its status is a line in the log. `ports` says where each function listens."""

    def __init__(self, ports: Mapping[str, int], tick: float, log: Path, jobs: tuple[Job, ...] = MINUTELY) -> None:
        self._ports = ports
        self._tick = tick
        self._log = log
        self._changed = threading.Condition()
        self._day = 0
        self._is_still = self._has_ended = False
        self._threads = [threading.Thread(target=self._run, args=(job,), name=job.name, daemon=True) for job in jobs]

    def start(self) -> None:
        """Begin; the first calls come at once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Make no more calls; one that is under way is left alone."""
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Make no call while the block runs; then a new day begins."""
        with self._changed:
            self._is_still = True
        try:
            yield
        finally:
            with self._changed:
                self._is_still, self._day = False, self._day + 1
                self._changed.notify_all()

    def _run(self, job: Job) -> None:
        day, due = -1, 0.0
        while self._await(day, due):
            if day != self._day:
                day, due = self._day, time.monotonic() + job.first * self._tick
                continue
            self._call(job)
            due = max(due + job.every * self._tick, time.monotonic())

    def _await(self, day: int, due: float) -> bool:
        """Wait until a call is due or a new day has begun; False: the end."""
        with self._changed:
            while not self._has_ended:
                if not self._is_still and (day != self._day or time.monotonic() >= due):
                    return True
                self._changed.wait(None if self._is_still else max(0.0, due - time.monotonic()))
        return False

    def _call(self, job: Job) -> None:
        try:
            outcome = str(local_http.post(self._ports[job.function], "/", dict(job.body), timeout=_SECONDS))
        except (OSError, http.client.HTTPException) as error:
            outcome = type(error).__name__
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{moment} {job.name} {outcome}\n")
