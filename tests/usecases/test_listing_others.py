"""A listing: what others did to our users, and users that are not ours, or of whom it cannot be told."""

from dataclasses import replace

import pytest

from local.directory.seeding import Seed, plant
from local.directory.views import remember
from shared.domain.accounts import External, Hold
from shared.ports import Verdict
from tests.doubles import goes_through, refused
from tests.rosters import some_id
from tests.usecases.listed import Shuffled, by_hand, checkpoint, counts, crowd, of, pupils, signs_in, write
from tests.world import World

OURS = [{"type": "custom", "customType": "akun_penahanan", "value": "dormant"}]


@pytest.fixture
def world(tmp_path) -> World:
    world = World(tmp_path)
    pupils(world, "ani", "budi")
    world.listing()
    world.clock.pass_by(days=1)
    world.directory.calls.clear()
    return world


def suspend(world: World, name: str, reason: str = "ADMIN") -> None:
    world.user(of(world, name)).suspended = reason


def hold(world: World, name: str, cause: str = "dormant") -> None:
    """Let a hold of ours be set and applied."""
    account = of(world, name)
    held = account.wish(world.clock.now(), "live", cause, holds={cause: Hold(since=world.clock.now())})
    write(world, account, held)
    world.converge(account.account_id, held.version)
    assert world.user(account).suspended == "ADMIN"


@pytest.mark.parametrize(("reason", "kind"), [("ADMIN", "admin"), ("ABUSE", "google")])
def test_what_somebody_else_suspended_is_recorded_after_a_look_and_left_alone(world, reason, kind):
    suspend(world, "ani", reason)
    world.listing()
    ani = of(world, "ani")
    assert ani.external == External(kind=kind, seen_at=world.clock.now())
    assert (ani.state, ani.version, ani.lane) == ("issued", 1, None)
    assert world.directory.calls == ["list", "get"]
    world.clock.pass_by(days=1)
    world.listing()
    assert (of(world, "ani").external, world.user(ani).suspended) == (ani.external, reason)
    assert of(world, "budi").external is None


def test_what_somebody_else_released_is_cleared(world):
    suspend(world, "ani")
    world.listing()
    suspend(world, "ani", "")
    world.clock.pass_by(days=1)
    world.listing()
    assert (of(world, "ani").external, of(world, "ani").version) == (None, 1)
    assert counts(world, "released") == (1,)


def test_a_suspension_that_only_the_list_shows_is_none_and_a_later_one_is_found(world):
    world.state.lag.list = 7200
    ani = world.user(of(world, "ani"))
    ani.suspended = "ADMIN"
    remember(world.state, ani, world.clock.now().timestamp())
    ani.suspended = ""
    world.clock.pass_by(hours=1)
    world.listing()
    assert (of(world, "ani").external, world.directory.calls) == (None, ["list", "get"])
    world.clock.pass_by(days=1)
    ani.suspended = "ADMIN"
    world.listing()
    assert of(world, "ani").external is not None


def test_a_suspension_of_ours_that_somebody_undid_is_set_again(world):
    hold(world, "ani")
    world.listing()
    world.clock.pass_by(days=1)
    suspend(world, "ani", "")
    world.listing()
    assert of(world, "ani").lane == "live"
    world.settle()
    assert (world.user(of(world, "ani")).suspended, of(world, "ani").state) == ("ADMIN", "suspended")


def test_nobody_is_suspended_again_who_came_when_somebody_undid_it(world):
    hold(world, "ani")
    world.listing()
    world.clock.pass_by(days=1)
    suspend(world, "ani", "")
    signs_in(world, of(world, "ani"))
    world.listing()
    world.settle()
    assert (world.user(of(world, "ani")).suspended, of(world, "ani").state) == ("", "active")
    assert of(world, "ani").holds == {}


def test_a_suspension_of_ours_that_landed_late_is_lifted(world):
    suspend(world, "ani")
    by_hand(world, of(world, "ani"), keywords=OURS)
    world.listing()
    world.settle()
    assert (world.user(of(world, "ani")).suspended, of(world, "ani").state) == ("", "issued")
    assert of(world, "ani").external is None


def test_who_came_and_was_suspended_as_dormant_all_the_same_is_free_again(world):
    hold(world, "ani")
    signs_in(world, of(world, "ani"))
    world.listing()
    ani = of(world, "ani")
    assert (ani.holds, ani.lane, ani.history[-1]["what"]) == ({}, "live", "came_after_all")
    assert [task.account_id for task in world.tasks.tasks] == [ani.account_id]
    world.settle()
    assert (world.user(ani).suspended, of(world, "ani").state) == ("", "active")


