"""The jobs of `reconcile`: which one a request names, and how it is run, realm by realm, some at once."""

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from flask import Request
from werkzeug.exceptions import HTTPException

from shared import boundary
from shared.budget import Budget, within
from shared.outcomes import Outcome, Result

REALMS_AT_ONCE = 6
LONG = 540.0  # seconds of work in one run of `listing`, every 10 minutes
WAITS = frozenset({"under_way", "stopped", "overtaken"})  # codes of a step behind which the next is not yet due
_AT_ONCE = ThreadPoolExecutor(REALMS_AT_ONCE)  # kept, with its threads' connections; they start after the fork
_FOR_LONG = ThreadPoolExecutor(REALMS_AT_ONCE)  # its own: what works for minutes must not hold up every minute's work

Step = Callable[[str], Result]


@dataclass(frozen=True, slots=True)
class Work:
    """What one run does: `first`, once; then each realm's steps in turn, under the names that are told of."""

    realms: Iterable[str]
    steps: Mapping[str, Step]
    first: Mapping[str, Callable[[], Result]] = field(default_factory=dict)
    is_long: bool = False


Job = Callable[[bool], Work]
"""Gives the work of a run, by whether it is only to resume."""


class Lists(Protocol):
    """The use case `Listing`."""

    def in_turn(self, realms: Iterable[str]) -> list[str]: ...  # noqa: D102 - as there
    def __call__(self, realm: str, go_on: Budget, *, resume: bool) -> Result: ...  # noqa: D102


class Renews(Protocol):
    """The use case `Shown`."""

    def carry_over(self) -> Result: ...  # noqa: D102 - as there
    def __call__(self, realm: str) -> Result: ...  # noqa: D102


def minutely(name: str, use_case: Step, realms: Iterable[str]) -> Job:
    """Give a job that does one thing for each realm."""
    return lambda _: Work(realms, {name: use_case})


def daily(listing: Lists, shown: Renews, realms: Iterable[str]) -> Job:
    """Give the job that lists each realm, and then looks after what was shown there; its realms share its time."""

    def work(resume: bool) -> Work:
        go_on = within(LONG)
        steps: dict[str, Step] = {"listing": lambda realm: listing(realm, go_on, resume=resume), "shown": shown}
        return Work(listing.in_turn(realms), steps, {"carry_over": shown.carry_over}, is_long=True)

    return work


def run_job(request: Request, names: Collection[str], job_of: Callable[[str], Job]) -> tuple[str, int]:
    """Run the job that the body names for each realm, some at once; one realm's failure stops no other.

    503 at the end if any failed, so that Cloud Scheduler tells of it.
    """
    body = boundary.body_of(request)
    given = body if isinstance(body, Mapping) else {}
    name, resume = given.get("job"), given.get("resume", False)
    if not isinstance(name, str) or name not in names:
        boundary.Told("reconcile").write("ERROR", Outcome.UNKNOWN, code="job_unknown")
        return f"job: must be one of {', '.join(sorted(names))}", 400
    if type(resume) is not bool:
        boundary.Told("reconcile", job=name).write("ERROR", Outcome.UNKNOWN, code="resume_invalid")
        return "resume: must be true or false", 400
    work = job_of(name)(resume)

    def one(realm: str) -> bool:
        return _done(((step, partial(do, realm)) for step, do in work.steps.items()), realm)

    is_begun = _done(work.first.items(), "")
    failed = list((_FOR_LONG if work.is_long else _AT_ONCE).map(one, work.realms)).count(False)
    if failed:
        return f"{failed} realms failed", 503
    return ("done", 200) if is_begun else (f"{', '.join(work.first)} failed", 503)


def _done(steps: Iterable[tuple[str, Callable[[], Result]]], realm: str) -> bool:
    """Do steps, each told of in a line, until one has to be waited for; False: one failed."""
    for name, step in steps:
        try:
            result = boundary.run(boundary.Told("reconcile", realm=realm, job=name), step)
        except HTTPException:
            return False
        if result.code in WAITS:
            break
    return True
