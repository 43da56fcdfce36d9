"""A file has leaked while others go on working: nothing is lost, done twice or overlooked."""

import pytest

from shared.domain.links import Link
from shared.domain.reissuing import Fate
from shared.errors import TransientError
from shared.ports import Ref, Update
from shared.usecases.revoke import ROUNDS, Revoke
from tests.counting import Crash, CrashingStore, HookedStore
from tests.doubles import TaskList
from tests.rosters import pupil, some_id
from tests.usecases.leaks import HERE, PUPILS, School, fates, generations, noted
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


@pytest.fixture
def leak(world) -> School:
    return School(world, *PUPILS)


def test_running_again_re_issues_nothing_more(leak):
    leak.fetch(leak.link())
    leak.revoke(HERE)
    leak.world.run_due()
    leak.world.clock.pass_by(minutes=5)
    leak.restart()
    report = leak.revoke(HERE)
    assert fates(report) == {Fate.ALREADY: len(PUPILS)}
    assert generations(leak) == dict.fromkeys(PUPILS, 2)
    assert leak.world.tasks.tasks == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("commit", range(1, 6))
def test_a_run_that_dies_is_finished_by_the_next(leak, commit, when):
    leak.fetch(leak.link())
    store = CrashingStore(leak.world.inner, **{when: commit})
    dying = Revoke(store=store, tasks=leak.world.tasks, clock=leak.world.clock)
    with pytest.raises(Crash):
        dying(HERE)
    leak.world.clock.pass_by(minutes=5)
    leak.revoke(HERE)
    for realm in leak.world.policy.realms:
        leak.world.stuck(realm)
    leak.world.settle()
    assert generations(leak) == dict.fromkeys(PUPILS, 2)
    assert {account.credential.applied_generation for account in leak.world.accounts()} == {2}


def test_who_was_fetching_meanwhile_is_found(leak):
    """A download that was let in before the links died notes its rows after they were read."""
    link = leak.link()
    leak.fetch(link)
    leak.world.receive(pupil("FAJAR PRATIWI", who="fajar"))
    leak.world.run_due()
    fajar = leak.account_of("fajar")

    def note(writes):
        if writes[0].ref.collection == "accounts":
            noted(leak, link, 2, fajar.account_id)

    revoke = Revoke(store=HookedStore(leak.world.inner, before=note), tasks=leak.world.tasks, clock=leak.world.clock)
    report = revoke(HERE)
    assert report.fates[fajar.account_id] is Fate.REISSUED
    assert len(report.files) == 2


def test_what_is_fetched_through_a_new_link_meanwhile_is_no_leak(leak):
    old = leak.link()
    leak.fetch(old)
    fresh: list[Link] = []

    def fetch(writes):
        if writes[0].ref.collection == "accounts" and not fresh:
            fresh.append(leak.link())
            leak.fetch(fresh[0])

    revoke = Revoke(store=HookedStore(leak.world.inner, before=fetch), tasks=leak.world.tasks, clock=leak.world.clock)
    assert {file.link_id for file in revoke(HERE).files.values()} == {old.link_id}
    assert generations(leak) == dict.fromkeys(PUPILS, 2)


def test_a_re_issued_account_costs_one_read_and_one_write(leak):
    leak.fetch(leak.link())
    leak.world.store.reset()
    leak.revoke(HERE, dry_run=True)
    without = leak.world.store.reads - len(PUPILS)
    assert without <= 5  # the school's links twice and their reads twice, and the links once before
    leak.world.store.reset()
    leak.revoke(HERE)
    assert leak.world.store.reads - without == len(PUPILS) + 2  # school and links, to kill these
    assert leak.world.store.writes == len(PUPILS) + 1
    leak.world.switchboard.switches()
    leak.world.store.reset()
    leak.world.directory.calls.clear()
    leak.world.run_due()
    assert leak.world.directory.calls == ["get", "update"] * len(PUPILS)
    assert (leak.world.store.reads, leak.world.store.writes) == (len(PUPILS), len(PUPILS))


def test_a_change_that_comes_between_is_kept_and_judged_anew(leak):
    leak.fetch(leak.link())
    siti, budi = leak.account_of("siti"), leak.account_of("budi")

    def change(writes):
        at = leak.world.clock.now()
        if writes[0].ref.id == siti.account_id and leak.account_of("siti").accessed_at is None:
            leak.change("siti", accessed_at=at)  # signed in this very moment
        if writes[0].ref.id == budi.account_id and leak.account_of("budi").rombel != "VIII A":
            leak.change("budi", rombel="VIII A")

    report = Revoke(store=HookedStore(leak.world.inner, before=change), tasks=leak.world.tasks, clock=leak.world.clock)(
        HERE
    )
    assert (report.fates[siti.account_id], report.fates[budi.account_id]) == (Fate.USED, Fate.REISSUED)
    assert generations(leak)["siti"] == 1
    assert (leak.account_of("budi").rombel, generations(leak)["budi"]) == ("VIII A", 2)


def test_a_school_that_is_written_meanwhile_keeps_both_changes(leak):
    changed: list[bool] = []

    def change(writes):
        if writes[0].ref.collection == "schools" and not changed:
            changed.append(True)
            leak.world.inner.commit([Update(Ref("schools", HERE), {"nama": "SMP NEGERI BARU"})])

    report = Revoke(store=HookedStore(leak.world.inner, before=change), tasks=leak.world.tasks, clock=leak.world.clock)(
        HERE
    )
    data = leak.school().data
    assert (data["nama"], data["links_valid_after"]) == ("SMP NEGERI BARU", report.valid_after)


@pytest.mark.parametrize("collection", ["schools", "accounts"])
def test_who_never_gets_a_turn_is_told_so(leak, collection):
    leak.fetch(leak.link())
    turn = iter(range(1_000))

    def change(writes):
        if writes[0].ref.collection == collection:
            leak.world.inner.commit([Update(writes[0].ref, {"npsn": f"{next(turn):08}"})])

    store = HookedStore(leak.world.inner, before=change)
    with pytest.raises(TransientError, match="contention"):
        Revoke(store=store, tasks=leak.world.tasks, clock=leak.world.clock)(HERE)


def test_a_school_where_new_rows_never_end_is_given_up(leak):
    link = leak.link()
    leak.fetch(link)
    turn = iter(range(1_000))

    def note(writes):
        if writes[0].ref.collection == "accounts":
            n = next(turn)
            leak.world.receive(pupil(f"BARU {n}", who=f"baru{n}"))
            leak.world.run_due()
            noted(leak, link, n + 2, f"{some_id(f'baru{n}')}.smp")

    store = HookedStore(leak.world.inner, before=note)
    with pytest.raises(TransientError, match="contention"):
        Revoke(store=store, tasks=leak.world.tasks, clock=leak.world.clock)(HERE)
    assert next(turn) >= ROUNDS


def test_tasks_that_cannot_be_queued_stop_no_re_issue_and_are_told(leak):
    leak.fetch(leak.link())
    tried = []

    class Failing(TaskList):
        def enqueue(self, *args, **kwargs):
            tried.append(args)
            raise TransientError("enqueue_failed")

    report = Revoke(store=leak.world.inner, tasks=Failing(), clock=leak.world.clock)(HERE)
    assert (report.unqueued, len(tried)) == ("enqueue_failed", 3)
    assert generations(leak) == dict.fromkeys(PUPILS, 2)
    leak.world.clock.pass_by(minutes=5)
    leak.world.settle()
    assert {account.credential.applied_generation for account in leak.world.accounts()} == {2}
