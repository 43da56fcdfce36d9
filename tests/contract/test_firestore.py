"""Firestore: what Google answers becomes a code of ours, and nothing is sent twice that may have been done."""

import traceback
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Any

import grpc  # type: ignore[import-untyped]  # its stubs are a package of their own
import pytest
from google.cloud.firestore_v1.types import document, firestore
from google.protobuf.timestamp_pb2 import Timestamp  # type: ignore[import-untyped]

from shared.adapters.firestore import FirestoreStore
from shared.errors import AppError, ConflictError, PermanentError, TransientError
from shared.ports import Create, Query, Ref, Update

SECRET = "projects/p/databases/(default)/documents/addresses/siti.amin12@smp.belajar.id"
ADDRESS = Ref("addresses", "siti.amin12@smp.belajar.id")
OK = grpc.StatusCode.OK
Code = grpc.StatusCode


class Script:
    """Answers each call with the next status, the last one for ever, and counts."""

    def __init__(self, *statuses: grpc.StatusCode) -> None:
        self.statuses = list(statuses)
        self.calls = 0
        self.requests: list[Any] = []

    def next(self, request: Any, context: grpc.ServicerContext) -> None:
        self.calls += 1
        self.requests.append(request)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status is not OK:
            context.abort(status, f"something about {SECRET}")

    def commit(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.next(request, context)
        return firestore.CommitResponse(commit_time=Timestamp(seconds=1), write_results=[{}])

    def read(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        self.next(request, context)
        for name in request.documents:
            yield firestore.BatchGetDocumentsResponse(found=found(name))

    def query(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        self.next(request, context)
        yield firestore.RunQueryResponse(document=found(f"{request.parent}/people/a"))
        self.next(request, context)
        yield firestore.RunQueryResponse(document=found(f"{request.parent}/people/b"))


def found(name: str) -> Any:
    return document.Document(name=name, fields={"n": {"integer_value": 1}}, update_time=Timestamp(seconds=1))


@contextmanager
def serving(script: Script) -> Iterator[str]:
    def unary(kind: Any, method: Callable[..., Any]) -> Any:
        return grpc.unary_unary_rpc_method_handler(
            method, kind.deserialize, lambda answer: type(answer).serialize(answer)
        )

    def stream(kind: Any, method: Callable[..., Any]) -> Any:
        return grpc.unary_stream_rpc_method_handler(
            method, kind.deserialize, lambda answer: type(answer).serialize(answer)
        )

    handlers = {
        "Commit": unary(firestore.CommitRequest, script.commit),
        "BatchGetDocuments": stream(firestore.BatchGetDocumentsRequest, script.read),
        "RunQuery": stream(firestore.RunQueryRequest, script.query),
    }
    server = grpc.server(futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("google.firestore.v1.Firestore", handlers)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[FirestoreStore, Script]]]:
    """A store whose Firestore answers the statuses given."""
    script = Script(OK)
    with serving(script) as address:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", address)

        def answer(*statuses: grpc.StatusCode) -> tuple[FirestoreStore, Script]:
            script.statuses = list(statuses)
            return FirestoreStore(project="p"), script

        yield answer


Answering = Callable[..., tuple[FirestoreStore, Script]]


def says_nothing(error: AppError) -> bool:
    return "siti" not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize("status", [Code.ALREADY_EXISTS, Code.FAILED_PRECONDITION, Code.NOT_FOUND])
def test_a_lost_precondition_is_a_conflict_that_names_nobody(answering: Answering, status: grpc.StatusCode):
    store, script = answering(status)
    with pytest.raises(ConflictError) as error:
        store.commit([Create(ADDRESS, {"n": 1})])
    assert says_nothing(error.value)
    assert script.calls == 1


@pytest.mark.parametrize(
    "status", [Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.INTERNAL, Code.RESOURCE_EXHAUSTED, Code.PERMISSION_DENIED]
)
def test_a_commit_that_may_have_been_done_is_never_sent_again(answering: Answering, status: grpc.StatusCode):
    store, script = answering(status, OK)
    with pytest.raises(TransientError) as error:
        store.commit([Create(ADDRESS, {"n": 1})])
    assert error.value.code == f"store_{status.name.lower()}"
    assert says_nothing(error.value)
    assert script.calls == 1


def test_a_commit_that_was_aborted_is_sent_again(answering: Answering):
    store, script = answering(Code.ABORTED, Code.ABORTED, OK)
    store.commit([Create(ADDRESS, {"n": 1})])
    assert script.calls == 3


def test_a_document_that_google_refuses_can_never_succeed(answering: Answering):
    store, _ = answering(Code.INVALID_ARGUMENT)
    with pytest.raises(PermanentError, match="store_refused") as error:
        store.commit([Create(ADDRESS, {"n": 1})])
    assert says_nothing(error.value)


def test_a_version_goes_back_to_the_nanosecond(answering: Answering):
    store, script = answering(OK)
    read = store.get(ADDRESS)
    assert read is not None
    store.commit([Update(ADDRESS, {"n": 2}, read.version)])
    [write] = script.requests[-1].writes
    assert write.current_document.update_time.timestamp_pb() == Timestamp(seconds=1)


def test_a_read_is_repeated_after_a_passing_fault(answering: Answering):
    store, script = answering(Code.UNAVAILABLE, Code.INTERNAL, OK)
    read = store.get(ADDRESS)
    assert read is not None
    assert read.data == {"n": 1}
    assert script.calls == 3


@pytest.mark.parametrize("status", [Code.RESOURCE_EXHAUSTED, Code.NOT_FOUND, Code.INVALID_ARGUMENT])
def test_a_read_that_is_refused_is_a_passing_fault_that_names_nobody(answering: Answering, status: grpc.StatusCode):
    store, script = answering(status)
    with pytest.raises(TransientError) as error:
        store.get(ADDRESS)
    assert error.value.code == f"store_{status.name.lower()}"
    assert says_nothing(error.value)
    assert script.calls == 1


def test_a_query_is_begun_again_after_a_passing_fault(answering: Answering):
    store, script = answering(Code.UNAVAILABLE, OK)
    assert [read.ref.id for read in store.query(Query("people"))] == ["a", "b"]
    assert script.calls == 3


def test_a_query_that_breaks_midway_says_so_and_is_not_begun_again(answering: Answering):
    store, script = answering(OK, Code.UNAVAILABLE)
    documents = store.query(Query("people"))
    assert next(documents).ref.id == "a"
    with pytest.raises(TransientError, match="store_unavailable") as error:
        next(documents)
    assert says_nothing(error.value)
    assert script.calls == 2


def test_a_missing_index_has_a_code_of_its_own(answering: Answering):
    store, _ = answering(Code.FAILED_PRECONDITION)
    with pytest.raises(TransientError, match="store_index_missing") as error:
        list(store.query(Query("people")))
    assert says_nothing(error.value)


def test_an_abandoned_query_is_no_fault(answering: Answering):
    store, _ = answering(OK)
    documents = store.query(Query("people"))
    assert next(documents).ref.id == "a"
    documents.close()  # type: ignore[attr-defined]
    assert list(documents) == []


def test_without_credentials_the_code_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Any):
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(TransientError, match="store_credentials"):
        FirestoreStore(project="p").get(ADDRESS)
