"""What the boundary makes of outcomes and errors: one line each, and an answer that says nothing of a person."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException

from shared import boundary
from shared.errors import ConflictError, PassingError, PermanentError, QuotaError, TransientError
from shared.outcomes import Outcome, Result
from tests.rosters import some_id

ACCOUNT = f"{some_id('siti')}.smp"


def line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (printed,) = capsys.readouterr().out.splitlines()
    told: dict[str, Any] = json.loads(printed)
    return told


def fails(error: Exception) -> HTTPException:
    def work() -> Result:
        raise error

    with pytest.raises(HTTPException) as caught:
        boundary.run(boundary.Told("provision"), work)
    return caught.value


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.PARKED])
def test_an_outcome_is_told_and_given_back(capsys: pytest.CaptureFixture[str], outcome: Outcome):
    result = Result(outcome, "why", field="person.nama")
    assert boundary.run(boundary.Told("converge", account_id=ACCOUNT), lambda: result) is result
    told = line(capsys)
    assert (told["severity"], told["outcome"], told["code"]) == ("INFO", outcome, "why")
    assert (told["account_id"], told["field"], told["message"]) == (ACCOUNT, "person.nama", f"converge: {outcome}")


@pytest.mark.parametrize("result", [Result(Outcome.PARKED, "x"), Result(Outcome.HELD, "licences_full", loud=True)])
def test_what_is_worth_waking_somebody_is_an_error(capsys: pytest.CaptureFixture[str], result: Result):
    boundary.run(boundary.Told("provision"), lambda: result)
    assert line(capsys)["severity"] == "ERROR"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (TransientError("store_unavailable"), 503, "store_unavailable"),
        (QuotaError("quota"), 429, "quota"),
        (PassingError("server_error"), 500, "server_error"),
        (ConflictError(), 503, "conflict"),
        (PermanentError("store_id_invalid", "id"), 503, "store_id_invalid"),
        (ValueError("siti@smp.belajar.id"), 503, "unforeseen"),
        (KeyError("SITI AMINAH"), 503, "unforeseen"),
        (UnicodeEncodeError("utf-8", "SITI\ud800", 4, 5, "surrogates"), 503, "unforeseen"),
        (RecursionError("SITI"), 503, "unforeseen"),
        (MemoryError("SITI"), 503, "unforeseen"),
        (ExceptionGroup("SITI", [ValueError("AMINAH")]), 503, "unforeseen"),
    ],
)
def test_an_error_is_told_by_type_code_and_place_and_asks_to_come_again(
    capsys: pytest.CaptureFixture[str], error: Exception, status: int, code: str
):
    answer = fails(error)
    told = line(capsys)
    assert answer.code == status
    assert dict(answer.get_headers()).get("Retry-After") == (None if status == 500 else "1")
    assert (told["severity"], told["outcome"], told["code"]) == ("ERROR", "retry", code)
    assert told["error"] == type(error).__name__
    assert re.fullmatch(r"test_boundary\.py:\d+:work", told["frames"][-1])
    assert not re.search("siti|aminah", str(told) + answer.get_body(), re.IGNORECASE)


def test_the_cause_of_an_error_is_not_shown_to_the_framework():
    answer = fails(ValueError("siti@smp.belajar.id"))
    assert (answer.__cause__, answer.__suppress_context__) == (None, True)


def test_the_field_of_an_error_of_ours_is_told(capsys: pytest.CaptureFixture[str]):
    fails(PermanentError("id_invalid", "person.person_id"))
    assert line(capsys)["field"] == "person.person_id"


def test_only_the_last_frames_are_told(capsys: pytest.CaptureFixture[str]):
    def deep(levels: int) -> Result:
        if levels:
            return deep(levels - 1)
        raise ValueError

    with pytest.raises(HTTPException):
        boundary.run(boundary.Told("provision"), lambda: deep(50))
    assert len(line(capsys)["frames"]) == 8


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_the_end_of_the_process_is_no_failure_of_the_event(error: type[BaseException]):
    def work() -> Result:
        raise error

    with pytest.raises(error):
        boundary.run(boundary.Told("provision"), work)


@pytest.mark.parametrize("message_id", ["8213412340987654", "m1", "a-b_c", "x" * 128])
def test_an_id_of_pub_sub_stays_as_it_is(message_id: str):
    assert boundary.document_id(message_id) == message_id


@pytest.mark.parametrize("message_id", ["", "a/b", "..", "x" * 129, "__x__", "é", "\ud800", "account.x", "a\n"])
def test_any_other_id_becomes_one_that_a_store_can_keep(message_id: str):
    assert re.fullmatch("[0-9a-f]{64}", boundary.document_id(message_id))


def test_different_ids_stay_different():
    assert len({boundary.document_id(text) for text in ("a/b", "a/c", "__x__", "x__", "")}) == 5


@pytest.mark.parametrize("realm", ["smp", "guru.smp", "pendidik.kesetaraan"])
def test_a_task_of_ours_is_read(realm: str):
    account_id = f"{some_id('siti')}.{realm}"
    assert boundary.task_of({"account_id": account_id, "version": 3}) == (account_id, 3, False)
    assert boundary.task_of({"account_id": account_id, "version": 3, "probe": True}) == (account_id, 3, True)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"account_id": ACCOUNT},
        {"version": 1},
        {"account_id": ACCOUNT, "version": 1.0},
        {"account_id": ACCOUNT, "version": True},
        {"account_id": ACCOUNT, "version": None},
        {"account_id": ACCOUNT + "/x", "version": 1},
        {"account_id": ACCOUNT + "\n", "version": 1},
        {"account_id": ACCOUNT.upper(), "version": 1},
        {"account_id": some_id("siti"), "version": 1},
        {"account_id": ACCOUNT + ".a.b", "version": 1},
        {"account_id": [ACCOUNT], "version": 1},
    ],
)
def test_what_is_no_task_of_ours_is_not_read(body: object):
    assert boundary.task_of(body) is None


@dataclass
class Bit:
    """One piece of a run."""

    job: str
    work: Callable[[], Result]
    campaign_id: str = ""
    realm: str = ""


@dataclass
class Pieces:
    """A use case whose pieces are given; `given_back`: its lease."""

    bits: list[Bit] = field(default_factory=list)
    is_alone: bool = True
    given_back: bool = False
    fails: bool = False

    @contextmanager
    def alone(self) -> Iterator[bool]:
        try:
            yield self.is_alone
        finally:
            self.given_back = True

    def parts(self) -> Iterator[Bit]:
        yield from self.bits
        if self.fails:
            raise TransientError("store_unavailable")


def gives(job: str, outcome: Outcome, rows: int = 0, **more: Any) -> Bit:
    return Bit(job, lambda: Result(outcome, rows=rows, **more), realm="smp" if job == "endings" else "")


def raises(job: str) -> Bit:
    def work() -> Result:
        raise ValueError("SITI AMINAH siti@smp.belajar.id")

    return Bit(job, work, campaign_id="2021-06-30")


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(printed) for printed in capsys.readouterr().out.splitlines()]


def test_each_piece_that_did_something_has_a_line_and_the_run_counts_them(capsys: pytest.CaptureFixture[str]):
    run = Pieces([gives("endings", Outcome.DONE, 3), gives("endings", Outcome.UNCHANGED), gives("x", Outcome.DONE, 4)])
    assert boundary.run_alone("suspend", lambda: run) == ("done", 200)
    pieces = [(line.get("job"), line.get("realm"), line["outcome"], line.get("rows")) for line in told(capsys)]
    assert pieces == [("endings", "smp", "done", 3), ("x", None, "done", 4), (None, None, "done", 7)]
    assert run.given_back


def test_a_run_with_nothing_to_do_has_one_line_all_the_same(capsys: pytest.CaptureFixture[str]):
    assert boundary.run_alone("suspend", lambda: Pieces([gives("x", Outcome.UNCHANGED)])) == ("done", 200)
    assert [(line["function"], line["outcome"]) for line in told(capsys)] == [("suspend", "unchanged")]


def test_a_piece_that_fails_stops_no_other_and_the_run_is_answered_503(capsys: pytest.CaptureFixture[str]):
    run = Pieces([raises("plan"), gives("endings", Outcome.DONE, 2)])
    assert boundary.run_alone("suspend", lambda: run) == ("1 pieces failed", 503)
    failed, ended, whole = told(capsys)
    assert (failed["severity"], failed["job"], failed["code"]) == ("ERROR", "plan", "unforeseen")
    assert failed["campaign_id"] == "2021-06-30"
    assert (ended["job"], ended["rows"], whole["rows"]) == ("endings", 2, 2)
    assert not re.search("siti|aminah", str((failed, ended, whole)), re.IGNORECASE)
    assert run.given_back


def test_what_another_run_is_at_is_left_to_it(capsys: pytest.CaptureFixture[str]):
    run = Pieces([raises("plan")], is_alone=False)
    assert boundary.run_alone("suspend", lambda: run) == ("done", 200)
    assert [(line["outcome"], line["code"]) for line in told(capsys)] == [("unchanged", "leased")]


def test_pieces_that_cannot_even_be_listed_ask_to_come_again(capsys: pytest.CaptureFixture[str]):
    run = Pieces([gives("endings", Outcome.DONE, 2)], fails=True)
    with pytest.raises(HTTPException) as caught:
        boundary.run_alone("suspend", lambda: run)
    assert caught.value.code == 503
    assert [(line["outcome"], line.get("code")) for line in told(capsys)] == [
        ("done", None),
        ("retry", "store_unavailable"),
    ]
    assert run.given_back


def test_what_is_worth_waking_somebody_in_a_piece_is_an_error(capsys: pytest.CaptureFixture[str]):
    boundary.run_alone("suspend", lambda: Pieces([gives("campaign", Outcome.DONE, loud=True)]))
    assert [line["severity"] for line in told(capsys)] == ["ERROR", "INFO"]
