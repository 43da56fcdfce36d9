"""Between the framework and a use case: what is raised becomes 429, 500 or 503, and each event one log line."""

import hashlib
import re
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from flask import Request
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable, TooManyRequests

from shared import logs
from shared.errors import AppError, LinkError, PassingError, QuotaError
from shared.outcomes import Outcome, Result

Done = TypeVar("Done")

_ACCOUNT_ID = re.compile(r"[0-9a-f-]{36}\.[a-z]+(\.[a-z]+)?")
_COUNT = re.compile(r"[0-9]{1,9}")
_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
RETRY_AFTER = 1  # second: Cloud Tasks waits for it, and the platforms have back-offs of their own


@dataclass(slots=True)
class Told:
    """What a function tells of the event at hand, as far as it has come."""

    function: str
    event_id: str = ""
    account_id: str = ""
    realm: str = ""
    lane: str = ""
    job: str = ""
    campaign_id: str = ""
    sekolah_id: str = ""
    file_mark: str = ""
    began: float = field(default_factory=time.perf_counter)

    def result(self, result: Result) -> None:
        """Write the line of what came of the event."""
        severity: logs.Severity = "ERROR" if result.loud or result.outcome is Outcome.PARKED else "INFO"
        self.write(severity, result.outcome, code=result.code, field=result.field, rows=result.rows)

    def write(self, severity: logs.Severity, outcome: str, **more: Any) -> None:
        """Write the event's line."""
        ms = round((time.perf_counter() - self.began) * 1000, 1)
        logs.write(
            logs.Line(
                severity=severity,
                message=f"{self.function}: {outcome}",
                function=self.function,
                outcome=outcome,
                ms=ms,
                event_id=self.event_id,
                account_id=self.account_id,
                realm=self.realm,
                lane=self.lane,
                job=self.job,
                campaign_id=self.campaign_id,
                sekolah_id=self.sekolah_id,
                file_mark=self.file_mark,
                **more,
            )
        )


def run(told: Told, work: Callable[[], Result]) -> Result:
    """Do the work of one event and tell of it; what is raised ends as 429, 500 or 503 and is tried again."""
    result = attempt(told, work)
    told.result(result)
    return result


def attempt(told: Told, work: Callable[[], Done]) -> Done:
    """Do work for a caller who gets an answer; what is raised is told and ends as 429, 500 or 503; refusals pass."""
    try:
        return work()
    except LinkError:
        raise
    except Exception as error:  # noqa: BLE001 - unforeseen means retry: losing work is worse than repeating it
        tell_failure(told, error)
        raise _answer(error) from None


def tell_failure(told: Told, error: BaseException) -> None:
    """Write the line of a failure: its type, code and frames, never its text."""
    code, where = (error.code, error.field) if isinstance(error, AppError) else ("unforeseen", "")
    told.write("ERROR", Outcome.RETRY, code=code, field=where, error=type(error).__name__, frames=_frames(error))


def _answer(error: Exception) -> HTTPException:
    if isinstance(error, PassingError):
        return InternalServerError("try again later")
    kind = TooManyRequests if isinstance(error, QuotaError) else ServiceUnavailable
    return kind("try again later", retry_after=RETRY_AFTER)


def _frames(error: BaseException) -> tuple[str, ...]:
    """Give file, line and function of each frame: never the text or a value."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return tuple(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}" for frame in frames)


def document_id(message_id: str) -> str:
    """Give an id under which an entry of this message can be stored, whatever the sender made of it."""
    if _SAFE_ID.fullmatch(message_id) and not message_id.startswith("__"):  # Firestore keeps `__…__` for itself
        return message_id
    return hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()


def body_of(request: Request) -> object:
    """Give the JSON of a request, or None where there is none that could be read."""
    try:
        return request.get_json(force=True, silent=True)
    except RecursionError:
        return None


def task_of(body: object) -> tuple[str, int, bool] | None:
    """Read the body of a converge task: account id, version, probe; None where it is not one of ours."""
    if not isinstance(body, Mapping):
        return None
    account_id, version = body.get("account_id"), body.get("version")
    if not isinstance(account_id, str) or not _ACCOUNT_ID.fullmatch(account_id) or type(version) is not int:
        return None
    return account_id, version, body.get("probe") is True


def take_task(request: Request, use_case: Callable[[], Callable[..., Result]]) -> tuple[str, int]:
    """Answer one task of Cloud Tasks; a body that is not of ours is acknowledged: the store is the truth."""
    told = Told("converge")
    task = task_of(body_of(request))
    if task is None:
        told.write("ERROR", Outcome.UNKNOWN, code="body_invalid")
        return Outcome.UNKNOWN, 200
    account_id, version, probe = task
    told.account_id = account_id
    count = request.headers.get("X-CloudTasks-TaskRetryCount", "0")
    retries = int(count) if _COUNT.fullmatch(count) else 0
    result = run(told, lambda: use_case()(account_id, version, retries=retries, probe=probe))
    return result.outcome, 200


class Piece(Protocol):
    """One piece of a run that holds a lease; ids where it is of a campaign or a realm."""

    @property
    def job(self) -> str: ...  # noqa: D102 - a field
    @property
    def work(self) -> Callable[[], Result]: ...  # noqa: D102
    @property
    def campaign_id(self) -> str: ...  # noqa: D102
    @property
    def realm(self) -> str: ...  # noqa: D102


class InPieces(Protocol):
    """A use case that runs alone, piece by piece."""

    def alone(self) -> AbstractContextManager[bool]:
        """Hold the lease; False: another run has it."""

    def parts(self) -> Iterable[Piece]:
        """Give the pieces, each to be done before the next is asked for."""


def run_alone(function: str, use_case: Callable[[], InPieces]) -> tuple[str, int]:
    """Do the pieces of one run; one that fails stops no other. 503 at the end if any did, so that the caller tells.

    A piece that changed nothing has no line; the run has one in any case, so that its absence can be seen.
    """
    failed: list[str] = []

    def all_pieces() -> Result:
        changed = 0
        with use_case().alone() as is_alone:
            if not is_alone:
                return Result(Outcome.UNCHANGED, "leased")
            for piece in use_case().parts():
                result = _piece(function, piece)
                changed += result.rows if result is not None else 0
                failed.extend([piece.job] if result is None else [])
        return Result(Outcome.DONE if changed else Outcome.UNCHANGED, rows=changed)

    run(Told(function), all_pieces)
    return (f"{len(failed)} pieces failed", 503) if failed else ("done", 200)


def _piece(function: str, piece: Piece) -> Result | None:
    told = Told(function, job=piece.job, campaign_id=piece.campaign_id, realm=piece.realm)
    try:
        result = attempt(told, piece.work)
    except HTTPException:
        return None
    if result.outcome is not Outcome.UNCHANGED:
        told.result(result)
    return result
