"""The functions as the framework loads them, with real surroundings: a store, stand-ins, and where tasks are sent."""

import base64
import copy
import gc
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import functions_framework
import httplib2
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from local.directory.server import Running as RunningDirectory
from local.tasks.options import Options as TasksOptions
from local.tasks.server import Running as RunningTasks
from shared.adapters.sqlite import SqliteStore
from shared.domain.accounts import Account
from shared.ports import Create, Query, Ref
from tests.wire.standin_target import Target, call, eventually, target_server

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "tests" / "events"
_BY_HTTP = ("converge", "reconcile", "suspend", "link", "download")
SIGNATURES = {"provision": "cloudevent", **dict.fromkeys(_BY_HTTP, "http")}
SECRET = b"1" * 32
KEYS = json.dumps({"k1": base64.b64encode(SECRET).decode()})
PARENT = "projects/akun/locations/asia-southeast2"
NOWHERE = "http://127.0.0.1:9"  # nobody listens on the port of `discard`
FAST = TasksOptions(rate=1000, min_backoff=0.01, max_backoff=0.05, throttle_floor=1.0, resume_share=1.0)


@dataclass(frozen=True)
class Servers:
    """The stand-ins, and where tasks are sent: started once for a module, emptied for each test."""

    directory: RunningDirectory
    tasks: RunningTasks
    target: Target

    def empty(self) -> None:
        """Let them be as just started."""
        self.directory.control("reset", {})
        call(self.tasks.url, "POST", "/control/reset")
        self.target.deliveries.clear()
        self.target.answer = lambda _: 200


class Place:
    """Everything around the functions; `env` is the environment that they are loaded with."""

    def __init__(self, folder: Path, servers: Servers) -> None:
        self.path = folder / "akun.db"
        self.directory = servers.directory
        self.tasks = servers.tasks
        self.target = servers.target
        self.store = SqliteStore(str(self.path))
        self._loaded: list[FlaskClient] = []  # kept, or their connections would be closed by chance
        self.env = {
            "STORE": f"sqlite:///{self.path}",
            "DIRECTORY_ENDPOINT": self.directory.url,
            "TASKS_ENDPOINT": self.tasks.url,
            "TASKS_PARENT": PARENT,
            "CONVERGE_URL": self.target.url + "/converge",
            "CREDENTIAL_KEYS": KEYS,
            "QUEUE_RATES": '{"*": 1.0}',
        }

    def load(self, name: str, **changed: str) -> FlaskClient:
        """Load one function anew, as a new instance does, and give a client for it."""
        client = app(name, {**self.env, **changed}).test_client()
        self._loaded.append(client)
        return client

    def get(self, collection: str, document_id: str) -> dict[str, Any]:
        """Give a document that must be there."""
        document = self.store.get(Ref(collection, document_id))
        assert document is not None, (collection, document_id)
        return document.data

    def all(self, collection: str) -> dict[str, dict[str, Any]]:
        """Give all documents of a collection by id."""
        return {document.ref.id: document.data for document in self.store.query(Query(collection))}

    def plant(self, collection: str, document_id: str, data: Mapping[str, Any]) -> None:
        """Write a document."""
        self.store.commit([Create(Ref(collection, document_id), data)])

    def accounts(self) -> list[Account]:
        """Give all accounts."""
        return [Account.from_doc(data) for data in self.all("accounts").values()]

    def only_account(self) -> Account:
        """Give the only account that there is."""
        (account,) = self.accounts()
        return account

    def only_parked(self) -> dict[str, Any]:
        """Give the only parked entry that there is."""
        (entry,) = self.all("parked").values()
        return entry

    def users(self) -> list[dict[str, Any]]:
        """Give the Directory's users, with what it never shows."""
        users: list[dict[str, Any]] = self.directory.control("users")["users"]
        return users

    def fault(self, **rule: Any) -> None:
        """Plan a fault of the Directory."""
        self.directory.control("faults", rule)

    def tasks_control(self, path: str, body: object = None, method: str = "POST") -> Any:
        """Make a control call to the Cloud Tasks stand-in."""
        status, answer = call(self.tasks.url, method, f"/control/{path}", body)
        assert status == 200, answer
        return answer

    def tasks_sent(self, count: int) -> list[dict[str, Any]]:
        """Give the bodies of the tasks that were delivered, once there are as many as expected and none is left."""
        assert eventually(lambda: len(self.target.deliveries) >= count), self.target.bodies()
        assert self.tasks_control("drain", {"timeout": 20})["drained"]
        bodies = [json.loads(body) for body in self.target.bodies()]
        assert len(bodies) == count, bodies
        return bodies


