"""What `converge` answers when the Directory, the queue or the store does not do as asked."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from shared.domain.accounts import Account
from tests.rosters import event, pupil, some_id
from tests.wire.answers import asks_to_come_again, told
from tests.wire.functions import NOWHERE, Place, converge, push, run_task

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


@pytest.mark.parametrize(
    ("status", "reason"), [(403, "quotaExceeded"), (403, "userRateLimitExceeded"), (429, "rateLimitExceeded")]
)
def test_a_quota_that_is_used_up_is_answered_429(
    here: Place, function: FlaskClient, account: Account, capsys: pytest.CaptureFixture[str], status: int, reason: str
):
    here.fault(method="insert", status=status, reason=reason, message=f"Too much for {account.address}")
    answer = converge(function, account)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert account.address not in answer.text
    (line,) = [line for line in told(capsys) if "function" in line]
    assert (line["outcome"], line["code"], line["error"]) == ("retry", "quota", "QuotaError")
    assert here.only_account() == account
    assert converge(function, account, retries=1).text == "done"


@pytest.mark.parametrize(
    ("rule", "code", "alone"),
    [
        ({"status": 503, "reason": "backendError"}, "server_error", True),
        ({"status": 500, "reason": "backendError"}, "server_error", True),
        ({"status": 403, "reason": "forbidden"}, "forbidden", False),
        ({"status": 418, "reason": "teapot"}, "unexpected_status", True),
        ({"kind": "dropped", "count": 3}, "no_answer", True),
    ],
)
def test_a_directory_that_fails_is_tried_again_and_slows_the_queue_only_where_it_fails_for_everybody(
    here: Place,
    function: FlaskClient,
    account: Account,
    capsys: pytest.CaptureFixture[str],
    rule: dict[str, object],
    code: str,
    alone: bool,
):
    here.fault(method="insert", message=f"Not now, {account.address}", **rule)
    asks_to_come_again(converge(function, account), alone=alone)
    (line,) = [line for line in told(capsys) if "function" in line]
    assert (line["outcome"], line["code"], line["account_id"]) == ("retry", code, account.account_id)
    assert here.only_account() == account
    here.directory.control("faults", method="DELETE")
    assert converge(function, account, retries=1).text == "done"


def test_a_directory_that_nobody_serves_is_tried_again(
    here: Place, account: Account, capsys: pytest.CaptureFixture[str]
):
    asks_to_come_again(converge(here.load("converge", DIRECTORY_ENDPOINT=NOWHERE), account), alone=True)
    assert told(capsys)[-1]["code"] == "no_answer"


def test_a_name_that_is_refused_blocks_the_account_and_is_parked(
    here: Place, function: FlaskClient, account: Account, capsys: pytest.CaptureFixture[str]
):
    message = f"Invalid Given/Family Name: FamilyName {account.nama} {account.address}"
    here.fault(method="insert", status=400, reason="invalid", message=message)
    answer = converge(function, account)
    assert (answer.status_code, answer.text) == (200, "blocked")
    after = here.only_account()
    assert after.blocked is not None
    assert (after.blocked.code, after.blocked.field, after.lane) == ("name_refused", "name", None)
    entry = here.get("parked", f"account.{account.account_id}")
    assert (entry["code"], entry["field"], entry["account_id"]) == ("name_refused", "name", account.account_id)
    assert account.nama not in str(entry)
    assert told(capsys)[-1]["code"] == "name_refused"
    assert converge(function, account).text == "blocked"
    assert here.users() == []


def test_what_only_time_can_mend_becomes_a_task_of_its_own(here: Place, function: FlaskClient, account: Account):
    here.fault(method="insert", status=412, reason="conditionNotMet", message="User creation is not complete.")
    answer = converge(function, account)
    assert (answer.status_code, answer.text) == (200, "waiting")
    after = here.only_account()
    assert after.waiting is not None
    assert after.waiting.code == "not_ready"
    (task,) = here.tasks_control("tasks", method="GET")["tasks"]
    wait = datetime.fromisoformat(task["scheduled"]) - datetime.now(UTC)
    assert timedelta(seconds=5) < wait < timedelta(minutes=1)
    here.tasks_control("fast_forward", {"due": True})
    assert here.tasks_sent(1) == [{"account_id": account.account_id, "version": 1}]


def test_a_wait_that_cannot_be_enqueued_is_answered_503(
    here: Place, account: Account, capsys: pytest.CaptureFixture[str]
):
    here.fault(method="insert", status=412, reason="conditionNotMet", message="User creation is not complete.")
    asks_to_come_again(converge(here.load("converge", TASKS_ENDPOINT=NOWHERE), account))
    assert told(capsys)[-1]["code"] == "enqueue_failed"


def test_a_full_licence_pool_is_told_loudly_once_and_holds_creations(
    here: Place, function: FlaskClient, account: Account, capsys: pytest.CaptureFixture[str]
):
    here.fault(method="insert", status=412, reason="limitExceeded", message="Domain user limit reached", count=9)
    assert [converge(function, account).text for _ in range(3)] == ["held", "held", "held"]
    severities = [line["severity"] for line in told(capsys) if "function" in line]
    assert severities == ["ERROR", "INFO", "INFO"]
    assert list(here.all("switches")) == ["licences"]


def test_a_store_that_fails_is_answered_503(here: Place, capsys: pytest.CaptureFixture[str]):
    here.path.write_bytes(b"SITI AMINAH, no database" * 100)
    asks_to_come_again(run_task(here.load("converge"), {"account_id": UNKNOWN, "version": 1}))
    (line,) = told(capsys)
    assert (line["code"], line["account_id"]) == ("store_unavailable", UNKNOWN)


def test_what_nobody_foresaw_is_answered_503_and_told_by_type_and_place(
    here: Place, function: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    here.plant("accounts", UNKNOWN, {"nama": "SITI AMINAH", "credential": "0101234567", "sekolah_ids": []})
    asks_to_come_again(run_task(function, {"account_id": UNKNOWN, "version": 1}))
    (line,) = told(capsys)
    assert (line["severity"], line["outcome"], line["code"]) == ("ERROR", "retry", "unforeseen")
    assert line["error"] in ("AttributeError", "KeyError", "TypeError")
    assert line["frames"]


def test_an_unknown_key_is_not_guessed_but_tried_again(
    here: Place, account: Account, capsys: pytest.CaptureFixture[str]
):
    kms = '{"kms": "kms:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1"}'
    asks_to_come_again(converge(here.load("converge", CREDENTIAL_KEYS=kms, KMS_ENDPOINT=NOWHERE), account))
    assert told(capsys)[-1]["code"] == "kms_unavailable"
    assert here.users() == []
