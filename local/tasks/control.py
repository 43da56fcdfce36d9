"""The control API: what tests and the one-machine stack tell the stand-in and ask of it."""

from __future__ import annotations

from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.tasks.api import json_body
from local.tasks.clock import timestamp
from local.tasks.engine import Engine
from local.tasks.errors import invalid, not_found
from local.tasks.model import Task
from local.tasks.queue import TaskQueue


class ControlApi:
    """Handlers of `/control/…`; a queue is named in full or by its id alone, none means all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def routes(self) -> list[Route]:
        """Return the routes of the control API."""
        return [
            Route("/control/reset", self.reset, methods=["POST"]),
            Route("/control/counters", self.counters, methods=["GET"]),
            Route("/control/queues", self.queues, methods=["GET"]),
            Route("/control/tasks", self.tasks, methods=["GET"]),
            Route("/control/faults", self.faults, methods=["GET", "POST"]),
            Route("/control/rates", self.rates, methods=["GET", "POST"]),
            Route("/control/pause", self.pause, methods=["POST"]),
            Route("/control/resume", self.resume, methods=["POST"]),
            Route("/control/drain", self.drain, methods=["POST"]),
            Route("/control/fast_forward", self.fast_forward, methods=["POST"]),
        ]

    async def reset(self, _request: Request) -> Response:
        """Be as just started."""
        await self._engine.reset()
        return JSONResponse({})

    async def counters(self, _request: Request) -> Response:
        """Answer all counters."""
        return JSONResponse(self._engine.counters.as_json())

    async def queues(self, _request: Request) -> Response:
        """Answer every queue's state, rate and number of tasks."""
        return JSONResponse({"queues": [self._queue_json(queue) for queue in self._engine.queues.values()]})

    async def tasks(self, request: Request) -> Response:
        """Answer the queued tasks, those in flight included."""
        limit = request.query_params.get("limit", "1000")
        if not limit.isdecimal():
            raise invalid("limit is not a number")
        queues = self._chosen(request.query_params.get("queue"))
        found = islice(((queue, task) for queue in queues for task in queue.tasks.values()), int(limit))
        shown = [_task_json(queue, task) for queue, task in found]
        return JSONResponse({"total": sum(len(queue.tasks) for queue in queues), "tasks": shown})

    async def faults(self, request: Request) -> Response:
        """Set the faults that are named, and answer all."""
        if request.method == "POST":
            self._engine.faults.set(await json_body(request))
        return JSONResponse(self._engine.faults.as_json())

    async def rates(self, request: Request) -> Response:
        """Set rates by realm, in the form of `QUEUE_RATES`, and answer the table."""
        if request.method == "POST":
            rates = {realm: _number(rate, realm) for realm, rate in (await json_body(request)).items()}
            if any(rate <= 0 for rate in rates.values()):
                raise invalid("a rate must be above zero")
            self._engine.set_rates(rates)
        return JSONResponse(self._engine.rates)

    async def pause(self, request: Request) -> Response:
        """Pause queues."""
        queues = self._chosen((await json_body(request)).get("queue"))
        for queue in queues:
            self._engine.pause(queue)
        return JSONResponse({"queues": [queue.id for queue in queues]})

    async def resume(self, request: Request) -> Response:
        """Resume queues, slowly at first as the API does."""
        body = await json_body(request)
        queues = self._chosen(body.get("queue"))
        for queue in queues:
            self._engine.resume(queue)
        return JSONResponse({"queues": [queue.id for queue in queues]})

    async def drain(self, request: Request) -> Response:
        """Wait, bounded, until only tasks beyond the horizon are left, and answer what is left."""
        body = await json_body(request)
        queues = self._chosen(body.get("queue"))
        timeout = _number(body.get("timeout", 30), "timeout")
        drained = await self._engine.drain(queues, timeout, _number(body.get("horizon", 1), "horizon"))
        counts = [queue.counts(self._engine.clock.now()) for queue in queues]
        left = {key: sum(count[key] for count in counts) for key in ("running", "due", "scheduled")}
        return JSONResponse({"drained": drained, **left, "counters": self._engine.counters.as_json()})

    async def fast_forward(self, request: Request) -> Response:
        """Move the clock by seconds, or make scheduled tasks due."""
        body = await json_body(request)
        queues = self._chosen(body.get("queue"))
        seconds = _number(body.get("seconds", 0), "seconds")
        moved = self._engine.fast_forward(seconds, queues, due=bool(body.get("due")))
        return JSONResponse({"now": timestamp(self._engine.clock.now()), "made_due": moved})

    def _chosen(self, name: object) -> list[TaskQueue]:
        queues = list(self._engine.queues.values())
        if name is None:
            return queues
        chosen = [queue for queue in queues if name in (queue.name, queue.id)]
        if not chosen:
            raise not_found(f"no queue {name}")
        return chosen

    def _queue_json(self, queue: TaskQueue) -> dict[str, Any]:
        return {
            "name": queue.name,
            "id": queue.id,
            "paused": queue.paused,
            "rate": queue.settings.rate,
            "effective_rate": queue.throttle.effective_rate,
            **queue.counts(self._engine.clock.now()),
        }


def _task_json(queue: TaskQueue, task: Task) -> dict[str, Any]:
    return {
        "name": task.name,
        "queue": queue.id,
        "scheduled": timestamp(task.scheduled),
        "due": timestamp(task.due),
        "attempts": task.attempts,
        "previous_response": task.previous,
    }


def _number(value: object, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid(f"{field} is not a number")
    return float(value)