@contextmanager
def servers(tasks: TasksOptions = FAST) -> Iterator[Servers]:
    """Start the stand-ins and the target of tasks."""
    with RunningDirectory() as directory, RunningTasks(tasks) as running, target_server() as target:
        yield Servers(directory, running, target)


@contextmanager
def place(folder: Path, around: Servers) -> Iterator[Place]:
    """Give a test its surroundings, and leave nothing behind of the functions that it loads."""
    around.empty()
    surroundings = Place(folder, around)
    with _process_as_before():
        try:
            yield surroundings
        finally:
            surroundings.store.close()
            _close_connections()


def app(name: str, env: Mapping[str, str]) -> Flask:
    """Load a function as the framework does, with nothing but `env` in its environment."""
    own = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    with patch.dict(os.environ, {**own, **env}, clear=True):
        loaded: Flask = functions_framework.create_app(
            name, str(ROOT / "functions" / name / "main.py"), SIGNATURES[name]
        )
    return loaded


def push(
    client: FlaskClient, data: bytes | None, message_id: str = "m1", kind: str = "push", **attributes: str
) -> TestResponse:
    """Deliver a message as a push subscription does, or as Eventarc does (`kind`); without `data` if it is None."""
    return client.post("/", **delivery(data, message_id, kind, **attributes))


def delivery(data: bytes | None, message_id: str = "m1", kind: str = "push", **attributes: str) -> dict[str, Any]:
    """Give the request of a delivery, from a recorded one."""
    recorded = copy.deepcopy(json.loads((EVENTS / f"{kind}.json").read_bytes()))
    message = recorded["body"]["message"]
    message |= {"messageId": message_id, "message_id": message_id, "attributes": attributes}
    del message["data"]
    if data is not None:
        message["data"] = base64.b64encode(data).decode()
    if "ce-id" in recorded["headers"]:
        recorded["headers"]["ce-id"] = message_id
    return {"headers": recorded["headers"], "data": json.dumps(recorded["body"])}


def run_task(client: FlaskClient, body: object, retries: int | str = 0) -> TestResponse:
    """Send a task as Cloud Tasks does; bytes go out as they are."""
    headers = {**_recorded_headers("task"), "X-CloudTasks-TaskRetryCount": str(retries)}
    return client.post("/", headers=headers, data=_as_bytes(body))


def converge(client: FlaskClient, account: Account, retries: int = 0) -> TestResponse:
    """Send the task of an account."""
    return run_task(client, {"account_id": account.account_id, "version": account.version}, retries)


def tick(client: FlaskClient, body: object) -> TestResponse:
    """Send a job as Cloud Scheduler does; bytes go out as they are."""
    return client.post("/", headers=_recorded_headers("schedule"), data=_as_bytes(body))


def lines(printed: str) -> list[dict[str, Any]]:
    """Read log lines: each is one JSON object."""
    return [json.loads(line) for line in printed.splitlines()]


def _recorded_headers(kind: str) -> dict[str, str]:
    headers: dict[str, str] = json.loads((EVENTS / f"{kind}.json").read_bytes())["headers"]
    return headers


def _as_bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@contextmanager
def _process_as_before() -> Iterator[None]:
    """Undo what the framework and the functions change in a process."""
    root, path, main = logging.getLogger(), list(sys.path), sys.modules.get("main")
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:], sys.path[:] = handlers, path
        root.setLevel(level)
        with suppress(KeyError):
            del sys.modules["main"]
        if main is not None:
            sys.modules["main"] = main


def _close_connections() -> None:
    """Close the connections that loaded functions keep for as long as their process lives."""
    for found in gc.get_objects():
        if isinstance(found, httplib2.Http):
            found.close()
