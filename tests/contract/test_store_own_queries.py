"""Every store answers the product's own queries alike."""

from datetime import datetime
from typing import Any

from shared import queries
from shared.ports import Create, Ref, Store
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
