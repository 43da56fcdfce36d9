"""What may pass: `provision` answers 503 and tells why without quoting anything, and a redelivery loses nothing."""

import sqlite3
from contextlib import closing

import pytest
from flask.testing import FlaskClient

from shared.outcomes import Outcome
from tests.rosters import event, pupil, some_id
from tests.wire.answers import asks_to_come_again, told
from tests.wire.functions import NOWHERE, Place, push


def break_store(here: Place, how: str) -> None:
    match how:
        case "no database":
            here.path.write_bytes(b"SITI AMINAH, no database" * 100)
        case "a folder":
            here.path.mkdir()
        case "a table is missing":
            with closing(sqlite3.connect(here.path)) as connection:
                connection.execute("DROP TABLE documents")


@pytest.mark.parametrize("how", ["no database", "a folder", "a table is missing"])
def test_a_store_that_fails_is_answered_503(
    here: Place, capsys: pytest.CaptureFixture[str], how: str, recwarn: pytest.WarningsRecorder
):
    if how == "a table is missing":
        here.all("people")  # makes the file
    break_store(here, how)
    asks_to_come_again(push(here.load("provision"), event(pupil())))
    (line,) = told(capsys)
    assert (line["outcome"], line["code"], line["error"]) == ("retry", "store_unavailable", "TransientError")
    assert line["event_id"] == some_id(f"e{some_id('siti')}1")
    assert any(frame.startswith("store.py:") for frame in line["frames"])
    assert list(recwarn) == []


def test_a_store_in_a_folder_that_is_missing_is_answered_503(here: Place, capsys: pytest.CaptureFixture[str]):
    provision = here.load("provision", STORE=f"sqlite:///{here.path.parent}/SITI/akun.db")
    asks_to_come_again(push(provision, event(pupil())))
    assert told(capsys)[0]["code"] == "store_unavailable"


def test_what_cannot_be_parked_is_not_acknowledged(here: Place, capsys: pytest.CaptureFixture[str]):
    break_store(here, "no database")
    asks_to_come_again(push(here.load("provision"), b"no event"))
    assert told(capsys)[0]["code"] == "store_unavailable"


def test_after_the_store_is_back_the_same_instance_takes_the_redelivery(here: Place):
    break_store(here, "no database")
    provision = here.load("provision")
    asks_to_come_again(push(provision, event(pupil())))
    here.path.unlink()
    assert push(provision, event(pupil())).status_code == 200
    assert len(here.tasks_sent(1)) == 1


def enqueue_fails(here: Place, how: str) -> FlaskClient:
    if how == "nobody listens":
        return here.load("provision", TASKS_ENDPOINT=NOWHERE)
    here.tasks_control("faults", {how: {"count": 1}})
    return here.load("provision")


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("nobody listens", "enqueue_failed"),
        ("create_503", "enqueue_refused"),
        ("create_answer_lost", "enqueue_failed"),
    ],
)
def test_an_enqueue_that_fails_is_answered_503_and_made_good_by_the_redelivery(
    here: Place, capsys: pytest.CaptureFixture[str], how: str, code: str
):
    asks_to_come_again(push(enqueue_fails(here, how), event(pupil())))
    account = here.only_account()
    assert (account.lane, account.applied_version) == ("live", 0)
    assert push(here.load("provision"), event(pupil())).status_code == 200
    tasks = here.tasks_sent(2 if how == "create_answer_lost" else 1)
    assert tasks == [{"account_id": account.account_id, "version": 1}] * len(tasks)
    first, second = told(capsys)
    assert (first["outcome"], first["code"]) == ("retry", code)
    assert second["outcome"] == Outcome.DUPLICATE


def test_what_nobody_foresaw_is_answered_503_and_told_by_type_and_place(
    here: Place, capsys: pytest.CaptureFixture[str]
):
    here.plant("people", some_id("siti"), {"revision": "SITI AMINAH", "person": "0101234567"})
    asks_to_come_again(push(here.load("provision"), event(pupil())))
    (line,) = told(capsys)
    assert (line["severity"], line["outcome"], line["code"]) == ("ERROR", "retry", "unforeseen")
    assert line["error"] in ("KeyError", "TypeError", "AttributeError")
    assert any(frame.startswith("provision.py:") for frame in line["frames"])


def test_a_crash_between_commit_and_enqueue_is_made_good_within_the_hour(here: Place):
    push(here.load("provision", TASKS_ENDPOINT=NOWHERE), event(pupil()))
    push(here.load("provision", CLOCK_OFFSET=str(50 * 60)), event(pupil()))
    assert len(here.tasks_sent(1)) == 1
