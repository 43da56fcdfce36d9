"""What is the same fetch again: a browser's or download manager's repeat of a counted POST, and nothing else."""

from collections.abc import Callable, Sequence

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.adapters.sqlite import SqliteStore
from shared.domain.links import Link
from shared.errors import LinkError
from shared.link_records import Caller, LinkRecords, new_link
from shared.ports import Create, Ref, Update, Write
from tests.clocks import TestClock
from tests.counting import HookedStore
from tests.wire.functions import Place
from tests.wire.handout import OTHER, a_link, address, an_account, download, plant, plant_school

HOME = "203.0.113.7"
CSV, XLSX, CARDS, STAFF = "/peserta_didik.csv", "/peserta_didik.xlsx", "/peserta_didik/kartu", "/ptk.csv"


@pytest.fixture
def client(here: Place) -> FlaskClient:
    plant_school(here.store)
    plant(here.store, an_account())
    return download(here)


def press(client: FlaskClient, link: Link, way: str = CSV, ip: str | None = HOME) -> TestResponse:
    answer = client.post(address(link, way), headers={"X-Forwarded-For": ip} if ip is not None else {})
    assert answer.status_code == 200
    return answer


def follow(client: FlaskClient, link: Link, way: str = CSV, ip: str | None = HOME) -> TestResponse:
    answer = client.get(address(link, way), headers={"X-Forwarded-For": ip} if ip is not None else {})
    assert answer.status_code == 200
    return answer


def used(here: Place, link: Link) -> int:
    return sum(here.get("links", link.link_id)["uses"].values())


# ------------------------------------------------------------------------------------------------- through the door


def test_a_repeat_of_a_counted_post_is_the_same_fetch_whether_it_is_a_post_or_a_get(here: Place, client: FlaskClient):
    link = a_link()
    names = {press(client, link).headers["Content-Disposition"] for _ in range(8)}
    names |= {follow(client, link).headers["Content-Disposition"] for _ in range(8)}
    assert len(names) == 1
    assert used(here, link) == 1


def test_a_get_is_counted_each_time_and_a_post_after_it_too(here: Place, client: FlaskClient):
    link = a_link()
    follow(client, link)
    follow(client, link)
    assert used(here, link) == 2
    press(client, link)
    assert used(here, link) == 3
    follow(client, link)
    assert used(here, link) == 3


@pytest.mark.parametrize("other", [XLSX, CARDS, STAFF])
def test_another_form_or_category_is_another_fetch(here: Place, client: FlaskClient, other: str):
    link = a_link()
    press(client, link)
    press(client, link, other)
    assert used(here, link) == 2


def test_another_link_is_another_fetch(here: Place, client: FlaskClient):
    first, second = a_link(), a_link()
    press(client, first)
    press(client, second)
    assert (used(here, first), used(here, second)) == (1, 1)


def test_a_repeat_is_free_for_two_minutes_even_when_the_link_is_used_up(here: Place, client: FlaskClient):
    link = a_link()
    for _ in range(4):
        follow(client, link)
    press(client, link)
    assert client.get(address(link, XLSX), headers={"X-Forwarded-For": HOME}).status_code == 410
    follow(download(here, CLOCK_OFFSET="110"), link)
    later = download(here, CLOCK_OFFSET="130")
    assert later.get(address(link, CSV), headers={"X-Forwarded-For": HOME}).status_code == 410
    assert used(here, link) == 5


def test_repeats_do_not_prolong_the_two_minutes(here: Place, client: FlaskClient):
    link = a_link()
    press(client, link)
    for offset, count in (("70", 1), ("110", 1), ("150", 2)):
        press(download(here, CLOCK_OFFSET=offset), link)
        assert used(here, link) == count


