"""A campaign from plan to undo, by the use cases: who is suspended, who is not, and what nobody may touch."""

import pytest

from shared.errors import PermanentError
from shared.ports import Ref
from shared.usecases.reset import Reset
from tests.rosters import pupil, some_id
from tests.usecases.campaigning import (
    AFTER,
    ID,
    SMA,
    account_id,
    approve,
    arrive,
    come,
    exempt,
    minutes,
    plan,
    states,
    suspended,
    until,
    with_rule,
)
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


@pytest.fixture
def july(world: World) -> World:
    """Four pupils who had their accounts in January, on the day behind the deadline."""
    arrive(world, "ani", "budi", "citra", "dewi")
    world.clock.pass_by(**AFTER)
    return world


def test_who_never_came_is_suspended_and_undone_all_is_as_before(july: World):
    come(july, "ani")
    planned = plan(july)
    assert (planned.state, planned.total.due, planned.total.in_use) == ("awaiting_approval", 4, 4)
    approve(july)
    done = until(july, "done")
    assert states(july) == {"ani": "active", "budi": "suspended", "citra": "suspended", "dewi": "suspended"}
    assert done.results == {"held": 4, "suspended": 3, "came_in_time": 1, "left_alone": 0}
    july.decisions.undo(ID, "ops")
    assert until(july, "undone").results["lifted"] == 3
    assert states(july) == {"ani": "active", "budi": "issued", "citra": "issued", "dewi": "issued"}
    assert suspended(july) == set()


def test_nothing_is_written_to_any_account_before_the_approval(july: World):
    before = july.accounts()
    july.directory.calls.clear()
    plan(july)
    minutes(july, 10)
    assert july.accounts() == before
    assert july.directory.calls == []
    assert july.inner.get(Ref("cursors", ID)) is None


def test_a_dry_run_writes_nothing_and_gives_the_plan_that_a_real_one_makes(july: World):
    july.store.reset()
    dry = july.decisions.dry_plan(ID, lambda _, __: None)
    assert (july.store.writes, july.store.commits) == (0, 0)
    real = plan(july)
    assert (dry.state, dry.tallies, dry.provinces, dry.rule) == (real.state, real.tallies, real.provinces, real.rule)
    assert (dry.plan, dry.planned_at, dry.approval) == (real.plan, real.planned_at, real.approval)


def test_who_comes_between_plan_and_last_look_is_spared(july: World):
    plan(july)
    approve(july)
    july.tick()
    come(july, "budi")
    until(july, "done")
    assert suspended(july) == {"ani", "citra", "dewi"}
    assert states(july)["budi"] == "active"


def test_accepted_terms_are_a_sign_of_life_where_no_time_is_shown(july: World):
    plan(july)
    approve(july)
    july.user(july.account(account_id("budi"))).agreed = True
    until(july, "done")
    assert "budi" not in suspended(july)


def test_who_came_with_a_password_that_was_replaced_since_is_spared(july: World):
    july.clock.pass_by(days=-50)
    come(july, "budi")
    july.clock.pass_by(days=10)
    Reset(store=july.store, tasks=july.tasks, clock=july.clock)(account_id("budi"), "lupa")
    july.run_due()
    july.clock.pass_by(days=40)
    with_rule(july, issued_before=july.clock.now())
    assert plan(july).total.due == 4
    approve(july)
    until(july, "done")
    assert suspended(july) == {"ani", "citra", "dewi"}
    assert july.account(account_id("budi")).state == "issued"


@pytest.mark.parametrize(("reason", "kind"), [("ADMIN", "admin"), ("ABUSE", "google")])
def test_what_somebody_else_suspended_is_left_alone_at_undo_too(july: World, reason, kind):
    july.user(july.account(account_id("ani"))).suspended = reason
    plan(july)
    approve(july)
    done = until(july, "done")
    external = july.account(account_id("ani")).external
    assert external is not None
    assert external.kind == kind
    assert done.results["left_alone"] == 1
    july.decisions.undo(ID, "ops")
    until(july, "undone")
    july.settle()
    assert july.user(july.account(account_id("ani"))).suspended == reason
    assert suspended(july) == {"ani"}
    assert july.account(account_id("ani")).state == "issued"


@pytest.mark.parametrize("kind", ["person", "school", "realm"])
def test_who_is_exempt_is_counted_and_spared(july: World, kind):
    arrive(july, "eka", at="SEKOLAH 2")
    july.account(account_id("eka"))
    school_id = july.account(account_id("ani")).sekolah_id
    exempt(july, kind, {"person": some_id("ani"), "school": school_id, "realm": "smp"}[kind])
    planned = plan(july)
    number = {"person": 1, "school": 4, "realm": 4}[kind]
    assert (planned.total.exempt, planned.total.due) == (number, 4 - number)
    july.decisions.approve(ID, "A", "R")
    until(july, "done")
    assert suspended(july) == (set() if number == 4 else {"budi", "citra", "dewi"})


