"""`provision` as the framework serves it: what each delivery comes to, in store and queue."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from tests.rosters import event, member, pupil, school, some_id
from tests.wire.functions import Place, lines, push

KINDS = pytest.mark.parametrize("kind", ["push", "eventarc"])


@pytest.fixture
def provision(here: Place) -> FlaskClient:
    return here.load("provision")


@KINDS
def test_a_new_pupil_is_stored_and_enqueued(here: Place, provision: FlaskClient, kind: str):
    answer = push(provision, event(pupil()), kind=kind)
    assert (answer.status_code, answer.text) == (200, "OK")
    account = here.only_account()
    assert (account.state, account.lane, account.realm) == ("reserved", "live", "smp")
    assert here.get("people", account.person_id)["revision"] == 1
    assert here.get("addresses", account.address) == {"account_id": account.account_id}
    assert here.get("schools", account.sekolah_id)["nama"] == "SMP NEGERI 1"
    assert here.tasks_sent(1) == [{"account_id": account.account_id, "version": 1}]


@KINDS
def test_each_delivery_is_told_in_one_line(provision: FlaskClient, capsys: pytest.CaptureFixture[str], kind: str):
    push(provision, event(pupil()), kind=kind)
    (line,) = lines(capsys.readouterr().out)
    assert line.pop("ms") > 0
    assert line == {
        "severity": "INFO",
        "message": "provision: done",
        "function": "provision",
        "outcome": "done",
        "event_id": some_id(f"e{some_id('siti')}1"),
        "lane": "live",
    }


@KINDS
def test_a_message_in_the_bulk_lane_is_stored_and_left_to_the_feed(here: Place, provision: FlaskClient, kind: str):
    assert push(provision, event(pupil()), kind=kind, lane="bulk").status_code == 200
    assert here.only_account().lane == "bulk"
    assert here.tasks_sent(0) == []


def test_a_message_that_names_the_live_lane_is_enqueued(here: Place, provision: FlaskClient):
    push(provision, event(pupil()), lane="live", schema="roster-change/1", person_id=some_id("siti"))
    assert here.only_account().lane == "live"
    assert len(here.tasks_sent(1)) == 1


@KINDS
def test_a_message_of_an_unknown_lane_is_parked_with_its_event(here: Place, provision: FlaskClient, kind: str):
    assert push(provision, event(pupil()), "77", kind, lane="Islam").status_code == 200
    entry = here.all("parked")["77"]
    assert (entry["code"], entry["field"], entry["lane"]) == ("lane_unknown", "attributes.lane", None)
    assert entry["event"]["person"]["nama"] == "SITI AMINAH"
    assert "Islam" not in str(entry)
    assert here.accounts() == []


def test_a_second_delivery_is_a_duplicate_and_makes_no_second_account(
    here: Place, provision: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    push(provision, event(pupil()))
    before = here.only_account()
    assert push(provision, event(pupil())).status_code == 200
    assert here.only_account() == before
    assert [line["outcome"] for line in lines(capsys.readouterr().out)] == ["done", "duplicate"]


def test_an_older_revision_is_stale_and_changes_nothing(
    here: Place, provision: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    push(provision, event(pupil("SITI AMINAH PUTRI"), revision=2))
    before = here.only_account()
    assert push(provision, event(pupil()), "m2").status_code == 200
    assert here.only_account() == before
    assert [line["outcome"] for line in lines(capsys.readouterr().out)] == ["done", "stale"]
    assert here.all("parked") == {}


def test_the_same_revision_with_other_content_is_parked(here: Place, provision: FlaskClient):
    push(provision, event(pupil()))
    assert push(provision, event(pupil("SITI ROHMAH")), "m2").status_code == 200
    entry = here.all("parked")["m2"]
    assert (entry["code"], entry["field"], entry["lane"]) == ("revision_conflict", "revision", "live")
    assert entry["event"]["person"]["nama"] == "SITI ROHMAH"
    assert here.only_account().nama == "SITI AMINAH"


@pytest.mark.parametrize(("ahead", "outcome"), [(timedelta(hours=23), "done"), (timedelta(days=365), "parked")])
def test_a_revision_may_be_a_day_ahead_but_not_a_year(
    here: Place, provision: FlaskClient, capsys: pytest.CaptureFixture[str], ahead: timedelta, outcome: str
):
    revision = int((datetime.now(UTC) + ahead).timestamp() * 1_000_000)
    assert push(provision, event(pupil(), revision)).status_code == 200
    (line,) = lines(capsys.readouterr().out)
    assert line["outcome"] == outcome
    codes = [(entry["code"], entry["event"]["revision"]) for entry in here.all("parked").values()]
    assert codes == ([("revision_in_future", revision)] if outcome == "parked" else [])


def test_a_person_without_an_account_is_stored_with_the_reason(here: Place, provision: FlaskClient):
    too_young = pupil("SITI AMINAH", member(school("SD NEGERI 1", form=5), tingkat_pendidikan_id=1))
    assert push(provision, event(too_young)).status_code == 200
    (decision,) = here.get("people", some_id("siti"))["decisions"]
    assert decision["reason"] == "grade_not_eligible"
    assert here.accounts() == []
    assert here.tasks_sent(0) == []


def test_an_offset_clock_moves_what_is_stored(here: Place):
    push(here.load("provision", CLOCK_OFFSET="86400"), event(pupil()))
    decided_at = here.get("people", some_id("siti"))["decided_at"]
    assert timedelta(hours=23) < decided_at - datetime.now(UTC) < timedelta(hours=25)


def test_the_policy_is_the_one_of_the_environment(here: Place):
    push(here.load("provision", POLICY="wide_2022", ROOT_DOMAIN="belajar.test"), event(pupil()))
    account = here.only_account()
    assert here.get("people", account.person_id)["policy"] == "wide_2022"
    assert account.address.endswith("@smp.belajar.test")
