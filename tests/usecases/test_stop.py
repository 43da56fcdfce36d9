"""Stop and go: the switch holds what it says, and what several people stopped is not lifted by one of them."""

from typing import Any

import pytest

from shared.errors import PermanentError, TransientError
from shared.ports import Ref
from shared.usecases.stop import Report, Stop
from tests.usecases.campaigning import AFTER, account_id, approve, arrive, plan, states, suspended
from tests.world import World

REALMS = ("guru.smp", "sma", "smp")


class QueueList:
    """The Queues port: which are paused; those of `broken` cannot be reached."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.paused = set[str]()
        self.broken = set[str]()
        self.switch_was_set = list[bool]()

    def pause(self, realm: str) -> None:
        self._reach(realm)
        self.paused.add(realm)

    def resume(self, realm: str) -> None:
        self._reach(realm)
        self.paused.discard(realm)

    def close(self) -> None:
        pass

    def _reach(self, realm: str) -> None:
        self.switch_was_set.append(bool(stops(self._world)))
        if realm in self.broken:
            raise TransientError("queue_missing")


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


@pytest.fixture
def queues(world) -> QueueList:
    return QueueList(world)


def use_case(world: World, queues: QueueList) -> Stop:
    return Stop(store=world.store, queues=queues, clock=world.clock, realms=REALMS)


def stop(world: World, queues: QueueList, realm: str = "*", *, only: bool = False, by: str = "ops") -> Report:
    return use_case(world, queues).stop(realm, by, "coba", suspensions_only=only)


def go(world: World, queues: QueueList, realm: str = "*", *, only: bool = False) -> Report:
    return use_case(world, queues).go(realm, suspensions_only=only)


def stops(world: World) -> dict[str, Any]:
    ids = [f"stop.{realm}" for realm in ("*", *REALMS)]
    found = [world.inner.get(Ref("switches", each)) for each in ids]
    return {each.ref.id: each.data for each in found if each is not None}


def test_stop_sets_the_switch_first_and_then_pauses_every_queue(world, queues):
    report = stop(world, queues)
    assert (report.changed, report.moved, dict(report.failed)) == (True, REALMS, {})
    assert queues.paused == set(REALMS)
    assert queues.switch_was_set == [True, True, True]
    assert stops(world) == {
        "stop.*": {"suspensions_only": False, "since": world.clock.now(), "by": "ops", "reason": "coba", "under": None}
    }


def test_one_realm_alone_is_stopped_and_goes_on(world, queues):
    stop(world, queues, "smp")
    assert (set(stops(world)), queues.paused) == ({"stop.smp"}, {"smp"})
    report = go(world, queues, "smp")
    assert (stops(world), queues.paused, dict(report.stops)) == ({}, set(), {})


def test_suspensions_alone_leave_the_queues_at_work(world, queues):
    report = stop(world, queues, only=True)
    assert (queues.paused, report.moved, stops(world)["stop.*"]["suspensions_only"]) == (set(), (), True)
    go(world, queues, only=True)
    assert stops(world) == {}


@pytest.mark.parametrize("only", [True, False])
def test_twice_is_as_once(world, queues, only):
    stop(world, queues, only=only)
    before = stops(world)
    world.clock.pass_by(hours=1)
    assert not stop(world, queues, only=only, by="lain").changed
    assert stops(world) == before
    go(world, queues, only=only)
    assert not go(world, queues, only=only).changed
    assert (stops(world), queues.paused) == ({}, set())


def test_a_queue_that_cannot_be_paused_is_told_and_stops_no_other(world, queues):
    queues.broken = {"sma"}
    report = stop(world, queues)
    assert (dict(report.failed), queues.paused) == ({"sma": "queue_missing"}, {"guru.smp", "smp"})
    assert "stop.*" in stops(world)
    queues.broken = set()
    assert stop(world, queues).moved == REALMS
    assert queues.paused == set(REALMS)


def test_a_queue_that_stayed_paused_is_resumed_by_another_go(world, queues):
    stop(world, queues, only=True)
    stop(world, queues)
    queues.broken = {"sma"}
    assert dict(go(world, queues).failed) == {"sma": "queue_missing"}
    queues.broken = set()
    go(world, queues)
    assert queues.paused == set()
    assert stops(world)["stop.*"]["suspensions_only"]


def test_a_realm_does_not_go_while_all_are_stopped(world, queues):
    stop(world, queues, "smp")
    stop(world, queues)
    with pytest.raises(PermanentError, match="stopped_everywhere"):
        go(world, queues, "smp")
    assert set(stops(world)) == {"stop.*", "stop.smp"}
    assert "smp" in queues.paused


def test_suspensions_of_a_realm_do_not_go_while_they_are_stopped_everywhere(world, queues):
    stop(world, queues, "smp", only=True)
    stop(world, queues, only=True)
    with pytest.raises(PermanentError, match="stopped_everywhere"):
        go(world, queues, "smp", only=True)


def test_a_realm_goes_while_only_suspensions_are_stopped_everywhere(world, queues):
    stop(world, queues, only=True)
    stop(world, queues, "smp")
    report = go(world, queues, "smp")
    assert (set(report.stops), queues.paused) == ({"*"}, set())


def test_go_for_all_leaves_what_a_realm_has_of_its_own(world, queues):
    stop(world, queues, "smp", by="lain")
    stop(world, queues)
    report = go(world, queues)
    assert (set(report.stops), report.moved) == ({"smp"}, ("guru.smp", "sma"))
    assert queues.paused == {"smp"}


def test_a_stop_of_everything_does_not_end_one_of_suspensions_before_it(world, queues):
    stop(world, queues, only=True, by="siang")
    asked = stops(world)["stop.*"]
    world.clock.pass_by(hours=1)
    stop(world, queues, by="malam")
    assert (stops(world)["stop.*"]["suspensions_only"], stops(world)["stop.*"]["by"]) == (False, "malam")
    go(world, queues)
    assert (stops(world)["stop.*"], queues.paused) == (asked, set())


def test_a_stop_of_suspensions_under_one_of_everything_outlives_it(world, queues):
    stop(world, queues)
    assert stop(world, queues, only=True, by="siang").changed
    assert not stops(world)["stop.*"]["suspensions_only"]
    with pytest.raises(PermanentError, match="stopped_altogether"):
        go(world, queues, only=True)
    go(world, queues)
    assert (stops(world)["stop.*"]["suspensions_only"], stops(world)["stop.*"]["by"]) == (True, "siang")


@pytest.mark.parametrize("only", [True, False])
def test_no_suspension_is_sent_thirty_seconds_after_the_stop(world, queues, only):
    arrive(world, "ani", "budi", "citra")
    world.clock.pass_by(**AFTER)
    plan(world)
    approve(world)
    world.tick()
    world.feed("smp")
    world.converge(account_id("ani"), 2)
    stop(world, queues, only=only)
    world.clock.pass_by(seconds=30)
    world.run_due()
    assert suspended(world) == {"ani"}
    go(world, queues, only=only)
    for _ in range(15):
        world.minute()
    assert set(states(world).values()) == {"suspended"}
