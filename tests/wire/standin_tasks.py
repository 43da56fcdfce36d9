"""The Cloud Tasks stand-in with a target and Google's own client, as the tests on it need them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from local.tasks.options import Options
from local.tasks.server import Running
from tests.wire.standin_target import Target, call, target_server

QUEUE = "projects/p/locations/asia-southeast2/queues/directory-smp"
FAST = Options(rate=1000, min_backoff=0.01, max_backoff=0.05, throttle_floor=1.0, resume_share=1.0)


class Stack:
    """A stand-in, its target, and Google's client for it."""

    def __init__(self, tasks: Running, target: Target, client: Any) -> None:
        self.url = tasks.url
        self.target = target
        self.queues = client.projects().locations().queues()
        self.tasks = self.queues.tasks()

    def create(self, name: str | None = None, queue: str = QUEUE, body: bytes = b"{}", **fields: Any) -> Any:
        request = {"url": self.target.url + "/converge", "body": base64.b64encode(body).decode()}
        task = {"httpRequest": request, **fields}
        if name is not None:
            task["name"] = f"{queue}/tasks/{name}"
        return self.tasks.create(parent=queue, body={"task": task}).execute()

    def control(self, path: str, body: object = None, method: str = "POST") -> Any:
        status, answer = call(self.url, method, f"/control/{path}", body)
        assert status == 200, answer
        return answer

    def state(self) -> Any:
        """The only queue, as the control API shows it."""
        [queue] = self.control("queues", method="GET")["queues"]
        return queue

    def counters(self) -> Any:
        return self.control("counters", method="GET")

    def drain(self, **fields: Any) -> Any:
        answer = self.control("drain", {"timeout": 30, **fields})
        assert answer["drained"], answer
        return answer

    def pause(self) -> None:
        self.queues.pause(name=QUEUE, body={}).execute()

    def resume(self) -> None:
        self.queues.resume(name=QUEUE, body={}).execute()


@contextmanager
def tasks_stack(options: Options = FAST) -> Iterator[Stack]:
    """Start a stand-in and a target on free ports."""
    with target_server() as target, Running(options) as tasks:
        client = build("cloudtasks", "v2", http=httplib2.Http(), client_options={"api_endpoint": tasks.url})
        with closing(client):
            yield Stack(tasks, target, client)


def refusal(error: pytest.ExceptionInfo[HttpError]) -> tuple[int, str]:
    body = json.loads(error.value.content)["error"]
    assert body["code"] == error.value.status_code
    return body["code"], body["status"]


def later(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat().replace("+00:00", "Z")
