"""Every store answers the product's own queries alike."""

from datetime import datetime
from typing import Any

import pytest

from shared import queries
from shared.errors import PermanentError
from shared.ports import Create, Query, Ref, Store
from tests.contract.test_store_queries import at, ids


def account(realm: str, lane: str | None, since: datetime | None, state: str = "issued") -> dict[str, Any]:
    return {"realm": realm, "lane": lane, "pending_since": since, "state": state}


ACCOUNTS = {
    "p1.smp": account("smp", "live", at(3)),
    "p2.smp": account("smp", "live", at(1), "reserved"),
    "p3.smp": account("smp", "live", at(2), "active"),
    "p4.smp": account("smp", "bulk", at(0)),
    "p5.sma": account("sma", "live", at(0)),
    "p6.smp": account("smp", None, None),
    "p7.smp": account("smp", "live", at(2), "suspended"),
    "p8.smp": {"realm": "smp"},
}


def test_pending_accounts_come_oldest_first_by_realm_and_lane(store: Store):
    store.commit([Create(Ref("accounts", name), data) for name, data in ACCOUNTS.items()])
    assert ids(store, queries.pending("smp", "live", limit=10)) == ["p2.smp", "p3.smp", "p7.smp", "p1.smp"]
    assert ids(store, queries.pending("smp", "bulk", limit=10)) == ["p4.smp"]
    assert ids(store, queries.pending("smp", "live", limit=10, since_before=at(2))) == ["p2.smp"]
    assert ids(store, queries.pending("smp", "live", limit=2, confirmed=True)) == ["p3.smp", "p7.smp"]
    assert ids(store, queries.pending("smp", "live", limit=2, confirmed=False)) == ["p2.smp"]


def test_pending_accounts_are_read_on_from_where_a_page_ended(store: Store):
    store.commit([Create(Ref("accounts", name), data) for name, data in ACCOUNTS.items()])
    first = list(store.query(queries.pending("smp", "live", limit=2, confirmed=True)))
    rest = store.query(queries.pending("smp", "live", limit=2, confirmed=True, start_after=first[-1]))
    assert [document.ref.id for document in rest] == ["p1.smp"]


def test_parked_entries_and_switches_come_by_id(store: Store):
    for collection in ("parked", "switches"):
        store.commit([Create(Ref(collection, name), {"n": 1}) for name in "cab"])
    first = list(store.query(queries.parked(limit=2)))
    assert [document.ref.id for document in first] == ["a", "b"]
    assert ids(store, queries.parked(limit=2, start_after=first[-1])) == ["c"]
    assert ids(store, queries.switches()) == ["a", "b", "c"]


def issued(since: datetime | None, **more: Any) -> dict[str, Any]:
    return {"realm": "smp", "state": "issued", "issued_at": since, "ends_at": None, "holds": {}, **more}


def held(campaign_id: str, **more: Any) -> dict[str, Any]:
    return issued(at(1), holds={"dormant": {"since": at(5), "campaign_id": campaign_id}}, **more)


DUE = {
    "p1.smp": issued(at(3), address="a@smp", sekolah_id="s2", credential={"shown_at": at(9)}),
    "p2.smp": issued(at(1), address="c@smp", sekolah_id="s1", ends_at=at(5), credential={"shown_at": at(7)}),
    "p3.smp": issued(at(2), address="b@smp", sekolah_id="s1", state="active", ends_at=at(4), credential={}),
    "p4.sma": issued(at(1), realm="sma", ends_at=at(1), address="a@sma"),
    "p5.smp": held("c1", state="suspended"),
    "p6.smp": held("c1"),
    "p7.smp": held("c2"),
    "p8.sma": held("c1", realm="sma"),
}


def filled(store: Store) -> None:
    store.commit([Create(Ref("accounts", name), data) for name, data in DUE.items()])


def test_due_accounts_are_those_issued_before_a_moment_oldest_first(store: Store):
    filled(store)
    assert ids(store, queries.due("smp", before=at(3), limit=10)) == ["p2.smp", "p6.smp", "p7.smp"]
    assert ids(store, queries.due("smp", before=at(4), limit=10)) == ["p2.smp", "p6.smp", "p7.smp", "p1.smp"]
    first = list(store.query(queries.due("smp", before=at(4), limit=2)))
    rest = store.query(queries.due("smp", before=at(4), limit=9, start_after=first[-1]))
    assert [document.ref.id for document in rest] == ["p7.smp", "p1.smp"]


def test_ends_that_have_come_are_found_the_earliest_first_and_no_account_without_an_end(store: Store):
    filled(store)
    assert ids(store, queries.ending("smp", until=at(5), limit=10)) == ["p3.smp", "p2.smp"]
    assert ids(store, queries.ending("smp", until=at(4), limit=10)) == ["p3.smp"]


def test_what_a_campaign_holds_is_found_by_realm(store: Store):
    filled(store)
    assert ids(store, queries.held_by("c1", "smp", limit=10)) == ["p5.smp", "p6.smp"]
    assert ids(store, queries.held_by("c1", "sma")) == ["p8.sma"]
    assert ids(store, queries.suspended_by("c1", "smp")) == ["p5.smp"]


def test_accounts_come_by_address_by_school_and_by_when_their_password_was_shown(store: Store):
    filled(store)
    assert ids(store, queries.by_address("smp", limit=9)) == ["p1.smp", "p3.smp", "p2.smp"]
    assert ids(store, queries.by_school("smp", limit=9)) == ["p2.smp", "p3.smp", "p1.smp"]
    assert ids(store, queries.shown("smp", until=at(8), limit=9)) == ["p2.smp"]
    assert ids(store, queries.shown("smp", until=at(9), limit=9)) == ["p2.smp", "p1.smp"]


def test_the_store_counts_what_a_query_would_answer(store: Store):
    filled(store)
    assert store.count(queries.in_use("smp")) == 5
    assert store.count(queries.in_use("slb")) == 0
    assert store.count(queries.due("smp", before=at(3), limit=2)) == 2
    assert store.count(queries.held_by("c1", "smp")) == 2
    assert store.count(queries.confirmed("smp", issued_before=at(2))) == 4


def test_a_count_of_what_no_store_could_answer_is_refused(store: Store):
    with pytest.raises(PermanentError):
        store.count(Query("accounts", (("realm", "==", "smp"),), limit=0))


def test_counts_of_one_plan_and_links_of_one_day_are_found(store: Store):
    for number, plan in enumerate((1, 2, 1)):
        store.commit([Create(Ref("campaigns/c1/counts", f"{number}"), {"plan": plan})])
    store.commit([Create(Ref("links", "a" * 16), {"days": ["2021-01-04", "2021-01-05"]})])
    assert ids(store, queries.counts("c1", 1, limit=9)) == ["0", "2"]
    assert ids(store, queries.links_fetched_on("2021-01-05", limit=9)) == ["a" * 16]
    assert ids(store, queries.links_fetched_on("2021-01-06", limit=9)) == []
