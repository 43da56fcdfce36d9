"""A task, and how the API's JSON becomes one and shows it."""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.tasks import names
from local.tasks.clock import duration, parse_duration, parse_timestamp, timestamp
from local.tasks.errors import invalid

_TASK_FIELDS = frozenset({"name", "scheduleTime", "dispatchDeadline", "httpRequest"})
_OUTPUT_ONLY = frozenset(
    {"createTime", "dispatchCount", "responseCount", "firstAttempt", "lastAttempt", "view"},
)
_REQUEST_FIELDS = frozenset({"url", "httpMethod", "headers", "body", "oidcToken", "oauthToken"})
_METHODS = frozenset({"POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"})
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_MAX_TASK_BYTES = 100 * 1024
_MAX_URL = 2083
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?([/?][!-~]*)?")
_MAX_AHEAD = 30 * 86400.0
_DEADLINES = (15.0, 1800.0)


@dataclass(frozen=True)
class Target:
    """The HTTP request that a task stands for."""

    url: str
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    oidc: tuple[str, str] | None = None
    """Service account and audience of the token to send."""


@dataclass(eq=False)
class Task:
    """A task in a queue; times are seconds since 1970 by the stand-in's clock."""

    name: str
    named: bool
    target: Target
    created: float
    scheduled: float
    """When it was promised: `scheduleTime` and the ETA header."""
    deadline: float = 600.0
    due: float = 0.0
    """When it will really go: later than promised if told to be late."""
    attempts: int = 0
    responses: int = 0
    previous: int | None = None
    first_attempt: float | None = None
    last_attempt: float | None = None
    ticket: int = 0
    """Number of its newest place in the schedule; older places are void."""


def parse_task(body: object, queue: str, now: float) -> Task:
    """Return the task of a create call's `task` field, or raise the API's 400."""
    fields = known_fields(body, _TASK_FIELDS | _OUTPUT_ONLY, "task")
    if len(json.dumps(fields)) > _MAX_TASK_BYTES:
        raise invalid(f"Task size too large; it must be at most {_MAX_TASK_BYTES} bytes.")
    name = fields.get("name")
    scheduled = parse_timestamp(fields["scheduleTime"], "task.schedule_time") if "scheduleTime" in fields else now
    if scheduled > now + _MAX_AHEAD:
        raise invalid("The Task.schedule_time is too far in the future; it must be within 30 days.")
    task = Task(
        name=names.task_name(name, queue) if name else f"{queue}/tasks/{secrets.randbits(63)}",
        named=bool(name),
        target=_parse_target(fields.get("httpRequest")),
        created=now,
        scheduled=max(scheduled, now),
    )
    task.due = task.scheduled
    if "dispatchDeadline" in fields:
        task.deadline = parse_duration(fields["dispatchDeadline"], "task.dispatch_deadline")
        if not _DEADLINES[0] <= task.deadline <= _DEADLINES[1]:
            raise invalid("Task.dispatchDeadline must be between [15s, 30m].")
    return task


def task_json(task: Task, *, full: bool) -> dict[str, Any]:
    """Return a task as the API shows it; the body only in the FULL view."""
    target = task.target
    request: dict[str, Any] = {
        "url": target.url,
        "httpMethod": target.method,
        "headers": {"User-Agent": "Google-Cloud-Tasks", **dict(target.headers)},
    }
    if full and target.body:
        request["body"] = base64.b64encode(target.body).decode()
    if target.oidc:
        request["oidcToken"] = {"serviceAccountEmail": target.oidc[0], "audience": target.oidc[1]}
    shown: dict[str, Any] = {
        "name": task.name,
        "createTime": timestamp(int(task.created)),
        "scheduleTime": timestamp(task.scheduled),
        "dispatchDeadline": duration(task.deadline),
        "httpRequest": request,
        "view": "FULL" if full else "BASIC",
    }
    if task.attempts:
        shown["dispatchCount"] = task.attempts
    if task.responses:
        shown["responseCount"] = task.responses
    for key, moment in (("firstAttempt", task.first_attempt), ("lastAttempt", task.last_attempt)):
        if moment is not None:
            shown[key] = {"dispatchTime": timestamp(moment)}
    return shown


def known_fields(body: object, allowed: frozenset[str], where: str) -> Mapping[str, Any]:
    """Return a JSON object whose keys are all known, or raise the API's 400; null counts as absent."""
    if not isinstance(body, dict):
        raise invalid(f"Invalid value at '{where}': an object is required.")
    for key in body:
        if key not in allowed:
            raise invalid(f"Invalid JSON payload received. Unknown name \"{key}\" at '{where}': Cannot find field.")
    return {key: value for key, value in body.items() if value is not None}


def _parse_target(body: object) -> Target:
    if body is None:
        raise invalid("Task.httpRequest is required: this stand-in has no App Engine.")
    fields = known_fields(body, _REQUEST_FIELDS, "task.http_request")
    url = fields.get("url")
    if not isinstance(url, str) or len(url) > _MAX_URL or not _URL.fullmatch(url):
        raise invalid('HttpRequest.url must begin with "http://" or "https://" and be at most 2083 characters.')
    method = fields.get("httpMethod", "POST")
    if method not in _METHODS:
        raise invalid("Invalid value at 'task.http_request.http_method'")
    return Target(url, method, _parse_headers(fields.get("headers", {})), _parse_body(fields, method), _oidc(fields))


def _parse_headers(headers: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(headers, dict):
        raise invalid("Invalid value at 'task.http_request.headers'")
    for key, value in headers.items():
        text = f"{key}{value}"
        if not isinstance(value, str) or not key or not text.isprintable() or not text.isascii():
            raise invalid(f"HTTP request header {key!r} is not valid.")
    return tuple(headers.items())


def _parse_body(fields: Mapping[str, Any], method: str) -> bytes:
    body = fields.get("body", "")
    if body and method not in _WITH_BODY:
        raise invalid("HTTP request body is allowed only if the HTTP method is POST, PUT or PATCH.")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise invalid("Invalid value at 'task.http_request.body' (TYPE_BYTES), Base64 decoding failed.") from None


def _oidc(fields: Mapping[str, Any]) -> tuple[str, str] | None:
    if "oidcToken" not in fields:
        return None
    token = known_fields(
        fields["oidcToken"], frozenset({"serviceAccountEmail", "audience"}), "task.http_request.oidc_token"
    )
    account = token.get("serviceAccountEmail")
    if not isinstance(account, str) or "@" not in account:
        raise invalid("OidcToken.serviceAccountEmail must be the address of a service account.")
    return account, str(token.get("audience") or fields.get("url"))
