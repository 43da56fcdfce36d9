"""The days on which files were fetched through a link: by them the link is found again."""

from shared.adapters.sqlite import SqliteStore
from shared.link_records import Caller, LinkRecords, new_link
from shared.ports import Create, Ref
from tests.clocks import TestClock
from tests.wire.handout import a_link

A_GET = Caller(path="peserta_didik.csv", network="203.0.113.0/24", posted=False)
A_POST = Caller(path="peserta_didik.csv", network="203.0.113.0/24", posted=True)


def days(store: SqliteStore, link_id: str) -> list[str]:
    document = store.get(Ref("links", link_id))
    assert document is not None
    found: list[str] = document.data["days"]
    return found


def test_a_link_keeps_each_day_on_which_a_fetch_was_counted_once(sqlite_store: SqliteStore):
    clock, link = TestClock(), a_link()
    records = LinkRecords(sqlite_store, clock, 9)
    for hours, last in ((0, "04"), (1, "04"), (16, "05"), (1, "05"), (24, "06")):  # 7 o'clock is the first
        clock.pass_by(hours=hours)
        records.count(link, sqlite_store.get(Ref("links", link.link_id)), "peserta_didik", A_GET)
        kept = days(sqlite_store, link.link_id)
        assert kept[-1] == f"2021-01-{last}"
        assert kept == sorted(set(kept))
    assert days(sqlite_store, link.link_id) == ["2021-01-04", "2021-01-05", "2021-01-06"]


def test_a_link_that_nobody_has_fetched_anything_through_has_no_day():
    assert new_link(a_link(), "op-1")["days"] == []


def test_a_repeat_is_no_fetch_of_its_own(sqlite_store: SqliteStore):
    clock, link = TestClock(), a_link()
    records = LinkRecords(sqlite_store, clock, 9)
    clock.pass_by(hours=16, minutes=59)
    records.count(link, None, "peserta_didik", A_POST)
    clock.pass_by(seconds=90)
    records.count(link, sqlite_store.get(Ref("links", link.link_id)), "peserta_didik", A_POST)
    assert days(sqlite_store, link.link_id) == ["2021-01-04"]


def test_a_fetch_through_a_link_of_before_days_were_kept_is_counted_like_any_other(sqlite_store: SqliteStore):
    link = a_link()
    old = {name: value for name, value in new_link(link, "op-1").items() if name != "days"}
    sqlite_store.commit([Create(Ref("links", link.link_id), old)])
    records, known = LinkRecords(sqlite_store, TestClock(), 9), sqlite_store.get(Ref("links", link.link_id))
    assert records.count(link, known, "peserta_didik", A_GET) == (1, False)
    assert days(sqlite_store, link.link_id) == ["2021-01-04"]
