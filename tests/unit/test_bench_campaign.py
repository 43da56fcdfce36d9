"""The figures of a campaign measure what they say: waste, a leak and an idle lane would show."""

import json
import pickle
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench import campaign_quota, quota
from bench.bare.suspension import SqliteQueries
from bench.campaign_accounts import Pattern, patterns, write_sample
from bench.campaign_calls import counted
from bench.campaign_memory import FEW, GOAL, REALM, peaks
from bench.campaign_store import DueStore
from bench.campaign_world import AFTER, CAMPAIGN, CampaignWorld
from bench.counting import WatchedStore
from bench.figures import MeasurementError
from bench.stage import Stage
from shared import policies, queries
from shared.domain.accounts import Account
from shared.domain.campaigns import held, is_due
from shared.errors import ConflictError
from shared.ports import Create, Document, Query, Ref, Store, Update

USERS = 60
MORE = 3 * FEW


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Pattern:
    return patterns(stage_in(tmp_path_factory.mktemp("pattern")), [REALM])[REALM]


def stage_in(folder: Path) -> Stage:
    return Stage(folder, {"STORE": f"sqlite:///{folder}/akun.db"}, 0, 0, "SQLite")


def test_a_campaign_makes_two_calls_for_each_suspended_and_one_for_each_spared(tmp_path):
    figure = counted(CampaignWorld(tmp_path), USERS)
    assert (figure.value, figure.met) == (1.0, True)
    assert "2 pages, 78 suspended, 22 looked at and spared" in figure.detail


class Doubtful:
    """A Directory that looks twice where once is enough."""

    def __init__(self, directory: Any) -> None:
        self._directory = directory

    def get(self, key: str) -> Any:
        self._directory.get(key)
        return self._directory.get(key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._directory, name)


def test_a_needless_look_at_each_user_misses_the_goal(tmp_path):
    world = CampaignWorld(tmp_path)
    world.directory = Doubtful(world.directory)
    assert not counted(world, USERS).met


class Blind:
    """A Directory that never tells of a sign-in."""

    def __init__(self, world: CampaignWorld) -> None:
        self._directory, self._users = world.directory, world.state.users

    def get(self, key: str) -> Any:
        self._users[key].last_login, self._users[key].agreed = None, False
        return self._directory.get(key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._directory, name)


def test_calls_of_a_campaign_that_suspended_the_wrong_ones_are_no_figure(tmp_path):
    world = CampaignWorld(tmp_path)
    world.directory = Blind(world)
    with pytest.raises(MeasurementError, match="ended otherwise"):
        counted(world, USERS)


def test_what_is_planted_is_due_and_of_the_size_of_what_the_use_cases_made(pattern):
    made = pattern.made(7, 8)
    [rule] = policies.load("launch_2020").campaigns
    assert is_due(made, rule, AFTER)
    assert Account.from_doc(made.to_doc()) == made
    assert abs(size(made.to_doc()) - size(pattern.account.to_doc())) < 10
    user = pattern.user_of(made)
    assert [entry["value"] for entry in user["externalIds"]] == [made.account_id, "bench.1"]


def size(document: Any) -> int:
    return len(json.dumps(document, default=str))


def test_planted_accounts_and_users_share_no_id_or_address(tmp_path):
    found = patterns(stage_in(tmp_path), ["sd", "smp"])
    made = [found[realm].made(run, number) for realm in found for run in (1, 2) for number in range(3)]
    for name in ("address", "directory_id"):
        assert len({getattr(account, name) for account in made}) == len(made)


def test_the_floor_holds_and_feeds_the_accounts_that_ours_would(tmp_path, pattern):
    sample = pickle.loads(write_sample(stage_in(tmp_path), REALM).read_bytes())
    floor = SqliteQueries(str(tmp_path / "akun.db"))
    due, late = (pattern.made(1, number).account_id for number in (1, 2))
    floor.plant([{**sample["account"], "account_id": due}])
    floor.plant([{**sample["account"], "account_id": late, "issued_at": AFTER}])
    assert (floor.waiting(REALM), floor.waiting("sd")) == ([], [])
    assert (floor.hold("sd", sample["held"]), floor.hold(REALM, sample["held"])) == ([], [due])
    assert floor.waiting(REALM) == [due]
    floor.update("bare_accounts", due, sample["suspended"], 2)
    assert (floor.hold(REALM, sample["held"]), floor.waiting(REALM)) == ([], [])


def test_the_floor_sends_and_writes_what_ours_did(tmp_path):
    sample = pickle.loads(write_sample(stage_in(tmp_path), REALM).read_bytes())
    assert (sample["held"]["lane"], list(sample["held"]["holds"])) == ("bulk", ["dormant"])
    assert (sample["suspended"]["state"], sample["suspended"]["lane"]) == ("suspended", None)
    assert sample["update"]["suspended"] is True
    assert "password" not in sample["update"]


def test_memory_of_a_campaign_does_not_grow_with_its_accounts(pattern):
    few, many = peaks(pattern, FEW), peaks(pattern, MORE)
    assert [name for name in few if many[name] > GOAL * few[name]] == []


class Hoarding(WatchedStore):
    """Keeps every document that was ever read."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.kept: list[Document] = []

    def query(self, query: Query) -> Iterator[Document]:
        for document in super().query(query):
            self.kept.append(document)
            yield document


def test_a_campaign_that_keeps_what_it_read_grows(pattern):
    few, many = peaks(pattern, FEW, Hoarding), peaks(pattern, MORE, Hoarding)
    assert [name for name in few if many[name] > GOAL * few[name]] == ["plan", "hold", "undo"]


def test_the_store_of_due_accounts_gives_each_once_and_holds_what_is_held(pattern):
    store = DueStore(pattern, 5)
    due = queries.due(REALM, before=AFTER, limit=3)
    first = list(store.query(due))
    [account, *_] = [Account.from_doc(document.data) for document in first]
    after = held(account, CAMPAIGN, AFTER)
    store.commit([Update(first[0].ref, account.fields_changed_in(after), first[0].version)])
    left = [document.ref for document in store.query(queries.due(REALM, before=AFTER, limit=9))]
    assert (len(first), len(left), store.held) == (3, 4, 1)
    assert first[0].ref not in left
    [bearing] = store.query(queries.held_by(CAMPAIGN, REALM))
    assert bearing.ref == first[0].ref
    assert Account.from_doc(bearing.data).holds["dormant"].campaign_id == CAMPAIGN
    assert store.count(queries.in_use(REALM)) == 5


def test_the_store_of_due_accounts_refuses_what_somebody_else_has_written(pattern):
    store, ref = DueStore(pattern, 1), Ref("cursors", "x")
    store.commit([Create(ref, {"a": 1})])
    read = store.get(ref)
    assert read is not None
    store.commit([Update(ref, {"a": 2}, read.version)])
    with pytest.raises(ConflictError):
        store.commit([Update(ref, {"a": 3}, read.version)])
    with pytest.raises(ConflictError):
        store.commit([Create(ref, {"a": 3})])


def test_a_query_that_the_store_of_due_accounts_does_not_know_is_a_failed_measurement(pattern):
    with pytest.raises(MeasurementError):
        list(DueStore(pattern, 1).query(Query("accounts", (("realm", "==", REALM), ("cause", "==", "left")))))


def test_a_campaign_has_work_to_the_end_of_the_window_in_which_its_calls_are_counted():
    a_second = quota.RATE * 0.9 / 2
    seconds = quota.WARM_SECONDS + campaign_quota.SECONDS
    assert a_second * seconds < campaign_quota.PEOPLE <= a_second * (seconds + timedelta(minutes=1).total_seconds())
