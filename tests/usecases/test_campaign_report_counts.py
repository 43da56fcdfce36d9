"""A campaign's report of many accounts: whom it counts, which schools it names, what it costs, how small it stays."""

import tracemalloc
from array import array
from collections.abc import Iterator
from typing import cast

import pytest

from shared import policies
from shared.domain.accounts import Account, Credential, State
from shared.domain.activation import Activation, School
from shared.domain.campaigns import rule_doc
from shared.errors import TransientError
from shared.ports import Create, Document, Put, Query, Ref, Store, Update
from shared.usecases.campaign_report import LEAST, RANKED, CampaignReport, Report
from tests.clocks import START, TestClock
from tests.counting import CountingStore
from tests.rosters import some_id
from tests.usecases.campaigning import ID


@pytest.fixture(params=["sqlite_store", pytest.param("firestore_store", marks=pytest.mark.emulator)])
def store(request: pytest.FixtureRequest) -> Store:
    """One empty store of each kind."""
    return cast("Store", request.getfixturevalue(request.param))


def plant(store: Store, accounts: Iterator[Account] | list[Account]) -> None:
    """Write a planned campaign, and accounts."""
    rule = rule_doc(policies.load("launch_2020").campaigns[0])
    planned = {"campaign_id": ID, "state": "planned", "rule": rule, "policy": "launch_2020", "plan": 1}
    store.commit([Put(Ref("campaigns", ID), planned)])
    writes = [Create(Ref("accounts", each.account_id), each.to_doc()) for each in accounts]
    for begin in range(0, len(writes), 400):
        store.commit(writes[begin : begin + 400])


def an_account(n: int, at: str, state: State = "issued", realm: str = "smp", *, came: bool = False) -> Account:
    """Give the n-th account of a school."""
    person = some_id(f"{at} {n} {realm}")
    return Account(
        account_id=f"{person}.{realm}",
        person_id=person,
        realm=realm,
        category="peserta_didik",
        address=f"orang{n}@{realm}.belajar.id",
        sekolah_id=some_id(at),
        npsn="20106343",
        sekolah_nama="SMP NEGERI 241",
        rombel="VII B",
        sort_key=f"{n:06}",
        nama="ORANG",
        nisn_nuptk="0101234567",
        sekolah_ids=(some_id(at),),
        credential=Credential(
            scheme=1, key_id="k1", scope=some_id(at), generation=1, applied_generation=1, issued_at=START
        ),
        state=state,
        directory_id=f"id-{person}",
        issued_at=None if state == "reserved" else START,
        accessed_at=START if came else None,
    )


def a_school(at: str, accounts: int, came: int) -> list[Account]:
    return [an_account(n, at, came=n < came) for n in range(accounts)]


def read(store: Store, page: int = 500) -> Report:
    use_case = CampaignReport(store=store, clock=TestClock(), policy=policies.load("launch_2020"), page=page)
    return use_case(use_case.expected(ID), lambda _: None)


def test_only_accounts_that_the_directory_has_and_that_are_not_closed_are_counted(store: Store):
    states: tuple[State, ...] = ("reserved", "issued", "active", "suspended", "closed")
    plant(store, [an_account(n, "a", state, came=state == "active") for n, state in enumerate(states)])
    plant(store, [an_account(9, "a", "suspended", came=True)])  # frozen, say: somebody had come
    assert read(store).total == Activation(accounts=4, activated=2, suspended=1)
    assert read(store).total.unopened == 1


def test_pages_of_any_size_count_the_same(store: Store):
    accounts = [*a_school("a", 7, 2), *a_school("b", 5, 5), *(an_account(n, "b", realm="sma") for n in range(3))]
    plant(store, accounts)
    for page in (1, 2, 7, 500):
        made = read(store, page)
        assert made.realms["smp"] == Activation(12, 7)
        assert made.realms["sma"] == Activation(3, 0)
        assert made.schools == 2


def test_a_school_that_the_roster_tells_nothing_of_is_counted_without_a_province(store: Store):
    plant(store, a_school("a", LEAST, 4))
    made = read(store)
    assert made.provinces == {"": Activation(LEAST, 4)}
    assert made.best == [School(some_id("a"), "", "", "", Activation(LEAST, 4))]


def test_of_schools_with_the_same_share_the_larger_comes_first_and_small_ones_do_not_compete(sqlite_store):
    shares = {"half": (20, 10), "half of more": (30, 15), "none": (10, 0), "all": (11, 11), "small": (LEAST - 1, 9)}
    plant(sqlite_store, [each for at, (accounts, came) in shares.items() for each in a_school(at, accounts, came)])
    made = read(sqlite_store)
    ids = {some_id(at): at for at in shares}
    assert [ids[each.sekolah_id] for each in made.best] == ["all", "half of more", "half", "none"]
    assert [ids[each.sekolah_id] for each in made.worst] == ["none", "half of more", "half", "all"]
    assert (made.schools, made.competing) == (5, 4)


