"""Somebody writes between the read and the commit of a campaign: no wish is lost, and nobody is forgotten."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared import queries
from shared.adapters.sqlite import SqliteStore
from shared.campaign_plan import Planner
from shared.errors import ConflictError, TransientError
from shared.outcomes import Outcome
from shared.ports import Ref, Update, Write
from tests.counting import HookedStore
from tests.rosters import pupil
from tests.usecases.campaigning import AFTER, ID, account_id, approve, arrive, plan, record, states, suspended, until
from tests.world import World


@pytest.fixture
def july(tmp_path) -> World:
    return july_of(tmp_path, "ani", "budi", "citra", "dewi")


def july_of(tmp_path, *names: str) -> World:
    """Give a world behind the deadline, with a campaign that was approved."""
    HOOKS.before = HOOKS.after = None
    sqlite = SqliteStore(str(tmp_path / "akun.db"))
    world = World(tmp_path, store=HookedStore(sqlite, before=HOOKS.begin, after=HOOKS.end))
    arrive(world, *names)
    world.clock.pass_by(**AFTER)
    plan(world)
    approve(world)
    return world


class Hooks:
    """What is to happen, once, around the next commit that writes accounts."""

    def __init__(self) -> None:
        self.before: Callable[[], object] | None = None
        self.after: Callable[[], object] | None = None

    def begin(self, writes: Sequence[Write]) -> None:
        if self.before is not None and any(write.ref.collection == "accounts" for write in writes):
            meanwhile, self.before = self.before, None
            meanwhile()

    def end(self, writes: Sequence[Write]) -> None:
        if self.after is not None and any(write.ref.collection == "accounts" for write in writes):
            meanwhile, self.after = self.after, None
            meanwhile()


HOOKS = Hooks()


def during_the_hold(world: World, meanwhile: Callable[[], object]) -> None:
    """Let something happen between the read of the accounts and the commit of their wishes."""
    HOOKS.before = meanwhile
    world.tick()
    assert HOOKS.before is None


def held(world: World) -> set[str]:
    return {account.nama.lower() for account in world.accounts() if account.holds}


def signs_in(world: World, name: str) -> None:
    """Record a sign-in, as the daily listing does."""
    account = world.account(account_id(name))
    after = replace(account, accessed_at=world.clock.now(), state="active")
    world.inner.commit([Update(Ref("accounts", account.account_id), account.fields_changed_in(after))])


def test_one_who_is_found_to_have_come_meanwhile_is_not_held_and_the_others_are(july: World):
    during_the_hold(july, lambda: signs_in(july, "budi"))
    assert held(july) == {"ani", "citra", "dewi"}
    until(july, "done")
    assert states(july)["budi"] == "active"
    assert suspended(july) == {"ani", "citra", "dewi"}


def test_a_live_change_meanwhile_is_kept_and_the_next_pass_holds_its_account(july: World):
    during_the_hold(july, lambda: july.receive(pupil("BUDI UTOMO", who="budi"), revision=2))
    assert july.account(account_id("budi")).nama == "BUDI UTOMO"
    assert held(july) == {"ani", "citra", "dewi"}
    until(july, "done")
    july.settle()
    assert len(suspended(july)) == 4
    assert july.user(july.account(account_id("budi"))).fields["name"]["familyName"] == "UTOMO"


def test_a_pause_between_read_and_commit_holds_nobody(july: World):
    during_the_hold(july, lambda: july.decisions.pause(ID, "ops"))
    assert held(july) == set()
    assert record(july).state == "paused"


def test_an_undo_between_read_and_commit_holds_nobody(july: World):
    during_the_hold(july, lambda: july.decisions.undo(ID, "ops"))
    assert held(july) == set()


def test_another_run_between_read_and_commit_has_done_it_already(july: World):
    def other_run() -> None:
        for part in july.suspend.parts():
            part.work()

    during_the_hold(july, other_run)
    versions = {account.version for account in july.accounts()}
    assert versions == {2}
    assert until(july, "done").results["held"] == 4


def test_a_live_change_during_an_undo_is_kept_and_its_hold_is_lifted(july: World):
    until(july, "done")
    july.decisions.undo(ID, "ops")
    during_the_hold(july, lambda: july.receive(pupil("BUDI UTOMO", who="budi"), revision=2))
    until(july, "undone")
    july.settle()
    assert suspended(july) == set()
    assert july.user(july.account(account_id("budi"))).fields["name"]["familyName"] == "UTOMO"


def test_a_commit_whose_answer_was_lost_is_found_done(july: World):
    def lose() -> None:
        raise TransientError("store_unavailable")

    HOOKS.after = lose
    with pytest.raises(TransientError):
        july.tick()
    assert len(held(july)) == 4
    assert until(july, "done").results == {"held": 4, "suspended": 4, "came_in_time": 0, "left_alone": 0}


def test_a_decision_that_crosses_another_is_made_on_what_is_there(july: World):
    def crossing(call: Callable[[], Any]) -> Any:
        july.trouble.plans = []
        july.decisions.undo(ID, "lain")
        return call()

    july.trouble.plans = [crossing]
    assert july.decisions.pause(ID, "ops").before_pause == "undoing"


def test_two_who_begin_to_plan_at_once_make_one_plan(tmp_path):
    world = World(tmp_path)
    arrive(world, "ani", "budi")
    world.clock.pass_by(**AFTER)

    def crossing(call: Callable[[], Any]) -> Any:
        world.trouble.plans = []
        plan(world)
        return call()

    world.trouble.plans = [crossing]
    with pytest.raises(ConflictError):
        plan(world)
    assert (record(world).plan, record(world).total.due) == (1, 2)


def test_two_who_count_at_once_count_nobody_twice(tmp_path):
    world = World(tmp_path)
    arrive(world, "ani", "budi", "citra", "dewi")
    world.clock.pass_by(**AFTER)
    planner = Planner(store=world.store, clock=world.clock, policy=world.policy, page=1, parts=1)
    planner.begin(planner.rule(ID), "ops")
    turns = iter([True] * (len(world.policy.realms) - 1) + [False])
    planner.carry_on(ID, turns.__next__, lambda _, __: None)  # the pupils of SMP come last

    def crossing(call: Callable[[], Any]) -> Any:
        world.trouble.plans = []
        planner.carry_on(ID, iter([True, False]).__next__, lambda _, __: None)
        return call()

    world.trouble.plans = [crossing]
    after = planner.carry_on(ID, lambda: True, lambda _, __: None).record
    assert (after.state, after.total.due) == ("awaiting_approval", 4)
    parts = list(world.inner.query(queries.counts(ID, 1, limit=9)))
    assert [sum(part.data["schools"].values()) for part in parts] == [1, 1, 1, 1]


def test_the_only_one_left_is_looked_at_again_when_its_hold_met_a_change(tmp_path):
    world = july_of(tmp_path, "ani")
    during_the_hold(world, lambda: world.receive(pupil("ANI LESTARI", who="ani"), revision=2))
    assert held(world) == set()
    until(world, "done")
    assert len(suspended(world)) == 1


def test_a_doubled_tick_of_the_scheduler_meets_the_lease(july: World):
    with july.suspend.alone() as first:
        assert first
        assert july.tick() == []
    assert Outcome.DONE in {result.outcome for result in july.tick()}
