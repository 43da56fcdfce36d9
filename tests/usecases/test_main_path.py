"""The path that most events take."""

import pytest

from shared.outcomes import Outcome
from tests.rosters import member, pupil, school, staff
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def test_a_new_pupil_gets_one_user_with_the_derived_password(world):
    assert world.receive(pupil()).outcome is Outcome.DONE
    assert [result.outcome for result in world.run_due()] == [Outcome.DONE]
    account = world.only_account()
    user = world.user(account)
    assert account.state == "issued"
    assert account.lane is None
    assert user.email == account.address
    assert account.address.startswith("sitiaminah")
    assert account.address.endswith("@smp.belajar.id")
    assert user.password == world.password_of(account)
    assert user.fields["organizations"][0]["costCenter"] == account.npsn
    assert user.fields["orgUnitPath"] == "/Peserta Didik/SMP"


def test_a_new_account_costs_two_reads_four_writes_and_one_call(world):
    world.receive(staff())  # so that the school is known to the process
    world.run_due()
    world.store.reset()
    world.directory.calls.clear()
    world.receive(pupil())
    world.run_due()
    assert (world.store.reads, world.store.writes, world.directory.calls) == (2, 4, ["insert"])


def test_a_duplicate_costs_one_read_and_within_the_hour_one_more_per_account(world):
    world.receive(pupil())
    world.run_due()
    world.store.reset()
    world.directory.calls.clear()
    assert world.receive(pupil()).outcome is Outcome.DUPLICATE
    assert (world.store.reads, world.store.writes, world.directory.calls) == (2, 0, [])
    world.clock.pass_by(minutes=61)
    world.store.reset()
    assert world.receive(pupil()).outcome is Outcome.DUPLICATE
    assert (world.store.reads, world.store.writes, world.tasks.tasks) == (1, 0, [])


def test_a_changed_name_costs_three_reads_three_writes_and_one_call(world):
    world.receive(pupil())
    world.run_due()
    world.store.reset()
    world.directory.calls.clear()
    world.receive(pupil("SITI AMINAH PUTRI"), revision=2)
    world.run_due()
    assert (world.store.reads, world.store.writes, world.directory.calls) == (3, 3, ["update"])
    account = world.only_account()
    assert world.user(account).fields["name"]["familyName"] == "PUTRI"
    assert account.address.startswith("sitiaminah")


def test_a_move_within_the_level_keeps_address_and_password_scope(world):
    world.receive(pupil())
    world.run_due()
    before = world.only_account()
    world.receive(pupil("SITI AMINAH", member(school("SMP NEGERI 2"), tingkat_pendidikan_id=7)), revision=2)
    world.run_due()
    after = world.only_account()
    assert after.address == before.address
    assert after.credential.scope == before.sekolah_id
    assert after.sekolah_id != before.sekolah_id
    assert world.user(after).fields["organizations"][0]["costCenter"] == after.npsn
