"""Cloud Tasks in virtual time: the stand-in's own queue and throttle, moved by the timeline instead of a loop."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count

from bench.simulate.chance import Chance, Faults
from bench.simulate.timeline import BEGIN, Timeline
from local.tasks.model import Target, Task
from local.tasks.options import Options
from local.tasks.queue import TaskQueue
from local.tasks.settings import default_settings
from local.tasks.throttle import Throttle, ThrottleSettings
from shared.errors import TransientError

LATENCY = 0.25
"""Seconds from a task's dispatch to its answer: a Directory call and two of the store's."""
_TARGET = Target("")
_OPTIONS = Options(min_backoff=1.0)
_DONE = 200
_OVERLOADED = (429, 503)


@dataclass(eq=False, kw_only=True)
class Hint(Task):
    """A task: bring an account to its present version."""

    account_id: str
    version: int
    probe: bool


class SimulatedTasks:
    """The Tasks port. `run` takes a hint and gives the HTTP status that `converge` would answer."""

    def __init__(
        self,
        timeline: Timeline,
        chance: Chance,
        faults: Faults,
        rates: Mapping[str, float],
        run: Callable[[Hint], int],
    ) -> None:
        self._timeline = timeline
        self._chance = chance
        self._faults = faults
        self._run = run
        self._names = count()
        self._queues = {realm: self._queue(realm, rate) for realm, rate in rates.items()}
        self._woken = dict.fromkeys(rates, float("inf"))
        self.statuses: Counter[int] = Counter()
        self.lost = 0

    def _queue(self, realm: str, rate: float) -> TaskQueue:
        settings = default_settings(rate, _OPTIONS)
        throttle = Throttle(rate, settings.burst, ThrottleSettings(), 0.0)
        return TaskQueue(realm, settings, throttle, self._chance.source(), _OPTIONS.dedup_seconds)

    def enqueue(
        self,
        realm: str,
        account_id: str,
        version: int,
        *,
        name: str | None = None,
        at: datetime | None = None,
        probe: bool = False,
    ) -> bool:
        """Create a task; now and then that fails, and the task is there all the same."""
        now, queue = self._timeline.seconds, self._queues[realm]
        fails = self._chance.strikes(self._faults.enqueue_failed)
        if fails and self._chance.either():
            raise TransientError("enqueue_unavailable")
        if name is not None and queue.is_taken(name, now):
            return False
        due = max(now, (at - BEGIN).total_seconds()) if at is not None else now
        if self._chance.strikes(self._faults.task_late):
            due += self._chance.within(self._faults.longest_late)
        hint = Hint(
            name=name or str(next(self._names)),
            named=name is not None,
            target=_TARGET,
            created=now,
            scheduled=due,
            due=due,
            account_id=account_id,
            version=version,
            probe=probe,
        )
        queue.add(hint)
        self._wake(realm, queue)
        if fails:
            raise TransientError("enqueue_unavailable")
        return True

    def close(self) -> None:
        """Do nothing."""

    def waiting(self) -> int:
        """Count the tasks that are not done."""
        return sum(len(queue.tasks) for queue in self._queues.values())

    def _wake(self, realm: str, queue: TaskQueue) -> None:
        """Let the queue look again when a task is due and a token is there, unless it will look before."""
        now = self._timeline.seconds
        wait = queue.due_in(now)
        if wait is None:
            return
        wait = max(wait, queue.throttle.ready_in(now))
        if now + wait < self._woken[realm]:
            self._woken[realm] = now + wait
            self._timeline.after(wait, partial(self._dispatch, realm, queue, now + wait))

    def _dispatch(self, realm: str, queue: TaskQueue, at: float) -> None:
        if self._woken[realm] != at:
            return  # an earlier look took its place
        self._woken[realm] = float("inf")
        now = self._timeline.seconds
        while queue.due_in(now) == 0 and queue.throttle.ready_in(now) == 0:
            queue.throttle.take(now)
            self._start(realm, queue, queue.take())
        self._wake(realm, queue)

    def _start(self, realm: str, queue: TaskQueue, task: Task) -> None:
        assert isinstance(task, Hint)
        now = self._timeline.seconds
        if task.attempts == 0 and self._chance.strikes(self._faults.task_lost):
            self.lost += 1
            queue.discard(task, now)
            return
        status = self._run(task)
        task.attempts += 1
        self.statuses[status] += 1
        self._timeline.after(LATENCY, partial(self._settle, realm, queue, task, status))
        if self._chance.strikes(self._faults.task_doubled):
            self._timeline.after(self._chance.within(30), lambda: self._doubled(task))

    def _doubled(self, task: Hint) -> None:
        self._run(task)

    def _settle(self, realm: str, queue: TaskQueue, task: Hint, status: int) -> None:
        now = self._timeline.seconds
        if status == _DONE:
            queue.throttle.succeeded(now)
            queue.discard(task, now)
        else:
            queue.throttle.failed(now, overloaded=status in _OVERLOADED)
            task.due = now + queue.settings.backoff(task.attempts)
            queue.add(task)
        self._wake(realm, queue)
