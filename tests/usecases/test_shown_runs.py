"""Replacing what nobody used: runs that end early, cross or come twice, and what somebody asks for in between."""

import pytest

from shared.domain import campaigns
from shared.domain.accounts import External
from shared.domain.policy import Campaign
from shared.domain.reissuing import Fate
from shared.errors import TransientError
from shared.outcomes import Outcome
from shared.ports import Verdict
from shared.usecases.reset import Reset
from shared.usecases.shown import LOOKS
from tests.counting import Crash, CrashingStore, HookedStore
from tests.doubles import goes_through, refused
from tests.rosters import member, pupil, school
from tests.usecases.leaks import HERE, PUPILS
from tests.usecases.shown import OWN_PASSWORD, POLICY, Fetched, stored
from tests.world import World

THERE = school("SMP NEGERI 2")


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


@pytest.mark.parametrize(
    ("verdict", "outcome"), [(Verdict.QUOTA, Outcome.WAITING), (Verdict.MISCONFIGURED, None)], ids=str
)
def test_what_is_refused_to_everybody_stops_the_run_and_the_next_one_leaves_nobody_out(here, verdict, outcome):
    here.world.directory.plans = [goes_through, refused(verdict, "of_all")]
    if outcome is None:
        with pytest.raises(TransientError, match="of_all"):
            here.shown("smp")
    else:
        result = here.shown("smp")
        assert (result.outcome, result.code, result.rows) == (outcome, "of_all", 1)
    assert here.shown("smp").rows == len(PUPILS) - 1
    assert here.generations() == dict.fromkeys(PUPILS, 2)


def test_refused_at_the_first_look_the_day_is_not_over(here):
    here.world.directory.plans = [refused(Verdict.QUOTA)]
    here.shown("smp")
    assert here.shown("smp").rows == len(PUPILS)


def test_where_time_runs_out_the_next_run_goes_on(here):
    here.world.directory.calls.clear()
    out_of_time = iter([True, True, False])
    short = here.new_shown(lambda: lambda: next(out_of_time))
    assert short("smp").rows == 2
    assert here.world.directory.calls == ["get"] * 2
    assert here.shown("smp").rows == 2
    assert here.generations() == dict.fromkeys(PUPILS, 2)


def test_no_run_looks_at_more_users_than_it_may(world):
    here = Fetched(world, *[f"p{n:03}" for n in range(LOOKS + 5)])
    here.is_shown_and_unused()
    world.directory.calls.clear()
    assert here.shown("smp").rows == LOOKS
    assert len(world.directory.calls) == LOOKS
    assert here.shown("smp").rows == 5
    assert here.shown("smp").outcome is Outcome.UNCHANGED


def test_whoever_may_not_be_replaced_does_not_stand_in_the_way_of_others(world):
    names = [f"p{n:03}" for n in range(LOOKS + 2)]
    here = Fetched(world, *names, "siti")
    here.is_shown()
    world.clock.pass_by(days=1)
    for name in names:
        here.write(name, external=External(kind="admin", seen_at=world.clock.now()))
    world.clock.pass_by(days=90)
    assert here.shown("smp").rows == 1
    assert here.account("siti").credential.generation == 2


def test_the_day_being_over_another_run_takes_one_read(here):
    here.shown("smp")
    here.world.store.reset()
    here.world.directory.calls.clear()
    assert here.shown("smp").outcome is Outcome.UNCHANGED
    assert (here.world.store.reads, here.world.store.commits, here.world.directory.calls) == (1, 0, [])
    assert (stored(here.world, "shown.smp") or {})["place"] is None


def test_two_runs_at_once_replace_it_once(siti):
    def meanwhile(call):
        siti.shown("smp")
        return call()

    siti.world.directory.plans = [meanwhile]
    siti.new_shown()("smp")
    assert siti.account("siti").credential.generation == 2


def test_a_change_that_comes_between_wins_and_the_password_waits_for_another_day(siti):
    once = [True]

    def change(writes):
        if writes[0].ref.collection == "accounts" and once:
            once.pop()
            siti.change("siti", rombel="VIII A")

    assert siti.new_shown(store=HookedStore(siti.world.inner, before=change))("smp").rows == 0
    account = siti.account("siti")
    assert (account.rombel, account.credential.generation) == ("VIII A", 1)
    siti.world.clock.pass_by(days=1)
    assert siti.shown("smp").rows == 1


@pytest.mark.parametrize("commit", range(1, 5))
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_commit_the_next_run_ends_it(world, commit, when):
    here = Fetched(world, *PUPILS[:2])
    world.receive(pupil("LAIN", member(THERE, tingkat_pendidikan_id=7, induk=True), who="lain"))
    world.run_due()
    here.fetch(here.link())
    here.fetch(here.link(sekolah_id=THERE["sekolah_id"]))
    world.clock.pass_by(days=1)
    # Out of time after every link, so that there is a commit between them.
    store = CrashingStore(world.inner, **{when: commit})
    for _ in range(6):
        try:
            here.new_shown(lambda: lambda: False, store).carry_over()
        except Crash:
            world.clock.pass_by(minutes=10)
    accounts = world.accounts()
    assert len(accounts) == 3
    assert all(account.credential.shown_at is not None for account in accounts)
    assert (stored(world, "shown") or {})["began"] is None


# ------------------------------------------------------------------------------------- asked for, in between


def test_a_reset_that_somebody_asks_for_makes_it_one_that_was_asked_for(siti):
    siti.shown("smp")
    siti.signs_in("siti")  # before the bulk lane has come so far: it would not be sent
    siti.world.clock.pass_by(minutes=1)
    Reset(store=siti.world.store, tasks=siti.world.tasks, clock=siti.world.clock)(
        siti.account("siti").account_id, "lupa"
    )
    siti.world.run_due()
    account = siti.account("siti")
    credential = account.credential
    assert (credential.generation, credential.unasked_since, credential.asked_at) == (3, None, None)
    assert siti.world.user(account).password == siti.world.password_of(account) != OWN_PASSWORD
    assert account.is_unused


def test_what_has_leaked_is_replaced_for_certain_though_a_next_one_was_wished_that_might_not_be_sent(siti):
    siti.fetch(siti.link())
    siti.shown("smp")
    account_id = siti.account("siti").account_id
    assert siti.revoke(HERE).fates == {account_id: Fate.REISSUED}
    siti.signs_in("siti")  # whoever has the leaked file
    siti.world.run_due()
    account = siti.account("siti")
    assert (account.credential.applied_generation, account.credential.unasked_since) == (3, None)
    assert siti.world.user(account).password == siti.world.password_of(account)
    assert siti.revoke(HERE).fates == {account_id: Fate.ALREADY}


def test_a_leak_of_the_former_one_does_not_touch_the_next_once_it_was_sent(siti):
    siti.fetch(siti.link())
    siti.shown("smp")
    siti.feeds()
    assert set(siti.revoke(HERE).fates.values()) == {Fate.ALREADY}
    assert siti.account("siti").credential.generation == 2


def test_a_password_replaced_unasked_puts_off_no_deadline(siti):
    rule = Campaign(id="c", realms=("*",), legal_basis="x", max_share=1.0, never_accessed_for_days=60)
    assert campaigns.is_due(siti.account("siti"), rule, siti.world.clock.now())
    siti.shown("smp")
    siti.feeds()
    siti.world.clock.pass_by(days=1)
    assert campaigns.is_due(siti.account("siti"), rule, siti.world.clock.now())