@pytest.mark.parametrize("cause", ["frozen", "left"])
def test_another_hold_stays_though_somebody_came(world, cause):
    hold(world, "ani", cause)
    signs_in(world, of(world, "ani"))
    world.listing()
    world.settle()
    assert list(of(world, "ani").holds) == [cause]
    assert world.user(of(world, "ani")).suspended == "ADMIN"


def test_a_look_that_fails_changes_nothing_and_is_taken_again_by_the_next_listing(world):
    suspend(world, "ani")
    world.directory.plans = [goes_through, refused(Verdict.UNAVAILABLE)]
    world.listing()
    assert of(world, "ani").external is None
    assert counts(world, "unproven") == (1,)
    world.clock.pass_by(days=1)
    world.listing()
    assert of(world, "ani").external is not None


def test_a_look_that_shows_only_a_part_proves_nothing(world):
    suspend(world, "ani")
    world.directory.plans = [goes_through, lambda call: replace(call(), suspended=False, tells_sign_ins=False)]
    world.listing()
    assert (of(world, "ani").external, counts(world, "unproven")) == (None, (1,))


def test_a_run_takes_a_tenth_of_the_calls_for_looks_and_the_rest_waits_for_the_next_listing(world):
    accounts = crowd(world, 90)
    for account in accounts:
        world.user(account).suspended = "ADMIN"
    world.directory.calls.clear()
    world.listing()
    assert world.directory.calls.count("get") == 60
    world.clock.pass_by(days=1)
    world.listing()
    assert all(account.external for account in world.accounts() if account.address.startswith("contoh"))


def stranger(world: World, name: str, **fields) -> str:
    plant(world.state, Seed(users=[{"primaryEmail": f"{name}@smp.belajar.id", **fields}]))
    return world.state.owners[f"{name}@smp.belajar.id"].id


def marked(account_id: str) -> list[dict[str, str]]:
    return [{"type": "custom", "customType": "akun", "value": account_id}]


@pytest.mark.parametrize(
    ("marks", "what"),
    [
        ([], "unmarked"),
        (marked("../../x"), "mark_unknown"),
        (marked(f"{some_id('nobody')}.smp"), "mark_unknown"),
        (marked(f"{some_id('ani')}.sma"), "mark_unknown"),
    ],
)
def test_a_user_that_is_not_ours_is_reported_by_id_and_never_touched(world, marks, what):
    user_id = stranger(world, "tamu", externalIds=marks)
    before = dict(world.state.users[user_id].fields)
    world.listing()
    world.settle()
    assert checkpoint(world).counts[what] == 1
    assert list(checkpoint(world).samples[what]) == [user_id]
    assert world.state.users[user_id].fields == before
    assert "tamu" not in str(checkpoint(world).to_doc())


def test_of_two_users_with_one_mark_neither_is_touched_until_one_is_gone(world):
    user_id = stranger(world, "zzz", externalIds=marked(of(world, "ani").account_id))
    by_hand(world, of(world, "ani"), orgUnitPath="/Lain")
    for _ in range(2):
        result = world.listing()
        assert (result.code, result.loud) == ("mark_twice", False)
        assert list(checkpoint(world).samples["mark_twice"]) == [user_id]
        assert (of(world, "ani").version, world.tasks.tasks) == (1, [])
        world.clock.pass_by(days=1)
    world.state.delete(world.state.users[user_id])
    for _ in range(2):
        world.listing()
        world.clock.pass_by(days=1)
    world.settle()
    assert world.user(of(world, "ani")).fields["orgUnitPath"] != "/Lain"


@pytest.mark.parametrize("seed", range(4))
def test_two_users_with_one_mark_on_different_pages_are_both_left_alone(world, seed):
    stranger(world, "zzz", externalIds=marked(of(world, "ani").account_id))
    world.directory = Shuffled(world.directory, seed, size=1)
    world.listing()
    by_hand(world, of(world, "ani"), orgUnitPath="/Lain")
    for _ in range(4):
        world.clock.pass_by(days=1)
        world.listing()
    assert (of(world, "ani").version, world.tasks.tasks) == (1, [])


def test_no_more_than_fifty_ids_are_kept_of_a_kind(world):
    for n in range(60):
        stranger(world, f"tamu{n}")
    world.listing()
    assert (counts(world, "unmarked"), len(checkpoint(world).samples["unmarked"])) == ((60,), 50)


def test_a_user_that_its_account_does_not_know_yet_is_adopted(world):
    pupils(world, "citra")
    known = of(world, "citra")
    lost = replace(known, directory_id=None, state="reserved", issued_at=None, applied_version=0)
    write(world, known, replace(lost, lane="live", pending_since=world.clock.now()))
    world.listing()
    assert [task.account_id for task in world.tasks.tasks] == [known.account_id]
    world.run_due()
    assert of(world, "citra").directory_id == known.directory_id
    assert len(world.state.users) == 3
