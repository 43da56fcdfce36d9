"""What a campaign costs: reads, writes and calls of each account, whatever the total."""

from datetime import timedelta

import pytest

from tests.usecases.campaigning import (
    AFTER,
    approve,
    approved_crowd,
    come,
    crowd,
    plan,
    suspended,
    until,
    with_rule,
)
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def test_a_suspended_account_costs_three_reads_and_two_writes(world: World):
    def cost(number: int, start: int) -> tuple[int, int]:
        crowd(world, number, start)
        world.clock.pass_by(**AFTER)
        with_rule(world, issued_before=None, never_accessed_by=world.clock.now() - timedelta(seconds=1))
        plan(world)
        approve(world)
        world.store.reset()
        world.directory.calls.clear()
        until(world, "done")
        assert len(world.directory.calls) == 2 * number
        return world.store.reads, world.store.writes

    small, large = cost(5, 0), cost(25, 5)
    assert large[0] - small[0] <= 3 * 20
    assert large[1] - small[1] <= 2 * 20


def test_where_the_lane_is_full_it_costs_no_more(world: World):
    approved_crowd(world, 150)
    world.minute()
    world.minute()
    world.store.reset()
    before = len(suspended(world))
    world.minute()
    world.minute()
    done = len(suspended(world)) - before
    assert done == 54
    idle = 5 * len(world.policy.realms)  # what a minute reads of a realm without work: room, cursors, a page of nothing
    assert world.store.reads <= 3 * done + 2 * idle


def test_an_account_that_is_spared_at_the_last_look_costs_one_call(world: World):
    names = crowd(world, 6)
    world.clock.pass_by(**AFTER)
    plan(world)
    approve(world)
    world.tick()
    come(world, *names[:4])
    world.directory.calls.clear()
    until(world, "done")
    assert sorted(world.directory.calls) == ["get"] * 6 + ["update"] * 2
