"""Provision: races, crashes, taken addresses, lanes, revisions."""

from dataclasses import replace

import pytest

from shared.domain import addresses
from shared.errors import PermanentError, TransientError
from shared.outcomes import Outcome
from shared.ports import Create, Query, Ref, Update
from tests.counting import Crash
from tests.doubles import answer_lost, crash_after, crash_before
from tests.rosters import change, event, member, pupil, school, some_id, staff
from tests.world import World

LEAVING = "person.memberships[0].jenis_keluar_id"


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def known(world: World) -> None:
    """Let the process know the school, so that counts are a person's own."""
    world.receive(staff())
    world.run_due()
    world.store.reset()
    world.tasks.tasks.clear()


def test_a_stale_event_costs_one_read(world):
    world.receive(pupil(), revision=5)
    world.store.reset()
    assert world.receive(pupil("SITI LAMA"), revision=4).outcome is Outcome.STALE
    assert (world.store.reads, world.store.writes) == (1, 0)
    assert world.only_account().nama == "SITI AMINAH"


def test_a_newer_event_with_the_same_content_writes_the_revision_alone(world):
    world.receive(pupil())
    world.store.reset()
    world.tasks.tasks.clear()
    world.receive(pupil(), revision=2)
    assert (world.store.reads, world.store.writes, world.tasks.tasks) == (1, 1, [])
    assert world.receive(pupil(), revision=1).outcome is Outcome.STALE


def test_the_same_revision_with_other_content_is_a_conflict(world):
    world.receive(pupil())
    with pytest.raises(PermanentError, match="revision_conflict"):
        world.receive(pupil("SITI LAIN"))


def test_a_new_person_who_gets_nothing_is_remembered_with_the_reason(world):
    world.receive(pupil("SITI", member(tingkat_pendidikan_id=5)))
    person = world.inner.get(Ref("people", some_id("siti")))
    assert person is not None
    assert person.data["decisions"][0]["reason"] == "grade_not_eligible"
    assert person.data["refused_at"] == [school()["sekolah_id"]]
    assert world.accounts() == []


def test_a_school_is_written_once_and_again_when_a_greater_revision_changes_it(world):
    world.receive(pupil(), revision=1)
    world.receive(pupil(who="other"), revision=2)
    renamed = school(nama="SMP NEGERI SATU")
    world.store.reset()
    world.receive(pupil("SITI", member(renamed, tingkat_pendidikan_id=7), who="third"), revision=3)
    assert (world.store.reads, world.store.writes) == (2, 4)
    stored = world.inner.get(Ref("schools", renamed["sekolah_id"]))
    assert stored is not None
    assert (stored.data["nama"], stored.data["revision"]) == ("SMP NEGERI SATU", 3)
    world.restart()
    world.receive(pupil("SITI", who="late"), revision=2)
    stored = world.inner.get(Ref("schools", renamed["sekolah_id"]))
    assert stored is not None
    assert stored.data["nama"] == "SMP NEGERI SATU"


def test_two_people_of_one_name_get_two_addresses(world):
    names = {f"p{n}": "NURHAYATI" for n in range(150)}
    for who, name in names.items():
        world.receive(pupil(name, who=who))
    assert len({account.address for account in world.accounts()}) == 150


def test_a_taken_address_costs_one_read_and_one_commit_more(world):
    known(world)
    account_id = f"{some_id('siti')}.smp"
    taken = addresses.candidate("sitiaminah", account_id, 0, "smp", "belajar.id")
    world.inner.commit([Create(Ref("addresses", taken), {"account_id": "x"})])
    world.receive(pupil())
    account = world.account(account_id)
    assert account.address_attempt == 1
    assert (world.store.reads, world.store.commits) == (2, 2)


def test_of_two_new_accounts_only_the_taken_address_gives_way(world):
    person = staff("BUDI", member(jenis_ptk_id=4), member(school("SD 1", 5), jenis_ptk_id=4))
    account_id = f"{some_id('budi')}.guru.sd"
    taken = addresses.candidate("budi", account_id, 0, "guru.sd", "belajar.id")
    world.inner.commit([Create(Ref("addresses", taken), {"account_id": "x"})])
    world.receive(person)
    attempts = {account.realm: account.address_attempt for account in world.accounts()}
    assert attempts == {"guru.sd": 1, "guru.smp": 0}


def test_two_events_of_a_new_person_at_once_end_in_the_newer_one(world):
    first = change(pupil("SITI LAMA"), 1)

    def meanwhile(commit):
        world.trouble.plans = []
        world.receive(pupil("SITI BARU"), revision=2)
        return commit()

    world.trouble.plans = [lambda commit: commit(), meanwhile]  # the school's commit, then the person's
    assert world.provision(first, "live").outcome is Outcome.STALE
    assert world.only_account().nama == "SITI BARU"


