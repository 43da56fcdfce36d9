from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.accounts import Hold
from tests.clocks import START
from tests.deciding import person_of, planned
from tests.rosters import member, pupil, staff
from tests.unit.sitis import DAY, GONE, LATER, SD, SITI, SMA, SMP_A, SMP_B, after, resting, siti


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


def test_a_level_change_before_the_class_is_known_overlaps_too():
    accounts = after(siti(SMP_A, grade=None), resting(siti(SD, grade=6)))
    assert accounts["sd"].ends_at == LATER + 90 * DAY
    assert "smp" not in accounts


def test_a_day_of_leaving_over_a_year_ahead_is_not_believed():
    gone = pupil("SITI", member(SMP_A, tingkat_pendidikan_id=7, jenis_keluar_id="1", tanggal_keluar="2091-06-30"))
    assert after(gone, resting())["smp"].ends_at == LATER + 30 * DAY
