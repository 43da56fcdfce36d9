"""Accounts that were never confirmed, and the alarm where a stage that should move does not."""

import pytest

from local.directory.faults import Rule
from local.directory.seeding import Seed, plant
from shared.errors import TransientError
from shared.outcomes import Outcome, Result
from shared.ports import Put, Ref, Verdict
from tests.doubles import lost_after, refused
from tests.rosters import pupil
from tests.usecases.listed import counts, of, pupils
from tests.world import World

ALARM = Result(Outcome.HELD, "no_progress", loud=True, field="listing")


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def never_confirmed(world: World, *names: str, lane="live") -> None:
    for name in names:
        world.receive(pupil(name.upper(), who=name), lane=lane)
    world.tasks.tasks.clear()


@pytest.mark.parametrize("lane", ["live", "bulk"])
def test_an_account_whose_user_is_there_and_was_never_confirmed_is_adopted(world, lane):
    never_confirmed(world, "ani", lane=lane)
    world.directory.plans = [lost_after]
    with pytest.raises(TransientError):
        world.converge(of(world, "ani").account_id, 1)
    world.clock.pass_by(hours=1.1)
    world.listing()
    assert counts(world, "never_confirmed", "to_be_adopted") == (1, 1)
    world.run_due()
    assert of(world, "ani").state == "issued"
    assert len(world.state.users) == 1


def test_an_account_that_has_no_user_is_enqueued_once_a_get_has_proved_it(world):
    never_confirmed(world, "ani")
    world.clock.pass_by(hours=1.1)
    world.directory.calls.clear()
    world.listing("smp")
    assert (counts(world, "never_confirmed", "to_be_adopted"), world.directory.calls[-1]) == ((1, 0), "get")
    world.run_due()
    assert of(world, "ani").state == "issued"


def test_an_address_that_is_somebody_elses_is_left_to_converge(world):
    never_confirmed(world, "ani")
    plant(world.state, Seed(users=[{"primaryEmail": of(world, "ani").address}]))
    world.clock.pass_by(hours=1.1)
    world.listing()
    assert (counts(world, "never_confirmed", "to_be_adopted"), world.tasks.tasks) == ((1, 0), [])


def test_what_waits_for_less_than_an_hour_is_not_looked_for(world):
    never_confirmed(world, "ani")
    world.clock.pass_by(minutes=50)
    world.listing()
    assert counts(world, "never_confirmed") == (0,)


def test_at_most_a_tenth_of_the_calls_of_five_minutes_look_for_the_unconfirmed(world):
    never_confirmed(world, *[f"p{n}" for n in range(20)])
    never_confirmed(world, *[f"b{n}" for n in range(20)], lane="bulk")
    world.clock.pass_by(hours=1.1)
    world.directory.calls.clear()
    world.listing()
    assert world.directory.calls.count("get") == len(world.tasks.tasks) == 30


def test_what_a_full_licence_pool_holds_is_counted_and_left(world):
    never_confirmed(world, "ani")
    world.inner.commit([Put(Ref("switches", "licences"), {"since": world.clock.now()})])
    world.clock.pass_by(hours=1.1)
    world.listing()
    assert (counts(world, "never_confirmed"), world.tasks.tasks) == ((1,), [])


def test_without_a_whole_listing_for_two_days_the_alarm_is_raised_until_there_is_one(world):
    pupils(world, "ani")
    world.listing(resume=True)
    world.clock.pass_by(days=1.9)
    assert world.listing(resume=True) == Result(Outcome.UNCHANGED)
    world.clock.pass_by(days=0.2)
    assert world.listing(resume=True) == ALARM
    assert world.listing() == Result(Outcome.DONE, rows=1)
    assert world.listing(resume=True) == Result(Outcome.UNCHANGED)


def test_listings_that_end_and_are_never_whole_raise_the_alarm_too(world):
    pupils(world, "ani", "budi")
    world.state.faults.add(Rule(method="list", kind="omitCollection", count=99))
    told = []
    for _ in range(4):
        told.append(world.listing())
        world.clock.pass_by(days=1)
    assert [each.code for each in told[:3]] == ["listing_incomplete"] * 3
    assert told[3] == ALARM


def test_a_stopped_realm_raises_no_alarm(world):
    pupils(world, "ani")
    world.listing(resume=True)
    world.inner.commit([Put(Ref("switches", "stop.*"), {"suspensions_only": False})])
    world.clock.pass_by(days=9)
    assert world.listing(resume=True) == Result(Outcome.HELD, "stopped")


def still(world: World) -> str:
    told = world.stuck("smp")
    assert (told.code == "no_progress") == told.loud
    return told.field if told.loud else ""


def test_live_work_of_over_fifteen_minutes_raises_the_alarm_and_is_enqueued_all_the_same(world):
    never_confirmed(world, "ani")
    world.clock.pass_by(minutes=14)
    assert still(world) == ""
    world.tasks.tasks.clear()
    world.clock.pass_by(minutes=6)
    assert still(world) == "live"
    assert len(world.tasks.tasks) == 1
    world.run_due()
    assert still(world) == ""


def test_an_account_that_waits_for_the_directory_by_a_task_of_its_own_raises_no_alarm(world):
    never_confirmed(world, "ani")
    world.directory.plans = [refused(Verdict.DUPLICATE), refused(Verdict.NOT_FOUND)]
    world.converge(of(world, "ani").account_id, 1)
    assert of(world, "ani").waiting is not None
    world.clock.pass_by(minutes=20)
    assert still(world) == ""


def test_bulk_work_that_feed_does_not_take_raises_the_alarm(world):
    never_confirmed(world, "ani", lane="bulk")
    world.feed("smp")
    world.clock.pass_by(minutes=14)
    assert still(world) == ""
    world.clock.pass_by(minutes=2)
    assert still(world) == "bulk"
    world.feed("smp")
    assert still(world) == ""


def test_bulk_work_that_was_never_fed_at_all_raises_the_alarm(world):
    never_confirmed(world, "ani", lane="bulk")
    world.clock.pass_by(minutes=16)
    assert still(world) == "bulk"


@pytest.mark.parametrize("name", ["licences", "stop.smp"])
def test_work_that_a_switch_holds_raises_no_alarm(world, name):
    never_confirmed(world, "ani")
    never_confirmed(world, "budi", lane="bulk")
    world.inner.commit([Put(Ref("switches", name), {"suspensions_only": False})])
    world.clock.pass_by(minutes=20)
    assert still(world) == ""


def test_looking_for_a_standstill_costs_a_read_where_nothing_waits_and_two_where_something_does(world):
    world.stuck("smp")
    world.store.reset()
    world.stuck("smp")
    assert world.store.reads == 2  # the live lane, the bulk lane
    never_confirmed(world, "ani", lane="bulk")
    world.clock.pass_by(minutes=20)
    world.switchboard.switches()
    world.store.reset()
    world.stuck("smp")
    assert world.store.reads == 3
