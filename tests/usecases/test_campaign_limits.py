"""What keeps a campaign within bounds: an approval's counts, the pace of the lane, the time of a run, its cost."""

from dataclasses import replace

import pytest

from shared import queries
from shared.campaign_plan import Planner
from shared.errors import PermanentError
from shared.ports import Ref, Update
from tests.usecases.campaigning import (
    AFTER,
    ID,
    account_id,
    approve,
    approved_crowd,
    crowd,
    exempt,
    minutes,
    plan,
    record,
    suspended,
    until,
)
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def older(world: World, *names: str) -> None:
    """Let accounts look as if they had been issued long ago: they come into question after the plan was made."""
    for name in names:
        account = world.account(account_id(name))
        long_ago = account.issued_at.replace(year=2020)  # type: ignore[union-attr]
        credential = replace(account.credential, issued_at=long_ago)
        after = replace(account, issued_at=long_ago, credential=credential)
        world.inner.commit([Update(Ref("accounts", account.account_id), account.fields_changed_in(after))])


def test_a_plan_that_has_grown_before_it_runs_does_nothing_and_waits_anew(world: World):
    late = approved_crowd(world, 10, late=2)
    older(world, *late)
    results = [result for _ in range(3) for result in world.tick()]
    assert [(r.code, r.loud) for r in results if r.loud] == [("plan_outgrown", True)]
    assert suspended(world) == set()
    assert not any(account.holds for account in world.accounts())
    waiting = record(world)
    assert (waiting.state, waiting.outgrown, waiting.approval) == ("awaiting_approval", ("smp",), None)


def test_an_outgrown_plan_cannot_be_approved_and_a_new_one_can(world: World):
    late = approved_crowd(world, 10, late=2)
    older(world, *late)
    world.tick()
    with pytest.raises(PermanentError) as caught:
        approve(world)
    assert (caught.value.code, caught.value.field) == ("plan_outgrown", "smp")
    assert plan(world).total.due == 12
    approve(world)
    until(world, "done")
    assert len(suspended(world)) == 12


def test_growth_of_a_tenth_is_covered(world: World):
    late = approved_crowd(world, 10, late=1)
    older(world, *late)
    until(world, "done")
    assert len(suspended(world)) == 11


def test_what_comes_into_question_while_it_runs_stops_it_at_a_tenth_more(world: World):
    late = approved_crowd(world, 100, late=30)
    world.tick()
    older(world, *late)
    stopped = until(world, "awaiting_approval")
    assert stopped.outgrown == ("smp",)
    minutes(world, 20)
    assert len(suspended(world)) == 110
    assert plan(world).total.due == 20
    approve(world)
    done = until(world, "done")
    assert len(suspended(world)) == 130
    assert done.results == {"held": 130, "suspended": 130, "came_in_time": 0, "left_alone": 0}


def test_a_campaign_that_is_stopped_twice_still_knows_all_that_it_held(world: World):
    crowd(world, 20)
    world.clock.pass_by(**AFTER)
    late = crowd(world, 20, start=20)
    for number in (0, 10):
        plan(world)
        approve(world)
        world.tick()
        older(world, *late[number : number + 10])
        until(world, "awaiting_approval")
    plan(world)
    approve(world)
    done = until(world, "done")
    assert done.results["held"] == len(suspended(world)) == 40


def test_a_campaign_is_undone_once_the_directory_shows_it(world: World):
    approved_crowd(world, 60)
    until(world, "done")
    assert len(suspended(world)) == 60
    world.decisions.undo(ID, "ops")
    while record(world).state == "undoing":
        world.flow()
        world.tick()
    assert suspended(world) == set()


def test_no_more_than_two_minutes_of_the_lane_lie_committed(world: World):
    approved_crowd(world, 150)
    for _ in range(3):
        world.tick()
    waiting = [account for account in world.accounts() if account.lane == "bulk"]
    assert len(waiting) == 54  # two minutes of 54 calls, two calls each


def test_the_lane_is_never_without_work_while_any_is_left(world: World):
    approved_crowd(world, 150)
    for n in (27, 54, 81, 108, 135):
        world.minute()
        assert len(suspended(world)) == n


def test_a_run_whose_time_is_up_leaves_the_rest_to_the_next(world: World):
    approved_crowd(world, 10)
    world.has_time = lambda: False
    world.tick()
    assert not any(account.holds for account in world.accounts())
    world.has_time = lambda: True
    until(world, "done")
    assert len(suspended(world)) == 10


def test_a_plan_whose_time_is_up_goes_on_where_it_was(world: World):
    crowd(world, 10)
    world.clock.pass_by(**AFTER)
    planner = Planner(store=world.store, clock=world.clock, policy=world.policy, page=3, parts=1)
    planner.begin(planner.rule(ID), "ops")
    for parts_at_a_time in (len(world.policy.realms) - 1, 2, 1):  # the pupils of SMP come last
        go_on = iter([True] * parts_at_a_time + [False])
        assert planner.carry_on(ID, go_on.__next__, lambda _, __: None).record.state == "planning"
    cursor = world.inner.get(Ref("cursors", ID))
    assert cursor is not None
    assert cursor.data["place"] is not None
    assert plan(world).total.due == 10
    parts = list(world.inner.query(queries.counts(ID, 1, limit=100)))
    assert len(parts) > 1
    assert sum(sum(part.data["schools"].values()) for part in parts) == 10
    assert sum(province["due"] for part in parts for province in part.data["provinces"].values()) == 10


def test_exempt_ones_do_not_keep_a_campaign_from_its_end(world: World):
    crowd(world, 10)
    world.clock.pass_by(**AFTER)
    exempt(world, "realm", "smp")
    plan(world)
    world.decisions.approve(ID, "A", "R")
    assert until(world, "done", at_most=5).results["held"] == 0


def test_a_campaign_that_does_not_move_is_told_of(world: World):
    approved_crowd(world, 3)
    world.tick()
    told = []
    for _ in range(4):
        world.clock.pass_by(minutes=10)
        told.append([(r.code, r.field) for r in world.tick() if r.loud])
    assert told == [[], [], [("no_progress", "running")], [("no_progress", "running")]]
