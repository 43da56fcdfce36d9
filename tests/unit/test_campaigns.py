"""The rules of a campaign: who is due, when a person must approve, what an approval covers, which state follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from shared.domain import campaigns
from shared.domain.accounts import External, Hold
from shared.domain.campaigns import Command, Record, State, Tally
from shared.domain.policy import Campaign
from tests.deciding import LAUNCH
from tests.unit.sitis import resting

NOW = datetime(2021, 7, 1, 9, 0, tzinfo=UTC)
BEFORE = datetime(2021, 6, 1, tzinfo=UTC)
RULE = Campaign(
    id="juni", realms=("*",), legal_basis="SE 1", max_share=0.2, issued_before=BEFORE, never_accessed_by=NOW
)
ROLLING = Campaign(id="terus", realms=("smp",), legal_basis="SE 1", max_share=0.2, never_accessed_for_days=90)
DAY = timedelta(days=1)


def issued(at: datetime = BEFORE - DAY, **changes: Any):
    found = resting(state="issued", issued_at=at, **changes)["smp"]
    return replace(found, credential=replace(found.credential, issued_at=at))


def test_who_was_issued_in_time_and_never_came_is_due():
    assert campaigns.is_due(issued(), RULE, NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "active"},
        {"state": "suspended"},
        {"state": "closed"},
        {"state": "reserved"},
        {"accessed_at": BEFORE},
        {"accessed_at": BEFORE - 30 * DAY},
        {"external": External(kind="admin", seen_at=NOW)},
        {"holds": {"frozen": Hold(since=NOW)}},
        {"holds": {"dormant": Hold(since=NOW, campaign_id="lain")}},
        {"issued_at": BEFORE},
        {"issued_at": None},
    ],
    ids=repr,
)
def test_nobody_else_is_due(changes):
    assert not campaigns.is_due(replace(issued(), **changes), RULE, NOW)


def test_a_password_that_was_issued_anew_counts_from_its_own_day():
    found = issued()
    again = replace(found, credential=replace(found.credential, issued_at=BEFORE + DAY, generation=2))
    assert not campaigns.is_due(again, RULE, NOW)


def test_a_rolling_rule_counts_back_from_the_day_of_the_plan():
    assert campaigns.issued_before(ROLLING, NOW) == NOW - 90 * DAY
    assert campaigns.is_due(issued(NOW - 91 * DAY), ROLLING, NOW)
    assert not campaigns.is_due(issued(NOW - 90 * DAY), ROLLING, NOW)
    both = replace(ROLLING, issued_before=NOW - 100 * DAY)
    assert campaigns.issued_before(both, NOW) == NOW - 100 * DAY


def test_without_a_date_of_issue_the_plans_own_day_is_the_bound():
    assert campaigns.issued_before(replace(RULE, issued_before=None), NOW) == NOW


def test_a_deadline_has_come_once_its_moment_is_over_and_a_rolling_one_always_has():
    assert not campaigns.has_come(RULE, NOW)
    assert campaigns.has_come(RULE, NOW + timedelta(seconds=1))
    assert campaigns.has_come(ROLLING, NOW)


def test_a_campaign_is_about_all_realms_or_those_it_names():
    assert campaigns.realms_of(RULE, LAUNCH) == tuple(sorted(LAUNCH.realms))
    assert campaigns.realms_of(ROLLING, LAUNCH) == ("smp",)


def test_a_hold_is_the_campaigns_own_and_goes_to_the_bulk_lane():
    after = campaigns.held(issued(), "juni", NOW)
    assert after.holds == {"dormant": Hold(since=NOW, campaign_id="juni")}
    assert (after.lane, after.version, after.cause) == ("bulk", issued().version + 1, "dormant")
    assert after.history[-1]["what"] == "dormant"


def test_a_lift_takes_the_campaigns_own_hold_and_no_other():
    both = replace(campaigns.held(issued(), "juni", NOW), lane=None)
    frozen = replace(both, holds={**both.holds, "frozen": Hold(since=NOW)})
    assert set(campaigns.lifted(frozen, "juni", NOW).holds) == {"frozen"}
    assert campaigns.lifted(frozen, "lain", NOW) == frozen
    assert campaigns.lifted(issued(), "juni", NOW) == issued()


def test_what_somebody_else_had_suspended_needs_no_call_to_be_let_go():
    external = External(kind="admin", seen_at=NOW)
    alone = replace(campaigns.held(issued(), "juni", NOW), external=external, lane=None, pending_since=None)
    after = campaigns.lifted(alone, "juni", NOW)
    assert (after.holds, after.lane, after.version) == ({}, None, alone.version)
    waiting = replace(alone, lane="bulk")
    assert campaigns.lifted(waiting, "juni", NOW).version == alone.version + 1
    ours = replace(alone, state="suspended")
    assert campaigns.lifted(ours, "juni", NOW).lane == "bulk"


def test_an_end_that_has_come_closes_beside_what_holds_already():
    leaving = replace(campaigns.held(issued(), "juni", NOW), ends_at=NOW, lane=None)
    after = campaigns.ended(leaving, NOW)
    assert (set(after.holds), after.cause, after.ends_at, after.lane) == ({"dormant", "left"}, "left", None, "bulk")


def test_a_share_above_the_limit_is_named_by_realm_and_for_all_together():
    tallies = {"smp": Tally(in_use=10, due=3), "sma": Tally(in_use=90, due=10)}
    assert campaigns.above(tallies, 0.2) == ["smp"]
    assert campaigns.above(tallies, 0.12) == ["smp", "*"]
    assert campaigns.above(tallies, 0.3) == []
    assert campaigns.above({"smp": Tally()}, 0.2) == []
    assert campaigns.above({"smp": Tally(in_use=0, due=1)}, 1.0) == []
    assert Tally(in_use=0, due=1).share == 1.0


def planned(rule: Campaign = RULE, **tallies: Tally) -> Record:
    record = Record(
        campaign_id=rule.id, state="planning", rule=campaigns.rule_doc(rule), policy="p", plan=1, tallies=tallies
    )
    return campaigns.counted(record, rule, NOW)


def test_a_plan_below_the_share_needs_nobody_and_one_above_it_waits():
    assert planned(smp=Tally(in_use=10, due=2)).state == "planned"
    assert planned(smp=Tally(in_use=10, due=3)).state == "awaiting_approval"
    assert planned(smp=Tally(in_use=1000, due=0), sma=Tally(in_use=10, due=3)).state == "awaiting_approval"


def test_an_approval_in_advance_covers_its_share_and_no_more():
    rule = replace(RULE, approved_by="Sekjen", approved_up_to=0.5)
    covered = planned(rule, smp=Tally(in_use=10, due=5))
    assert covered.state == "planned"
    assert covered.approval is not None
    assert (covered.approval.approver, covered.approval.in_advance) == ("Sekjen", True)
    assert covered.approval.due == {"smp": 5}
    beyond = planned(rule, smp=Tally(in_use=10, due=6))
    assert (beyond.state, beyond.approval) == ("awaiting_approval", None)


@pytest.mark.parametrize(("due", "allowed"), [(0, 0), (1, 1), (9, 9), (10, 11), (100, 110), (30, 33), (1000, 1100)])
def test_a_plan_may_suspend_a_tenth_more_than_it_counted(due, allowed):
    record = planned(smp=Tally(in_use=10_000, due=due))
    assert campaigns.allowance(record, "smp") == allowed
    assert campaigns.allowance(record, "sma") == 0


def test_a_plan_holds_no_longer_once_a_tenth_more_might_be_due():
    tally = Tally(in_use=200, due=100, exempt=50, seen=150)
    assert not campaigns.has_outgrown(tally, 150)
    assert not campaigns.has_outgrown(tally, 160)
    assert campaigns.has_outgrown(tally, 161)
    assert not campaigns.has_outgrown(tally, 10)
    assert campaigns.has_outgrown(Tally(), 1)
    assert not campaigns.has_outgrown(Tally(), 0)


ALLOWED = {
    "plan": "planning planned awaiting_approval done undone",
    "approve": "planned awaiting_approval",
    "start": "planned",
    "pause": "running undoing",
    "resume": "paused",
    "undo": "running paused done awaiting_approval",
}


@pytest.mark.parametrize("command", get_args(Command))
@pytest.mark.parametrize("state", get_args(State))
def test_each_command_is_allowed_in_its_states_only(command, state):
    assert campaigns.may(command, state) == (state in ALLOWED[command].split())
    assert not (campaigns.may(command, state) and campaigns.is_there(command, state))


def test_a_record_is_stored_and_read_again_as_it_was():
    approval = campaigns.Approval(approver="A", reason="R", at=NOW, due={"guru.smp": 2})
    record = replace(
        planned(),
        tallies={"guru.smp": Tally(in_use=9, due=1, exempt=2, seen=4)},
        approval=approval,
        provinces={"01": Tally(due=1)},
        outgrown=("smp",),
        results={"held": 1},
    ).started(NOW, "ops")
    assert Record.from_doc(record.to_doc()) == record
    assert campaigns.rule_of(record.rule) == RULE
    assert Record.from_doc({**record.to_doc(), "later": 1}) == record


def test_a_history_keeps_its_last_entries():
    record = planned()
    for n in range(100):
        record = record.went(NOW + n * DAY, "paused", f"ops{n}")
    assert [entry["by"] for entry in record.history] == [f"ops{n}" for n in range(50, 100)]


def test_who_planned_last_is_told():
    record = planned()
    assert record.planned_by == ""
    twice = record.went(NOW, "planning", "ops").went(NOW, "planned", "plan").went(NOW, "planning", "suspend")
    assert twice.went(NOW, "running", "ops").planned_by == "suspend"


def test_all_realms_are_added_up():
    record = planned(smp=Tally(in_use=1, due=2, exempt=3, seen=4), sma=Tally(in_use=10, due=20, exempt=30, seen=40))
    assert record.total == Tally(in_use=11, due=22, exempt=33, seen=44)
    assert campaigns.remaining(record.tallies) == {"smp": 4, "sma": 40}
