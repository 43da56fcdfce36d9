"""Who was suspended by a campaign and asks for the account gets it back at once, and is spared for a while."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.accounts import External, Hold
from shared.errors import PermanentError, TransientError
from shared.exempting import read_exemption
from shared.exemption_records import exemption_ref
from shared.ports import Ref, Update
from shared.usecases.exempt import Exempt
from shared.usecases.reinstate import Done, Reinstate
from tests.counting import Crash
from tests.doubles import crash_before
from tests.rosters import some_id
from tests.usecases.campaigning import AFTER, account_id, approve, arrive, come, plan, states, suspended, until
from tests.world import World

ANI = account_id("ani")
AFTER_ALL = datetime(2021, 7, 3, tzinfo=UTC)


@pytest.fixture
def world(tmp_path) -> World:
    """A world behind the deadline: ani and budi are suspended, and were never there."""
    world = World(tmp_path)
    arrive(world, "ani", "budi")
    world.clock.pass_by(**AFTER)
    plan(world)
    approve(world)
    until(world, "done")
    assert suspended(world) == {"ani", "budi"}
    return world


def reinstate(world: World, account: str = ANI) -> Done:
    use_case = Reinstate(store=world.store, tasks=world.tasks, clock=world.clock)
    return use_case(account, "orang tua datang", "SMP 1")


def exemption(world: World) -> Any:
    document = world.inner.get(exemption_ref("person", some_id("ani")))
    return document and read_exemption(document)


def change(world: World, **changes: Any) -> None:
    account = world.account(ANI)
    fields = account.fields_changed_in(replace(account, **changes))
    world.inner.commit([Update(Ref("accounts", ANI), fields)])


def test_the_account_is_open_again_by_its_next_task_and_nobody_elses(world):
    done = reinstate(world)
    assert (done.account.lane, done.unqueued) == ("live", "")
    assert [task.account_id for task in world.tasks.tasks] == [ANI]
    world.run_due()
    assert states(world) == {"ani": "issued", "budi": "suspended"}
    assert suspended(world) == {"budi"}
    come(world, "ani")


def test_its_person_is_exempt_for_thirty_days(world):
    assert reinstate(world).exemption == exemption(world)
    assert (exemption(world).reason, exemption(world).author) == ("orang tua datang", "SMP 1")
    assert exemption(world).until == world.clock.now() + timedelta(days=30)
    world.run_due()
    assert plan(world).total.exempt == 1
    world.clock.pass_by(days=30)
    assert (plan(world).total.due, plan(world).total.exempt) == (1, 0)


def test_hold_and_exemption_are_one_commit(world):
    world.trouble.plans = [crash_before]
    with pytest.raises(Crash):
        reinstate(world)
    assert (world.account(ANI).cause, exemption(world)) == ("dormant", None)
    world.store.reset()
    reinstate(world)
    assert (world.store.commits, world.store.writes) == (1, 2)


@pytest.mark.parametrize(("days", "until_days"), [(10, 30), (90, 90)])
def test_an_exemption_that_lasts_longer_stays_as_it_is(world, days, until_days):
    now = world.clock.now()
    given = {"reason": "lama", "author": "Dinas", "until": now + timedelta(days=days)}
    Exempt(store=world.store, clock=world.clock).add("person", some_id("ani"), **given)
    reinstate(world)
    assert exemption(world).until == now + timedelta(days=until_days)
    assert exemption(world).author == ("Dinas" if days > 30 else "SMP 1")


def test_one_that_is_about_to_be_suspended_is_let_go(tmp_path):
    world = World(tmp_path)
    arrive(world, "ani", "budi")
    world.clock.pass_by(**AFTER)
    plan(world)
    approve(world)
    world.tick()
    assert reinstate(world).account.lane == "live"
    until(world, "done")
    assert suspended(world) == {"budi"}


def test_another_hold_stays(world):
    change(world, holds={**world.account(ANI).holds, "frozen": Hold(since=world.clock.now())})
    assert reinstate(world).account.cause == "frozen"
    world.run_due()
    assert suspended(world) == {"ani", "budi"}


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"holds": {}, "state": "issued"}, "account_not_dormant", "issued"),
        ({"holds": {"frozen": Hold(since=AFTER_ALL)}}, "account_not_dormant", "frozen"),
        ({"holds": {"left": Hold(since=AFTER_ALL), "dormant": Hold(since=AFTER_ALL)}}, "account_closed", "left"),
        ({"external": External(kind="google", seen_at=AFTER_ALL)}, "account_external", "google"),
    ],
)
def test_what_no_campaign_did_is_not_undone_here(world, changes, code, field):
    change(world, **changes)
    before = world.account(ANI)
    with pytest.raises(PermanentError) as refused:
        reinstate(world)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (world.account(ANI), exemption(world), world.tasks.tasks) == (before, None, [])


def test_nobody_is_reinstated_whom_nobody_knows(world):
    with pytest.raises(PermanentError, match="account_unknown"):
        reinstate(world, account_id("nobody"))


def test_a_task_that_cannot_be_queued_is_told_and_made_up(world):
    world.tasks.fails = TransientError("enqueue_failed")
    assert reinstate(world).unqueued == "enqueue_failed"
    world.tasks.fails = None
    world.settle()
    assert states(world)["ani"] == "issued"