def test_of_many_schools_the_best_and_the_worst_are_kept_wherever_they_were_read(sqlite_store):
    came = {f"school {n}": n % (LEAST + 1) for n in range(330)}  # more than are named at a time
    plant(sqlite_store, [each for at, number in came.items() for each in a_school(at, LEAST, number)])
    made = read(sqlite_store)
    assert [each.activation.activated for each in made.best] == [LEAST] * RANKED
    assert [each.activation.activated for each in made.worst] == [0] * RANKED
    firsts = sorted(some_id(at) for at, number in came.items() if number == LEAST)[:RANKED]
    assert [each.sekolah_id for each in made.best] == firsts
    assert (made.schools, made.total.activated) == (330, sum(came.values()))


def test_without_an_account_there_is_nothing_to_divide_by(store: Store):
    plant(store, [])
    made = read(store)
    assert (made.total, made.total.share, made.best, made.provinces) == (Activation(), 0.0, [], {})


def test_it_tells_what_it_will_read_and_then_how_much_it_has_read(sqlite_store):
    plant(sqlite_store, [*a_school("a", 30, 0), an_account(99, "a", "suspended")])
    policy = policies.load("launch_2020")
    use_case = CampaignReport(store=sqlite_store, clock=TestClock(START.replace(year=2022)), policy=policy, page=10)
    told: list[int] = []
    expected = use_case.expected(ID)
    use_case(expected, lambda _: None, told.append)
    assert (expected.accounts, told) == (31, [10, 10, 10, 1])


def test_an_account_is_read_once_and_a_school_once(sqlite_store):
    plant(sqlite_store, [each for n in range(40) for each in a_school(f"school {n}", 25, 3)])
    counting = CountingStore(sqlite_store)
    realms = len(policies.load("launch_2020").realms)
    read(counting, page=300)
    beside = 1 + 3 + realms * 2  # the campaign, then as it is at the end; each realm's accounts, and those held
    empty = realms - 1  # queries that find nobody
    assert counting.reads == 1_000 + 40 + beside + empty


class Failing(CountingStore):
    """Fails while a page is read, at some of the queries (counted from 1)."""

    def __init__(self, store: Store, at: set[int]) -> None:
        super().__init__(store)
        self._at = at
        self._queries = 0

    def query(self, query: Query) -> Iterator[Document]:
        self._queries += 1
        return self._broken(super().query(query), self._queries in self._at)

    def _broken(self, documents: Iterator[Document], fails: bool) -> Iterator[Document]:
        for n, document in enumerate(documents):
            if fails and n == 3:
                raise TransientError("store_unavailable")
            yield document


def only_smp(store: Store) -> None:
    document = store.get(Ref("campaigns", ID))
    assert document is not None
    store.commit([Update(document.ref, {"rule": {**document.data["rule"], "realms": ["smp"]}})])


def test_where_the_store_fails_for_a_moment_it_goes_on_from_the_last_page_and_counts_nobody_twice(sqlite_store):
    plant(sqlite_store, a_school("a", 50, 20))
    only_smp(sqlite_store)
    whole, failing = CountingStore(sqlite_store), Failing(sqlite_store, {1, 3, 4})
    assert read(failing, page=10).total == read(whole, page=10).total == Activation(50, 20)
    assert failing.reads == whole.reads + 3 * 4  # the four accounts before each fault, twice


def test_where_the_store_goes_on_failing_it_gives_up(sqlite_store):
    plant(sqlite_store, a_school("a", 50, 20))
    only_smp(sqlite_store)
    with pytest.raises(TransientError, match="store_unavailable"):
        read(Failing(sqlite_store, {2, 3, 4}), page=10)


class Country(CountingStore):
    """A store that makes its accounts as they are read, four a school; of every ten schools one has more."""

    def __init__(self, store: Store, accounts: int) -> None:
        super().__init__(store)
        sizes = (LEAST + 3 if n % 10 == 0 else 3 for n in range(accounts // 4))
        self.schools = array("L", (n for n, size in enumerate(sizes) for _ in range(size)))

    def count(self, query: Query) -> int:
        return 0

    def query(self, query: Query) -> Iterator[Document]:
        last = query.start_after
        first = int(last.ref.id) + 1 if last is not None else 0
        for n in range(first, min(first + (query.limit or 0), len(self.schools))):
            data = {"sekolah_id": f"{self.schools[n]:09}", "state": "issued", "accessed_at": None}
            yield Document(Ref("accounts", str(n)), data, n)


def test_memory_does_not_grow_with_the_accounts(sqlite_store):
    plant(sqlite_store, [])
    only_smp(sqlite_store)

    def peak(accounts: int) -> int:
        country = Country(sqlite_store, accounts)
        tracemalloc.start()
        try:
            made = read(country, page=200)
            assert (made.total.accounts, made.schools) == (len(country.schools), accounts // 4)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(20_000)  # so that what is loaded, or kept for later, once is there
    assert peak(20_000) <= peak(1_000) * 1.1
    assert peak(100_000) <= peak(1_000) * 1.1