def test_a_converge_that_records_in_between_is_not_overwritten(world):
    world.receive(pupil())

    def meanwhile(commit):
        world.trouble.plans = []
        world.run_due()
        return commit()

    world.trouble.plans = [meanwhile]
    world.receive(pupil("SITI AMINAH PUTRI"), revision=2)
    account = world.only_account()
    assert account.is_confirmed
    assert account.version == account.applied_version + 1


def test_a_reset_wished_in_between_keeps_a_version_of_its_own(world):
    world.receive(pupil())
    world.run_due()

    def meanwhile(commit):
        account = world.only_account()
        document = world.inner.get(Ref("accounts", account.account_id))
        again = replace(account.credential, generation=2)
        after = account.wish(world.clock.now(), "live", "reset", credential=again)
        world.inner.commit([Update(document.ref, account.fields_changed_in(after), document.version)])
        return commit()

    world.trouble.plans = [meanwhile]
    world.receive(pupil("SITI AMINAH PUTRI"), revision=2)
    account = world.only_account()
    assert (account.version, account.credential.generation, account.nama) == (3, 2, "SITI AMINAH PUTRI")


@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("trouble", [crash_before, crash_after, answer_lost])
def test_a_crash_at_any_commit_is_made_good_by_redelivery(world, step, trouble):
    world.trouble.plans = [lambda commit: commit()] * step + [trouble]
    with pytest.raises((Crash, TransientError)):
        world.receive(pupil())
    world.restart()
    world.receive(pupil())
    world.settle()
    account = world.only_account()
    assert account.state == "issued"
    assert len(list(world.inner.query(Query("addresses")))) == 1


def test_a_lost_enqueue_is_made_good_by_redelivery(world):
    world.tasks.fails = TransientError("enqueue_failed")
    with pytest.raises(TransientError):
        world.receive(pupil())
    world.tasks.fails = None
    assert world.receive(pupil()).outcome is Outcome.DUPLICATE
    assert [result.outcome for result in world.run_due()] == [Outcome.DONE]


def test_bulk_is_committed_and_not_enqueued(world):
    world.receive(pupil(), lane="bulk")
    account = world.only_account()
    assert (account.lane, world.tasks.tasks) == ("bulk", [])


def test_a_live_change_moves_a_bulk_account_into_the_live_lane_and_never_back(world):
    world.receive(pupil(), lane="bulk")
    world.receive(pupil("SITI AMINAH PUTRI"), revision=2, lane="live")
    assert (world.only_account().lane, len(world.tasks.tasks)) == ("live", 1)
    world.receive(pupil("SITI AMINAH P"), revision=3, lane="bulk")
    account = world.only_account()
    assert (account.lane, account.version) == ("live", 3)


def test_another_policy_decides_a_duplicate_anew(tmp_path):
    world = World(tmp_path)
    grade_4 = pupil("SITI", member(school("SD 1", 5), tingkat_pendidikan_id=4))
    world.receive(grade_4)
    assert world.accounts() == []
    wide = World(tmp_path, policy="wide_2022", store=world.inner)
    assert wide.receive(grade_4).outcome is Outcome.DONE
    assert wide.only_account().realm == "sd"


def test_a_leaver_keeps_the_account_until_the_grace_is_over_and_returns_to_it(world):
    world.receive(pupil())
    world.run_due()
    world.store.reset()
    world.receive(pupil("SITI AMINAH", member(tingkat_pendidikan_id=7, jenis_keluar_id="2")), revision=2)
    account = world.only_account()
    assert account.ends_at is not None
    assert (account.ends_at - world.clock.now()).days == 30
    assert (account.lane, world.tasks.tasks) == (None, [])
    world.receive(pupil("SITI AMINAH", member(school("SMP 9"), tingkat_pendidikan_id=7)), revision=3)
    again = world.only_account()
    assert (again.ends_at, again.address) == (None, account.address)


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        (b"{", "not_json", ""),
        (event(pupil(), 10**18), "revision_in_future", "revision"),
        (event(pupil()).replace(b"roster-change/1", b"roster-change/2"), "schema_unknown", "schema"),
        (
            event(pupil("SITI", member(jenis_keluar_id="9"))),
            "jenis_keluar_unknown",
            "person.memberships[0].jenis_keluar_id",
        ),
        (b"[" * 100_000, "nested_too_deep", ""),
        (b'{"x": "' + b"a" * 10_000_000 + b'"}', "message_too_large", ""),
    ],
    ids=["malformed", "next year", "schema", "leaving code", "poison", "10 MB"],
)
def test_what_can_never_succeed_is_parked_and_its_neighbours_go_on(world, data, code, field):
    result = world.take(data, message_id="bad")
    assert (result.outcome, result.code, result.field) == (Outcome.PARKED, code, field)
    entry = world.parked()["bad"]
    assert (entry["code"], entry["field"]) == (code, field)
    assert world.take(event(pupil(who="neighbour")), message_id="good").outcome is Outcome.DONE
    assert len(world.accounts()) == 1
