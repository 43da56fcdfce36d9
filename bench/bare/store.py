"""Bare calls to the store that STORE names: Google's client, or sqlite3 with documents as JSON."""

import json
import os
import pickle
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import sqlite3

Writes = Sequence[tuple[str, str, Mapping[str, Any]]]


class Bare(Protocol):
    """A read gives data and version, a commit creates all or nothing, an update has the version as precondition."""

    def get(self, collection: str, key: str) -> tuple[dict[str, Any], Any]:
        """Read one document."""

    def create(self, writes: Writes) -> None:
        """Create documents in one commit."""

    def update(self, collection: str, key: str, fields: Mapping[str, Any], version: Any) -> None:
        """Replace fields of a document."""

    def pending(self, realm: str, before: datetime, limit: int) -> list[dict[str, Any]]:
        """Query a realm's accounts that have been pending in the live lane since before a moment."""

    def switches(self) -> list[dict[str, Any]]:
        """Read the collection of switches whole."""

    def of_school(self, sekolah_id: str) -> list[dict[str, Any]]:
        """Query the accounts of a school."""


class Firestore:
    """Google's client, one for the process."""

    def __init__(self) -> None:
        from google.cloud import firestore

        self._client: Any = firestore.Client()

    def get(self, collection: str, key: str) -> tuple[dict[str, Any], Any]:
        """Read one document."""
        snapshot = self._client.document(f"{collection}/{key}").get()
        return snapshot.to_dict() or {}, snapshot.update_time

    def create(self, writes: Writes) -> None:
        """Create documents in one commit."""
        batch = self._client.batch()
        for collection, key, data in writes:
            batch.create(self._client.document(f"{collection}/{key}"), data)
        batch.commit()

    def update(self, collection: str, key: str, fields: Mapping[str, Any], version: Any) -> None:
        """Replace fields of a document."""
        option = self._client.write_option(last_update_time=version)
        batch = self._client.batch()
        batch.update(self._client.document(f"{collection}/{key}"), fields, option=option)
        batch.commit()

    def pending(self, realm: str, before: datetime, limit: int) -> list[dict[str, Any]]:
        """Query a realm's accounts that have been pending in the live lane since before a moment."""
        from google.cloud.firestore import FieldFilter

        query = self._client.collection("bare_accounts")
        for field, op, value in (("realm", "==", realm), ("lane", "==", "live"), ("pending_since", "<", before)):
            query = query.where(filter=FieldFilter(field, op, value))
        found = query.order_by("pending_since").order_by("__name__").limit(limit).stream()
        return [snapshot.to_dict() for snapshot in found]

    def switches(self) -> list[dict[str, Any]]:
        """Read the collection of switches whole."""
        return [snapshot.to_dict() for snapshot in self._client.collection("bare_switches").stream()]

    def of_school(self, sekolah_id: str) -> list[dict[str, Any]]:
        """Query the accounts of a school."""
        from google.cloud.firestore import FieldFilter

        query = self._client.collection("bare_accounts")
        found = query.where(filter=FieldFilter("sekolah_ids", "array_contains", sekolah_id)).stream()
        return [snapshot.to_dict() for snapshot in found]


class Sqlite:
    """A connection for each thread; documents are JSON in one table."""

    def __init__(self, path: str) -> None:
        import sqlite3

        self._connect = sqlite3.connect
        self._path = f"{path}.bare"
        self._local = threading.local()

    def get(self, collection: str, key: str) -> tuple[dict[str, Any], Any]:
        """Read one document."""
        sql = "SELECT body, version FROM documents WHERE collection = ? AND id = ?"
        rows = self._connection().execute(sql, (collection, key)).fetchall()
        return (json.loads(rows[0][0]), rows[0][1]) if rows else ({}, None)

    def create(self, writes: Writes) -> None:
        """Create documents in one commit."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        for collection, key, data in writes:
            row = (collection, key, json.dumps(data, default=str))
            connection.execute("INSERT INTO documents VALUES (?, ?, ?, 1)", row)
        connection.execute("COMMIT")

    def update(self, collection: str, key: str, fields: Mapping[str, Any], version: Any) -> None:
        """Replace fields of a document."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        data, _ = self.get(collection, key)
        body = json.dumps({**data, **fields}, default=str)
        sql = "UPDATE documents SET body = ?, version = version + 1 WHERE collection = ? AND id = ? AND version = ?"
        connection.execute(sql, (body, collection, key, version))
        connection.execute("COMMIT")

    def pending(self, realm: str, before: datetime, limit: int) -> list[dict[str, Any]]:
        """Query a realm's accounts that have been pending in the live lane since before a moment."""
        path = "json_extract(body, '$.{}')".format
        sql = (
            f"SELECT body FROM documents WHERE collection = 'bare_accounts' AND {path('realm')} = ?"
            f" AND {path('lane')} = 'live' AND {path('pending_since')} < ? ORDER BY {path('pending_since')} LIMIT ?"
        )
        return [json.loads(row[0]) for row in self._connection().execute(sql, (realm, str(before), limit))]

    def switches(self) -> list[dict[str, Any]]:
        """Read the collection of switches whole."""
        sql = "SELECT body FROM documents WHERE collection = 'bare_switches'"
        return [json.loads(row[0]) for row in self._connection().execute(sql)]

    def of_school(self, sekolah_id: str) -> list[dict[str, Any]]:
        """Query the accounts of a school."""
        sql = (
            "SELECT body FROM documents WHERE collection = 'bare_accounts'"
            " AND EXISTS (SELECT 1 FROM json_each(body, '$.sekolah_ids') AS item WHERE item.value = ?)"
        )
        return [json.loads(row[0]) for row in self._connection().execute(sql, (sekolah_id,))]

    def _connection(self) -> "sqlite3.Connection":
        if not hasattr(self._local, "connection"):
            made = self._local.connection = self._connect(self._path, timeout=30, isolation_level=None)
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("PRAGMA synchronous = NORMAL")
            columns = "collection TEXT, id TEXT, body TEXT, version INTEGER, PRIMARY KEY (collection, id)"
            made.execute(f"CREATE TABLE IF NOT EXISTS documents ({columns}) WITHOUT ROWID")
        connection: sqlite3.Connection = self._local.connection
        return connection


@cache
def store() -> Bare:
    """Give the process's store, made on first use: the framework forks."""
    url = os.environ["STORE"]
    return Sqlite(url.removeprefix("sqlite:///")) if url.startswith("sqlite:") else Firestore()


@cache
def sample() -> dict[str, Any]:
    """Give the documents that one new account makes, as the real functions wrote them."""
    found: dict[str, Any] = pickle.loads(Path(os.environ["BENCH_SAMPLE"]).read_bytes())
    return found
