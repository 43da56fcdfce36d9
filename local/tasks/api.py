"""The REST API of Cloud Tasks v2, as far as this project and its tests call it."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from local.tasks import names
from local.tasks.engine import Engine
from local.tasks.errors import invalid, not_found, unavailable
from local.tasks.model import known_fields, task_json

_LOCATION = "/v2/projects/{project}/locations/{location}"
_VIEWS = {"": False, "VIEW_UNSPECIFIED": False, "BASIC": False, "FULL": True}


class CutOff(Response):
    """An answer that is announced and never sent: uvicorn then breaks the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the head alone."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


class TasksApi:
    """Handlers of `/v2/…`; each reads the request, asks the engine, and shows the result."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def routes(self) -> list[Route]:
        """Return the routes of the API."""
        queue = _LOCATION + "/queues/{queue}"
        return [
            Route(_LOCATION + "/queues", self.list_queues, methods=["GET"]),
            Route(_LOCATION + "/queues", self.create_queue, methods=["POST"]),
            Route(queue, self.get_queue, methods=["GET"]),
            Route(queue, self.patch_queue, methods=["PATCH"]),
            Route(queue + ":{verb}", self.act_on_queue, methods=["POST"]),
            Route(queue + "/tasks", self.list_tasks, methods=["GET"]),
            Route(queue + "/tasks", self.create_task, methods=["POST"]),
            Route(queue + "/tasks/{task}", self.get_task, methods=["GET"]),
            Route(queue + "/tasks/{task}", self.delete_task, methods=["DELETE"]),
        ]

    async def list_queues(self, request: Request) -> Response:
        """Answer `queues.list`."""
        prefix = names.location_name(_location(request)) + "/queues/"
        found = [queue for name, queue in sorted(self._engine.queues.items()) if name.startswith(prefix)]
        return JSONResponse({"queues": [self._engine.queue_json(queue) for queue in found]} if found else {})

    async def create_queue(self, request: Request) -> Response:
        """Answer `queues.create`."""
        names.location_name(_location(request))
        body = await json_body(request)
        name = body.get("name")
        if not isinstance(name, str) or not name.startswith(_location(request) + "/queues/"):
            raise invalid("Queue name must be in the location of the request.")
        return JSONResponse(self._engine.queue_json(self._engine.create_queue(name, body)))

    async def get_queue(self, request: Request) -> Response:
        """Answer `queues.get`."""
        return JSONResponse(self._engine.queue_json(self._engine.queue(_queue(request))))

    async def patch_queue(self, request: Request) -> Response:
        """Answer `queues.patch`."""
        mask = request.query_params.get("updateMask")
        queue = self._engine.patch_queue(_queue(request), await json_body(request), mask)
        return JSONResponse(self._engine.queue_json(queue))

    async def act_on_queue(self, request: Request) -> Response:
        """Answer `queues.pause`, `queues.resume` and `queues.purge`."""
        engine = self._engine
        action = {"pause": engine.pause, "resume": engine.resume, "purge": engine.purge}.get(
            request.path_params["verb"]
        )
        if action is None:
            raise not_found("Method not found.")
        queue = engine.queue(_queue(request))
        action(queue)
        return JSONResponse(engine.queue_json(queue))

    async def create_task(self, request: Request) -> Response:
        """Answer `tasks.create`, or fail as told by the control API."""
        body = known_fields(await json_body(request), frozenset({"task", "responseView"}), "request")
        full = _is_full(str(body.get("responseView", "")))
        if self._engine.faults.strikes("create_503"):
            self._engine.counters.add("refused_503")
            raise unavailable()
        task = self._engine.create_task(_queue(request), body.get("task"))
        if self._engine.faults.strikes("create_answer_lost"):
            self._engine.counters.add("answers_lost")
            return CutOff()
        return JSONResponse(task_json(task, full=full))

    async def get_task(self, request: Request) -> Response:
        """Answer `tasks.get`."""
        task = self._engine.task(self._engine.queue(_queue(request)), _task(request))
        return JSONResponse(task_json(task, full=_is_full(request.query_params.get("responseView", ""))))

    async def delete_task(self, request: Request) -> Response:
        """Answer `tasks.delete`."""
        self._engine.delete_task(self._engine.queue(_queue(request)), _task(request))
        return JSONResponse({})

    async def list_tasks(self, request: Request) -> Response:
        """Answer `tasks.list`, page by page in the order of names."""
        query = request.query_params
        full = _is_full(query.get("responseView", ""))
        size = query.get("pageSize", "0")
        if not size.isdecimal():
            raise invalid("page_size must not be negative")
        limit = min(int(size) or 1000, 1000)
        queue = self._engine.queue(_queue(request))
        after = query.get("pageToken", "")
        found = sorted(name for name in queue.tasks if names.last_part(name) > after)
        answer: dict[str, Any] = {}
        if found:
            answer["tasks"] = [task_json(queue.tasks[name], full=full) for name in found[:limit]]
        if len(found) > limit:
            answer["nextPageToken"] = names.last_part(found[limit - 1])
        return JSONResponse(answer)


async def json_body(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request (none: an empty one), or raise the API's 400."""
    text = await request.body()
    try:
        body = json.loads(text or b"{}")
    except (ValueError, RecursionError):
        raise invalid("Invalid JSON payload received.") from None
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received: an object is required.")
    return body


def _is_full(view: str) -> bool:
    if view not in _VIEWS:
        raise invalid("Invalid value at 'response_view'")
    return _VIEWS[view]


def _location(request: Request) -> str:
    return "projects/{project}/locations/{location}".format_map(request.path_params)


def _queue(request: Request) -> str:
    return f"{_location(request)}/queues/{request.path_params['queue']}"


def _task(request: Request) -> str:
    return f"{_queue(request)}/tasks/{request.path_params['task']}"
