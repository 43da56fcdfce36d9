from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.accounts import HISTORY, Blocked, Hold
from shared.domain.plan import Plan
from tests.clocks import START
from tests.deciding import LAUNCH, WIDE, at_rest, person_of, planned, settle
from tests.rosters import member, pupil, school, some_id, staff

SMP_A, SMP_B, SD, SMA = school("SMP A"), school("SMP B"), school("SD A", form=5), school("SMA A", form=13)
LATER = START + timedelta(days=10)
DAY = timedelta(days=1)

SITI = pupil("SITI AMINAH", member(SMP_A, tingkat_pendidikan_id=7, rombel="VII B", induk=True))
GONE = pupil("SITI AMINAH", member(SMP_A, tingkat_pendidikan_id=7, rombel="VII B", jenis_keluar_id="2"))


def siti(at=SMP_A, name="SITI AMINAH", grade=7, rombel="VII B", **fields):
    return pupil(name, member(at, tingkat_pendidikan_id=grade, rombel=rombel, induk=True), **fields)


def resting(data=SITI, **changes):
    return {realm: at_rest(account, **changes) for realm, account in settle(person_of(data)).items()}


def after(data, accounts, *, now=LATER, lane="live"):
    return settle(person_of(data), accounts, now=now, lane=lane)


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


@pytest.mark.parametrize(
    ("data", "days"),
    [
        (GONE, 30),
        (pupil("SITI AMINAH", memberships=[]), 30),
        (siti(grade=10), 30),
        (siti(deleted=True), 60),
        (siti(SMA, grade=10), 90),
    ],
    ids=["left", "no memberships", "grade not eligible", "withdrawn", "level change"],
)
def test_leaving_gives_an_end_by_the_spans_of_the_realm_and_needs_no_call(data, days):
    account = after(data, resting())["smp"]
    assert account.ends_at == LATER + timedelta(days=days)
    assert (account.version, account.lane, account.state) == (1, None, "issued")
    assert account.history[-1] == {"at": LATER, "what": "ending", "version": 1}


@pytest.mark.parametrize(
    ("left_on", "counts_from"),
    [
        ("2020-12-20", LATER),
        ("2021-01-14", LATER),
        ("2021-01-15", datetime(2021, 1, 15, tzinfo=UTC)),
        ("2021-06-30", datetime(2021, 6, 30, tzinfo=UTC)),
        (None, LATER),
    ],
)
def test_the_end_counts_from_the_later_of_now_and_the_day_of_leaving(left_on, counts_from):
    data = pupil("SITI", member(SMP_A, tingkat_pendidikan_id=7, jenis_keluar_id="1", tanggal_keluar=left_on))
    assert after(data, resting())["smp"].ends_at == counts_from + 30 * DAY


def test_a_day_of_leaving_of_somebody_still_present_does_not_count():
    data = pupil("SITI", member(SMP_A, tingkat_pendidikan_id=10, tanggal_keluar="2021-06-30"))
    assert after(data, resting())["smp"].ends_at == LATER + 30 * DAY


def test_the_end_is_set_once_per_leaving():
    leaving = after(GONE, resting())
    assert planned(person_of(GONE), leaving, now=LATER + 5 * DAY).changed == ()


def test_leaving_again_after_a_return_sets_the_end_anew():
    back = after(SITI, after(GONE, resting()), now=LATER + DAY)
    assert back["smp"].ends_at is None
    assert after(GONE, back, now=LATER + 2 * DAY)["smp"].ends_at == LATER + 32 * DAY


def test_a_return_before_the_end_needs_no_call():
    account = after(SITI, after(GONE, resting()), now=LATER + DAY)["smp"]
    assert (account.ends_at, account.version, account.lane) == (None, 1, None)
    assert [entry["what"] for entry in account.history] == ["created", "ending", "returned"]


def test_a_return_before_the_end_to_another_school_is_sent():
    account = after(siti(SMP_B), after(GONE, resting()), now=LATER + DAY)["smp"]
    assert (account.ends_at, account.npsn, account.version, account.lane) == (None, SMP_B["npsn"], 2, "live")
    assert [entry["what"] for entry in account.history] == ["created", "ending", "returned"]


@pytest.mark.parametrize("state", ["issued", "closed"], ids=["not yet confirmed", "closed"])
def test_a_return_after_the_end_lifts_the_hold_and_opens_the_same_address(state):
    ended = resting(
        holds={"left": Hold(since=LATER), "dormant": Hold(since=START)}, state=state, ends_at=LATER, version=2
    )
    account = after(SITI, ended, now=LATER + DAY)["smp"]
    assert account.holds == {"dormant": Hold(since=START)}
    assert (account.ends_at, account.version, account.lane) == (None, 3, "live")
    assert account.address == ended["smp"].address


def test_an_account_that_ended_is_not_given_another_end():
    ended = resting(holds={"left": Hold(since=START)}, state="closed", ends_at=None)
    assert planned(person_of(GONE), ended, now=LATER).changed == ()


def test_a_level_change_gives_a_new_account_while_the_old_one_overlaps():
    before = resting(siti(SD, grade=6))
    accounts = after(siti(SMP_A), before)
    assert accounts["sd"].ends_at == LATER + 90 * DAY
    assert (accounts["smp"].ends_at, accounts["smp"].version, accounts["smp"].lane) == (None, 1, "live")
    assert accounts["sd"].address == before["sd"].address


def test_a_teacher_who_becomes_head_and_goes_back_has_two_accounts_and_one_goes_on():
    teacher, head = (staff("BUDI", member(SMP_A, jenis_ptk_id=kind)) for kind in (4, 20))
    promoted = after(head, resting(teacher))
    assert promoted["guru.smp"].ends_at == LATER + 90 * DAY
    back = after(teacher, promoted, now=LATER + DAY)
    assert (back["guru.smp"].ends_at, back["admin.smp"].ends_at) == (None, LATER + 91 * DAY)


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


def test_a_level_change_before_the_class_is_known_overlaps_too():
    accounts = after(siti(SMP_A, grade=None), resting(siti(SD, grade=6)))
    assert accounts["sd"].ends_at == LATER + 90 * DAY
    assert "smp" not in accounts


def test_a_day_of_leaving_over_a_year_ahead_is_not_believed():
    gone = pupil("SITI", member(SMP_A, tingkat_pendidikan_id=7, jenis_keluar_id="1", tanggal_keluar="2091-06-30"))
    assert after(gone, resting())["smp"].ends_at == LATER + 30 * DAY


def test_a_live_change_of_what_nobody_is_shown_takes_a_bulk_account_into_the_live_lane():
    pending = resting(lane="bulk", pending_since=START, version=2)
    account = after(siti(SMP_A, rombel="VII Z"), pending)["smp"]
    assert (account.lane, account.pending_since, account.version) == ("live", LATER, 2)
