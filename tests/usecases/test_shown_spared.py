"""A password that nobody asked for goes to nobody who came before it: it counts as applied, and used."""

from dataclasses import replace

import pytest

from shared.domain.accounts import Hold
from shared.domain.handout import Status
from shared.errors import TransientError
from shared.outcomes import Outcome
from shared.usecases.reset import Reset
from tests.counting import Crash
from tests.doubles import Task, crash_after, crash_before, goes_through, lost_after
from tests.rosters import pupil
from tests.usecases.shown import OWN_PASSWORD, POLICY, Fetched
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path, policy=POLICY)


@pytest.fixture
def siti(world) -> Fetched:
    """Give a school of one pupil, whose next password was wished because the first was shown and not used."""
    here = Fetched(world, "siti")
    here.is_shown_and_unused()
    assert here.shown("smp").rows == 1
    world.directory.calls.clear()
    return here


def its_task(siti: Fetched) -> Task:
    """Let `feed` make the task, and take it out."""
    siti.world.feed("smp")
    return siti.world.tasks.tasks.pop()


def keeps_their_own(siti: Fetched) -> None:
    """Hold that somebody came: nothing was sent, and nobody is shown anything any more."""
    account = siti.account("siti")
    assert siti.world.user(account).password == OWN_PASSWORD
    assert (account.state, account.lane, account.is_unused) == ("active", None, False)
    assert account.credential.applied_generation == account.credential.generation
    row = siti.fetch(siti.link())[account.account_id]
    assert (row.status, row.password) == (Status.ACTIVE, "")


def has_the_new_one(siti: Fetched) -> None:
    """Hold that nobody came: the new password is there, and is shown."""
    account = siti.account("siti")
    row = siti.fetch(siti.link())[account.account_id]
    assert siti.world.user(account).password == siti.world.password_of(account) == row.password
    assert (account.state, account.is_unused) == ("issued", True)


def test_who_came_after_the_wish_keeps_their_own_and_one_look_is_all_it_takes(siti):
    siti.world.clock.pass_by(minutes=5)
    siti.signs_in("siti")
    at = siti.world.clock.now()
    siti.feeds()
    assert siti.world.directory.calls == ["get"]
    assert (siti.account("siti").credential.generation, siti.account("siti").accessed_at) == (2, at)
    keeps_their_own(siti)


def test_who_came_before_the_wish_and_was_seen_late_keeps_their_own(siti):
    issued_at = siti.account("siti").credential.issued_at
    siti.world.clock.pass_by(days=-10)
    siti.signs_in("siti")
    siti.world.clock.pass_by(days=10)
    siti.feeds()
    assert siti.account("siti").accessed_at == issued_at
    keeps_their_own(siti)


def test_who_accepted_the_terms_has_come(siti):
    user = siti.world.user(siti.account("siti"))
    user.agreed, user.password = True, OWN_PASSWORD
    siti.feeds()
    keeps_their_own(siti)


def test_whom_the_listing_has_seen_meanwhile_keeps_their_own(siti):
    siti.signs_in("siti")
    siti.write("siti", accessed_at=siti.world.clock.now())
    siti.world.user(siti.account("siti")).last_login = None  # a later answer has lost the date
    siti.world.user(siti.account("siti")).agreed = False
    siti.feeds()
    keeps_their_own(siti)


def test_a_spared_password_is_not_replaced_again(siti):
    siti.signs_in("siti")
    siti.feeds()
    siti.is_shown_and_unused()
    assert siti.shown("smp").rows == 0
    keeps_their_own(siti)


def test_who_does_not_come_gets_the_new_one(siti):
    siti.feeds()
    assert siti.world.directory.calls == ["get", "update"]
    has_the_new_one(siti)


@pytest.mark.parametrize("since", ["before", "after"])
def test_after_a_reset_only_a_sign_in_since_then_counts(world, since):
    here = Fetched(world, "siti")
    here.signs_in("siti")
    world.clock.pass_by(days=1)
    reset = Reset(store=world.store, tasks=world.tasks, clock=world.clock)
    reset(here.account("siti").account_id, "lupa")
    world.run_due()
    here.is_shown_and_unused()
    assert here.shown("smp").rows == 1
    if since == "after":
        here.signs_in("siti")
    here.feeds()
    (keeps_their_own if since == "after" else has_the_new_one)(here)
    assert here.account("siti").credential.generation == 3


def test_of_two_in_a_row_the_former_one_is_what_counts(siti):
    siti.feeds()
    siti.is_shown_and_unused()
    second = siti.account("siti").credential.issued_at
    assert siti.shown("smp").rows == 1
    assert siti.account("siti").credential.unasked_since == second
    siti.signs_in("siti", terms=False)
    siti.feeds()
    keeps_their_own(siti)


