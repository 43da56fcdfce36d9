"""A password that was shown and not used for 90 days gets its next generation, after a look at the user."""

from dataclasses import replace

import pytest

from shared.domain.accounts import Blocked, External, Hold
from shared.domain.handout import Remark, Status
from shared.errors import TransientError
from shared.outcomes import Outcome
from shared.ports import Verdict
from shared.usecases.reset import Reset
from shared.usecases.shown import FAILURES
from tests.doubles import goes_through, lost_before, refused
from tests.usecases.leaks import PUPILS
from tests.usecases.shown import POLICY, Fetched
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path, policy=POLICY)


@pytest.fixture
def siti(world) -> Fetched:
    """Give a school of one pupil, whose password was shown 90 days ago and never used."""
    here = Fetched(world, "siti")
    here.is_shown_and_unused()
    return here


@pytest.fixture
def here(world) -> Fetched:
    """Give a school of four, likewise."""
    here = Fetched(world, *PUPILS)
    here.is_shown_and_unused()
    return here


# ------------------------------------------------------------------------------------------------ the wish


def test_it_gets_the_next_generation_in_the_bulk_lane_as_one_that_nobody_asked_for(siti):
    former = siti.account("siti")
    assert siti.shown("smp").rows == 1
    account, now = siti.account("siti"), siti.world.clock.now()
    assert (account.credential.generation, account.credential.applied_generation) == (2, 1)
    assert (account.credential.issued_at, account.credential.shown_at) == (now, None)
    assert (account.credential.unasked_since, account.credential.asked_at) == (former.credential.issued_at,) * 2
    assert (account.lane, account.version) == ("bulk", former.version + 1)
    assert dict(account.history[-1]) == {"at": now, "what": "reissued_unused", "version": account.version}
    assert siti.world.tasks.tasks == []


def test_it_takes_one_read_one_look_and_one_write_and_then_two_calls(here):
    here.world.store.reset()
    here.world.directory.calls.clear()
    assert here.shown("smp").rows == len(PUPILS)
    # The cursor is read and written besides.
    assert (here.world.store.reads, here.world.store.writes) == (len(PUPILS) + 1, len(PUPILS) + 1)
    assert here.world.directory.calls == ["get"] * len(PUPILS)
    here.world.directory.calls.clear()
    here.feeds()
    assert sorted(here.world.directory.calls) == ["get"] * len(PUPILS) + ["update"] * len(PUPILS)
    assert here.generations() == dict.fromkeys(PUPILS, 2)


def test_the_files_say_first_that_it_comes_soon_and_then_that_the_old_one_is_void(siti):
    account_id = siti.account("siti").account_id
    old = siti.fetch(siti.link())[account_id]
    assert (old.remark, old.password) == (Remark.HAND_OUT, siti.world.password_of(siti.account("siti")))
    siti.shown("smp")
    soon = siti.fetch(siti.link())[account_id]
    assert (soon.status, soon.remark, soon.password) == (Status.PREPARING, Remark.NEW_PASSWORD_SOON, "")
    siti.feeds()
    new = siti.fetch(siti.link())[account_id]
    assert (new.status, new.remark, new.generation) == (Status.UNUSED, Remark.HAND_OUT_AGAIN, 2)
    assert new.password == siti.world.user(siti.account("siti")).password != old.password


def test_the_new_one_is_replaced_in_its_turn_once_it_was_shown_and_not_used(siti):
    first = siti.account("siti").credential.issued_at
    siti.shown("smp")
    siti.feeds()
    siti.world.clock.pass_by(days=200)
    assert siti.shown("smp").rows == 0  # nobody has seen it
    second = siti.account("siti").credential.issued_at
    siti.is_shown_and_unused()
    assert siti.shown("smp").rows == 1
    credential = siti.account("siti").credential
    assert (credential.generation, credential.unasked_since, credential.asked_at) == (3, second, first)


def test_somebody_who_came_once_and_was_reset_is_cared_for_like_anybody(world):
    here = Fetched(world, "siti")
    here.signs_in("siti")
    here.write("siti", accessed_at=world.clock.now(), state="active")
    world.clock.pass_by(days=1)
    Reset(store=world.store, tasks=world.tasks, clock=world.clock)(here.account("siti").account_id, "lupa")
    world.run_due()
    asked = here.account("siti").credential.issued_at
    here.is_shown_and_unused()
    assert here.shown("smp").rows == 1
    here.feeds()
    account = here.account("siti")
    assert (account.credential.applied_generation, account.credential.asked_at) == (3, asked)
    assert (account.state, world.user(account).password) == ("issued", world.password_of(account))


@pytest.mark.parametrize(("days", "rows"), [(89, 0), (90, 1)])
def test_it_is_done_when_the_days_are_over_and_not_before(world, days, rows):
    here = Fetched(world, "siti")
    here.fetch(here.link())
    here.shown.carry_over()
    world.clock.pass_by(days=days)
    assert here.shown("smp").rows == rows


