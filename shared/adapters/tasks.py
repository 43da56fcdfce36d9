"""Cloud Tasks by its REST API: one queue per realm, `directory-<realm with dots as dashes>`."""

import base64
import json
import threading
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException
from typing import Any

import httplib2
from google.auth.exceptions import GoogleAuthError
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from shared.errors import QuotaError, TransientError

_REFUSED = {403: "enqueue_forbidden", 404: "queue_missing", 429: "enqueue_quota"}
_UNMOVED = {403: "queue_forbidden", 404: "queue_missing", 429: "queue_quota"}
_LOST = (OSError, httplib2.HttpLib2Error, HTTPException, GoogleAuthError, ValueError, RecursionError)


def queue_name(realm: str) -> str:
    """Give the id of a realm's queue."""
    return "directory-" + realm.replace(".", "-")


class CloudTasks:
    """The Tasks port, and the queues themselves; `invoker` None sends no OIDC token, for the stand-in."""

    def __init__(
        self,
        new_http: Callable[[], httplib2.Http],
        *,
        parent: str,
        converge_url: str,
        invoker: str | None,
        endpoint: str | None = None,
    ) -> None:
        self._new_http = new_http
        self._parent = parent
        self._converge_url = converge_url
        self._invoker = invoker
        self._endpoint = endpoint
        self._local = threading.local()
        self._lock = threading.Lock()
        self._resource: Any = None

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
        """Create one task; False where a task of this name exists or ran of late."""
        queue = f"{self._parent}/queues/{queue_name(realm)}"
        body = {"account_id": account_id, "version": version, **({"probe": True} if probe else {})}
        task: dict[str, Any] = {"httpRequest": self._request(body)}
        if name is not None:
            task["name"] = f"{queue}/tasks/{name}"
        if at is not None:
            task["scheduleTime"] = at.isoformat().replace("+00:00", "Z")
        return self._create(queue, task)

    def pause(self, realm: str) -> None:
        """Let a realm's queue send nothing; raises TransientError."""
        self._move("pause", realm)

    def resume(self, realm: str) -> None:
        """Let a realm's queue send again; raises TransientError."""
        self._move("resume", realm)

    def close(self) -> None:
        """Let go of this thread's connection; the next call opens another."""
        http: httplib2.Http | None = self._local.__dict__.pop("http", None)
        if http is not None:
            http.close()

    def _request(self, body: dict[str, Any]) -> dict[str, Any]:
        request: dict[str, Any] = {
            "url": self._converge_url,
            "httpMethod": "POST",
            "headers": {"Content-Type": "application/json"},
            "body": base64.b64encode(json.dumps(body).encode()).decode(),
        }
        if self._invoker is not None:
            request["oidcToken"] = {"serviceAccountEmail": self._invoker, "audience": self._converge_url}
        return request

    def _create(self, queue: str, task: dict[str, Any]) -> bool:
        try:
            request = self._tasks().create(parent=queue, body={"task": task}, fields="name")
            request.execute(http=self._http(), num_retries=0)
        except HttpError as error:
            status = int(error.resp.status)
            if status == 409 and "name" in task:
                return False
            raise (QuotaError if status == 429 else TransientError)(_REFUSED.get(status, "enqueue_refused")) from None
        except _LOST:
            self.close()
            raise TransientError("enqueue_failed") from None
        return True

    def _move(self, verb: str, realm: str) -> None:
        name = f"{self._parent}/queues/{queue_name(realm)}"
        try:
            request = getattr(self._queues(), verb)(name=name, body={}, fields="state")
            request.execute(http=self._http(), num_retries=0)
        except HttpError as error:
            raise TransientError(_UNMOVED.get(int(error.resp.status), "queue_refused")) from None
        except _LOST:
            self.close()
            raise TransientError("queue_unanswered") from None

    def _tasks(self) -> Any:
        # Built on first use, because the framework forks; kept, because making it anew costs more than a call.
        if self._resource is None:
            with self._lock:
                if self._resource is None:
                    self._resource = self._queues().tasks()
        return self._resource

    def _queues(self) -> Any:
        options = {"api_endpoint": self._endpoint} if self._endpoint else None
        service = build("cloudtasks", "v2", http=self._http(), client_options=options, cache_discovery=False)
        return service.projects().locations().queues()

    def _http(self) -> httplib2.Http:
        # httplib2 is not thread-safe.
        if not hasattr(self._local, "http"):
            self._local.http = self._new_http()
        http: httplib2.Http = self._local.http
        return http
