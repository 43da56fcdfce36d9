"""Feed and stuck: bulk work in measured portions, and nothing left behind."""

from itertools import count

import pytest

from shared.domain.accounts import Hold
from shared.errors import TransientError
from shared.outcomes import Outcome
from shared.ports import Put, Ref, Update
from tests.clocks import START
from tests.rosters import pupil
from tests.world import World

QUOTA = 54  # nine tenths of a minute's 60 calls


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def bulk(world: World, count: int, start: int = 0) -> None:
    for n in range(start, start + count):
        world.receive(pupil(who=f"p{n}"), lane="bulk")


def cursor(world: World) -> float:
    document = world.inner.get(Ref("cursors", "feed.smp"))
    assert document is not None
    return float(document.data["quota"])


def test_a_minute_feeds_nine_tenths_of_the_calls_oldest_first_spread_over_the_minute(world):
    bulk(world, 30)
    world.clock.pass_by(seconds=1)
    bulk(world, 30, start=30)
    old = {account.account_id for account in world.accounts() if account.pending_since < world.clock.at}
    assert world.feed("smp").outcome is Outcome.DONE
    fed = world.tasks.tasks
    assert len(fed) == QUOTA
    assert old <= {task.account_id for task in fed}
    seconds = [(task.at - world.clock.at).total_seconds() for task in fed if task.at]
    assert seconds == sorted(seconds)
    assert (seconds[0], len(seconds)) == (0.0, QUOTA)
    assert 58 < seconds[-1] < 60


def test_feeding_costs_one_read_per_account(world):
    bulk(world, 10)
    world.feed("smp")
    world.run_due()
    world.store.reset()
    world.feed("smp")
    assert world.store.reads <= 10 + 2


def test_a_second_run_at_once_changes_nothing(world):
    bulk(world, 80)
    world.feed("smp")
    quota = cursor(world)
    world.feed("smp")
    assert len(world.tasks.tasks) == QUOTA
    assert cursor(world) == quota


def test_a_run_that_crashed_midway_is_made_good_by_the_next(world):
    bulk(world, 80)
    created = world.tasks.enqueue
    world.tasks.enqueue = lambda *a, **k: created(*a, **k) if world.tasks.created < 20 else 1 / 0
    with pytest.raises(ZeroDivisionError):
        world.feed("smp")
    world.tasks.enqueue = created
    world.feed("smp")
    assert len({task.account_id for task in world.tasks.tasks}) == len(world.tasks.tasks) == QUOTA
    assert cursor(world) == QUOTA


def test_what_a_minute_leaves_undone_lowers_the_quota_and_leaves_room_for_less(world):
    bulk(world, 200)
    world.feed("smp")
    world.clock.pass_by(minutes=1)
    for task in world.tasks.tasks[:44]:
        world.run(task)
    world.tasks.tasks.clear()
    world.feed("smp")
    assert cursor(world) == pytest.approx(QUOTA - 10)
    assert len(world.tasks.tasks) == QUOTA - 10


def test_what_a_lost_task_leaves_undone_is_no_sign_of_too_much(world):
    bulk(world, 400)
    quotas = []
    for _ in range(6):
        world.feed("smp")
        quotas.append(cursor(world))
        world.tasks.tasks.pop(0)
        world.clock.pass_by(minutes=1)
        world.run_due()
    assert quotas == [pytest.approx(QUOTA)] * 6
    fed = QUOTA + 5 * (QUOTA - 1)  # the next minute still counts the lost one's name
    assert sum(account.lane is None for account in world.accounts()) == fed - 6
    world.clock.pass_by(minutes=10)
    world.settle()


def failing(world, *numbers):
    """Let the creations of these numbers fail, counted from the first."""
    created, calls = world.tasks.enqueue, count()
    world.tasks.enqueue = lambda *a, **k: created(*a, **k) if next(calls) not in numbers else fail()


def fail() -> bool:
    raise TransientError("enqueue_refused")


def test_a_creation_that_fails_is_told_and_holds_up_no_other(world):
    bulk(world, 10)
    failing(world, 2, 5)
    with pytest.raises(TransientError, match="enqueue_refused"):
        world.feed("smp")
    assert len(world.tasks.tasks) == 8
    world.clock.pass_by(minutes=1)
    world.run_due()
    world.feed("smp")
    assert {task.account_id for task in world.tasks.tasks} == {a.account_id for a in world.accounts() if a.lane}
    assert len(world.tasks.tasks) == 2


def test_stuck_goes_past_a_creation_that_fails_and_ends_at_the_third(world):
    for n in range(10):
        world.receive(pupil(who=f"p{n}"))
    world.tasks.tasks.clear()
    world.clock.pass_by(minutes=4)
    failing(world, 0, 3, 6)
    with pytest.raises(TransientError, match="enqueue_refused"):
        world.stuck("smp")
    assert len(world.tasks.tasks) == 4


