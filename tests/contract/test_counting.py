"""The stores around a store, which other tests trust."""

from collections.abc import Sequence

import pytest

from shared.adapters.sqlite import SqliteStore
from shared.errors import ConflictError, TransientError
from shared.ports import Create, Put, Query, Ref, Store, Update, Write
from tests.counting import CountingStore, Crash, CrashingStore, HookedStore

A = Ref("people", "a")
B = Ref("people", "b")


def test_reads_are_counted_by_document_and_a_query_costs_at_least_one(sqlite_store: SqliteStore):
    store: Store = CountingStore(sqlite_store)
    assert isinstance(store, CountingStore)
    store.commit([Create(A, {}), Create(B, {})])
    store.get(A)
    store.get_many([A, B, Ref("people", "none")])
    assert store.reads == 4
    assert len(list(store.query(Query("people")))) == 2
    assert list(store.query(Query("nobody"))) == []
    assert store.reads == 7


def test_writes_are_counted_when_applied_and_commits_when_tried(sqlite_store: SqliteStore):
    store = CountingStore(sqlite_store)
    store.commit([Create(A, {}), Create(B, {})])
    with pytest.raises(ConflictError):
        store.commit([Create(A, {})])
    assert (store.writes, store.commits) == (2, 2)
    store.reset()
    assert (store.reads, store.writes, store.commits) == (0, 0, 0)


@pytest.mark.parametrize(("before", "after", "written"), [(2, None, [A]), (None, 2, [A, B])])
def test_a_store_crashes_once_before_or_after_the_commit_named(
    sqlite_store: SqliteStore, before: int | None, after: int | None, written: list[Ref]
):
    store = CrashingStore(sqlite_store, before=before, after=after)
    store.commit([Create(A, {})])
    with pytest.raises(Crash):
        store.commit([Create(B, {})])
    assert [found.ref for found in store.query(Query("people"))] == written
    store.commit([Put(B, {})])


def test_a_lost_answer_is_an_error_after_the_commit(sqlite_store: SqliteStore):
    store = CrashingStore(sqlite_store, after=1, error=TransientError("store_unavailable"))
    with pytest.raises(TransientError):
        store.commit([Create(A, {})])
    assert store.get(A) is not None


def test_a_hook_may_write_as_somebody_faster_would(sqlite_store: SqliteStore):
    def faster(_: Sequence[Write]) -> None:
        sqlite_store.commit([Put(A, {"n": 2})])

    store = HookedStore(sqlite_store, before=faster)
    sqlite_store.commit([Put(A, {"n": 1})])
    [read] = store.get_many([A])
    assert read is not None
    with pytest.raises(ConflictError):
        store.commit([Update(A, {"n": 3}, read.version)])
