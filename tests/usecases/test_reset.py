"""A new password for one account because somebody asks for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.accounts import Blocked, External, Hold
from shared.errors import PermanentError, TransientError
from shared.ports import Ref, Update
from shared.usecases.reset import Done, Reset
from tests.counting import HookedStore
from tests.rosters import pupil
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    world = World(tmp_path)
    world.receive(pupil())
    world.run_due()
    world.clock.pass_by(hours=1)
    return world


def reset(world: World, reason: str = "lupa") -> Done:
    return Reset(store=world.store, tasks=world.tasks, clock=world.clock)(world.only_account().account_id, reason)


def write(world: World, **changes) -> None:
    account = world.only_account()
    fields = account.fields_changed_in(replace(account, **changes))
    world.inner.commit([Update(Ref("accounts", account.account_id), fields)])


def test_a_reset_takes_one_read_one_write_and_then_two_calls(world):
    world.switchboard.switches()  # read for all tasks of half a minute
    world.store.reset()
    world.directory.calls.clear()
    reset(world)
    assert (world.store.reads, world.store.writes, world.store.commits) == (1, 1, 1)
    world.store.reset()
    world.run_due()
    assert world.directory.calls == ["get", "update"]
    assert (world.store.reads, world.store.writes) == (1, 1)


def test_the_directory_gets_the_next_password_and_the_old_one_ends(world):
    old = world.password_of(world.only_account())
    reset(world)
    world.run_due()
    account = world.only_account()
    assert (account.credential.generation, account.credential.applied_generation) == (2, 2)
    assert world.user(account).password == world.password_of(account) != old
    assert world.user(account).fields["changePasswordAtNextLogin"] is True


def test_scope_and_time_are_set_with_the_generation_and_the_new_password_is_shown_to_nobody_yet(world):
    account = world.only_account()
    write(world, sekolah_id="another", credential=replace(account.credential, shown_at=world.clock.now()))
    reset(world)
    credential = world.only_account().credential
    assert (credential.scope, credential.issued_at, credential.shown_at) == ("another", world.clock.now(), None)


def test_an_account_that_was_used_counts_as_unused_again_until_somebody_signs_in(world):
    world.state.users[world.only_account().directory_id].agreed = True
    write(world, accessed_at=world.clock.now() - timedelta(minutes=5), state="active")
    reset(world)
    world.run_due()
    account = world.only_account()
    assert (account.state, account.is_unused) == ("issued", True)


def test_the_history_keeps_what_was_done_and_why(world):
    reset(world, "kata sandi tidak diterima")
    last = world.only_account().history[-1]
    expected = {"what": "reset", "reason": "kata sandi tidak diterima", "version": 2, "at": world.clock.now()}
    assert dict(last) == expected
    write(world, history=())
    reset(world)
    assert [entry["what"] for entry in world.only_account().history] == ["reset"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"directory_id": None, "state": "reserved"}, "account_not_made", "reserved"),
        ({"holds": "left", "state": "closed"}, "account_closed", "left"),
        ({"holds": "dormant", "state": "suspended"}, "account_held", "dormant"),
        ({"holds": "frozen", "state": "issued"}, "account_held", "frozen"),
        ({"external": "google"}, "account_external", "google"),
        ({"external": "deleted"}, "account_external", "deleted"),
        ({"blocked": Blocked(code="name_refused", field="name")}, "account_blocked", "name_refused"),
    ],
)
def test_what_a_new_password_would_not_help_is_refused_with_its_reason(world, changes, code, field):
    at = world.clock.now()
    if "holds" in changes:
        changes = {**changes, "holds": {changes["holds"]: Hold(since=at)}}
    if "external" in changes:
        changes = {**changes, "external": External(kind=changes["external"], seen_at=at)}
    write(world, **changes)
    before = world.only_account()
    with pytest.raises(PermanentError) as refused:
        reset(world)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert world.only_account() == before
    assert world.tasks.tasks == []


def test_an_unknown_account_is_refused(world):
    with pytest.raises(PermanentError, match="account_unknown"):
        Reset(store=world.store, tasks=world.tasks, clock=world.clock)("nobody.smp", "lupa")


def test_a_change_that_comes_between_is_kept(world):
    changed: list[bool] = []

    def change_once(_):
        if not changed:
            changed.append(True)
            write(world, rombel="VIII A")

    store = HookedStore(world.inner, before=change_once)
    Reset(store=store, tasks=world.tasks, clock=world.clock)(world.only_account().account_id, "lupa")
    account = world.only_account()
    assert (account.rombel, account.credential.generation) == ("VIII A", 2)


def test_who_never_gets_a_turn_is_told_so(world):
    turn = iter(range(100))
    store = HookedStore(world.inner, before=lambda _: write(world, rombel=f"VII {next(turn)}"))
    with pytest.raises(TransientError, match="contention"):
        Reset(store=store, tasks=world.tasks, clock=world.clock)(world.only_account().account_id, "lupa")
    assert world.only_account().credential.generation == 1


def test_a_task_that_cannot_be_queued_is_told_and_made_up_by_stuck(world):
    world.tasks.fails = TransientError("enqueue_failed")
    assert reset(world).unqueued == "enqueue_failed"
    world.tasks.fails = None
    world.clock.pass_by(minutes=5)
    world.stuck("smp")
    world.run_due()
    assert world.only_account().credential.applied_generation == 2
