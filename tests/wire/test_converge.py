"""`converge` as the framework serves it: what each task comes to, in Directory and store."""

import pytest
from flask.testing import FlaskClient

from shared.domain.accounts import Account
from tests.rosters import event, pupil, some_id
from tests.wire.answers import told
from tests.wire.functions import Place, converge, push, run_task

DEEP = b"[" * 100_000
UNKNOWN = f"{some_id('nobody')}.smp"


@pytest.fixture
def account(here: Place, capsys: pytest.CaptureFixture[str]) -> Account:
    push(here.load("provision"), event(pupil()))
    here.tasks_sent(1)
    here.target.deliveries.clear()
    capsys.readouterr()
    return here.only_account()


@pytest.fixture
def function(here: Place) -> FlaskClient:
    return here.load("converge")


def test_a_task_makes_the_user_and_records_it(here: Place, function: FlaskClient, account: Account):
    answer = converge(function, account)
    assert (answer.status_code, answer.text) == (200, "done")
    (user,) = here.users()
    after = here.only_account()
    assert (after.state, after.applied_version, after.directory_id) == ("issued", 1, user["id"])
    assert user["primaryEmail"] == account.address


def test_each_task_is_told_in_one_line(function: FlaskClient, account: Account, capsys: pytest.CaptureFixture[str]):
    converge(function, account)
    (line,) = told(capsys)
    assert line.pop("ms") > 0
    assert line == {
        "severity": "INFO",
        "message": "converge: done",
        "function": "converge",
        "outcome": "done",
        "account_id": account.account_id,
    }


def test_a_task_that_comes_twice_calls_once(here: Place, function: FlaskClient, account: Account):
    converge(function, account)
    before = here.only_account()
    answer = converge(function, account)
    assert (answer.status_code, answer.text) == (200, "unchanged")
    assert here.only_account() == before
    assert here.directory.control("counters")["total"] == 1


def test_a_task_of_an_unknown_account_is_acknowledged(here: Place, function: FlaskClient):
    answer = run_task(function, {"account_id": UNKNOWN, "version": 1})
    assert (answer.status_code, answer.text) == (200, "unknown_account")
    assert here.users() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"SITI AMINAH",
        b"\xff",
        b"[]",
        b"{}",
        DEEP,
        {"account_id": UNKNOWN},
        {"account_id": UNKNOWN, "version": "1"},
        {"account_id": UNKNOWN, "version": True},
        {"account_id": 7, "version": 1},
        {"account_id": "siti@smp.belajar.id", "version": 1},
        {"account_id": "../people/x", "version": 1},
        {"account_id": UNKNOWN + "\n", "version": 1},
    ],
)
def test_a_body_that_is_no_task_is_acknowledged_and_told_without_a_quotation(
    here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str], body: object
):
    assert run_task(function, body).status_code == 200
    (line,) = told(capsys)
    assert (line["severity"], line["code"]) == ("ERROR", "body_invalid")
    assert "account_id" not in line
    assert not here.path.exists()


@pytest.mark.parametrize("count", ["", "many", "-1", "²", "9" * 5000])
def test_a_retry_count_that_is_none_counts_as_the_first_try(
    here: Place, function: FlaskClient, account: Account, count: str
):
    task = {"account_id": account.account_id, "version": 0}
    converge(function, account)
    assert run_task(function, task, count).text == "unchanged"


def test_a_task_that_is_tried_again_with_an_older_version_applies_the_present_state_once_more(
    here: Place, function: FlaskClient, account: Account
):
    converge(function, account)
    push(here.load("provision"), event(pupil("SITI AMINAH PUTRI"), revision=2))
    converge(function, here.only_account())
    here.directory.control("counters/reset", {})
    assert run_task(function, {"account_id": account.account_id, "version": 1}, retries=1).text == "done"
    assert here.directory.control("counters")["calls"]["get"] == {"200": 1}
    assert here.only_account().nama == "SITI AMINAH PUTRI"


def test_the_first_key_of_the_environment_is_used(here: Place, account: Account):
    keys = (
        '{"k2": "MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI=", "k1": "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="}'
    )
    converge(here.load("converge", CREDENTIAL_KEYS=keys), account)
    assert here.only_account().credential.key_id == "k2"
