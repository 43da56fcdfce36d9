"""What a campaign's work grows with: what is due, not what there is; and documents stay small over all schools."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import policies
from shared.adapters.sqlite import SqliteStore
from shared.campaign_records import campaign_ref
from shared.documents import MAX_COMMIT, MAX_DOCUMENT, check_data, check_writes
from shared.domain.accounts import Account, Credential
from shared.ports import Create, Document, Put, Query, Ref, Store, Update, Write
from shared.usecases.campaign import Decisions
from shared.usecases.suspend import Suspend
from tests.clocks import START, TestClock
from tests.counting import CountingStore
from tests.rosters import some_id

ID = "2021-06-30"
POLICY = policies.load("launch_2020")
SCHOOLS = 217_000
DUE = 600
TICKS = 4
AFTER = START + timedelta(days=180)


def account(number: int, **fields: Any) -> Account:
    person_id = f"{number:08x}-0000-4000-8000-000000000000"
    credential = Credential(
        scheme=1, key_id="k1", scope=some_id("s"), generation=1, applied_generation=1, issued_at=START
    )
    made = Account(
        account_id=f"{person_id}.smp",
        person_id=person_id,
        realm="smp",
        category="peserta_didik",
        address=f"a{number}@smp.belajar.id",
        sekolah_id=some_id("s"),
        npsn="20106343",
        sekolah_nama="SMP NEGERI 1",
        rombel="VII B",
        sort_key="a",
        nama="ANI",
        nisn_nuptk=None,
        sekolah_ids=(some_id("s"),),
        credential=credential,
        directory_id=f"{number}",
        state="issued",
        version=1,
        applied_version=1,
        issued_at=START,
    )
    return replace(made, **fields)


def planted(store: Store, total: int) -> None:
    """Plant accounts of which an equal number is due: of the rest half came, and half are too new."""
    store.commit([Create(Ref("schools", some_id("s")), {"kode_wilayah": "010101"})])
    for begin in range(0, total, 500):
        numbers = range(begin, min(begin + 500, total))
        store.commit([Create(Ref("accounts", each.account_id), each.to_doc()) for each in map(one, numbers)])


def one(number: int) -> Account:
    if number < DUE:
        return account(number)
    if number % 2:
        return account(number, state="active", accessed_at=START)
    return account(number, issued_at=AFTER - timedelta(days=1))


def reads_of_ticks(total: int) -> list[int]:
    """Give what each of the first runs reads of a store with so many accounts, once the plan is approved."""
    store, clock = CountingStore(SqliteStore(":memory:")), TestClock(AFTER)
    planted(store, total)
    decisions = Decisions(store=store, clock=clock, policy=POLICY)
    decisions.plan(ID, "ops", lambda: True, lambda *_: None)
    if record_of(store)["state"] == "awaiting_approval":
        decisions.approve(ID, "Kepala Pusdatin", "surat 1")
    else:
        decisions.start(ID, "ops")
    suspend = Suspend(store=store, clock=clock, policy=POLICY, rates={"*": 5.0}, new_budget=lambda: lambda: True)
    found = []
    for _ in range(TICKS):
        store.reset()
        with suspend.alone() as alone:
            assert alone
            for part in suspend.parts():
                part.work()
        found.append(store.reads)
        clock.pass_by(minutes=1)
    return found


def record_of(store: Store) -> Mapping[str, Any]:
    document = store.get(campaign_ref(ID))
    assert document is not None
    return document.data


@pytest.fixture(scope="module")
def reads() -> dict[int, list[int]]:
    return {total: reads_of_ticks(total) for total in (1_000, 10_000, 100_000)}


def test_a_run_reads_what_is_due_whatever_else_there_is(reads):
    least, most = zip(*((min(each), max(each)) for each in zip(*reads.values(), strict=True)), strict=True)
    assert max(reads[1_000]) > DUE / 3  # there was work
    assert all(high <= low * 1.05 for low, high in zip(least, most, strict=True)), reads


class CountryStore:
    """The Store port; makes one account for each school as they are asked for, and checks all that is written."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self._doc = account(0).to_doc()
        self.largest = self.largest_commit = 0
        self.counted = 0
        self.parts = 0

    def get(self, ref: Ref) -> Document | None:
        return self._inner.get(ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        return [Document(ref, {"kode_wilayah": f"{int(ref.id[-6:]) % 38 + 11}0101"}, 1) for ref in refs]

    def commit(self, writes: Sequence[Write]) -> None:
        check_writes(writes)
        sizes = [size_of(write) for write in writes]
        self.largest, self.largest_commit = max(self.largest, *sizes), max(self.largest_commit, sum(sizes))
        for write in writes:
            if isinstance(write, Put) and write.ref.collection == f"campaigns/{ID}/counts":
                self.counted += sum(write.data["schools"].values())
                self.parts += 1
        self._inner.commit([write for write in writes if not write.ref.collection.endswith("/counts")])

    def query(self, query: Query) -> Iterator[Document]:
        if query.collection != "accounts":
            yield from self._inner.query(query)
            return
        if ("realm", "==", "smp") not in query.where:
            return
        first = 0 if query.start_after is None else int(query.start_after.ref.id[:8], 16) + 1
        for number in range(first, min(first + (query.limit or SCHOOLS), SCHOOLS)):
            account_id = f"{number:08x}-0000-4000-8000-000000000000.smp"
            sekolah_id = f"00000000-0000-4000-8000-{number:012}"
            named = {"account_id": account_id, "sekolah_id": sekolah_id, "sekolah_ids": [sekolah_id]}
            yield Document(Ref("accounts", account_id), {**self._doc, **named}, 1)

    def count(self, query: Query) -> int:
        return SCHOOLS if ("realm", "==", "smp") in query.where else 0


def size_of(write: Write) -> int:
    if isinstance(write, Update):
        return check_data(write.fields)
    return check_data(write.data) if isinstance(write, Create | Put) else 0


def test_a_plan_over_all_schools_stays_far_below_every_limit_of_a_document():
    store = CountryStore(SqliteStore(":memory:"))
    record = Decisions(store=store, clock=TestClock(AFTER), policy=POLICY).plan(
        ID, "ops", lambda: True, lambda *_: None
    )
    assert (record.total.due, store.counted) == (SCHOOLS, SCHOOLS)
    assert len(record.provinces) == 38  # all provinces there are
    assert store.parts > 1
    assert store.largest < MAX_DOCUMENT / 4
    assert store.largest_commit < MAX_COMMIT / 4