def test_terms_without_a_date_are_a_doubt_and_lock_nobody_out(siti):
    siti.feeds()
    siti.is_shown_and_unused()
    siti.shown("smp")
    siti.signs_in("siti")
    siti.world.user(siti.account("siti")).last_login = None
    siti.feeds()
    keeps_their_own(siti)


def test_half_an_answer_sends_nothing(siti):
    siti.signs_in("siti")
    siti.world.directory.plans = [lambda call: replace(call(), tells_sign_ins=False, last_login=None)]
    task = its_task(siti)
    with pytest.raises(TransientError, match="answer_incomplete"):
        siti.world.run(task)
    task.retries = 1
    assert siti.world.run(task).outcome is Outcome.DONE
    keeps_their_own(siti)


@pytest.mark.parametrize("crash", [crash_before, crash_after])
@pytest.mark.parametrize("renamed", [False, True])
def test_a_record_that_is_lost_sends_nothing_the_next_time_either(siti, crash, renamed):
    if renamed:
        siti.world.receive(pupil("SITI PRATIWI AYU", who="siti"), revision=2)
        siti.world.tasks.tasks.clear()
    siti.signs_in("siti")
    task = Task("smp", siti.account("siti").account_id, siti.account("siti").version)
    siti.world.trouble.plans = [crash]
    with pytest.raises(Crash):
        siti.world.run(task)
    task.retries = 1
    siti.world.run(task)
    keeps_their_own(siti)


def test_a_new_name_arrives_and_the_password_stays(siti):
    siti.world.receive(pupil("SITI PRATIWI AYU", who="siti"), revision=2)
    siti.signs_in("siti")
    siti.world.directory.plans = [goes_through, lost_after]
    task = siti.world.tasks.tasks.pop()
    with pytest.raises(TransientError):
        siti.world.run(task)
    task.retries = 1
    siti.world.run(task)
    assert siti.world.user(siti.account("siti")).fields["name"]["familyName"] == "AYU"
    keeps_their_own(siti)


def test_a_new_name_that_comes_while_the_look_is_under_way_changes_nothing_of_it(siti):
    siti.signs_in("siti")

    def meanwhile(call):
        seen = call()
        siti.world.receive(pupil("SITI PRATIWI AYU", who="siti"), revision=2)
        return seen

    siti.world.directory.plans = [meanwhile]
    siti.world.run(its_task(siti))
    siti.world.run_due()
    assert siti.world.user(siti.account("siti")).fields["name"]["familyName"] == "AYU"
    keeps_their_own(siti)


def test_an_answer_that_is_lost_is_not_sent_twice(siti):
    siti.world.directory.plans = [goes_through, lost_after]
    task = its_task(siti)
    with pytest.raises(TransientError):
        siti.world.run(task)
    siti.world.clock.pass_by(minutes=1)
    siti.signs_in("siti")  # with the new one
    task.retries = 1
    siti.world.run(task)
    assert siti.world.directory.calls == ["get", "update", "get"]
    keeps_their_own(siti)


def test_the_old_card_was_void_before_they_came_so_the_new_one_is_still_shown(siti):
    former = siti.account("siti").credential.unasked_since
    siti.world.directory.plans = [goes_through, lost_after]
    task = its_task(siti)
    with pytest.raises(TransientError):
        siti.world.run(task)
    # The look before had missed a sign-in with the former password, which the new one has overwritten.
    siti.world.user(siti.account("siti")).last_login = former.timestamp() + 60
    task.retries = 1
    siti.world.run(task)
    has_the_new_one(siti)


def test_a_late_task_of_before_does_not_send_it_once_more(siti):
    siti.signs_in("siti")
    siti.feeds()
    siti.world.run(Task("smp", siti.account("siti").account_id, siti.account("siti").version - 1, retries=1))
    keeps_their_own(siti)


def test_a_suspension_that_waits_with_it_spares_whoever_came(siti):
    account = siti.account("siti")
    siti.write("siti", holds={"dormant": Hold(since=siti.world.clock.now(), campaign_id="c")})
    siti.signs_in("siti")
    siti.feeds()
    assert dict(siti.account("siti").holds) == {}
    assert siti.world.user(account).suspended == ""
    keeps_their_own(siti)


def test_a_suspension_that_waits_with_it_takes_the_new_password_along(siti):
    siti.write("siti", holds={"dormant": Hold(since=siti.world.clock.now(), campaign_id="c")})
    siti.feeds()
    account = siti.account("siti")
    assert siti.world.directory.calls == ["get", "update"]
    assert (account.state, account.credential.applied_generation) == ("suspended", 2)
    assert siti.world.user(account).password == siti.world.password_of(account)
