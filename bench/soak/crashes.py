"""Kills of `provision` and `converge` while they work, and what counts as one."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bench.soak.findings import Finding
from local.run import http, stack
from local.run.environment import Places
from local.run.session import Session

NAMES = ("provision", "converge")
EARLIEST, LATEST = 0.03, 0.75
"""Shares of the work done between which a kill comes."""
POLL_SECONDS = 0.05
PATIENCE = 120.0
"""Seconds without progress after which the kills that are left are given up."""


@dataclass(slots=True)
class Done:
    """How far the work has come: messages delivered and tasks done, of how many; `left` is what is under way."""

    shares: dict[str, float]
    left: dict[str, int]


@dataclass(slots=True)
class Crashes:
    """Kills at seeded shares of the work done, each process by its own."""

    session: Session
    accounts: int
    """How many tasks there are to be, about."""
    kills: int
    seed: int
    counted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    _plan: dict[str, list[float]] = field(init=False)

    def __post_init__(self) -> None:
        """Draw the shares of the work at which each process is killed."""
        random = Random(self.seed)
        self._plan = {name: sorted(random.uniform(EARLIEST, LATEST) for _ in range(self.kills)) for name in NAMES}

    def run(self, say: Callable[[str], None], patience: float = PATIENCE) -> None:
        """Kill until the plan is done, or nothing has moved for `patience` seconds."""
        before, changed = dict.fromkeys(NAMES, -1.0), time.monotonic()
        while any(self._plan.values()) and time.monotonic() - changed < patience:
            done = self._look()
            if done.shares != before:
                before, changed = done.shares, time.monotonic()
            for name in NAMES:
                if self._plan[name] and done.shares[name] >= self._plan[name][0] and done.left[name]:
                    self._crash(name, say)
                    break  # the other one's state is old by now
            time.sleep(POLL_SECONDS)

    def findings(self) -> list[Finding]:
        """Name each process that was killed at work less often than wanted."""
        return [
            Finding(name, f"{number} kills hit it at work, {self.kills} wanted")
            for name, number in self.counted.items()
            if number < self.kills
        ]

    def _crash(self, name: str, say: Callable[[str], None]) -> None:
        """Kill, and wait until the new process listens; a kill beside the work does not count and comes once more."""
        done = self._look()
        self.session.processes.crash(name)
        if done.left[name]:
            self._plan[name].pop(0)
            self.counted[name] += 1
            at = f"{done.shares[name]:.0%} of its work done, {done.left[name]:,} under way"
            say(f"  killed {name} with {at}; started again")
        else:
            say(f"  killed {name} with nothing under way, which does not count; started again")
        stack.await_open(self.session.processes, name, _port(self.session.places, name))

    def _look(self) -> Done:
        self.session.processes.check()
        published = len(self.session.publisher.lines)
        undelivered = self.session.publisher.undelivered()
        done = int(http.get(self.session.places.tasks, "/control/counters")["done"])
        queues = http.get(self.session.places.tasks, "/control/queues")["queues"]
        shares = {"provision": 1 - undelivered / max(1, published), "converge": done / max(1, self.accounts)}
        return Done(
            shares, {"provision": undelivered, "converge": sum(each["running"] + each["due"] for each in queues)}
        )


def _port(places: Places, name: str) -> int:
    return places.provision if name == "provision" else places.converge
