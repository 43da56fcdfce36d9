"""Accounts whose end has come are closed by the same machinery, in the bulk lane, at its pace."""

import pytest

from shared.outcomes import Outcome
from tests.rosters import member, pupil, school
from tests.usecases.campaigning import account_id, arrive, states, suspended
from tests.world import World

PLACE = school("SEKOLAH 1 6")


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def leave(world: World, *names: str, revision: int = 2) -> None:
    for name in names:
        gone = member(PLACE, tingkat_pendidikan_id=7, induk=True, jenis_keluar_id="2")
        world.receive(pupil(name.upper(), gone, who=name), revision)
    world.run_due()


def end_of(world: World, name: str):
    return world.account(account_id(name)).ends_at


def test_an_end_that_has_come_closes_the_account(world: World):
    arrive(world, "ani", "budi")
    leave(world, "ani")
    end = end_of(world, "ani")
    assert end is not None
    world.clock.at = end
    world.clock.pass_by(seconds=-1)
    assert not any(result.outcome is Outcome.DONE for result in world.tick())
    world.clock.pass_by(seconds=1)
    assert [result.rows for result in world.tick() if result.outcome is Outcome.DONE] == [1]
    closing = world.account(account_id("ani"))
    assert (set(closing.holds), closing.lane, closing.ends_at) == ({"left"}, "bulk", None)
    world.settle()
    assert states(world) == {"ani": "closed", "budi": "issued"}
    assert suspended(world) == {"ani"}


def test_a_second_run_changes_nothing(world: World):
    arrive(world, "ani")
    leave(world, "ani")
    world.clock.pass_by(days=400)
    world.tick()
    before = world.account(account_id("ani"))
    world.tick()
    assert world.account(account_id("ani")) == before


def test_who_returns_opens_the_same_account_again(world: World):
    arrive(world, "ani")
    address = world.account(account_id("ani")).address
    leave(world, "ani")
    world.clock.pass_by(days=400)
    world.tick()
    world.settle()
    world.receive(pupil("ANI", member(PLACE, tingkat_pendidikan_id=8, induk=True), who="ani"), revision=3)
    world.settle()
    back = world.account(account_id("ani"))
    assert (back.state, back.address, back.ends_at, dict(back.holds)) == ("issued", address, None, {})
    assert suspended(world) == set()


def test_who_returns_before_the_end_keeps_the_account(world: World):
    arrive(world, "ani")
    leave(world, "ani")
    world.receive(pupil("ANI", member(PLACE, tingkat_pendidikan_id=7, induk=True), who="ani"), revision=3)
    world.clock.pass_by(days=400)
    world.tick()
    assert world.account(account_id("ani")).holds == {}


def test_no_more_ends_are_committed_than_two_minutes_of_the_lane(world: World):
    names = [f"siswa{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(70)]
    arrive(world, *names)
    leave(world, *names)
    world.clock.pass_by(days=400)
    world.tick()
    world.tick()
    assert sum(account.lane == "bulk" for account in world.accounts()) == 54
    for _ in range(6):
        world.minute()
    assert suspended(world) == set(names)


def test_an_end_costs_three_reads_two_writes_and_two_calls(world: World):
    def cost(*names: str) -> tuple[int, int]:
        arrive(world, *names)
        leave(world, *names)
        world.clock.pass_by(days=400)
        world.store.reset()
        world.directory.calls.clear()
        for _ in range(5):
            world.minute()
        assert set(names) <= suspended(world)
        assert len(world.directory.calls) == 2 * len(names)
        return world.store.reads, world.store.writes

    small, large = cost("ani"), cost(*[f"siswa{chr(97 + n)}" for n in range(21)])
    assert large[0] - small[0] <= 3 * 20
    assert large[1] - small[1] <= 2 * 20
