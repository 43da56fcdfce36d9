from dataclasses import replace

import pytest

from shared.domain.accounts import HISTORY, Blocked, Hold
from shared.domain.plan import Plan
from tests.clocks import START
from tests.deciding import LAUNCH, WIDE, person_of, planned, settle
from tests.rosters import member, pupil, some_id, staff
from tests.unit.sitis import DAY, GONE, LATER, SD, SITI, SMP_A, SMP_B, after, resting, siti


def test_a_new_account_has_the_persons_facts_and_is_pending_in_the_lane_of_the_change():
    account = settle(person_of(SITI), lane="bulk")["smp"]
    assert account.account_id == f"{some_id('siti')}.smp"
    assert (account.person_id, account.realm, account.category) == (some_id("siti"), "smp", "peserta_didik")
    assert (account.nama, account.nisn_nuptk, account.rombel) == ("SITI AMINAH", "0101234567", "VII B")
    assert (account.sekolah_id, account.npsn) == (SMP_A["sekolah_id"], SMP_A["npsn"])
    assert (account.sekolah_nama, account.sekolah_ids) == ("SMP A", (SMP_A["sekolah_id"],))
    assert (account.state, account.version, account.applied_version) == ("reserved", 1, 0)
    assert (account.lane, account.pending_since) == ("bulk", START)
    assert account.history == ({"at": START, "what": "created", "version": 1},)


def test_the_first_password_belongs_to_the_first_school_and_stays_there_when_the_person_moves():
    account = settle(person_of(SITI))["smp"]
    credential = account.credential
    assert (credential.scope, credential.generation, credential.applied_generation) == (SMP_A["sekolah_id"], 1, 0)
    assert (credential.key_id, credential.issued_at) == (None, START)
    assert after(siti(SMP_B), {"smp": account})["smp"].credential == credential


def test_staff_have_their_nuptk_where_pupils_have_their_nisn():
    account = settle(person_of(staff(nuptk="1234567890123456", nisn="0101234567")))["guru.smp"]
    assert (account.nisn_nuptk, account.category) == ("1234567890123456", "ptk")


def test_a_frozen_persons_new_account_is_held_from_the_start():
    assert settle(person_of(SITI), frozen=True)["smp"].holds == {"frozen": Hold(since=START)}
    assert settle(person_of(SITI))["smp"].holds == {}


def test_a_frozen_account_stays_held_through_changes():
    frozen = resting(holds={"frozen": Hold(since=START)})
    changed = after(siti(SMP_B), frozen)["smp"]
    assert (changed.npsn, changed.cause) == (SMP_B["npsn"], "frozen")


def test_nothing_changed_is_nothing_to_write():
    assert planned(person_of(SITI), resting(), now=LATER) == Plan(wanted=(), changed=())


@pytest.mark.parametrize(
    "data",
    [siti(name="SITI AMINAH PUTRI"), siti({**SMP_A, "npsn": "20100001"}), siti({**SMP_A, "nama": "SMP NEGERI A"})],
    ids=["name", "npsn", "name of the school"],
)
def test_what_the_directory_shows_raises_the_version_and_becomes_pending(data):
    account = after(data, resting())["smp"]
    assert (account.version, account.applied_version, account.lane, account.pending_since) == (2, 1, "live", LATER)
    assert account.history[-1] == {"at": LATER, "what": "changed", "version": 2}


@pytest.mark.parametrize(
    "data",
    [
        siti(rombel="VIII A", grade=8),
        siti(nisn="0209999999"),
        siti({**SMP_A, "sekolah_id": some_id("merged")}),
        pupil("SITI AMINAH", *SITI["memberships"], member(SMP_B, tingkat_pendidikan_id=7, membership_id=some_id("z"))),
    ],
    ids=["class", "nisn", "another school of the same number and name", "a second school"],
)
def test_what_the_directory_does_not_show_is_written_without_a_version(data):
    before = resting()["smp"]
    account = after(data, {"smp": before})["smp"]
    assert account != before
    assert (account.version, account.lane, account.pending_since) == (1, None, None)
    assert account.history == before.history


def test_moving_schools_keeps_address_and_account():
    before = resting()["smp"]
    account = after(siti(SMP_B), {"smp": before})["smp"]
    assert (account.account_id, account.address) == (before.account_id, before.address)
    assert (account.sekolah_id, account.npsn, account.version) == (SMP_B["sekolah_id"], SMP_B["npsn"], 2)


def test_a_changed_account_that_was_blocked_may_be_tried_again():
    blocked = resting(blocked=Blocked(code="name_refused", field="name"))
    assert blocked["smp"].is_blocked
    assert not after(siti(name="SITI"), blocked)["smp"].is_blocked


def test_an_account_of_a_realm_that_the_policy_has_lost_stays_as_it_is():
    accounts = {"guru.paud": replace(resting()["smp"], realm="guru.paud")}
    assert planned(person_of(GONE), accounts, now=LATER).changed == ()


def test_a_kept_account_stays_as_it_is():
    data = siti({**SMP_A, "bentuk_pendidikan_id": 33, "npsn": "20100001"})
    assert planned(person_of(data), resting(), now=LATER) == Plan(wanted=(), changed=())


def test_a_wider_policy_brings_the_account_that_the_first_refused():
    data = person_of(siti(SD, grade=3))
    assert planned(data, {}, policy=LAUNCH).wanted == ()
    assert [target.realm.name for target in planned(data, {}, policy=WIDE).wanted] == ["sd"]


@pytest.mark.parametrize(
    ("first", "second", "lane", "since"),
    [
        ("live", "live", "live", START),
        ("live", "bulk", "live", START),
        ("bulk", "bulk", "bulk", START),
        ("bulk", "live", "live", LATER),
    ],
)
def test_a_change_of_a_pending_account_moves_it_only_from_bulk_to_live(first, second, lane, since):
    account = after(siti(SMP_B), settle(person_of(SITI), lane=first), lane=second)["smp"]
    assert (account.version, account.lane, account.pending_since) == (2, lane, since)


@pytest.mark.parametrize("lane", ["live", "bulk"])
def test_a_change_of_a_resting_account_is_pending_in_its_own_lane(lane):
    account = after(siti(SMP_B), resting(), lane=lane)["smp"]
    assert (account.lane, account.pending_since) == (lane, LATER)


def test_the_history_keeps_the_last_entries_only():
    accounts = resting()
    for number in range(30):
        accounts = after(siti(name=f"SITI {number}"), accounts, now=START + number * DAY)
    history = accounts["smp"].history
    assert len(history) == HISTORY == 20
    assert [entry["version"] for entry in history] == list(range(12, 32))


def test_a_live_change_of_what_nobody_is_shown_takes_a_bulk_account_into_the_live_lane():
    pending = resting(lane="bulk", pending_since=START, version=2)
    account = after(siti(SMP_A, rombel="VII Z"), pending)["smp"]
    assert (account.lane, account.pending_since, account.version) == ("live", LATER, 2)
