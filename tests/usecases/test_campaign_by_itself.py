"""A deadline approved in advance by the policy acts by itself when its day has come, and never beyond its share."""

import pytest

from shared.outcomes import Outcome
from tests.usecases.campaigning import (
    AFTER,
    ID,
    approve,
    arrive,
    come,
    minutes,
    plan,
    record,
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


def test_the_launchs_deadline_acts_by_itself_below_the_share(july: World):
    with_rule(july, max_share=1.0, approved_up_to=1.0)
    until_done = minutes(july, 15)
    assert until_done.state == "done"
    assert len(suspended(july)) == 4
    assert [entry["by"] for entry in until_done.history] == ["suspend", "plan", "suspend", "suspend"]


def test_above_the_share_it_plans_by_itself_and_waits_loudly(july: World):
    loud = [result for _ in range(3) for result in july.tick() if result.loud]
    assert [(result.outcome, result.code) for result in loud] == [(Outcome.DONE, "awaiting_approval")]
    assert record(july).state == "awaiting_approval"
    approve(july)
    until(july, "done")
    assert len(suspended(july)) == 4


def test_a_plan_made_before_the_day_is_made_anew_when_it_comes(world: World):
    arrive(world, *"abcdefghij")
    world.clock.pass_by(days=150)
    plan(world)
    come(world, *"cdefghij")
    world.clock.pass_by(days=30)
    world.tick()
    assert (record(world).planned_by, record(world).plan) == ("suspend", 2)


def test_a_plan_made_by_hand_behind_the_day_waits_for_the_hand(july: World):
    with_rule(july, max_share=1.0, approved_up_to=1.0)
    assert plan(july).state == "planned"
    minutes(july, 5)
    assert record(july).state == "planned"
    july.decisions.start(ID, "ops")
    until(july, "done")


def test_beyond_what_was_allowed_in_advance_it_waits_though_no_approval_is_needed(july: World):
    with_rule(july, max_share=1.0, approved_up_to=0.5)
    minutes(july, 5)
    assert record(july).state == "planned"
    assert suspended(july) == set()