@pytest.mark.parametrize(
    ("first", "then", "same"),
    [
        (HOME, "203.0.113.250", True),
        (HOME, "203.0.114.7", False),
        (HOME, "::ffff:203.0.113.9", True),
        (HOME, "198.51.100.1, 203.0.113.9", True),  # what a caller says of itself stands before it
        ("203.0.113.7, 198.51.100.1", HOME, False),
        ("203.0.113.7,", HOME, True),
        ("2001:db8:1::1", "2001:db8:1:ffff::9", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
        ("2001:DB8:1::1", "[2001:db8:1::2]", True),
        ("::ffff:203.0.113.7", "::ffff:203.0.114.7", False),
        (None, "127.0.0.9", True),  # without the header it is who connects
        (None, HOME, False),
        ("kelas 7", HOME, False),
        ("kelas 7", None, False),
    ],
)
def test_a_repeat_comes_from_the_same_network(
    here: Place, client: FlaskClient, first: str | None, then: str | None, same: bool
):
    link = a_link()
    press(client, link, ip=first)
    follow(client, link, ip=then)
    assert used(here, link) == (1 if same else 2)


def test_behind_a_proxy_of_ours_the_network_is_the_one_before_its_own(here: Place, client: FlaskClient):
    behind, link = download(here, LINK_PROXIES="1"), a_link()
    press(behind, link, ip="203.0.113.7, 10.0.0.1")
    follow(behind, link, ip="9.9.9.9, 203.0.113.8, 10.9.9.9")
    assert used(here, link) == 1
    follow(behind, link, ip="203.0.113.7, 198.51.100.1, 10.0.0.1")
    assert used(here, link) == 2
    follow(behind, link, ip="203.0.113.7")  # nobody of ours has added itself: who connects is all that is known
    assert used(here, link) == 3


def test_what_is_kept_of_a_caller_is_the_network_alone(here: Place, client: FlaskClient):
    for ip, kept in ((HOME, "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("SITI", "unknown")):
        link = a_link()
        press(client, link, ip=ip)
        (fetch,) = here.get("links", link.link_id)["fetches"]
        assert fetch["network"] == kept
        assert ip not in str(here.get("links", link.link_id))


# ---------------------------------------------------------------------------------------------- to the second, races


def records(store: object, clock: TestClock, max_uses: int = 5) -> LinkRecords:
    return LinkRecords(store, clock, max_uses)  # type: ignore[arg-type]


A_POST = Caller(path="peserta_didik.csv", network="203.0.113.0/24", posted=True)
A_GET = Caller(path="peserta_didik.csv", network="203.0.113.0/24", posted=False)


def test_the_two_minutes_end_with_the_120th_second(sqlite_store: SqliteStore):
    clock, link = TestClock(), a_link()
    counting = records(sqlite_store, clock)
    ref = Ref("links", link.link_id)
    assert counting.count(link, None, "peserta_didik", A_POST) == (1, False)
    clock.pass_by(seconds=120)
    assert counting.count(link, sqlite_store.get(ref), "peserta_didik", A_POST) == (1, True)
    clock.pass_by(microseconds=1)
    assert counting.count(link, sqlite_store.get(ref), "peserta_didik", A_POST) == (2, False)


def before_first_commit(do: Callable[[], object]) -> Callable[[Sequence[Write]], None]:
    """Give a hook that acts once, before the first commit of the one who is overtaken."""
    waiting = [do]

    def hook(_: Sequence[Write]) -> None:
        if waiting:
            waiting.pop()()

    return hook


@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_fetch_that_is_overtaken_counts_with_the_one_that_was_faster(sqlite_store: SqliteStore, before: int):
    clock, link = TestClock(), a_link()
    fast, ref = records(sqlite_store, clock), Ref("links", link.link_id)
    for _ in range(before):
        fast.count(link, sqlite_store.get(ref), "peserta_didik", A_GET)
    known = sqlite_store.get(ref)
    taken = HookedStore(
        sqlite_store, before=before_first_commit(lambda: fast.count(link, known, "peserta_didik", A_GET))
    )
    assert records(taken, clock).count(link, known, "peserta_didik", A_GET) == (before + 2, False)


@pytest.mark.parametrize("before", [0, 1, 3])
def test_the_last_fetch_goes_to_one_of_two(sqlite_store: SqliteStore, before: int):
    clock, link = TestClock(), a_link()
    fast, ref = records(sqlite_store, clock, before + 1), Ref("links", link.link_id)
    for _ in range(before):
        fast.count(link, sqlite_store.get(ref), "peserta_didik", A_GET)
    known = sqlite_store.get(ref)
    taken = HookedStore(
        sqlite_store, before=before_first_commit(lambda: fast.count(link, known, "peserta_didik", A_GET))
    )
    with pytest.raises(LinkError) as error:
        records(taken, clock, before + 1).count(link, known, "peserta_didik", A_GET)
    assert (error.value.kind, error.value.code) == ("gone", "link_used_up")


def test_a_link_id_that_another_school_takes_between_look_and_count_is_refused(sqlite_store: SqliteStore):
    clock, link = TestClock(), a_link()
    theirs = {**new_link(link, ""), "sekolah_id": OTHER["sekolah_id"]}
    taken = HookedStore(
        sqlite_store,
        before=before_first_commit(lambda: sqlite_store.commit([Create(Ref("links", link.link_id), theirs)])),
    )
    with pytest.raises(LinkError) as error:
        records(taken, clock).count(link, None, "peserta_didik", A_POST)
    assert error.value.kind == "refused"
    assert sqlite_store.get(Ref("links", link.link_id)).data["uses"] == {}  # type: ignore[union-attr]


def test_a_fetch_whose_file_failed_at_once_is_repeated_for_nothing(here: Place, client: FlaskClient):
    link, broken = a_link(), an_account("siti")
    here.store.commit([Update(Ref("accounts", broken.account_id), {"nama": None, "sort_key": "0", "holds": 7})])
    assert client.post(address(link, CSV)).status_code == 503
    assert used(here, link) == 1
    here.store.commit([Update(Ref("accounts", broken.account_id), {"nama": "SITI", "holds": {}})])
    press(client, link, ip=None)
    assert used(here, link) == 1
