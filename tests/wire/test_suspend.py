"""`suspend` as the framework serves it: endings, and campaigns as people or the policy have allowed them."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.rosters import some_id
from tests.wire.functions import Place, lines, tick
from tests.wire.suspending import (
    AFTER,
    EVE,
    ID,
    NAMES,
    approve,
    at,
    came,
    carry_out,
    change,
    clock_of,
    decisions,
    held,
    issue,
    plan,
    sign_in,
    state,
    states,
)


@pytest.fixture
def function(here: Place) -> FlaskClient:
    """It is the evening after the deadline."""
    return here.load("suspend", CLOCK_OFFSET=at(AFTER))


def test_after_plan_and_approval_who_never_came_is_suspended_and_who_came_is_not(here: Place, function: FlaskClient):
    issue(here, *NAMES)
    sign_in(here, "ani")
    plan(here)
    assert (tick(function, {}).status_code, held(here)) == (200, set())
    approve(here)
    answer = tick(function, {})
    assert (answer.status_code, answer.text) == (200, "done")
    assert held(here) == set(NAMES)
    assert {account.lane for account in here.accounts()} == {"bulk"}
    assert states(here) == dict.fromkeys(NAMES, "issued")
    carry_out(here, AFTER)
    assert states(here) == {**dict.fromkeys(NAMES, "suspended"), "ani": "active"}
    assert sorted(user["suspended"] for user in here.users()) == [False, True, True, True, True]


def test_a_campaign_ends_once_a_pass_finds_nobody(here: Place, function: FlaskClient):
    issue(here, *NAMES)
    plan(here)
    approve(here)
    tick(function, {})
    carry_out(here, AFTER)
    for _ in range(3):
        tick(function, {})
    assert state(here) == "done"
    assert here.get("campaigns", ID)["results"]["suspended"] == len(NAMES)


def test_its_own_undoing_lifts_what_it_suspended(here: Place, function: FlaskClient):
    issue(here, *NAMES)
    plan(here)
    approve(here)
    tick(function, {})
    carry_out(here, AFTER)
    decisions(here).undo(ID, "ops")
    tick(function, {})
    carry_out(here, AFTER)
    assert (states(here), held(here)) == (dict.fromkeys(NAMES, "issued"), set())
    assert {user["suspended"] for user in here.users()} == {False}


@pytest.mark.parametrize("body", [b"", b"\xff", b"SITI", b"[" * 100_000, {"job": "feed"}, {"campaign": "2021-06-30"}])
def test_what_the_body_says_does_not_matter(here: Place, function: FlaskClient, body: object):
    assert tick(function, body).status_code == 200
    assert here.get("leases", "suspend")["turn"] == 1


def test_two_runs_of_one_minute_change_nothing_twice(here: Place, function: FlaskClient):
    issue(here, *NAMES)
    plan(here)
    approve(here)
    tick(function, {})
    tick(here.load("suspend", CLOCK_OFFSET=at(AFTER)), {})
    assert {account.version for account in here.accounts()} == {2}


def test_what_another_run_is_at_is_left_to_it(here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str]):
    issue(here, *NAMES)
    plan(here)
    approve(here)
    now = clock_of(AFTER).now()
    here.plant("leases", "suspend", {"turn": 7, "since": now, "until": now + timedelta(minutes=1)})
    capsys.readouterr()
    assert tick(function, {}).status_code == 200
    (line,) = lines(capsys.readouterr().out)
    assert (line["function"], line["outcome"], line["code"]) == ("suspend", "unchanged", "leased")
    assert held(here) == set()
    assert here.get("leases", "suspend")["turn"] == 7


def test_a_lease_that_ran_out_holds_nobody_up(here: Place, function: FlaskClient):
    issue(here, *NAMES)
    plan(here)
    approve(here)
    now = clock_of(AFTER).now()
    here.plant("leases", "suspend", {"turn": 7, "since": now - timedelta(hours=1), "until": now - timedelta(minutes=1)})
    tick(function, {})
    assert held(here) == set(NAMES)


def test_a_store_that_fails_is_answered_503(here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str]):
    here.path.write_bytes(b"no database" * 100)
    assert tick(function, {}).status_code == 503
    assert {line["code"] for line in lines(capsys.readouterr().out)} == {"store_unavailable"}


def test_a_broken_campaign_stops_neither_endings_nor_another_campaign_and_is_answered_503(
    here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    issue(here, *NAMES)
    change(here, "eka", ends_at=AFTER - timedelta(days=1))
    plan(here)
    approve(here)
    here.plant("campaigns", "2020-12-31", {"campaign_id": "2020-12-31", "state": "running", "tallies": "SITI AMINAH"})
    capsys.readouterr()
    assert tick(function, {}).status_code == 503
    printed = capsys.readouterr().out
    failed = [line for line in lines(printed) if line["severity"] == "ERROR"]
    assert [(line["campaign_id"], line["outcome"]) for line in failed] == [("2020-12-31", "retry")]
    assert "SITI" not in printed
    assert (held(here, "left"), held(here)) == ({"eka"}, {"ani", "budi", "citra", "dewi"})


def test_who_has_left_is_suspended_when_the_end_has_come_and_not_before(
    here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    issue(here, "ani", "budi")
    came(here, "ani", "budi")
    change(here, "ani", ends_at=AFTER - timedelta(minutes=1))
    change(here, "budi", ends_at=AFTER + timedelta(days=1))
    capsys.readouterr()
    tick(function, {})
    [told] = [line for line in lines(capsys.readouterr().out) if line.get("job") == "endings"]
    assert (told["realm"], told["outcome"], told["rows"]) == ("smp", "done", 1)
    carry_out(here, AFTER)
    assert (held(here, "left"), states(here)) == ({"ani"}, {"ani": "closed", "budi": "active"})


def test_before_its_day_an_announced_campaign_does_nothing(here: Place):
    issue(here, *NAMES)
    early = here.load("suspend", CLOCK_OFFSET=at(EVE))
    tick(early, {})
    assert (here.all("campaigns"), held(here)) == ({}, set())


def test_an_announced_campaign_acts_by_itself_where_few_are_concerned(here: Place, function: FlaskClient):
    issue(here, *NAMES)
    came(here, "ani", "budi", "citra", "dewi")
    tick(function, {})
    assert (state(here), held(here)) == ("planned", set())
    tick(function, {})
    assert held(here) == {"eka"}
    carry_out(here, AFTER)
    assert states(here)["eka"] == "suspended"
    assert here.get("campaigns", ID)["approval"]["in_advance"]


def test_an_announced_campaign_waits_aloud_where_many_are_concerned(
    here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    issue(here, *NAMES)
    came(here, "ani", "budi", "citra")
    capsys.readouterr()
    tick(function, {})
    [loud] = [line for line in lines(capsys.readouterr().out) if line["severity"] == "ERROR"]
    assert (loud["code"], loud["campaign_id"], loud["job"]) == ("awaiting_approval", ID, "plan")
    for _ in range(3):
        tick(function, {})
    assert (state(here), held(here)) == ("awaiting_approval", set())
    assert {account.version for account in here.accounts()} == {1}


def test_who_is_exempt_at_the_last_minute_is_not_held(here: Place, function: FlaskClient):
    issue(here, *NAMES)
    plan(here)
    approve(here)
    by = {"reason": "sakit", "author": "ops", "until": AFTER + timedelta(days=9), "added_at": AFTER}
    here.plant("exemptions", f"person.{some_id('ani')}", {**by, "kind": "person", "id": some_id("ani")})
    tick(function, {})
    assert held(here) == set(NAMES) - {"ani"}


def test_no_line_of_a_whole_campaign_says_who_somebody_is(
    here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    issue(here, *NAMES)
    change(here, "eka", ends_at=AFTER - timedelta(days=1))
    plan(here)
    approve(here)
    capsys.readouterr()
    tick(function, {})
    carry_out(here, AFTER)
    tick(function, {})
    printed = capsys.readouterr().out
    names = {word for account in here.accounts() for word in (*account.nama.split(), account.nisn_nuptk or "@")}
    addresses = {account.address.partition("@")[0] for account in here.accounts()}
    secrets = {*names, *addresses, "@", "Pusdatin", "surat"}
    assert len(secrets) > len(NAMES)
    assert [word for word in secrets if re.search(rf"\b{word}\b", printed, re.IGNORECASE)] == []
    assert {line["campaign_id"] for line in lines(printed) if line.get("job") == "campaign"} == {ID}
