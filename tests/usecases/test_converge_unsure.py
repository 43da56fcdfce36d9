"""Answers that say too little, and waits that must not hide what is still to be done."""

from dataclasses import replace

import pytest

from shared.domain.roster import Lane
from shared.errors import TransientError
from shared.outcomes import Outcome
from shared.ports import Put, Ref, Verdict
from tests.doubles import goes_through, lost_after, lost_before, refused
from tests.rosters import pupil
from tests.usecases.test_converge_holds import hold
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def test_an_answer_without_sign_ins_never_counts_as_never_accessed(world):
    world.receive(pupil())
    world.run_due()
    user = world.user(world.only_account())
    user.last_login, user.agreed = world.clock.now().timestamp(), True
    world.clock.pass_by(days=1)
    hold(world)
    silent = {"last_login": None, "agreed_to_terms": False, "tells_sign_ins": False}
    world.directory.plans = [lambda call: replace(call(), **silent)]
    with pytest.raises(TransientError):
        world.run_due()
    assert user.suspended == ""
    assert world.only_account().state == "issued"


def test_a_user_that_shows_neither_name_nor_mark_yet_is_waited_for_and_adopted(world):
    world.receive(pupil())
    task = world.tasks.tasks.pop()
    world.directory.plans = [lost_after]
    with pytest.raises(TransientError):
        world.run(task)
    bare = {"account_id": None, "mark": None, "given_name": "", "family_name": ""}
    world.directory.plans = [goes_through, lambda call: replace(call(), **bare)]
    task.retries = 1
    assert world.run(task).outcome is Outcome.WAITING
    world.settle()
    assert len(world.state.users) == 1
    assert world.only_account().address_attempt == 0


def test_an_overtaken_call_that_must_wait_is_applied_once_more_all_the_same(world):
    world.receive(pupil("SITI LAMA"))
    world.run_due()
    world.receive(pupil("SITI TENGAH"), revision=2)
    landing = []

    def late(call):
        landing.append(call)
        return lost_before(call)

    world.directory.plans = [late]
    old = world.tasks.tasks.pop()
    with pytest.raises(TransientError):
        world.run(old)
    world.receive(pupil("SITI BARU"), revision=3)
    world.run_due()
    landing[0]()
    old.retries = 1
    world.directory.plans = [goes_through, refused(Verdict.CONFLICT)]
    with pytest.raises(TransientError, match="overtaken"):
        world.run(old)
    old.retries = 2
    world.run(old)
    assert world.user(world.only_account()).fields["name"]["familyName"] == "BARU"
    assert world.only_account().waiting is None


def waiting_for_groups(world: World, count: int, lane: Lane) -> None:
    for n in range(count):
        world.receive(pupil(who=f"held{n}"), lane=lane)
    for account in world.accounts():
        world.state.groups[account.address] = {"email": account.address}


def test_accounts_that_wait_do_not_hold_up_the_bulk_lane(world):
    waiting_for_groups(world, 3, "bulk")
    for n in range(200):
        world.receive(pupil(who=f"free{n}"), lane="bulk")
    for _ in range(10):
        world.feed("smp")
        world.clock.pass_by(seconds=59)
        world.run_due()
        world.clock.pass_by(seconds=1)
    assert sum(account.state == "issued" for account in world.accounts()) == 200


def test_accounts_that_wait_or_are_held_do_not_hide_a_lost_one_from_stuck(world):
    waiting_for_groups(world, 40, "live")
    world.run_due()
    world.clock.pass_by(seconds=1)
    world.receive(pupil(who="lost"))
    world.tasks.tasks.pop()
    for _ in range(2):
        world.clock.pass_by(minutes=5)
        world.stuck("smp")
        world.stuck("smp")
        world.run_due()
    assert sum(account.state == "issued" for account in world.accounts()) == 1


def test_a_probe_is_not_spent_on_an_account_that_only_looks(world):
    waiting_for_groups(world, 1, "live")
    world.run_due()
    world.clock.pass_by(seconds=1)
    world.receive(pupil(who="other"))
    world.tasks.tasks.clear()
    world.inner.commit([Put(Ref("switches", "licences"), {"since": world.clock.now()})])
    world.restart()
    world.feed("smp")
    world.run_due()
    assert world.inner.get(Ref("switches", "licences")) is None