def test_under_the_launch_policy_no_password_is_ever_replaced(tmp_path):
    world = World(tmp_path)
    here = Fetched(world, "siti")
    here.is_shown_and_unused()
    world.clock.pass_by(days=3000)
    world.store.reset()
    assert here.shown("smp").outcome is Outcome.UNCHANGED
    assert (world.store.reads, world.directory.calls) == (0, ["insert"])
    assert here.account("siti").credential.shown_at is not None


# -------------------------------------------------------------------------------------------- who is left alone


@pytest.mark.parametrize(
    "changes",
    [
        {"accessed_at": "now"},
        {"holds": {"dormant": Hold(since=None)}},  # type: ignore[arg-type]
        {"holds": {"left": Hold(since=None)}},  # type: ignore[arg-type]
        {"external": "google"},
        {"external": "deleted"},
        {"lane": "live"},
        {"lane": "bulk"},
        {"blocked": Blocked(code="name_refused", field="name")},
        {"directory_id": None},
        {"state": "suspended"},
        {"state": "active"},
        {"generation": 2},
    ],
    ids=str,
)
def test_who_is_used_held_external_pending_blocked_or_not_made_is_not_even_looked_at(siti, changes):
    now = siti.world.clock.now()
    if "accessed_at" in changes:
        changes = {"accessed_at": now}
    if "holds" in changes:
        changes = {"holds": dict.fromkeys(changes["holds"], Hold(since=now))}
    if "external" in changes:
        changes = {"external": External(kind=changes["external"], seen_at=now)}
    if "generation" in changes:
        changes = {"credential": replace(siti.account("siti").credential, generation=2)}
    siti.write("siti", **changes)
    before = siti.account("siti")
    siti.world.directory.calls.clear()
    assert siti.shown("smp").outcome is Outcome.UNCHANGED
    assert siti.account("siti") == before
    assert siti.world.directory.calls == []


def test_who_has_come_is_recorded_as_active_and_keeps_the_password(siti):
    siti.signs_in("siti")
    at = siti.world.clock.now()
    siti.world.clock.pass_by(hours=1)
    assert siti.shown("smp").rows == 1
    account = siti.account("siti")
    assert (account.state, account.accessed_at, account.lane) == ("active", at, None)
    assert (account.credential.generation, account.history[-1]["what"]) == (1, "active")
    row = siti.fetch(siti.link())[account.account_id]
    assert (row.status, row.password) == (Status.ACTIVE, "")


def test_terms_that_were_accepted_prove_that_somebody_came(siti):
    siti.world.user(siti.account("siti")).agreed = True
    siti.shown("smp")
    account = siti.account("siti")
    assert (account.state, account.credential.generation) == ("active", 1)


@pytest.mark.parametrize("what", ["suspended", "no date", "half an answer", "another's mark"])
def test_where_the_look_leaves_a_doubt_nothing_is_done(siti, what):
    user = siti.world.user(siti.account("siti"))
    if what == "suspended":
        user.suspended = "ADMIN"
    if what == "another's mark":
        user.fields["externalIds"] = []
    if what == "no date":
        user.agreed = True
        siti.write("siti", credential=replace(_second(siti), shown_at=siti.account("siti").credential.shown_at))
    if what == "half an answer":
        siti.world.directory.plans = [lambda call: replace(call(), tells_sign_ins=False)]
    before = siti.account("siti")
    assert siti.shown("smp").rows == 0
    assert siti.account("siti") == before


def _second(here: Fetched):
    return replace(here.account("siti").credential, generation=2, applied_generation=2)


@pytest.mark.parametrize("verdict", [Verdict.UNAVAILABLE, Verdict.NOT_FOUND, Verdict.DELETED, Verdict.CONFLICT])
def test_whoever_cannot_be_seen_is_left_for_tomorrow_and_holds_up_nobody(here, verdict):
    here.world.directory.plans = [refused(verdict)]
    here.world.directory.calls.clear()
    assert here.shown("smp").rows == len(PUPILS) - 1
    assert here.shown("smp").rows == 0
    assert len(here.world.directory.calls) == len(PUPILS)
    here.world.clock.pass_by(days=1)
    assert here.shown("smp").rows == 1
    assert here.generations() == dict.fromkeys(PUPILS, 2)


def test_a_directory_that_does_not_answer_is_told_of_and_asked_no_further(here):
    here.world.directory.plans = [lost_before] * FAILURES
    with pytest.raises(TransientError, match="no_answer"):
        here.shown("smp")
    assert here.generations() == dict.fromkeys(PUPILS, 1)
    assert here.shown("smp").rows == len(PUPILS) - FAILURES  # the next run goes on behind them
    here.world.clock.pass_by(days=1)
    assert here.shown("smp").rows == FAILURES


def test_failures_that_are_not_in_a_row_stop_nothing(here):
    here.world.directory.plans = [lost_before, lost_before, goes_through, lost_before]
    assert here.shown("smp").rows == 1
