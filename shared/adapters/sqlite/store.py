"""The store itself: one table, one connection an operation, one writer at a time."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import getrandbits
from tempfile import TemporaryDirectory
from typing import Any

from shared.adapters.sqlite.select import select
from shared.adapters.sqlite.values import dump, load
from shared.documents import MAX_DOCUMENT, check_data, check_query, check_ref, check_writes
from shared.errors import ConfigError, ConflictError, TransientError
from shared.ports import Create, Delete, Document, Put, Query, Ref, Update, Write

BUSY_SECONDS = 30.0  # how long a writer waits for the others before it gives up
MEMORY = ":memory:"
VERSION_BITS = 62  # versions are compared, never sorted
LAYOUT = 3  # PRAGMA user_version

_SCHEMA = (
    "PRAGMA journal_mode = WAL",
    """CREATE TABLE documents (
        collection TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, version INTEGER NOT NULL,
        PRIMARY KEY (collection, id)
    )""",  # with a rowid: in an index over whole documents a page holds three of them, and a million lie twelve deep
    """CREATE INDEX accounts_pending
        ON documents (body ->> '$.realm', body ->> '$.lane', body ->> '$.pending_since', id)
        WHERE collection = 'accounts' AND body ->> '$.lane' IS NOT NULL""",
    """CREATE INDEX accounts_issued
        ON documents (body ->> '$.realm', body ->> '$.state', body ->> '$.issued_at', id)
        WHERE collection = 'accounts'""",
    """CREATE INDEX accounts_by_school
        ON documents (body ->> '$.realm', body ->> '$.sekolah_id', id)
        WHERE collection = 'accounts'""",
    """CREATE INDEX accounts_by_address
        ON documents (body ->> '$.realm', body ->> '$.address', id)
        WHERE collection = 'accounts'""",
    """CREATE INDEX accounts_ending
        ON documents (body ->> '$.realm', body ->> '$.ends_at', id)
        WHERE collection = 'accounts' AND body ->> '$.ends_at' IS NOT NULL""",
    """CREATE INDEX accounts_held
        ON documents (body ->> '$.holds.dormant.campaign_id', body ->> '$.realm', id)
        WHERE collection = 'accounts' AND body ->> '$.holds.dormant.campaign_id' IS NOT NULL""",
    f"PRAGMA user_version = {LAYOUT}",
)

_INSERT = "INSERT INTO documents VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_UPSERT = (
    "INSERT INTO documents VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
    " SET body = excluded.body, version = excluded.version WHERE body <> excluded.body"
)

_STEP = ("SAVEPOINT step", "RELEASE step", ("ROLLBACK TO step", "RELEASE step"))


class SqliteStore:
    """A `Store` in the file at `path`, made when it is first used.

    Each operation borrows a connection of its own, so a query keeps the state it began with while others write.
    At `:memory:` there is one connection, and so one thread, for a store that ends with its process.
    A document's version is a number drawn by the commit that last changed it; as in Firestore, writing what is there
    already changes nothing. A field that a query orders by must hold values of one type, or null.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._idle: dict[int, list[sqlite3.Connection]] = {}  # by process: a connection does not survive a fork
        self._memory = _in_memory() if path == MEMORY else None

    def get(self, ref: Ref) -> Document | None:
        """Read one document."""
        check_ref(ref)
        with self._connection() as connection:
            return _read(connection, ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        """Read several documents as of one moment, in the order asked."""
        for ref in refs:
            check_ref(ref)
        with self._connection() as connection:
            if len(refs) == 1:
                return [_read(connection, refs[0])]
            with _whole(connection, "BEGIN"):
                return [_read(connection, ref) for ref in refs]

    def commit(self, writes: Sequence[Write]) -> None:
        """Write all or nothing; raises ConflictError when a precondition is lost."""
        check_writes(writes)
        if not writes:
            return
        with self._connection() as connection, _whole(connection, "BEGIN IMMEDIATE"):
            version = getrandbits(VERSION_BITS)
            for write in writes:
                _apply(connection, write, version)

    def query(self, query: Query) -> Iterator[Document]:
        """Stream what matches, as of the moment the first one is asked for."""
        check_query(query)
        return self._stream(query)

    def count(self, query: Query) -> int:
        """Count what matches."""
        check_query(query)
        sql, values = select(query, "1")
        with self._connection() as connection:
            [(number,)] = connection.execute(" ".join(["SELECT count(*) FROM (", sql, ")"]), values).fetchall()
        return int(number)

    def close(self) -> None:
        """Close this process's connections that are not in use; the store can be used again, unless in memory."""
        if self._memory is not None:
            self._memory.close()
        idle = self._idle.get(os.getpid(), [])
        while idle:
            idle.pop().close()

    def _stream(self, query: Query) -> Iterator[Document]:
        sql, values = select(query)
        with self._connection() as connection, closing(connection.execute(sql, values)) as rows:
            for document_id, body, version in rows:
                data = load(body)
                if query.fields:
                    data = {name: data[name] for name in query.fields if name in data}
                yield Document(Ref(query.collection, document_id), data, version)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if self._memory is not None:
            yield self._memory
            return
        idle = self._idle.setdefault(os.getpid(), [])
        with _translated():
            try:
                connection = idle.pop()
            except IndexError:
                connection = _open(Path(self._path))
            try:
                yield connection
            except sqlite3.Error:
                connection.close()
                raise
            except BaseException:
                idle.append(connection)
                raise
            idle.append(connection)


def _read(connection: sqlite3.Connection, ref: Ref) -> Document | None:
    rows = connection.execute("SELECT body, version FROM documents WHERE collection = ? AND id = ?", ref).fetchall()
    return Document(ref, load(rows[0][0]), rows[0][1]) if rows else None


def _apply(connection: sqlite3.Connection, write: Write, version: int) -> None:
    match write:
        case Create(ref, data):
            _expect(_store(connection, ref, data, version, _INSERT))
        case Put(ref, data):
            _store(connection, ref, data, version)
        case Update(ref, fields, expected):
            found = _read(connection, ref)
            if found is None or expected not in (None, found.version):
                raise ConflictError
            _store(connection, ref, found.data | dict(fields), version)
        case Delete(ref, expected):
            if expected is not None:
                found = _read(connection, ref)
                _expect(found is not None and found.version == expected)
            connection.execute("DELETE FROM documents WHERE collection = ? AND id = ?", ref)


def _expect(held: bool) -> None:
    if not held:
        raise ConflictError


def _store(
    connection: sqlite3.Connection, ref: Ref, data: Mapping[str, Any], version: int, statement: str = _UPSERT
) -> bool:
    """Write a document; tells whether anything was written."""
    body = dump(data)
    if len(body) > MAX_DOCUMENT // 16:  # JSON is never shorter than a sixteenth of what Firestore counts
        check_data(data)
    return connection.execute(statement, (*ref, body, version)).rowcount > 0


@contextmanager
def _whole(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    """Do all that follows, or nothing; in memory as a step of the transaction that never ends."""
    begin, end, undo = _STEP if connection.in_transaction else (begin, "COMMIT", ("ROLLBACK",))
    connection.execute(begin)
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            for statement in undo:
                connection.execute(statement)
        raise
    connection.execute(end)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError):  # busy for too long, disk full, not a database: the text may hold a path
        raise TransientError("store_unavailable") from None


def _open(path: Path) -> sqlite3.Connection:
    if not path.exists():
        _make(path)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _check_layout(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_layout(connection: sqlite3.Connection) -> None:
    [(layout,)] = connection.execute("PRAGMA user_version").fetchall()
    if layout != LAYOUT:
        raise ConfigError([f"STORE: the file has layout {layout}, this version needs {LAYOUT}: use a new file"])


def _in_memory() -> sqlite3.Connection:
    """Open it within a transaction that is never ended: to end one takes SQLite the longer, the more there is."""
    connection = sqlite3.connect(MEMORY, isolation_level=None)
    for statement in (*_SCHEMA, "BEGIN"):
        connection.execute(statement)
    return connection


def _make(path: Path) -> None:
    """Make the file aside and let it appear whole: processes that turn on WAL at one moment lock each other out."""
    with TemporaryDirectory(dir=path.parent, prefix=path.name) as folder:
        new = Path(folder, path.name)
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            for statement in _SCHEMA:
                connection.execute(statement)
        with suppress(FileExistsError):  # somebody was faster
            os.link(new, path)
