"""`akun stop` and `akun go`: hold all work, or suspensions alone, and let it go on."""

import os
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

import click

from cli import asked
from cli.output import moment
from cli.refusals import refusals
from shared import config, wiring
from shared.domain.switches import EVERY_REALM
from shared.errors import PermanentError
from shared.usecases.stop import Report, Stop

SECONDS: Final = 30  # within which converge obeys

# Why a stop is not lifted, with what to do.
REFUSED: Final = {
    "stopped_everywhere": "all realms are stopped, and this one with them: akun go",
    "stopped_altogether": "not only suspensions are stopped here: akun go, without --suspensions-only",
}

realm_option = click.option("--realm", metavar="R", help="One realm, such as guru.smp; default: all.")
only_option = click.option("--suspensions-only", is_flag=True, help="New suspensions alone; all else goes on.")


@click.command()
@realm_option
@only_option
@asked.reason("Why.", required=False)
@asked.by
def stop(realm: str | None, suspensions_only: bool, reason: str | None, by: str) -> None:
    """Hold all work at once: a switch that every call obeys within 30 seconds, and the queues.

    Nothing is lost: what is stopped waits until akun go. Run again, it tries those queues once more that could not be
    paused.
    """
    _done(realm, lambda case, on: case.stop(on, by, reason or "", suspensions_only=suspensions_only), "paused")


@click.command()
@realm_option
@only_option
def go(realm: str | None, suspensions_only: bool) -> None:
    """Lift what akun stop set, by the same options, and let the queues send again."""
    _done(realm, lambda case, on: case.go(on, suspensions_only=suspensions_only), "resumed")


def _done(realm: str | None, move: Callable[[Stop, str], Report], moved: str) -> None:
    with refusals():
        read = config.stop(os.environ)
        if realm is not None and realm not in read.policy.realms:
            raise click.BadParameter(f"must be one of {', '.join(sorted(read.policy.realms))}", param_hint="--realm")
        queues, clock = wiring.queues(read.tasks), wiring.clock(read.clock_offset)
        with closing(queues):
            case = Stop(store=wiring.store(read.store), queues=queues, clock=clock, realms=read.policy.realms)
            try:
                report = move(case, realm or EVERY_REALM)
            except PermanentError as error:
                raise click.ClickException(REFUSED.get(error.code, error.code)) from None
    _tell(report, moved)


def _tell(report: Report, moved: str) -> None:
    for line in said(report.stops) or ["nothing is stopped"]:
        click.echo(line)
    if not report.changed:
        click.echo("it was so before: the switch was left as it is")
    if report.moved:
        click.echo(f"queues {moved}: {', '.join(report.moved)}")
    for realm, code in report.failed.items():
        click.echo(f"the queue of {realm} could not be {moved} ({code})", err=True)
    if report.failed:
        holds = f"the switch holds it within {SECONDS} s" if moved == "paused" else "nothing of it is sent"
        raise click.ClickException(f"{len(report.failed)} queues were not {moved}: {holds}; run the command again")


def said(stops: dict[str, Any] | Any) -> list[str]:
    """Give a line for each stop that is set: what, since when, by whom, why."""
    lines = []
    for realm, doc in sorted(stops.items()):
        where = "all realms" if realm == EVERY_REALM else realm
        what = "suspensions are stopped" if doc.get("suspensions_only") else "everything is stopped"
        why = f": {doc['reason']}" if doc.get("reason") else ""
        who = f" by {doc['by']}" if doc.get("by") else ""
        lines.append(f"{where}: {what} since {moment(doc.get('since'))}{who}{why}")
        if doc.get("under"):
            lines.append(f"{where}: after akun go, suspensions stay stopped, as somebody asked before")
    return lines
