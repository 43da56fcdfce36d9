"""What people, admins and schools do while a campaign runs: sign-ins at chosen and at random moments, new pupils."""

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from random import Random
from typing import Any

from bench.soak import faults
from bench.soak.campaign_model import Acts, Last, SignIn
from bench.soak.changes import Change
from bench.soak.roster import entries
from local.run import http
from local.run.publishing import Publisher

AWAIT_SECONDS = 0.5
METHODS: Mapping[str, Last] = {"get": "before", "update": "after"}
"""A sign-in while a user's first get is held comes before the last look, while the first update is, behind it."""


@dataclass(slots=True)
class People:
    """Those who act at the Directory stand-in, on `port`; `ids` are the users' ids by account id."""

    port: int
    ids: Mapping[str, str]
    acts: Acts
    failed: list[str] = field(default_factory=list)

    def sign_in(self, account_id: str, last: Last) -> bool:
        """Sign somebody in; False: the Directory refused it."""
        now = float(http.get(self.port, "/control/clock")["now"])  # before it, so that what follows it is later
        accepted = bool(_answer(self.port, "/control/login", {"userKey": self.ids[account_id]})["accepted"])
        if accepted:
            self.acts.signed_in[account_id] = SignIn(now, last)
        else:
            self.acts.refused.add(account_id)
        return accepted

    def suspend(self, account_id: str, by: str) -> None:
        """Suspend somebody as an admin, or Google, would."""
        faults.tell(self.port, "/control/suspend", {"userKey": self.ids[account_id], "by": by})
        self.acts.suspended_by[account_id] = by

    def waylay(self, account_ids: Sequence[str], method: str) -> None:
        """Let the first such call about each of them be held, for `beside` to sign in then."""
        for account_id in account_ids:
            faults.tell(self.port, "/control/faults", {"kind": "hold", "method": method, "key": self.ids[account_id]})

    @contextmanager
    def beside(self, account_ids: Sequence[str], seed: int, pause: float) -> Iterator[None]:
        """Sign in who is waylaid, and the accounts named at random moments about `pause` seconds apart."""
        over = threading.Event()
        threads = [
            threading.Thread(target=self._guarded, args=(self._beside_calls, over), name="waylaid"),
            threading.Thread(
                target=self._guarded, args=(self._at_random, over, account_ids, Random(seed), pause), name="at random"
            ),
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def _guarded(self, work: Any, *arguments: Any) -> None:
        try:
            work(*arguments)
        except (OSError, HTTPException, KeyError) as error:
            self.failed.append(f"a thread of the run ended early: {type(error).__name__}")

    def _beside_calls(self, over: threading.Event) -> None:
        accounts = {user_id: account_id for account_id, user_id in self.ids.items()}
        while not over.is_set():
            if not _answer(self.port, "/control/faults/await", {"held": 1, "seconds": AWAIT_SECONDS})["held"]:
                continue
            for held in http.get(self.port, "/control/faults")["held"]:
                self.sign_in(accounts[held["key"]], METHODS[held["method"]])
                _answer(self.port, "/control/faults/release", {"id": held["id"]})

    def _at_random(self, over: threading.Event, account_ids: Sequence[str], random: Random, pause: float) -> None:
        for account_id in account_ids:
            if over.wait(random.uniform(0, 2 * pause)):
                return
            self.sign_in(account_id, "unknown")


@dataclass(slots=True)
class Arrivals:
    """New people who come one by one while the campaign runs."""

    publisher: Publisher
    changes: Sequence[Change]
    rate: float
    """Of them a second."""
    planned: list[float] = field(default_factory=list)
    """When each was to be published, in seconds since 1970."""

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Publish until all are published; the block's end waits for the last."""
        thread = threading.Thread(target=self._publish, name="arrivals")
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def _publish(self) -> None:
        ready = [entries([change.sent.event]) for change in self.changes]
        began = time.time()
        self.planned.extend(began + number / self.rate for number in range(len(ready)))
        for at, entry in zip(self.planned, ready, strict=True):
            time.sleep(max(0.0, at - time.time()))
            self.publisher.publish(entry, "live")


def _answer(port: int, path: str, body: dict[str, Any]) -> dict[str, Any]:
    status, content = http.call(port, "POST", path, body)
    if status != 200:
        raise HTTPException(f"answer {status}")
    answer: dict[str, Any] = json.loads(content)
    return answer
