"""`akun campaign status`: how far a campaign has come, and what it waits for."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.status import Status
from shared import policies
from shared.domain.campaigns import Record
from shared.ports import Put, Ref, Update
from tests.clocks import TestClock
from tests.counting import CountingStore
from tests.wire.campaigns import ID, JANUARY, JULY, NAMES, YES, campaign, come, in_use, minutes, offset, pupils
from tests.wire.commands import typed
from tests.wire.functions import Place, tick
from tests.wire.handout import an_account, plant, settle

JUNE = JANUARY.replace(month=6)


def told(here: Place, at: Any = JULY) -> dict[str, Any]:
    answer = campaign(here, "status", ID, "--json", at=at)
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def waits(here: Place, at: Any = JULY) -> list[str]:
    return [each["code"] for each in told(here, at)["waits_for"]]


def approved(here: Place, at: Any = JULY) -> None:
    for words in (("plan", ID), ("approve", ID, *YES)):
        answer = campaign(here, *words, at=at)
        assert answer.exit_code == 0, answer.output


def run_suspend(here: Place) -> None:
    """Let `suspend` run once, and leave what it wishes in the queue."""
    assert tick(here.load("suspend", CLOCK_OFFSET=offset(JULY)), {}).status_code == 200


def test_without_an_id_all_campaigns_are_listed_those_not_planned_too(here: Place):
    in_use(here, "issued")
    row = {"campaign_id": ID, "state": None, "in_policy": True, "days": None, "due": None, "suspended": None}
    listed = json.loads(campaign(here, "status", "--json").stdout)
    assert [{name: each[name] for name in row} for each in listed] == [row]
    assert "not planned" in campaign(here, "status").stdout
    campaign(here, "plan", ID)
    (each,) = json.loads(campaign(here, "status", "--json").stdout)
    assert (each["state"], each["due"]) == ("awaiting_approval", 1)
    assert datetime.fromisoformat(each["deadline"]) == datetime(2021, 6, 30, 16, 59, 59, tzinfo=UTC)


def test_progress_is_counted_by_realm_step_by_step(here: Place):
    pupils(here, *NAMES)
    approved(here)

    def row() -> tuple[int, ...]:
        found = told(here)["realms"]["smp"]
        return tuple(found[name] for name in ("due", "held", "suspended", "waiting", "came_or_let_go", "left_alone"))

    assert row() == (4, 0, 0, 0, 0, 0)
    run_suspend(here)
    assert row() == (4, 4, 0, 4, 0, 0)
    come(here, "ani", "budi")
    settle(here, CLOCK_OFFSET=offset(JULY))
    assert row() == (4, 2, 2, 0, 2, 0)
    minutes(here, 2)
    done = told(here)
    assert (done["state"], done["realms"]["smp"]["suspended"], done["waits_for"]) == ("done", 2, [])
    assert done["results"] == {"held": 4, "suspended": 2, "came_in_time": 2, "left_alone": 0}


def test_what_an_admin_suspended_is_left_alone(here: Place):
    pupils(here, "ani", "budi")
    approved(here)
    run_suspend(here)
    user = next(each for each in here.users() if each["name"]["givenName"] == "ANI")
    here.directory.control("suspend", {"userKey": user["primaryEmail"], "reason": "ADMIN"})
    settle(here, CLOCK_OFFSET=offset(JULY))
    found = told(here)["realms"]["smp"]
    assert (found["held"], found["suspended"], found["waiting"], found["left_alone"]) == (2, 1, 0, 1)


def test_it_tells_rule_approval_history_and_what_is_left(here: Place):
    in_use(here, *["issued"] * 60)
    campaign(here, "plan", ID)
    before = told(here)
    assert (before["approval"], before["seconds_left_at_least"]) == ("none", 133)  # 120 calls at 0.9 a second
    campaign(here, "approve", ID, *YES)
    found = told(here)
    assert found["rule"].startswith("accounts of all realms issued before 2021-06-01 00:00:00 WIB")
    assert found["deadline_has_come"]
    assert not found["rule_has_changed"]
    assert found["approval"].startswith("Kepala Pusat, ")
    assert [entry["state"] for entry in found["history"]] == ["planning", "awaiting_approval", "running"]
    said = campaign(here, "status", ID).stdout
    assert "deadline: 2021-06-30 23:59:59 WIB, has come" in said
    assert "takes at least 3 min more" in said


def test_it_waits_for_approval_then_for_its_deadline(here: Place):
    in_use(here, "issued")
    campaign(here, "plan", ID, at=JUNE)
    assert waits(here, JUNE) == ["approval"]
    said = campaign(here, "status", ID, at=JUNE).stdout
    assert "waits for somebody's approval: smp 100.0%, all together 100.0%" in said
    campaign(here, "approve", ID, *YES, at=JUNE)
    assert waits(here, JUNE) == ["deadline", "suspend"]
    assert "deadline: 2021-06-30 23:59:59 WIB, is still ahead" in campaign(here, "status", ID, at=JUNE).stdout


def test_it_waits_for_whoever_paused_it(here: Place):
    in_use(here, "issued")
    approved(here)
    campaign(here, "pause", ID)
    assert waits(here) == ["resume"]
    assert "possible" not in campaign(here, "status", ID).stdout


def test_a_suspend_that_does_not_run_is_told(here: Place):
    pupils(here, "ani")
    approved(here)
    assert waits(here) == ["suspend"]
    run_suspend(here)
    assert waits(here) == []
    assert told(here)["suspend_ran_at"].startswith("2021-07-03T")
    assert waits(here, JULY.replace(hour=9)) == ["suspend"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--suspensions-only",), "all realms: suspensions are stopped since"),
        (("--realm", "smp"), "smp: everything is stopped since"),
        (("--realm", "sma"), ""),
    ],
)
def test_a_stop_switch_is_told_where_it_concerns_the_campaign(here: Place, words: tuple[str, ...], said: str):
    pupils(here, "ani")
    approved(here)
    run_suspend(here)
    document = here.store.get(Ref("campaigns", ID))
    assert document is not None
    tallies = {"smp": document.data["tallies"]["smp"]}
    here.store.commit([Update(document.ref, {"tallies": tallies}, document.version)])
    assert typed(here, "stop", *words, CLOCK_OFFSET=offset(JULY)).exit_code == 0
    assert waits(here) == (["stop_switch"] if said else [])
    assert said in campaign(here, "status", ID).stdout


def test_a_full_queue_is_told_as_usual(here: Place):
    in_use(here, *["issued"] * 60)
    approved(here)
    run_suspend(here)
    found = told(here)
    assert found["realms"]["smp"]["waiting"] == 54  # two minutes of a quota of 54 calls, two an account
    assert [each["code"] for each in found["waits_for"]] == ["queue"]


def test_a_plan_under_way_says_how_many_it_has_looked_at(here: Place):
    in_use(here, "issued")
    campaign(here, "plan", ID)
    cursor = {"plan": 2, "as_of": JULY, "realm": "smp", "tallies": {"sma": {"seen": 5000}}, "provinces": {}}
    here.store.commit([Put(Ref("cursors", ID), cursor), Update(Ref("campaigns", ID), {"state": "planning", "plan": 2})])
    said = campaign(here, "status", ID).stdout
    assert "plan 2: 5,000 accounts looked at so far" in said
    assert told(here)["realms"] == {}


def test_a_policy_that_says_otherwise_by_now_is_told(here: Place):
    in_use(here, "issued")
    campaign(here, "plan", ID)
    document = here.get("campaigns", ID)
    here.store.commit([Update(Ref("campaigns", ID), {"rule": {**document["rule"], "max_share": 0.5}})])
    assert told(here)["rule_has_changed"]
    assert "the policy says otherwise by now" in campaign(here, "status", ID).stdout


def test_it_reads_as_much_whatever_the_number_of_accounts(here: Place):
    in_use(here, *["issued"] * 20)
    approved(here)
    policy, store = policies.load("launch_2020"), CountingStore(here.store)
    record = Record.from_doc(here.get("campaigns", ID))

    def reads() -> int:
        store.reset()
        Status(store=store, clock=TestClock(JULY), policy=policy, rates={"*": 1.0}).one(record)
        return store.reads

    few = reads()
    plant(here.store, *[an_account(f"y{n}") for n in range(300)])
    assert reads() == few


def test_nobodys_name_or_address_is_shown(here: Place):
    pupils(here, *NAMES)
    approved(here)
    run_suspend(here)
    for more in ((), ("--json",)):
        said = campaign(here, "status", ID, *more).output + campaign(here, "plan", ID, *more).output
        for account in here.accounts():
            assert account.address not in said
            assert account.nama not in said
