"""`reconcile` as the framework serves it: one job for every realm."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from shared import policies
from tests.rosters import event, member, pupil, school
from tests.wire.functions import NOWHERE, Place, lines, push, tick

REALMS = set(policies.load("launch_2020").realms)
LATER = "600"


@pytest.fixture
def function(here: Place) -> FlaskClient:
    return here.load("reconcile")


def in_two_realms(here: Place, client: FlaskClient, **attributes: str) -> None:
    push(client, event(pupil("ANI LESTARI", who="ani")), "m1", **attributes)
    older = pupil("BUDI UTOMO", member(school("SMA NEGERI 1", form=13), tingkat_pendidikan_id=10), who="budi")
    push(client, event(older), "m2", **attributes)


def tasks_of(here: Place) -> list[dict[str, Any]]:
    return [{"account_id": account.account_id, "version": account.version} for account in here.accounts()]


def in_any_order(tasks: list[dict[str, Any]]) -> list[str]:
    return sorted(map(str, tasks))


def test_the_feed_enqueues_bulk_work_of_every_realm(here: Place, function: FlaskClient):
    in_two_realms(here, here.load("provision"), lane="bulk")
    answer = tick(function, {"job": "feed"})
    assert (answer.status_code, answer.text) == (200, "done")
    assert in_any_order(here.tasks_sent(2)) == in_any_order(tasks_of(here))
    assert set(here.all("cursors")) == {f"feed.{realm}" for realm in REALMS}


def test_two_feeds_of_one_minute_enqueue_once(here: Place, function: FlaskClient):
    in_two_realms(here, here.load("provision"), lane="bulk")
    tick(function, {"job": "feed"})
    tick(here.load("reconcile"), {"job": "feed"})
    assert len(here.tasks_sent(2)) == 2


def test_the_feed_leaves_live_work_alone(here: Place, function: FlaskClient):
    push(here.load("provision", TASKS_ENDPOINT=NOWHERE), event(pupil()))
    tick(function, {"job": "feed"})
    assert here.tasks_sent(0) == []


def test_stuck_enqueues_what_was_lost_three_minutes_ago(here: Place):
    in_two_realms(here, here.load("provision", TASKS_ENDPOINT=NOWHERE))
    assert tick(here.load("reconcile"), {"job": "stuck"}).text == "done"
    assert here.tasks_sent(0) == []
    assert tick(here.load("reconcile", CLOCK_OFFSET=LATER), {"job": "stuck"}).status_code == 200
    assert in_any_order(here.tasks_sent(2)) == in_any_order(tasks_of(here))


def test_each_realm_is_told_in_a_line_of_its_own(function: FlaskClient, capsys: pytest.CaptureFixture[str]):
    tick(function, {"job": "stuck"})
    told = lines(capsys.readouterr().out)
    assert {line["realm"] for line in told} == REALMS
    assert len(told) == len(REALMS)
    assert {(line["function"], line["job"], line["outcome"]) for line in told} == {("reconcile", "stuck", "unchanged")}


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"SITI", b"[]", b"{}", b"[" * 100_000, {"job": "listing?"}, {"job": 7}, {"job": ["feed"]}]
)
def test_a_body_that_names_no_job_is_refused(
    here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str], body: object
):
    answer = tick(function, body)
    assert (answer.status_code, answer.text) == (400, "job: must be one of feed, listing, stuck")
    (line,) = lines(capsys.readouterr().out)
    assert (line["severity"], line["code"]) == ("ERROR", "job_unknown")
    assert not here.path.exists()


def test_one_realm_that_fails_stops_no_other_and_is_answered_503(
    here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    in_two_realms(here, here.load("provision"), lane="bulk")
    capsys.readouterr()
    document = next(key for key, data in here.all("accounts").items() if data["realm"] == "sma")
    here.plant("cursors", "feed.smp", {"quota": "SITI AMINAH"})
    answer = tick(function, {"job": "feed"})
    assert (answer.status_code, answer.text) == (503, "1 realms failed")
    assert [task["account_id"] for task in here.tasks_sent(1)] == [document]
    printed = capsys.readouterr().out
    failed = [line for line in lines(printed) if line["severity"] == "ERROR"]
    assert [(line["realm"], line["outcome"], line["code"]) for line in failed] == [("smp", "retry", "unforeseen")]
    assert "SITI" not in printed
    assert {line["realm"] for line in lines(printed)} == REALMS


def test_a_queue_that_refuses_fails_its_realm_and_the_next_run_makes_it_good(here: Place, function: FlaskClient):
    in_two_realms(here, here.load("provision"), lane="bulk")
    here.tasks_control("faults", {"create_503": {"count": 1}})
    assert tick(function, {"job": "feed"}).status_code == 503
    assert tick(function, {"job": "feed"}).status_code == 200
    assert in_any_order(here.tasks_sent(2)) == in_any_order(tasks_of(here))


def test_a_store_that_fails_is_answered_503(here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str]):
    here.path.write_bytes(b"no database" * 100)
    assert tick(function, {"job": "feed"}).status_code == 503
    assert {line["code"] for line in lines(capsys.readouterr().out)} == {"store_unavailable"}


def test_a_stopped_realm_is_left_alone(here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str]):
    in_two_realms(here, here.load("provision"), lane="bulk")
    here.plant("switches", "stop.smp", {"suspensions_only": False})
    capsys.readouterr()
    tick(function, {"job": "feed"})
    held = [line["realm"] for line in lines(capsys.readouterr().out) if line["outcome"] == "held"]
    assert held == ["smp"]
    assert len(here.tasks_sent(1)) == 1
