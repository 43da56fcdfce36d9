"""The store in the cloud: Firestore through Google's client, without interactive transactions."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import chain
from threading import Lock
from typing import Any

from google.api_core.exceptions import (
    Aborted,
    AlreadyExists,
    DeadlineExceeded,
    FailedPrecondition,
    GoogleAPICallError,
    InternalServerError,
    InvalidArgument,
    NotFound,
    RetryError,
    ServiceUnavailable,
)
from google.api_core.retry import Retry, if_exception_type
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore import Client, DocumentReference, DocumentSnapshot, FieldFilter, WriteBatch
from google.cloud.firestore import Query as ClientQuery

from shared.documents import check_query, check_ref, check_writes, utc, value_at
from shared.errors import ConflictError, PermanentError, TransientError
from shared.ports import Create, Delete, Document, Put, Query, Ref, Update, Write

Snapshot = DocumentSnapshot[DocumentReference]

READ_SECONDS = 10.0  # one try of a read, and all its repetitions
STREAM_SECONDS = 120.0  # one query, from the first document to the last, its reader's own work included
COMMIT_SECONDS = 15.0

# Reads may be repeated after any passing fault. A commit only after `Aborted`, which says that nothing was written:
# after any other fault it may have been, and repeated, it would meet its own writes.
_READ_AGAIN = Retry(
    predicate=if_exception_type(Aborted, DeadlineExceeded, InternalServerError, ServiceUnavailable),
    initial=0.1,
    maximum=2.0,
    timeout=READ_SECONDS,
)
_COMMIT_AGAIN = Retry(predicate=if_exception_type(Aborted), initial=0.05, maximum=1.0, timeout=5.0)
# The client's own repetition of a query forgets its limit and where it was to start.
_NEVER = Retry(predicate=if_exception_type())

_LOST = (AlreadyExists, FailedPrecondition, NotFound)


class FirestoreStore:
    """A `Store` in a Firestore database; `FIRESTORE_EMULATOR_HOST` is honoured as Google's client does.

    Safe between threads and forks: each process makes its client on first use. A document's version is its update
    time; writing what is there already changes nothing, its version included. `commit` raises ConflictError only
    when nothing was written; after a TransientError it may have been, so read again before deciding anew.
    """

    def __init__(self, project: str | None = None, database: str = "(default)") -> None:
        self._project = project
        self._database = database
        self._clients: dict[int, Client] = {}  # by process: a channel does not survive a fork
        self._lock = Lock()

    def get(self, ref: Ref) -> Document | None:
        """Read one document."""
        return self.get_many([ref])[0]

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        """Read several documents in one round trip, in the order asked."""
        for ref in refs:
            check_ref(ref)
        if not refs:
            return []
        with _translated():
            client = self._client()
            found = _READ_AGAIN(_get_all)(client, [_reference(client, ref) for ref in set(refs)])
        documents = {document.ref: document for document in found}
        return [documents.get(ref) for ref in refs]

    def commit(self, writes: Sequence[Write]) -> None:
        """Write all or nothing; raises ConflictError when a precondition is lost."""
        check_writes(writes)
        if not writes:
            return
        with _translated(), _commit_translated():
            client = self._client()
            batch = client.batch()
            for write in writes:
                _add(client, batch, write)
            batch.commit(retry=_COMMIT_AGAIN, timeout=COMMIT_SECONDS)

    def query(self, query: Query) -> Iterator[Document]:
        """Stream what matches; a fault after the first document raises TransientError."""
        check_query(query)
        return self._stream(query)

    def count(self, query: Query) -> int:
        """Count what matches, by Firestore's own aggregation."""
        check_query(query)
        with _translated(), _query_translated():
            return _READ_AGAIN(_count)(_build(self._client(), query))

    def _stream(self, query: Query) -> Iterator[Document]:
        with _translated(), _query_translated():
            first, rest = _READ_AGAIN(_begin)(_build(self._client(), query))
            with closing(rest):
                for snapshot in chain(first, rest):
                    yield _document(snapshot)

    def _client(self) -> Client:
        with self._lock:
            client = self._clients.get(os.getpid())
            if client is None:
                client = self._clients[os.getpid()] = Client(project=self._project, database=self._database)
            return client


def _reference(client: Client, ref: Ref) -> DocumentReference:
    return client.document(f"{ref.collection}/{ref.id}")


def _get_all(client: Client, references: list[DocumentReference]) -> list[Document]:
    snapshots = client.get_all(references, retry=None, timeout=READ_SECONDS)
    return [_document(snapshot) for snapshot in snapshots if snapshot.exists]


def _begin(query: ClientQuery) -> tuple[list[Snapshot], Any]:
    stream = query.stream(retry=_NEVER, timeout=STREAM_SECONDS)
    return [snapshot for snapshot in [next(stream, None)] if snapshot is not None], stream


def _count(query: ClientQuery) -> int:
    answer: Any = query.count()
    [[result]] = answer.get(retry=None, timeout=STREAM_SECONDS)
    return int(result.value)


def _build(client: Client, query: Query) -> ClientQuery:
    built = ClientQuery(client.collection(query.collection))
    for path, op, value in query.where:
        built = built.where(filter=FieldFilter(path, op, value))
    for path in (*query.order_by, "__name__"):
        built = built.order_by(path)
    if query.fields:
        built = built.select(query.fields)
    if query.limit is not None:
        built = built.limit(query.limit)
    if query.start_after is not None:
        last = query.start_after
        place = [*(value_at(last.data, path) for path in query.order_by), _reference(client, last.ref)]
        built = built.start_after(place)
    return built


def _add(client: Client, batch: WriteBatch, write: Write) -> None:
    reference = _reference(client, write.ref)
    match write:
        case Create(_, data):
            batch.create(reference, dict(data))
        case Put(_, data):
            batch.set(reference, dict(data))
        case Update(_, fields, version):
            batch.update(reference, dict(fields), option=_unchanged_since(version))
        case Delete(_, version):
            batch.delete(reference, option=_unchanged_since(version))


def _unchanged_since(version: object) -> Any:
    return None if version is None else Client.write_option(last_update_time=version)


def _document(snapshot: Snapshot) -> Document:
    collection, _, document_id = snapshot.reference.path.rpartition("/")
    data = snapshot.to_dict() or {}  # a copy of its own
    for name, value in data.items():
        if isinstance(value, (datetime, dict, list)):
            data[name] = _plain(value)
    return Document(Ref(collection, document_id), data, snapshot.update_time)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


@contextmanager
def _translated() -> Iterator[None]:
    """Leave nothing of Google's errors but a code: their texts hold document paths, so addresses."""
    try:
        yield
    except GoogleAPICallError as error:
        status = error.grpc_status_code
        raise TransientError(f"store_{status.name.lower() if status else 'unavailable'}") from None
    except RetryError:
        raise TransientError("store_unavailable") from None
    except GoogleAuthError:
        raise TransientError("store_credentials") from None


@contextmanager
def _commit_translated() -> Iterator[None]:
    try:
        yield
    except _LOST:
        raise ConflictError from None
    except InvalidArgument:
        raise PermanentError("store_refused") from None


@contextmanager
def _query_translated() -> Iterator[None]:
    try:
        yield
    except FailedPrecondition:
        raise TransientError("store_index_missing") from None
