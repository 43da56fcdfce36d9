"""`reconcile`'s job `listing` as the framework serves it, beside the Directory stand-in."""

from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient

from shared import policies
from shared.jobs import REALMS_AT_ONCE
from tests.rosters import event, member, pupil, school
from tests.wire.functions import NOWHERE, Place, converge, lines, push, tick
from tests.wire.standin_target import call

REALMS = set(policies.load("launch_2020").realms)
LATER = "7200"
NEXT_DAY = "93600"
BODY = {"job": "listing"}


@pytest.fixture
def settled(here: Place) -> Place:
    """Two people in two realms, both with their users."""
    provision, make = here.load("provision", TASKS_ENDPOINT=NOWHERE), here.load("converge")
    older = pupil("BUDI UTOMO", member(school("SMA NEGERI 1", form=13), tingkat_pendidikan_id=10), who="budi")
    for number, person in enumerate((pupil("ANI LESTARI", who="ani"), older)):
        push(provision, event(person), f"m{number}")
    for account in here.accounts():
        assert converge(make, account).status_code == 200
    assert {account.state for account in here.accounts()} == {"issued"}
    here.directory.control("counters/reset", {})
    return here


def listing(here: Place, offset: str = LATER) -> FlaskClient:
    """Load the function some time later; the stand-in's clock goes with it."""
    here.directory.control("clock", {"offset": int(offset)})
    return here.load("reconcile", CLOCK_OFFSET=offset)


def calls(here: Place) -> dict[str, int]:
    counted: dict[str, dict[str, int]] = here.directory.control("counters")["calls"]
    return {method: sum(answers.values()) for method, answers in counted.items()}


def of(here: Place, realm: str) -> Any:
    return next(account for account in here.accounts() if account.realm == realm)


def told(capsys: pytest.CaptureFixture[str], job: str = "listing") -> dict[str, dict[str, Any]]:
    return {line["realm"]: line for line in lines(capsys.readouterr().out) if line.get("job") == job}


def test_every_realm_is_listed_and_told_of(settled: Place, capsys: pytest.CaptureFixture[str]):
    function = listing(settled)
    capsys.readouterr()
    answer = tick(function, BODY)
    assert (answer.status_code, answer.text) == (200, "done")
    found = told(capsys)
    assert set(found) == REALMS
    assert {realm: line["rows"] for realm, line in found.items() if "rows" in line} == {"smp": 1, "sma": 1}
    assert {line["outcome"] for line in found.values()} == {"done"}
    assert set(settled.all("cursors")) >= {f"listing.{realm}" for realm in REALMS}
    assert set(calls(settled)) == {"list"}


def test_a_sign_in_makes_an_account_active_and_a_change_by_hand_is_mended(settled: Place):
    ani, budi = of(settled, "smp"), of(settled, "sma")
    settled.directory.control("login", {"userKey": ani.address})
    user = next(each for each in settled.users() if each["primaryEmail"] == budi.address)
    settled.directory.control("suspend", {"userKey": user["id"], "by": "admin"})
    assert tick(listing(settled), BODY).status_code == 200
    assert of(settled, "smp").state == "active"
    assert (of(settled, "sma").state, of(settled, "sma").external.kind) == ("issued", "admin")
    assert calls(settled)["get"] == 1


def test_what_somebody_deleted_is_an_error_line_with_ids_alone(settled: Place, capsys: pytest.CaptureFixture[str]):
    ani = of(settled, "smp")
    push(settled.load("provision", TASKS_ENDPOINT=NOWHERE), event(pupil("CITRA DEWI", who="citra")), "m3")
    converge(settled.load("converge"), next(each for each in settled.accounts() if each.lane))
    tick(listing(settled), BODY)
    path = f"/admin/directory/v1/users/{ani.directory_id}"
    assert call(settled.directory.url, "DELETE", path)[0] in (200, 204)
    capsys.readouterr()
    assert tick(listing(settled, NEXT_DAY), BODY).status_code == 200
    printed = capsys.readouterr().out
    loud = [line for line in lines(printed) if line["severity"] == "ERROR"]
    assert [(line["realm"], line["code"], line["rows"]) for line in loud] == [("smp", "deleted_by_others", 1)]
    assert [account.external.kind for account in settled.accounts() if account.external] == ["deleted"]
    for secret in (ani.address, ani.nama, "ANI", "BUDI", ani.directory_id):
        assert secret not in printed


def test_one_realm_that_fails_stops_no_other_and_goes_on_later(settled: Place, capsys: pytest.CaptureFixture[str]):
    settled.fault(method="list", kind="error", status=503, count=1)
    function = listing(settled)
    capsys.readouterr()
    answer = tick(function, BODY)
    assert (answer.status_code, answer.text) == (503, "1 realms failed")
    failed = [realm for realm, line in told(capsys).items() if line["outcome"] == "retry"]
    assert len(failed) == 1
    assert tick(function, {**BODY, "resume": True}).status_code == 200
    states = {name: data["state"] for name, data in settled.all("cursors").items() if name.startswith("listing.")}
    assert set(states.values()) == {"done"}


def test_to_resume_where_nothing_is_under_way_asks_the_directory_nothing(settled: Place):
    function = listing(settled)
    assert tick(function, {**BODY, "resume": True}).text == "done"
    tick(function, BODY)
    before = calls(settled)
    assert tick(function, {**BODY, "resume": True}).text == "done"
    assert calls(settled) == before


@pytest.mark.parametrize("resume", ["true", 1, None, []])
def test_resume_is_true_or_false(settled: Place, capsys: pytest.CaptureFixture[str], resume: object):
    function = listing(settled)
    capsys.readouterr()
    answer = tick(function, {**BODY, "resume": resume})
    assert (answer.status_code, answer.text) == (400, "resume: must be true or false")
    (line,) = lines(capsys.readouterr().out)
    assert (line["severity"], line["code"]) == ("ERROR", "resume_invalid")
    assert calls(settled) == {}


def test_a_stopped_realm_is_held_and_nothing_of_it_is_listed(settled: Place, capsys: pytest.CaptureFixture[str]):
    settled.plant("switches", "stop.*", {"suspensions_only": False})
    function = listing(settled)
    capsys.readouterr()
    assert tick(function, BODY).status_code == 200
    found = lines(capsys.readouterr().out)
    assert {line["outcome"] for line in found if line.get("realm")} == {"held"}
    assert "shown" not in {line["job"] for line in found}
    assert calls(settled) == {}


def test_what_was_shown_is_carried_over_once_before_the_realms_and_looked_at_behind_each(
    settled: Place, capsys: pytest.CaptureFixture[str]
):
    function = listing(settled)
    capsys.readouterr()
    tick(function, BODY)
    jobs = [line["job"] for line in lines(capsys.readouterr().out)]
    assert jobs[0] == "carry_over"
    assert jobs.count("carry_over") == 1
    assert (jobs.count("listing"), jobs.count("shown")) == (len(REALMS), len(REALMS))


def test_feeding_goes_on_while_a_listing_takes_its_time(settled: Place):
    settled.fault(method="list", kind="hold", count=REALMS_AT_ONCE)
    function = listing(settled)
    under_way = Thread(target=tick, args=(function, BODY))
    under_way.start()
    try:
        held = settled.directory.control("faults/await", {"held": REALMS_AT_ONCE, "seconds": 20})
        assert held == {"held": REALMS_AT_ONCE}
        assert tick(function, {"job": "feed"}).status_code == 200
        assert under_way.is_alive()
    finally:
        settled.directory.control("faults/release", {})
        under_way.join(60)
    assert not under_way.is_alive()
