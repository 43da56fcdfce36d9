"""A lease: one run at a time, never for ever, and no victim of a clock that is put back."""

from datetime import timedelta

import pytest

from shared.adapters.sqlite import SqliteStore
from shared.lease import Lease
from shared.ports import Ref, Store
from tests.clocks import TestClock
from tests.counting import CountingStore, HookedStore

SPAN = timedelta(minutes=2)


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


def lease(store: Store, clock: TestClock) -> Lease:
    return Lease(store, clock, "suspend", SPAN)


def test_one_at_a_time_holds_it_and_the_next_when_it_is_given_back(sqlite_store: SqliteStore, clock: TestClock):
    with lease(sqlite_store, clock).held() as first, lease(sqlite_store, clock).held() as second:
        assert (first, second) == (True, False)
    with lease(sqlite_store, clock).held() as third:
        assert third


def test_one_whose_holder_died_runs_out(sqlite_store: SqliteStore, clock: TestClock):
    dead = lease(sqlite_store, clock).held()
    assert dead.__enter__()
    clock.pass_by(seconds=119)
    with lease(sqlite_store, clock).held() as early:
        assert not early
    clock.pass_by(seconds=1)
    with lease(sqlite_store, clock).held() as later:
        assert later


def test_an_end_that_lies_further_ahead_than_any_lease_binds_nobody(sqlite_store: SqliteStore, clock: TestClock):
    before = lease(sqlite_store, clock).held()
    assert before.__enter__()
    clock.pass_by(hours=-1)
    with lease(sqlite_store, clock).held() as taken:
        assert taken


def test_who_held_it_too_long_does_not_end_the_next_ones(sqlite_store: SqliteStore, clock: TestClock):
    slow = lease(sqlite_store, clock).held()
    slow.__enter__()
    clock.pass_by(minutes=3)
    with lease(sqlite_store, clock).held() as next_one:
        assert next_one
        slow.__exit__(None, None, None)
        with lease(sqlite_store, clock).held() as third:
            assert not third


def test_who_loses_the_race_for_it_goes_away(sqlite_store: SqliteStore, clock: TestClock):
    faster = lease(sqlite_store, clock).held()
    taken_at: list[bool] = []

    def overtake(_: object) -> None:
        if not taken_at:
            taken_at.append(True)
            assert faster.__enter__()

    with lease(HookedStore(sqlite_store, before=overtake), clock).held() as taken:
        assert not taken


def test_it_is_given_back_after_a_failure_too(sqlite_store: SqliteStore, clock: TestClock):
    with pytest.raises(ZeroDivisionError), lease(sqlite_store, clock).held():
        raise ZeroDivisionError
    document = sqlite_store.get(Ref("leases", "suspend"))
    assert document is not None
    assert document.data["until"] == clock.now()


def test_it_costs_two_reads_and_two_writes(sqlite_store: SqliteStore, clock: TestClock):
    store = CountingStore(sqlite_store)
    with lease(store, clock).held():
        pass
    assert (store.reads, store.writes) == (2, 2)
