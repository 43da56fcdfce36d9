"""Cloud Scheduler's part: calls `reconcile` again and again."""

import http.client
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from local.run import http as local_http

STUCK_EVERY = 5
"""`stuck` runs with every so many runs of `feed`, as every 5 minutes beside every minute."""


class Schedule:
    """Ticks on a thread of its own; each call and its status is a line in the log."""

    def __init__(self, port: int, tick: float, log: Path) -> None:
        self._port = port
        self._tick = tick
        self._log = log
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)

    def start(self) -> None:
        """Begin; the first call comes at once."""
        self._thread.start()

    def stop(self) -> None:
        """Make no more calls; one that is under way is left alone."""
        self._ended.set()

    def _run(self) -> None:
        due, number = time.monotonic(), 0
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            self._call("feed")
            if number % STUCK_EVERY == 0:
                self._call("stuck")
            due, number = max(due + self._tick, time.monotonic()), number + 1

    def _call(self, job: str) -> None:
        try:
            outcome = str(local_http.post(self._port, "/", {"job": job}, timeout=180.0))
        except (OSError, http.client.HTTPException) as error:
            outcome = type(error).__name__
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{moment} {job} {outcome}\n")
