"""The floor of a suspension: a streamed read and a batched write; a streamed read and a task; read, get, update, write.

One function for the three that share the work: the body's `step` says which of it is meant. `BENCH_SAMPLE` holds what
the real use cases read, sent and committed for one account.
"""

import base64
import json
import os
import threading
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol

import functions_framework
import httplib2
from flask import Request

from bench.bare import google
from bench.bare.store import Firestore, Sqlite, sample, store

LIMIT = 400  # documents read, and written in one commit
ACCOUNTS = "bare_accounts"
BEFORE = datetime(2021, 6, 1, tzinfo=UTC)
_LOCAL = threading.local()


class Queries(Protocol):
    """What a suspension needs of a store besides single documents; each gives the keys."""

    def plant(self, accounts: list[dict[str, Any]]) -> None:
        """Write accounts, whether they are there or not."""

    def hold(self, realm: str, fields: dict[str, Any]) -> list[str]:
        """Stream the accounts of a realm that are due, and replace fields of all in one commit, each if unchanged."""

    def waiting(self, realm: str) -> list[str]:
        """Stream the accounts of a realm that wait in the bulk lane."""


class FirestoreQueries(Firestore):
    """By Google's client."""

    def plant(self, accounts: list[dict[str, Any]]) -> None:
        """Write accounts, whether they are there or not."""
        batch = self._client.batch()
        for account in accounts:
            batch.set(self._client.document(f"{ACCOUNTS}/{account['account_id']}"), account)
        batch.commit()

    def hold(self, realm: str, fields: dict[str, Any]) -> list[str]:
        """Stream the due ones, then write."""
        found = self._stream((("realm", "==", realm), ("state", "==", "issued"), ("issued_at", "<", BEFORE)))
        batch = self._client.batch()
        for snapshot in found:
            option = self._client.write_option(last_update_time=snapshot.update_time)
            batch.update(snapshot.reference, fields, option=option)
        batch.commit()
        return [snapshot.to_dict()["account_id"] for snapshot in found]

    def waiting(self, realm: str) -> list[str]:
        """Stream the waiting ones."""
        confirmed = ("state", "in", ["issued", "active", "suspended", "closed"])
        found = self._stream((("realm", "==", realm), ("lane", "==", "bulk"), confirmed), "pending_since")
        return [snapshot.to_dict()["account_id"] for snapshot in found]

    def _stream(self, where: tuple[tuple[str, str, Any], ...], order: str = "issued_at") -> list[Any]:
        from google.cloud.firestore import FieldFilter

        query = self._client.collection(ACCOUNTS)
        for field, op, value in where:
            query = query.where(filter=FieldFilter(field, op, value))
        return list(query.order_by(order).order_by("__name__").limit(LIMIT).stream())


class SqliteQueries(Sqlite):
    """By sqlite3, with an index of each query's own."""

    def plant(self, accounts: list[dict[str, Any]]) -> None:
        """Write accounts, whether they are there or not."""
        connection = self._connection()
        for name, fields in (("due", ("realm", "state", "issued_at")), ("waiting", ("realm", "lane", "pending_since"))):
            columns = ", ".join(f"body ->> '$.{field}'" for field in fields)
            connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON documents (collection, {columns})")
        connection.execute("BEGIN IMMEDIATE")
        for account in accounts:
            row = (ACCOUNTS, account["account_id"], json.dumps(account, default=str))
            connection.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, 1)", row)
        connection.execute("COMMIT")

    def hold(self, realm: str, fields: dict[str, Any]) -> list[str]:
        """Stream the due ones, then write."""
        found = self._stream(realm, "state", "issued", "issued_at", f"AND body ->> '$.issued_at' < '{BEFORE}'")
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        for body, version in found:
            row = (json.dumps({**body, **fields}, default=str), ACCOUNTS, body["account_id"], version)
            connection.execute(
                "UPDATE documents SET body = ?, version = version + 1 WHERE collection = ? AND id = ? AND version = ?",
                row,
            )
        connection.execute("COMMIT")
        return [body["account_id"] for body, _ in found]

    def waiting(self, realm: str) -> list[str]:
        """Stream the waiting ones."""
        confirmed = "AND body ->> '$.state' IN ('issued', 'active', 'suspended', 'closed')"
        return [body["account_id"] for body, _ in self._stream(realm, "lane", "bulk", "pending_since", confirmed)]

    def _stream(self, realm: str, field: str, value: str, order: str, more: str) -> list[tuple[dict[str, Any], int]]:
        sql = (
            f"SELECT body, version FROM documents WHERE collection = '{ACCOUNTS}' AND body ->> '$.realm' = ?"
            f" AND body ->> '$.{field}' = ? {more} ORDER BY body ->> '$.{order}', id LIMIT {LIMIT}"
        )
        return [(json.loads(body), version) for body, version in self._connection().execute(sql, (realm, value))]


@cache
def queries() -> Queries:
    """Give the process's store for queries, made on first use: the framework forks."""
    url = os.environ["STORE"]
    return SqliteQueries(url.removeprefix("sqlite:///")) if url.startswith("sqlite:") else FirestoreQueries()


@functions_framework.http
def suspension(request: Request) -> tuple[str, int]:
    """Make the calls of one step: plant (of the bench alone), hold, feed, or converge one account."""
    body = request.get_json()
    match body.get("step"):
        case "plant":
            queries().plant([{**sample()["account"], **account} for account in body["accounts"]])
        case "hold":
            return str(len(queries().hold(body["realm"], sample()["held"]))), 200
        case "feed":
            keys = queries().waiting(body["realm"])
            for key in keys:
                _create_task(body["realm"], key)
            return str(len(keys)), 200
        case _:
            _converge(str(body["account_id"]))
    return "done", 200


def _http() -> httplib2.Http:
    if not hasattr(_LOCAL, "http"):
        _LOCAL.http = httplib2.Http(timeout=30)
    http: httplib2.Http = _LOCAL.http
    return http


def _create_task(realm: str, key: str) -> None:
    queue = f"{os.environ['TASKS_PARENT']}/queues/directory-{realm}"
    content = base64.b64encode(json.dumps({"account_id": key, "version": 2}).encode()).decode()
    request = {
        "url": os.environ["CONVERGE_URL"],
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"},
        "body": content,
    }
    name = f"{queue}/tasks/{key.replace('.', '-')}-{os.urandom(4).hex()}"
    task = {"httpRequest": request, "name": name, "scheduleTime": datetime.now(UTC).isoformat().replace("+00:00", "Z")}
    made = google.tasks().create(parent=queue, body={"task": task}, fields="name")
    made.execute(http=_http(), num_retries=0)


def _converge(key: str) -> None:
    account, version = store().get(ACCOUNTS, key)
    user = account["directory_id"]
    users, http = google.users(), _http()
    users.get(userKey=user, fields=sample()["read"]).execute(http=http, num_retries=0)
    body = dict(sample()["update"])
    own, *marks = body["externalIds"]
    body["externalIds"] = [{**own, "value": key}, *marks]
    users.update(userKey=user, body=body, fields="id").execute(http=http, num_retries=0)
    store().update(ACCOUNTS, key, sample()["suspended"], version)
