"""All queues of the stand-in, and what is done to them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from local.tasks import names
from local.tasks.clock import Clock, timestamp
from local.tasks.counters import Counters
from local.tasks.dispatcher import Dispatcher
from local.tasks.errors import already_exists, not_found
from local.tasks.faults import Faults
from local.tasks.model import Task, parse_task
from local.tasks.options import Options, rate_of
from local.tasks.queue import TaskQueue
from local.tasks.settings import Settings, default_settings, patched
from local.tasks.throttle import Throttle, ThrottleSettings

_TOO_RECENT = "The task cannot be created because a task with this name existed too recently."


class Engine:
    """The state behind both APIs; used from one event loop only."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.clock = Clock(options.clock_offset)
        self.faults = Faults()
        self.counters = Counters()
        self.queues: dict[str, TaskQueue] = {}
        self._set_up()

    def _set_up(self) -> None:
        self._order = random.Random(self.options.seed)
        self.rates = {"*": self.options.rate} if self.options.rate else dict(self.options.queue_rates)
        self._dispatcher = Dispatcher(self.clock, self.faults, self.counters, self.options.deadline_cap)

    async def stop(self) -> None:
        """Stop dispatching."""
        await self._dispatcher.stop()

    async def reset(self) -> None:
        """Be as just started: no queue, no task, no fault, counters at zero."""
        await self.stop()
        self.queues.clear()
        self.faults.reset()
        self.counters.reset()
        self.clock.reset()
        self._set_up()

    def queue(self, name: object) -> TaskQueue:
        """Return a queue; it exists on first use, unless queues are strict."""
        known = names.queue_name(name)
        if known not in self.queues:
            if self.options.strict_queues:
                raise not_found("Queue does not exist.")
            self._make(known, self._default(known))
        return self.queues[known]

    def create_queue(self, name: object, body: object) -> TaskQueue:
        """Create a queue with the settings of the API's JSON."""
        known = names.queue_name(name)
        if known in self.queues:
            raise already_exists("Queue already exists")
        return self._make(known, patched(self._default(known), body, None))

    def patch_queue(self, name: object, body: object, mask: str | None) -> TaskQueue:
        """Change a queue's settings; as the real API, it creates the queue if there is none."""
        known = names.queue_name(name)
        current = self.queues.get(known)
        settings = patched(current.settings if current else self._default(known), body, mask)
        if current is None:
            return self._make(known, settings)
        self._apply(current, settings)
        return current

    def set_rates(self, rates: Mapping[str, float]) -> None:
        """Add to the table of rates by realm and apply it to the queues that exist."""
        self.rates.update(rates)
        for queue in self.queues.values():
            settings = self._default(queue.name)
            self._apply(queue, replace(queue.settings, rate=settings.rate, burst=settings.burst))

    def pause(self, queue: TaskQueue) -> None:
        """Stop a queue's dispatches; tasks are still accepted."""
        queue.paused = True

    def resume(self, queue: TaskQueue) -> None:
        """Let a paused queue go on, slowly at first."""
        if queue.paused:
            queue.paused = False
            queue.throttle.resumed(time.monotonic())
            queue.wake.set()

    def create_task(self, parent: str, body: object) -> Task:
        """Queue the task of a create call, or refuse it."""
        queue = self.queue(parent)
        now = self.clock.now()
        task = parse_task(body, queue.name, now)
        if task.named and queue.is_taken(task.name, now):
            self.counters.add("refused_by_name")
            raise already_exists() if task.name in queue.tasks else already_exists(_TOO_RECENT)
        if self.faults.strikes("late"):
            self.counters.add("late")
            task.due += self.faults.seconds("late")
        self.counters.add("created")
        queue.add(task)
        return task

    def delete_task(self, queue: TaskQueue, name: str) -> None:
        """Delete a task; a request in flight goes on, but is not tried again."""
        task = self.task(queue, name)
        queue.discard(task, self.clock.now())
        self.counters.add("deleted")

    def task(self, queue: TaskQueue, name: str) -> Task:
        """Return a queued task, or raise the API's 404."""
        task = queue.tasks.get(names.task_name(name, queue.name))
        if task is None:
            raise not_found()
        return task

    def purge(self, queue: TaskQueue) -> None:
        """Delete all tasks of a queue."""
        self.counters.add("purged", queue.purge(self.clock.now()))

    def fast_forward(self, seconds: float, queues: list[TaskQueue], *, due: bool) -> int:
        """Move the clock, make what is scheduled due if told so, and return how many tasks that were."""
        self.clock.move(seconds)
        moved = sum(queue.make_due(self.clock.now()) for queue in queues) if due else 0
        for queue in self.queues.values():
            queue.wake.set()
        return moved

    async def drain(self, queues: list[TaskQueue], timeout: float, horizon: float) -> bool:
        """Wait until nothing runs or is due within the horizon; False if the time ran out."""
        end = time.monotonic() + timeout
        while any(self._is_busy(queue, horizon) for queue in queues):
            if time.monotonic() >= end:
                return False
            await asyncio.sleep(0.01)
        return True

    def queue_json(self, queue: TaskQueue) -> dict[str, Any]:
        """Return a queue as the API shows it."""
        state = "PAUSED" if queue.paused else "RUNNING"
        purged = {"purgeTime": timestamp(queue.purged_at)} if queue.purged_at else {}
        return {"name": queue.name, **queue.settings.as_json(), "state": state, **purged}

    def _is_busy(self, queue: TaskQueue, horizon: float) -> bool:
        due = queue.due_in(self.clock.now())
        return queue.running > 0 or (due is not None and due <= horizon)

    def _default(self, name: str) -> Settings:
        return default_settings(rate_of(names.last_part(name), self.rates), self.options)

    def _make(self, name: str, settings: Settings) -> TaskQueue:
        options = self.options
        slowing = ThrottleSettings(
            options.throttle_floor, options.throttle_interval, options.ramp_seconds, options.resume_share
        )
        throttle = Throttle(settings.rate, settings.burst, slowing, time.monotonic())
        queue = TaskQueue(name, settings, throttle, self._order, options.dedup_seconds)
        self.queues[name] = queue
        self._dispatcher.serve(queue)
        return queue

    def _apply(self, queue: TaskQueue, settings: Settings) -> None:
        queue.settings = settings
        queue.throttle.set_rate(settings.rate, settings.burst, time.monotonic())
        queue.wake.set()
