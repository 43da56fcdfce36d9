"""Sends due tasks to their targets, at the queue's rate, until each succeeds."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Coroutine
from contextlib import suppress

from local.tasks import names
from local.tasks.client import Answer, HttpClient
from local.tasks.clock import Clock
from local.tasks.counters import Counters
from local.tasks.faults import Faults
from local.tasks.model import Task
from local.tasks.queue import TaskQueue

_LONGEST_WAIT = 3600.0
_OVERLOADED = frozenset({429, 503})
_OURS = ("x-google-", "x-appengine-", "x-cloudtasks-")
_COMPUTED = frozenset({"host", "content-length", "user-agent", "connection", "transfer-encoding"})
_TIMED_OUT = "timeout"
_NO_ANSWER = "error"

Headers = list[tuple[str, str]]


class Dispatcher:
    """Runs one loop per queue; everything happens in one event loop, so nothing is locked."""

    def __init__(self, clock: Clock, faults: Faults, counters: Counters, deadline_cap: float | None) -> None:
        self._clock = clock
        self._faults = faults
        self._counters = counters
        self._deadline_cap = deadline_cap
        self._client = HttpClient()
        self._work: set[asyncio.Task[None]] = set()

    def serve(self, queue: TaskQueue) -> None:
        """Start the loop of a queue."""
        self._spawn(self._run(queue))

    async def stop(self) -> None:
        """End every loop and every request in flight."""
        work = list(self._work)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        self._client.close()

    def _spawn(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _run(self, queue: TaskQueue) -> None:
        while True:
            queue.wake.clear()
            wait = self._wait(queue)
            if wait > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await queue.wake.wait()
                continue
            queue.throttle.take(time.monotonic())
            task = queue.take()
            if task.attempts == 0 and self._faults.strikes("lost"):
                self._counters.add("lost")
                queue.discard(task, self._clock.now())
            else:
                self._start(queue, task)
            await asyncio.sleep(0)

    def _wait(self, queue: TaskQueue) -> float:
        if queue.paused or queue.running >= queue.settings.max_concurrent:
            return _LONGEST_WAIT
        due = queue.due_in(self._clock.now())
        if due is None or due > 0:
            return min(due or _LONGEST_WAIT, _LONGEST_WAIT)
        return queue.throttle.ready_in(time.monotonic())

    def _start(self, queue: TaskQueue, task: Task) -> None:
        headers = _headers(queue, task)
        now = self._clock.now()
        task.attempts += 1
        task.first_attempt = task.first_attempt or now
        task.last_attempt = now
        queue.running += 1
        self._spawn(self._attempt(queue, task, headers))
        if self._faults.strikes("double"):
            self._counters.add("doubled")
            queue.running += 1
            self._spawn(self._deliver_again(queue, task, headers, self._faults.seconds("double")))

    async def _deliver_again(self, queue: TaskQueue, task: Task, headers: Headers, delay: float) -> None:
        await asyncio.sleep(delay)
        await self._send(task, headers)
        queue.running -= 1
        queue.wake.set()

    async def _attempt(self, queue: TaskQueue, task: Task, headers: Headers) -> None:
        answer = await self._send(task, headers)
        queue.running -= 1
        self._settle(queue, task, answer)
        queue.wake.set()

    async def _send(self, task: Task, headers: Headers) -> Answer | None:
        target = task.target
        deadline = min(task.deadline, self._deadline_cap or task.deadline)
        self._counters.add("dispatched")
        try:
            async with asyncio.timeout(deadline):
                answer = await self._client.send(target.method, target.url, headers, target.body)
        except TimeoutError:
            self._counters.by_status[_TIMED_OUT] += 1
            return None
        except OSError:
            self._counters.by_status[_NO_ANSWER] += 1
            return None
        self._counters.by_status[str(answer.status)] += 1
        return answer

    def _settle(self, queue: TaskQueue, task: Task, answer: Answer | None) -> None:
        now = self._clock.now()
        succeeded = answer is not None and 200 <= answer.status < 300
        if succeeded:
            queue.throttle.succeeded(time.monotonic())
        else:
            overloaded = answer is not None and answer.status in _OVERLOADED
            queue.throttle.failed(time.monotonic(), overloaded=overloaded)
        if queue.tasks.get(task.name) is not task:
            return
        if succeeded:
            self._counters.add("done")
            queue.discard(task, now)
        else:
            self._retry(queue, task, answer, now)

    def _retry(self, queue: TaskQueue, task: Task, answer: Answer | None, now: float) -> None:
        settings = queue.settings
        tried_for = now - (task.first_attempt or now)
        if 0 < settings.max_attempts <= task.attempts and tried_for >= settings.max_retry_duration:
            self._counters.add("given_up")
            queue.discard(task, now)
            return
        task.responses += answer is not None
        task.previous = answer.status if answer else None
        self._counters.add("retries")
        wait = settings.backoff(task.attempts)
        task.due = task.scheduled = now + max(wait, answer.retry_after if answer else 0.0)
        queue.add(task)


def _headers(queue: TaskQueue, task: Task) -> Headers:
    headers = [
        (key, value)
        for key, value in task.target.headers
        if key.lower() not in _COMPUTED and not key.lower().startswith(_OURS)
    ]
    headers += [
        ("User-Agent", "Google-Cloud-Tasks"),
        ("X-CloudTasks-QueueName", queue.id),
        ("X-CloudTasks-TaskName", names.last_part(task.name)),
        ("X-CloudTasks-TaskRetryCount", str(task.attempts)),
        ("X-CloudTasks-TaskExecutionCount", str(task.responses)),
        ("X-CloudTasks-TaskETA", f"{task.scheduled:.6f}"),
    ]
    if task.previous is not None:
        headers.append(("X-CloudTasks-TaskPreviousResponse", str(task.previous)))
    if task.target.oidc is not None:
        headers.append(("Authorization", f"Bearer {_unsigned_token(*task.target.oidc)}"))
    return headers


def _unsigned_token(account: str, audience: str) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, {"email": account, "email_verified": True, "aud": audience})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."
