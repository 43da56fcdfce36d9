"""Every store keeps a commit's promises alike: all or nothing, and of those who race exactly one wins."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from shared.errors import ConflictError, PermanentError
from shared.ports import Create, Delete, Put, Ref, Store, Update, Write
from tests.contract.test_store_documents import A, B, data, version

RACERS = 8


def race(attempt: Callable[[int], None]) -> list[int]:
    """Let all attempt at one moment and give the winners; the others must have lost to a conflict."""
    barrier = Barrier(RACERS)

    def run(n: int) -> bool:
        barrier.wait()
        try:
            attempt(n)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(RACERS) as pool:
        return [n for n, won in enumerate(pool.map(run, range(RACERS))) if won]


def test_a_second_create_is_a_conflict_and_changes_nothing(store: Store):
    store.commit([Create(A, {"n": 1})])
    with pytest.raises(ConflictError):
        store.commit([Create(A, {"n": 2})])
    assert data(store, A) == {"n": 1}


def test_a_document_may_be_created_again_after_it_was_deleted(store: Store):
    store.commit([Create(A, {"n": 1})])
    store.commit([Delete(A)])
    store.commit([Create(A, {"n": 2})])
    assert data(store, A) == {"n": 2}


def test_an_update_of_a_missing_document_is_a_conflict(store: Store):
    with pytest.raises(ConflictError):
        store.commit([Update(A, {"n": 1})])
    assert store.get(A) is None


def test_an_update_under_the_version_read_succeeds_once(store: Store):
    store.commit([Create(A, {"n": 1})])
    read = version(store, A)
    store.commit([Update(A, {"n": 2}, read)])
    with pytest.raises(ConflictError):
        store.commit([Update(A, {"n": 3}, read)])
    assert data(store, A) == {"n": 2}


def test_the_version_is_the_same_however_a_document_is_read(store: Store):
    store.commit([Create(A, {"n": 1})])
    [many] = store.get_many([A])
    assert many is not None
    assert many.version == version(store, A)
    store.commit([Update(A, {"n": 2}, many.version)])


def test_a_put_or_an_update_without_version_makes_a_version_stale(store: Store):
    for write in (Put(A, {"n": 2}), Update(A, {"n": 3})):
        store.commit([Put(A, {"n": 1})])
        read = version(store, A)
        store.commit([write])
        with pytest.raises(ConflictError):
            store.commit([Update(A, {"n": 9}, read)])


def test_writing_what_is_there_already_keeps_the_version(store: Store):
    store.commit([Create(A, {"n": 1, "m": {"a": 1, "b": 2}})])
    read = version(store, A)
    store.commit([Put(A, {"m": {"b": 2, "a": 1}, "n": 1})])
    store.commit([Update(A, {"n": 1}, read)])
    assert version(store, A) == read


def test_a_delete_under_an_older_version_is_a_conflict(store: Store):
    store.commit([Create(A, {"n": 1})])
    read = version(store, A)
    store.commit([Update(A, {"n": 2})])
    with pytest.raises(ConflictError):
        store.commit([Delete(A, read)])
    store.commit([Delete(A, version(store, A))])
    assert store.get(A) is None


def test_a_version_never_comes_back_with_a_document_made_anew(store: Store):
    store.commit([Create(A, {"n": 1})])
    read = version(store, A)
    store.commit([Delete(A)])
    for write in (Update(A, {"n": 2}, read), Delete(A, read)):
        with pytest.raises(ConflictError):
            store.commit([write])
    store.commit([Create(A, {"n": 1})])
    with pytest.raises(ConflictError):
        store.commit([Update(A, {"n": 2}, read)])


@pytest.mark.parametrize(
    "lost", [Create(A, {"n": 9}), Update(Ref("people", "none"), {"n": 9}), Update(A, {"n": 9}, "stale")]
)
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_one_lost_precondition_undoes_the_whole_commit(store: Store, lost: Write, place: int):
    store.commit([Create(A, {"n": 1}), Create(B, {"n": 1})])
    if isinstance(lost, Update) and lost.version == "stale":
        lost = Update(A, {"n": 9}, version(store, A))
        store.commit([Update(A, {"n": 1.5}), Update(B, {"n": 1.5})])
    before = store.get_many([A, B])
    writes: list[Write] = [Create(Ref("people", "c"), {}), Update(B, {"n": 9}), Put(Ref("people", "d"), {"n": 9})]
    writes.insert(place, lost)
    with pytest.raises(ConflictError):
        store.commit(writes)
    assert store.get_many([A, B]) == before
    assert store.get_many([Ref("people", "c"), Ref("people", "d")]) == [None, None]


def test_a_refused_value_undoes_the_whole_commit(store: Store):
    with pytest.raises(PermanentError):
        store.commit([Create(A, {"n": 1}), Create(B, {"n": [[1]]})])
    assert store.get(A) is None


def test_of_racing_creators_exactly_one_wins(store: Store):
    address = Ref("addresses", "siti.amin12@smp.belajar.id")
    [winner] = race(
        lambda n: store.commit([Create(Ref("accounts", str(n)), {"n": n}), Create(address, {"account_id": n})])
    )
    assert data(store, address) == {"account_id": winner}
    assert [n for n in range(RACERS) if store.get(Ref("accounts", str(n)))] == [winner]


def test_of_racing_updates_under_one_version_exactly_one_wins(store: Store):
    store.commit([Create(A, {"n": None})])
    read = version(store, A)
    [winner] = race(lambda n: store.commit([Update(A, {"n": n}, read)]))
    assert data(store, A) == {"n": winner}


def test_of_a_racing_update_and_deletes_exactly_one_wins(store: Store):
    store.commit([Create(A, {"n": None})])
    read = version(store, A)
    [winner] = race(lambda n: store.commit([Update(A, {"n": n}, read) if n % 2 else Delete(A, read)]))
    assert (store.get(A) is None) == (winner % 2 == 0)


def test_no_increment_is_lost_between_threads_that_try_again(store: Store):
    store.commit([Create(A, {"n": 0})])

    def increment(_: int) -> None:
        while True:
            found = store.get(A)
            assert found is not None
            try:
                store.commit([Update(A, {"n": found.data["n"] + 1}, found.version)])
            except ConflictError:
                continue
            return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(increment, range(20)))
    assert data(store, A) == {"n": 20}
