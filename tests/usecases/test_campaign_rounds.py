"""Campaigns that go round: a rolling rule, plans made over days, undo of all rounds."""

import pytest

from tests.usecases.campaigning import ID, SMA, arrive, minutes, plan, record, suspended, until, with_rule
from tests.world import World

ROLLING = {"never_accessed_by": None, "issued_before": None, "never_accessed_for_days": 30}
ALONE = {**ROLLING, "max_share": 1.0, "approved_by": None, "approved_up_to": None}


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def test_a_rolling_rule_goes_round_by_itself_each_day(world: World):
    with_rule(world, **ROLLING, max_share=1.0, approved_up_to=1.0)
    arrive(world, "ani", "budi", "citra")
    world.clock.pass_by(days=31)
    minutes(world, 10)
    assert (record(world).state, len(suspended(world))) == ("done", 3)
    arrive(world, "dewi", "eka")
    minutes(world, 10)
    assert record(world).plan == 1
    world.clock.pass_by(days=31)
    minutes(world, 10)
    done = record(world)
    assert (done.state, done.plan, len(suspended(world))) == ("done", 2, 5)
    assert done.results == {"held": 5, "suspended": 5, "came_in_time": 0, "left_alone": 0}
    world.decisions.undo(ID, "ops")
    until(world, "undone")
    assert suspended(world) == set()


def test_who_comes_of_age_behind_the_plan_waits_for_the_next_one(world: World):
    with_rule(world, **ALONE)
    arrive(world, *(f"siswa{letter}" for letter in "abcdefghijkl"))
    world.clock.pass_by(days=20)
    arrive(world, "baru", "lain")
    world.clock.pass_by(days=11)
    assert plan(world).total.due == 12
    world.clock.pass_by(days=20)
    world.decisions.start(ID, "ops")
    until(world, "done")
    assert len(suspended(world)) == 12


def test_undo_lifts_an_earlier_round_of_other_realms_too(world: World):
    arrive(world, "ani")
    arrive(world, "budi", **SMA)
    world.clock.pass_by(days=31)
    for realm in ("smp", "sma"):
        with_rule(world, **ALONE, realms=(realm,))
        plan(world)
        world.decisions.start(ID, "ops")
        until(world, "done")
    assert suspended(world) == {"ani", "budi"}
    world.decisions.undo(ID, "ops")
    until(world, "undone")
    assert suspended(world) == set()


def test_a_plan_is_of_the_moment_at_which_it_began(world: World):
    with_rule(world, **ALONE)
    arrive(world, "ani")
    world.clock.pass_by(days=31)
    began = world.clock.now()

    def slowly(_, __) -> None:
        world.clock.pass_by(hours=1)

    assert world.decisions.plan(ID, "ops", lambda: True, slowly).planned_at == began