def test_what_was_left_undone_minutes_ago_lowers_the_quota_once(world):
    bulk(world, 400)
    world.feed("smp")
    world.clock.pass_by(minutes=1)
    del world.tasks.tasks[:10]
    world.run_due()
    quotas = []
    for _ in range(4):
        world.feed("smp")
        quotas.append(cursor(world))
        world.clock.pass_by(minutes=1)
        world.run_due()
    assert quotas == [pytest.approx(quota) for quota in (44, 45.2, 46.4, 47.6)]


def test_feeding_reads_no_account_that_it_cannot_offer(world):
    bulk(world, 3 * QUOTA)
    world.store.reset()
    world.feed("smp")
    assert world.store.reads <= QUOTA + 2


def test_a_minute_that_leaves_nothing_raises_the_quota_by_a_fiftieth_up_to_nine_tenths(world):
    world.inner.commit([Put(Ref("cursors", "feed.smp"), {"quota": 10.0, "through": None, "fed_at": START})])
    bulk(world, 5)
    for quota in (11.2, 12.4):
        world.clock.pass_by(minutes=1)
        world.feed("smp")
        world.clock.pass_by(seconds=59)
        world.run_due()
        assert cursor(world) == pytest.approx(quota)
    for _ in range(60):
        world.clock.pass_by(minutes=1)
        world.feed("smp")
    assert cursor(world) == pytest.approx(QUOTA)


def test_a_suspension_counts_two_calls(world):
    bulk(world, 60)
    world.settle()
    for account in world.accounts():
        document = world.inner.get(Ref("accounts", account.account_id))
        assert document is not None
        held = account.wish(world.clock.now(), "bulk", "dormant", holds={"dormant": Hold(since=world.clock.now())})
        world.inner.commit([Update(document.ref, account.fields_changed_in(held), document.version)])
    world.tasks.tasks.clear()
    world.feed("smp")
    assert len(world.tasks.tasks) == QUOTA // 2


def test_a_stopped_realm_is_left_alone(world):
    bulk(world, 3)
    world.receive(pupil(who="live"))
    world.tasks.tasks.clear()
    world.clock.pass_by(minutes=5)
    world.inner.commit([Put(Ref("switches", "stop.smp"), {"suspensions_only": False})])
    assert world.feed("smp").outcome is Outcome.HELD
    assert world.stuck("smp").outcome is Outcome.HELD
    assert world.tasks.tasks == []


def test_feed_looks_past_accounts_that_a_switch_holds(world):
    bulk(world, 3)
    world.settle()
    world.receive(pupil("SITI BARU", who="p0"), revision=2, lane="bulk")
    late = world.account(world.accounts()[0].account_id)
    bulk(world, 70, start=10)
    world.inner.commit([Put(Ref("switches", "licences"), {"since": world.clock.now()})])
    world.restart()
    world.feed("smp")
    confirmed = {task.account_id for task in world.tasks.tasks if not task.probe}
    assert confirmed == {a.account_id for a in world.accounts() if a.is_confirmed and a.lane}
    assert late is not None
    assert sum(task.probe for task in world.tasks.tasks) == 1


def test_converge_obeys_a_stop_within_thirty_seconds(world):
    world.receive(pupil())
    world.receive(pupil(who="other"))
    world.run(world.tasks.tasks[0])
    world.inner.commit([Put(Ref("switches", "stop.*"), {"suspensions_only": False})])
    world.clock.pass_by(seconds=30)
    result = world.run(world.tasks.tasks[1])
    assert (result.outcome, result.code) == (Outcome.HELD, "stopped")


def test_stuck_enqueues_what_waits_over_three_minutes_in_the_live_lane_once_a_slot(world):
    world.receive(pupil())
    bulk(world, 2)
    world.tasks.tasks.clear()
    world.clock.pass_by(minutes=2)
    world.stuck("smp")
    assert world.tasks.tasks == []
    world.clock.pass_by(minutes=2)
    world.stuck("smp")
    world.stuck("smp")
    assert len(world.tasks.tasks) == 1
    world.tasks.tasks.clear()
    world.clock.pass_by(minutes=5)
    world.stuck("smp")
    assert len(world.tasks.tasks) == 1


def test_stuck_takes_at_most_a_tenth_of_the_calls_of_five_minutes(world):
    for n in range(40):
        world.receive(pupil(who=f"p{n}"))
    world.tasks.tasks.clear()
    world.clock.pass_by(minutes=4)
    world.stuck("smp")
    assert len(world.tasks.tasks) == 30
