from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.accounts import Cause, Hold
from shared.domain.pacing import FLOOR, SHARE, STEP, calls_of, eta, next_quota
from shared.domain.switches import Switches
from shared.domain.tasks import FEED_SLOT, MINUTE, STUCK_SLOT, task_name
from tests.clocks import START
from tests.deciding import at_rest, person_of, settle
from tests.rosters import pupil, staff

NEW = settle(person_of(pupil()))["smp"]
LIVE = at_rest(NEW)
TEACHER = at_rest(settle(person_of(staff()))["guru.smp"])
HELD: dict[Cause, Hold] = {"dormant": Hold(since=START)}

rates = st.floats(1.0, 10_000.0)


@pytest.mark.parametrize(
    ("account", "calls"),
    [
        (NEW, 1),
        (replace(NEW, holds=HELD), 1),
        (LIVE, 1),
        (replace(LIVE, holds=HELD), 2),
        (replace(LIVE, holds=HELD, state="suspended"), 1),
        (replace(LIVE, state="suspended"), 2),
        (replace(LIVE, state="closed"), 2),
        (replace(LIVE, credential=replace(LIVE.credential, generation=2)), 2),
    ],
    ids=["creation", "creation held", "change", "suspend", "change of a suspended one", "lift", "re-open", "reset"],
)
def test_setting_and_lifting_a_hold_and_a_reset_cost_two_calls_all_else_one(account, calls):
    assert calls_of(account) == calls


@given(st.floats(0, 10_000), st.integers(0, 10_000), rates)
def test_the_quota_stays_between_the_floor_and_nine_tenths_of_the_calls(quota, undone, calls):
    assert FLOOR <= next_quota(quota, undone, calls) <= max(FLOOR, calls * SHARE)


@pytest.mark.parametrize(
    ("quota", "undone", "after"),
    [(100.0, 30, 70.0), (100.0, 0, 112.0), (530.0, 0, 540.0), (540.0, 0, 540.0), (5.0, 200, 2.0), (900.0, 10, 540.0)],
    ids=["undone", "nothing undone", "near the top", "at the top", "all undone", "rate lowered"],
)
def test_what_was_left_undone_lowers_the_quota_and_a_clean_minute_raises_it_by_a_fiftieth(quota, undone, after):
    assert next_quota(quota, undone, 600.0) == pytest.approx(after)


@given(rates)
def test_a_quota_at_the_floor_is_back_at_the_top_within_fifty_clean_minutes(calls):
    quota = FLOOR
    for _ in range(round(SHARE / STEP) + 5):
        quota = next_quota(quota, 0, calls)
    assert quota == pytest.approx(max(FLOOR, calls * SHARE))


def test_the_dearest_account_fits_the_floor():
    assert calls_of(replace(LIVE, holds=HELD)) <= FLOOR


@pytest.mark.parametrize("slot", [FEED_SLOT, STUCK_SLOT, MINUTE])
def test_a_task_has_one_name_within_its_slot_and_another_in_the_next(slot):
    begin = START.replace(hour=7, minute=0)
    names = [task_name("feed", "a.smp", 1, begin + timedelta(seconds=s), slot) for s in (0, slot - 0.001, slot)]
    assert names[0] == names[1] != names[2]


def test_tasks_that_differ_in_anything_have_different_names_of_the_form_that_cloud_tasks_takes():
    names = [
        task_name(kind, account, version, START, MINUTE)
        for kind in ("feed", "stuck", "wait", "probe")
        for account in ("a.smp", "a.sma", "b.smp")
        for version in (1, 2, 11)
    ]
    assert len(set(names)) == len(names)
    assert all(len(name) == 40 and set(name) <= set("0123456789abcdef") for name in names)


def test_the_names_of_tasks_are_frozen_because_old_and_new_code_must_meet():
    assert task_name("feed", "a.smp", 1, START, FEED_SLOT) == "6fa8fc438c8d3b5de5f07199684961ecda85e4e3"


@pytest.mark.parametrize(
    ("switches", "held"),
    [
        ([], [None, None, None, None]),
        ([("licences", {})], ["licences_full", None, None, None]),
        ([("stop.smp", {})], ["stopped", "stopped", "stopped", None]),
        ([("stop.*", {})], ["stopped"] * 4),
        ([("stop.guru.smp", {})], [None, None, None, "stopped"]),
        ([("stop.smp", {"suspensions_only": True})], [None, "suspensions_stopped", None, None]),
        ([("stop.*", {"suspensions_only": True})], [None, "suspensions_stopped", None, None]),
        ([("stop.smp", {}), ("licences", {})], ["stopped", "stopped", "stopped", None]),
        ([("stop.*", {"suspensions_only": True}), ("stop.smp", {})], ["stopped", "stopped", "stopped", None]),
        ([("later_kind", {})], [None, None, None, None]),
    ],
    ids=str,
)
def test_a_switch_holds_back_what_it_names_and_nothing_else(switches, held):
    to_suspend, suspended = replace(LIVE, holds=HELD), replace(LIVE, holds=HELD, state="suspended")
    read = Switches.read(switches)
    assert [read.holds_back(account) for account in (NEW, to_suspend, suspended, TEACHER)] == held


def test_a_lift_goes_through_a_stop_of_suspensions():
    read = Switches.read([("stop.*", {"suspensions_only": True})])
    assert read.holds_back(replace(LIVE, state="suspended")) is None
    assert not read.stops("smp")


@pytest.mark.parametrize(
    ("stop", "stopped"), [("stop.smp", ["smp"]), ("stop.guru.smp", ["guru.smp"]), ("stop.*", ["smp", "guru.smp"])]
)
def test_a_stop_names_one_realm_or_every_realm(stop, stopped):
    read = Switches.read([(stop, {})])
    assert [realm for realm in ("smp", "guru.smp") if read.stops(realm)] == stopped


def test_the_eta_is_the_slowest_of_each_realm_and_of_all_together_by_nine_tenths_of_the_rates():
    rates = {"sd": 2.0, "smp": 1.0, "sma": 1.0}
    assert eta({"smp": 900, "sd": 100}, rates) == pytest.approx(1000)
    assert eta({"smp": 900, "sd": 1800, "sma": 900}, rates) == pytest.approx(1000)
    assert eta({"smp": 0, "slb": 0}, rates) == 0