def test_an_exemption_that_is_over_spares_nobody(july: World):
    exempt(july, "person", some_id("ani"), until=july.clock.now())
    exempt(july, "person", some_id("budi"), ended_at=july.clock.now())
    assert plan(july).total.exempt == 0


def test_who_was_issued_after_the_bound_is_not_due(july: World):
    arrive(july, "eka")
    assert plan(july).total.due == 4


def test_before_its_day_a_campaign_that_was_approved_waits(world: World):
    arrive(world, "ani", "budi")
    world.clock.pass_by(days=150)
    plan(world)
    approve(world)
    minutes(world, 5)
    assert suspended(world) == set()
    world.clock.pass_by(days=30)
    until(world, "done")
    assert suspended(world) == {"ani", "budi"}


def test_pause_holds_all_that_is_not_committed_and_resume_goes_on(july: World):
    plan(july)
    approve(july)
    july.decisions.pause(ID, "ops")
    minutes(july, 5)
    assert suspended(july) == set()
    july.decisions.resume(ID, "ops")
    until(july, "done")
    assert len(suspended(july)) == 4


def test_a_pause_reaches_a_run_that_is_under_way(july: World):
    plan(july)
    approve(july)
    parts = [part for part in july.suspend.parts() if part.job == "campaign"]
    july.decisions.pause(ID, "ops")
    assert [part.work().code for part in parts] == ["overtaken"]
    assert not any(account.holds for account in july.accounts())


def test_undo_in_the_middle_lets_go_of_those_that_wait_too(july: World):
    plan(july)
    approve(july)
    july.tick()
    assert all("dormant" in account.holds for account in july.accounts())
    july.decisions.undo(ID, "ops")
    until(july, "undone")
    july.settle()
    assert suspended(july) == set()
    assert not any(account.holds for account in july.accounts())


def test_a_campaign_below_its_share_is_started_by_hand(july: World):
    with_rule(july, max_share=1.0, approved_by=None, approved_up_to=None)
    assert plan(july).state == "planned"
    minutes(july, 3)
    assert suspended(july) == set()
    july.decisions.start(ID, "ops")
    until(july, "done")
    assert len(suspended(july)) == 4


def test_a_live_change_during_the_campaign_reaches_the_directory(july: World):
    plan(july)
    approve(july)
    july.tick()
    july.receive(pupil("ANI LESTARI", who="ani"), revision=2)
    until(july, "done")
    july.settle()
    assert july.user(july.account(account_id("ani"))).fields["name"]["familyName"] == "LESTARI"
    assert len(suspended(july)) == 4


def test_several_realms_are_planned_and_suspended_each_by_its_own_count(july: World):
    arrive(july, "eka", **SMA)
    july.clock.pass_by(days=-180)
    arrive(july, "fajar", "gita", **SMA)
    july.clock.pass_by(**AFTER)
    planned = plan(july)
    assert {realm: tally.due for realm, tally in planned.tallies.items() if tally.due} == {"smp": 4, "sma": 2}
    assert planned.tallies["sma"].in_use == 3
    approve(july)
    until(july, "done")
    assert suspended(july) == {"ani", "budi", "citra", "dewi", "fajar", "gita"}


def refused(decision) -> tuple[str, str]:
    with pytest.raises(PermanentError) as caught:
        decision()
    return caught.value.code, caught.value.field


def test_what_is_out_of_turn_is_refused_and_twice_is_no_mistake(july: World):
    decisions = july.decisions
    assert refused(lambda: plan(july, "tidak-ada")) == ("campaign_unknown", "")
    assert refused(lambda: decisions.start(ID, "ops")) == ("campaign_not_planned", "")
    plan(july)
    assert refused(lambda: decisions.start(ID, "ops")) == ("campaign_state", "awaiting_approval")
    assert refused(lambda: decisions.pause(ID, "ops")) == ("campaign_state", "awaiting_approval")
    first = approve(july)
    assert approve(july) == decisions.start(ID, "ops") == plan(july) == first
    decisions.undo(ID, "ops")
    assert decisions.undo(ID, "ops").state == "undoing"
    assert refused(lambda: plan(july)) == ("campaign_state", "undoing")
    assert refused(lambda: approve(july)) == ("campaign_state", "undoing")
