"""One queue: its tasks, what is due, which names are taken."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections import OrderedDict
from itertools import count

from local.tasks import names
from local.tasks.model import Task
from local.tasks.settings import Settings
from local.tasks.throttle import Throttle

_tickets = count(1)


class TaskQueue:
    """The tasks of one queue; order is kept only by due time, never among the due."""

    def __init__(self, name: str, settings: Settings, throttle: Throttle, order: random.Random, dedup: float) -> None:
        self.name = name
        self.id = names.last_part(name)
        self.settings = settings
        self.throttle = throttle
        self.paused = False
        self.purged_at: float | None = None
        self.tasks: dict[str, Task] = {}
        self.running = 0
        self.wake = asyncio.Event()
        self._order = order
        self._dedup = dedup
        self._schedule: list[tuple[float, int, Task]] = []
        self._ready: list[Task] = []
        self._taken: OrderedDict[str, float] = OrderedDict()

    def is_taken(self, name: str, now: float) -> bool:
        """Tell whether a task of this name is queued, or ran or was deleted not long ago."""
        # Names are entered in the order in which they become free, but for a clock that was moved back.
        while self._taken and next(iter(self._taken.values())) <= now:
            self._taken.popitem(last=False)
        return name in self.tasks or self._taken.get(name, now) > now

    def add(self, task: Task) -> None:
        """Queue a task, new or to be tried again, for its due time."""
        self.tasks[task.name] = task
        task.ticket = next(_tickets)
        heapq.heappush(self._schedule, (task.due, task.ticket, task))
        self.wake.set()

    def discard(self, task: Task, now: float) -> None:
        """Forget a task that is done, deleted or lost; its name stays taken for a while."""
        self.tasks.pop(task.name, None)
        if task.ticket < 0:
            self._ready.remove(task)
        task.ticket = 0
        if task.named:
            self._taken[task.name] = now + self._dedup
            self._taken.move_to_end(task.name)

    def purge(self, now: float) -> int:
        """Forget every task and return how many there were."""
        tasks = list(self.tasks.values())
        self._ready.clear()
        self._schedule.clear()
        for task in tasks:
            task.ticket = 0
            self.discard(task, now)
        self.purged_at = now
        return len(tasks)

    def make_due(self, now: float) -> int:
        """Let every scheduled task be due now and return how many there were."""
        waiting = [task for due, ticket, task in self._schedule if ticket == task.ticket and due > now]
        for task in waiting:
            task.due = now
            task.scheduled = min(task.scheduled, now)
            self.add(task)
        return len(waiting)

    def due_in(self, now: float) -> float | None:
        """Return the seconds until a task is due, 0 if one is, None if there is none."""
        while self._schedule:
            due, ticket, task = self._schedule[0]
            if ticket == task.ticket and due > now:
                break
            heapq.heappop(self._schedule)
            if ticket == task.ticket:
                task.ticket = -ticket
                self._ready.append(task)
        if self._ready:
            return 0.0
        return self._schedule[0][0] - now if self._schedule else None

    def take(self) -> Task:
        """Take any task of those that `due_in` found due."""
        place = self._order.randrange(len(self._ready))
        self._ready[place], self._ready[-1] = self._ready[-1], self._ready[place]
        task = self._ready.pop()
        task.ticket = 0
        return task

    def counts(self, now: float) -> dict[str, int]:
        """Return how many tasks are running, due and scheduled for later."""
        self.due_in(now)
        due = len(self._ready)
        return {"running": self.running, "due": due, "scheduled": len(self.tasks) - due - self._in_flight()}

    def _in_flight(self) -> int:
        return sum(1 for task in self.tasks.values() if task.ticket == 0) if self.running else 0
