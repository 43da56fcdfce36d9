"""The stack of a campaign's run: its minutes, its clock, its kills, `akun` beside it, and what it shows."""

import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from bench.figures import MeasurementError
from bench.soak import faults
from bench.soak.campaign_compare import State
from bench.soak.freshness import account_of
from local.run import environment, http, stack
from local.run.processes import ROOT
from local.run.session import Session
from shared.ports import Query, Ref

AKUN = ("-m", "cli")
AKUN_SECONDS = 300.0
MINUTE = 60.0
REAL_SECONDS = 15.0
"""Of a minute that are waited for, if there is no hurry; the clock is moved by the others."""
LEASE = 125.0
"""Seconds after which the lease of a killed run of `suspend` has run out."""
SLOT = 600.0
"""Seconds for which a lost task's name stays taken."""
NO_WORK = "/robots.txt"
"""What functions-framework answers by itself."""
RUN_SECONDS = 120.0
WORK_SECONDS = 3.0
"""How long work for `converge` is waited for."""
DRAIN_SECONDS = 60.0
DUMP_SECONDS = 120.0
STUCK_EVERY = 5


@dataclass(slots=True)
class Stack:
    """What runs. A minute is a move of the clock by restarts: all of it in a hurry, else behind some seconds."""

    session: Session
    hurry: bool
    offset: float
    """Seconds by which the clock of the functions is moved."""
    wrong: list[str] = field(default_factory=list)
    minutes: int = 0
    longest_run: float = 0.05
    """Seconds that a run of `suspend` took at most so far."""
    _fed_at: float = 0.0

    def minute(self) -> None:
        """Let a minute pass: a run of `suspend`, then the jobs of `reconcile`."""
        self.begin_minute()
        self.suspend()
        self.feed()

    def begin_minute(self) -> None:
        """Let the time of a minute pass."""
        self.session.processes.check()
        self.minutes += 1
        if not self.hurry:
            time.sleep(max(0.0, self._fed_at + REAL_SECONDS - time.monotonic()))
        self.advance(MINUTE if self.hurry else MINUTE - REAL_SECONDS)
        if not self.hurry:
            self.drain()  # what was spread over the minute is due by now, and is not to count as left undone

    def suspend(self) -> int:
        """Run `suspend` once; anything but 200 is wrong. Gives the status."""
        began = time.monotonic()
        status = http.post(self._port("suspend"), "/", {}, timeout=RUN_SECONDS)
        self.longest_run = max(self.longest_run, time.monotonic() - began)
        if status != 200:
            self.wrong.append(f"a run of suspend answered {status}")
        return status

    def twice(self) -> None:
        """Run `suspend` twice at once."""
        both = [threading.Thread(target=self.suspend, name="twice") for _ in range(2)]
        for each in both:
            each.start()
        for each in both:
            each.join()

    def feed(self) -> None:
        """Run the minutely jobs; 503 is an answer where creations of tasks fail. In a hurry all is due at once."""
        jobs = ["feed", *(["stuck"] if self.minutes % STUCK_EVERY == 0 else [])]
        for job in jobs:
            self.job({"job": job}, (200, 503))
        self._fed_at = time.monotonic()
        if self.hurry:
            faults.tell(self.session.places.tasks, "/control/fast_forward", {"due": True})

    def job(self, body: Mapping[str, Any], right: Sequence[int] = (200,)) -> None:
        """Run a job of `reconcile`."""
        status = http.post(self._port("reconcile"), "/", dict(body), timeout=10 * RUN_SECONDS)
        if status not in right:
            self.wrong.append(f"{body['job']} answered {status}")

    def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Wait until no task runs or is due, or so many seconds are over."""
        order = {"timeout": seconds, "horizon": 1}
        http.post(self.session.places.tasks, "/control/drain", order, timeout=seconds + DUMP_SECONDS)

    def advance(self, seconds: float, names: Sequence[str] = ("reconcile", "converge"), **changed: str) -> None:
        """Move the clock: tasks are told, functions are killed and start anew; the Directory's stays as it is."""
        self.offset += seconds
        faults.tell(self.session.places.tasks, "/control/fast_forward", {"seconds": seconds})
        self.restart(names, self.offset, **changed)

    def restart(self, names: Sequence[str], offset: float | None = None, **changed: str) -> None:
        """Kill functions and start them again, with a clock of their own if one is named."""
        clock = {"CLOCK_OFFSET": str(self.offset if offset is None else offset)}
        for name in names:
            self.session.processes.crash(name, **clock, **changed)
        for name in names:
            stack.await_open(self.session.processes, name, self._port(name))
            http.call(self._port(name), "GET", NO_WORK)  # the port is open before anybody works behind it

    def kill_suspend(self, after: float) -> bool:
        """Begin a run and kill it so many seconds later; False: it was over by then. Its lease is waited for."""
        ended: list[bool] = []
        thread = threading.Thread(target=self._posted, args=(ended,), name="killed")
        thread.start()
        time.sleep(after)
        if not ended:
            self.session.processes.crash("suspend", CLOCK_OFFSET=str(self.offset))
            self.advance(LEASE, ("suspend", "reconcile", "converge"))
        thread.join()
        return not ended

    def kill_converge(self, after: float) -> bool:
        """Kill `converge` so many seconds after it was found at work; False: nothing was under way."""
        deadline = time.monotonic() + WORK_SECONDS
        while not self.running():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        time.sleep(after)
        if not self.running():
            return False
        self.restart(["converge"])
        return True

    def running(self) -> int:
        """Count the tasks that are with `converge` now."""
        queues = http.get(self.session.places.tasks, "/control/queues")["queues"]
        return sum(int(each["running"]) for each in queues)

    def akun(self, *arguments: str) -> str:
        """Run `akun` as somebody beside the stack would; raises MeasurementError where it does not end well."""
        chosen = {**self.session.chosen, "CLOCK_OFFSET": str(self.offset)}
        done = subprocess.run(
            [sys.executable, *AKUN, *arguments],
            cwd=ROOT,
            env=environment.of_child(chosen, ROOT),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=AKUN_SECONDS,
            check=False,
        )
        text = done.stdout.decode()
        if done.returncode != 0:
            last = text.strip().splitlines()[-1:] or [""]
            raise MeasurementError(f"akun {' '.join(arguments[:2])} ended with {done.returncode}: {last[0]}")
        return text

    def campaign(self, campaign_id: str) -> Mapping[str, Any]:
        """Read a campaign's record; empty where there is none."""
        document = self.session.store.get(Ref("campaigns", campaign_id))
        return document.data if document is not None else {}

    def tasks_done(self) -> int:
        """Count the tasks that ended well."""
        return int(http.get(self.session.places.tasks, "/control/counters")["done"])

    def told(self, name: str, text: str) -> int:
        """Count the lines of a function's log that hold a text."""
        with (self.session.folder.logs / f"{name}.log").open(encoding="utf-8") as log:
            return sum(text in line for line in log)

    def pending(self) -> int:
        """Count the accounts that wait in the bulk lane."""
        return self.session.store.count(Query("accounts", (("lane", "==", "bulk"),)))

    def state(self) -> State:
        """Dump users and accounts; users without a mark of ours have no place in it."""
        dump = http.get(self.session.places.directory, "/control/users", timeout=DUMP_SECONDS)["users"]
        users = {account_of(user): user for user in dump}
        accounts = {document.ref.id: document.data for document in self.session.store.query(Query("accounts"))}
        return State(users, accounts)

    def directory_ahead(self) -> float:
        """Give the seconds by which the Directory's clock is ahead of the machine's."""
        return float(http.get(self.session.places.directory, "/control/clock")["now"]) - time.time()

    def _posted(self, ended: list[bool]) -> None:
        try:
            http.post(self._port("suspend"), "/", {}, timeout=RUN_SECONDS)
        except (OSError, HTTPException):
            return  # as it is to be: it was killed
        ended.append(True)

    def _port(self, name: str) -> int:
        port: int | None = getattr(self.session.places, name)
        if port is None:
            raise MeasurementError(f"{name} does not run")
        return port
