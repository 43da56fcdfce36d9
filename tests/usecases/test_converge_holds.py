"""Suspensions, resets and deletions: what converge sends to a user who exists, and what it leaves alone."""

from dataclasses import replace

import pytest

from shared.domain.accounts import Hold
from shared.errors import TransientError
from shared.outcomes import Outcome
from shared.ports import Ref, Update, Verdict
from tests.doubles import goes_through, lost_after, refused
from tests.rosters import pupil, staff
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def wish(world: World, **changes) -> None:
    account = world.only_account()
    document = world.inner.get(Ref("accounts", account.account_id))
    assert document is not None
    after = account.wish(world.clock.now(), "live", "test", **changes)
    world.inner.commit([Update(document.ref, account.fields_changed_in(after), document.version)])
    world.tasks.enqueue(after.realm, after.account_id, after.version)


def reset(world: World) -> None:
    account = world.only_account()
    generation = account.credential.generation + 1
    wish(world, credential=replace(account.credential, generation=generation, issued_at=world.clock.now()))


def hold(world: World, cause="dormant") -> None:
    wish(world, holds={cause: Hold(since=world.clock.now())})


def outcomes(results) -> list[str]:
    return [result.outcome.value for result in results]


def test_a_suspension_looks_first_and_takes_two_calls(world):
    world.receive(pupil())
    world.run_due()
    world.directory.calls.clear()
    world.store.reset()
    hold(world)
    assert outcomes(world.run_due()) == ["done"]
    assert world.directory.calls == ["get", "update"]
    assert (world.store.reads, world.store.writes) == (1, 1)
    account = world.only_account()
    assert (account.state, account.cause) == ("suspended", "dormant")
    assert world.user(account).suspended == "ADMIN"


def test_somebody_who_came_in_time_is_not_suspended(world):
    world.receive(pupil())
    world.run_due()
    world.clock.pass_by(days=1)
    user = world.user(world.only_account())
    user.last_login, user.agreed = world.clock.now().timestamp(), True
    world.clock.pass_by(days=1)
    hold(world)
    assert outcomes(world.run_due()) == ["done"]
    account = world.only_account()
    assert (account.state, dict(account.holds)) == ("active", {})
    assert world.user(account).suspended == ""


def test_a_lifted_hold_reopens_the_same_user(world):
    world.receive(pupil())
    world.run_due()
    hold(world, "left")
    world.run_due()
    assert world.only_account().state == "closed"
    wish(world, holds={})
    world.run_due()
    account = world.only_account()
    assert account.state == "issued"
    assert world.user(account).suspended == ""


@pytest.mark.parametrize(("reason", "kind"), [("ADMIN", "admin"), ("ABUSE", "google")])
def test_a_suspension_of_others_is_reported_and_never_lifted(world, reason, kind):
    world.receive(pupil())
    world.run_due()
    world.user(world.only_account()).suspended = reason
    hold(world)
    assert outcomes(world.run_due()) == ["external"]
    account = world.only_account()
    assert account.external is not None
    assert (account.state, account.external.kind) == ("issued", kind)
    wish(world, holds={})
    world.run_due()
    assert world.user(world.only_account()).suspended == reason


def test_our_suspension_whose_answer_was_lost_stays_ours_to_lift(world):
    world.receive(pupil())
    world.run_due()
    hold(world)
    world.directory.plans = [goes_through, lost_after]
    task = world.tasks.tasks.pop()
    with pytest.raises(TransientError):
        world.run(task)
    task.retries = 1
    assert world.run(task).outcome is Outcome.DONE
    assert world.only_account().external is None
    wish(world, holds={})
    world.run_due()
    assert world.user(world.only_account()).suspended == ""


def test_a_reset_takes_two_calls_and_is_sent_once(world):
    world.receive(pupil())
    world.run_due()
    first = world.user(world.only_account()).password
    world.directory.calls.clear()
    reset(world)
    world.directory.plans = [goes_through, lost_after]
    task = world.tasks.tasks.pop()
    with pytest.raises(TransientError):
        world.run(task)
    user = world.user(world.only_account())
    assert user.password != first
    user.password = "Milik-Sendiri-1"
    task.retries = 1
    assert world.run(task).outcome is Outcome.DONE
    assert world.user(world.only_account()).password == "Milik-Sendiri-1"
    assert world.directory.calls == ["get", "update", "get"]


def test_a_user_that_somebody_deleted_is_reported_and_not_made_anew(world):
    world.receive(pupil())
    world.run_due()
    world.receive(pupil("SITI AMINAH PUTRI"), revision=2)
    world.directory.plans = [refused(Verdict.DELETED)]
    (result,) = world.run_due()
    assert (result.outcome, result.code, result.loud) == (Outcome.EXTERNAL, "deleted", True)
    account = world.only_account()
    assert account.external is not None
    assert account.external.kind == "deleted"
    assert account.lane is None


def test_an_update_answered_duplicate_counts_if_the_user_shows_it(world):
    world.receive(pupil())
    world.run_due()
    world.receive(pupil("SITI AMINAH PUTRI"), revision=2)

    def applied_but_duplicate(call):
        call()
        return refused(Verdict.DUPLICATE)(call)

    world.directory.plans = [applied_but_duplicate]
    assert outcomes(world.run_due()) == ["done"]


def test_a_suspension_that_google_will_not_lift_becomes_external(world):
    world.receive(staff())
    world.run_due()
    hold(world, "frozen")
    world.run_due()
    wish(world, holds={})
    world.directory.plans = [goes_through, refused(Verdict.CANNOT_UNSUSPEND)]
    (result,) = world.run_due()
    assert (result.outcome, result.code) == (Outcome.EXTERNAL, "google")
