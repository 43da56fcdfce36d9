"""The campaign at work: kills, two runs at once, a pause, a stop, a clock that jumps, and on until it is done."""

import json
import time
from collections.abc import Mapping
from random import Random

from bench.figures import MeasurementError
from bench.soak.campaign_case import ID, MOST_RATE, Case, say
from bench.soak.campaign_compare import is_ours
from bench.soak.campaign_days import AUTHOR, REASON
from bench.soak.campaign_stack import SLOT

KILLS = 5
"""Of `suspend` and of `converge` each."""
TRIES = 8
"""Of one kill: work that was over by then is let alone."""
LONGEST_WORK = 0.3
"""Seconds of work of `converge` after which it is killed at the latest."""
OBEYS = 30.0
"""Seconds after which `converge` obeys a switch."""
QUIET, HURRIED_QUIET = 45.0, 5.0
"""Seconds behind those, in which tasks that were fed before come due and may suspend nobody."""
HOUR = 3600.0
MOST_MINUTES = 90
STILL_MINUTES, HURRIED_STILL_MINUTES = 2, 1
"""Minutes without any change after which the clock is set ahead, so that lost tasks are made anew."""


class Night:
    """The steps of one campaign that runs."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._stack = case.stack
        self._random = Random(case.options.seed + 9)
        self._kills = {"suspend": 0, "converge": 0}

    def run(self) -> None:
        """Approve, and let everything happen to it until it is done."""
        stack = self._stack
        stack.akun("campaign", "approve", ID, "--approver", AUTHOR, "--reason", REASON)
        say("Approved")
        self._kill_suspend(1)
        stack.minute()
        self._work()
        stack.begin_minute()
        self._kill_suspend(2)
        stack.twice()
        stack.feed()
        self._work()
        self._paused()
        self._stopped()
        self.until("done")

    def undo(self) -> None:
        """Undo it, faults still on, and in a hurry at rates by which it takes a minute."""
        stack = self._stack
        if self._case.options.hurry:
            stack.advance(0.0, ("reconcile", "suspend"), QUEUE_RATES=json.dumps({"*": MOST_RATE}))
        stack.akun("campaign", "undo", ID)
        say("Undoing")
        self.until("undone")
        for name, number in self._kills.items():
            if number < KILLS:
                self._case.wrong(name, f"{number} kills hit it at work, {KILLS} wanted")

    def until(self, state: str) -> None:
        """Let minutes pass until the campaign has come to a state and nothing is under way."""
        before, still = None, 0
        for _ in range(MOST_MINUTES):
            self._stack.minute()
            self._work()
            self._kill_suspend(KILLS)
            now = self._numbers()
            if now["state"] == state and not now["pending"]:
                self._stack.drain()
                say(f"{state}, after {self._stack.minutes} minutes")
                return
            still = still + 1 if now == before else 0
            before = now
            if still >= (HURRIED_STILL_MINUTES if self._case.options.hurry else STILL_MINUTES):
                say(f"  nothing moves ({now['pending']:,} accounts wait): the clock is set ahead by {SLOT:.0f} s")
                self._stack.advance(SLOT)
                still = 0
        raise MeasurementError(f"the campaign is {self._state()} after {MOST_MINUTES} minutes more, not {state}")

    def _work(self) -> None:
        """Let `converge` work on what was fed, and kill it at a random moment of that."""
        if self._kills["converge"] < KILLS:
            self._kill("converge", LONGEST_WORK)
        if self._case.options.hurry:
            self._stack.drain()

    def _kill_suspend(self, until: int) -> None:
        """Kill `suspend` at a random moment of a run, and again, until it was hit so often in all."""
        for _ in range(until - self._kills["suspend"]):
            self._kill("suspend", self._stack.longest_run)

    def _kill(self, name: str, longest: float) -> None:
        """Kill at a random moment of work; where that was over by then, the next try comes earlier."""
        kill = self._stack.kill_suspend if name == "suspend" else self._stack.kill_converge
        for number in range(TRIES):
            after = self._random.uniform(0.0, longest / 2**number)
            if kill(after):
                self._kills[name] += 1
                say(f"  killed {name} {after * 1000:.0f} ms into its work ({self._kills[name]} of {KILLS})")
                return

    def _paused(self) -> None:
        """While it is paused, no run of `suspend` changes any wish."""
        stack = self._stack
        stack.akun("campaign", "pause", ID)
        before = self._versions()
        stack.begin_minute()
        stack.twice()
        stack.feed()
        self._work()
        stack.suspend()
        after = self._versions()
        stack.akun("campaign", "resume", ID)
        changed = sum(after[each] != before[each] for each in before)
        say(f"Paused for a minute, and resumed: {changed} wishes changed")
        if changed:
            self._case.wrong("pause", f"{changed} accounts got another wish while it was paused")

    def _stopped(self) -> None:
        """While suspensions are stopped, none comes later than 30 seconds behind the command."""
        stack = self._stack
        stack.begin_minute()
        self._kill_suspend(3)
        stack.suspend()
        stack.job({"job": "feed"}, (200, 503))  # its tasks come due over the next minute, half of them 30 s on
        stack.akun("stop", "--suspensions-only", "--reason", REASON)
        at = time.time()
        self._clock_put_back()
        time.sleep(max(0.0, at + OBEYS + 1 - time.time()))
        self._kill_suspend(KILLS - 1)
        stack.suspend()
        stack.drain(HURRIED_QUIET if self._case.options.hurry else QUIET)
        late = self._suspended_after(at + OBEYS)
        held = stack.told("converge", "suspensions_stopped")
        say(f"Suspensions stopped for {time.time() - at:.0f} s: {held:,} tasks held back, {late} suspensions 30 s on")
        stack.akun("go", "--suspensions-only")
        if late:
            self._case.wrong("stop", f"{late} suspensions more than {OBEYS:.0f} seconds after it")
        if not held:
            self._case.wrong("stop", "held nothing back, so it has shown nothing")
        stack.advance(SLOT)  # names of tasks that were held back are used up until then

    def _suspended_after(self, moment: float) -> int:
        """Count the suspensions of ours after a moment (seconds since 1970)."""
        ahead = self._stack.directory_ahead()
        users = self._stack.state().users.values()
        return sum(is_ours(user) and float(user["updatedAt"]) - ahead > moment for user in users)

    def _clock_put_back(self) -> None:
        """Put the clock of `suspend` back by an hour, and forth again."""
        for offset in (self._stack.offset - HOUR, self._stack.offset):
            self._stack.restart(["suspend"], offset)
            self._stack.suspend()
        say("Put the clock of suspend back by an hour, and forth")

    def _versions(self) -> dict[str, int]:
        accounts = self._stack.state().accounts
        return {each: int(accounts[each]["version"]) for each in self._case.cast.accounts}

    def _state(self) -> str:
        return str(self._stack.campaign(ID)["state"])

    def _numbers(self) -> Mapping[str, object]:
        return {"state": self._state(), "pending": self._stack.pending(), "done": self._stack.tasks_done()}
