"""`akun exempt`: people, schools and realms that no campaign suspends, each until a date."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import click

from cli import asked
from cli.output import json_text, moment, table
from cli.refusals import refusals
from cli.school import UUID, found
from shared import config, wiring
from shared.domain.exemptions import Exemption, Kind
from shared.domain.policy import Policy
from shared.errors import PermanentError
from shared.ports import Clock, Store
from shared.usecases.exempt import Added, Exempt


class Whom(NamedTuple):
    """Whom an exemption is for."""

    kind: Kind
    id: str


class _At(NamedTuple):
    """What the commands work with."""

    store: Store
    clock: Clock
    policy: Policy

    @property
    def use_case(self) -> Exempt:
        return Exempt(store=self.store, clock=self.clock)


def _whom(command: Callable[..., Any]) -> Callable[..., Any]:
    for option, metavar, said in (
        ("--realm", "R", "All accounts of a realm, such as guru.smp."),
        ("--school", "S", "All accounts that the school's files list; sekolah_id or NPSN."),
        ("--person", "P", "All accounts of a person; person_id."),
    ):
        command = click.option(option, metavar=metavar, help=said)(command)
    return command


@click.group()
def exempt() -> None:
    """Spare people, schools or realms of every campaign until a date."""


@exempt.command()
@_whom
@asked.reason("Why.")
@asked.author("Who allows it: office or school.")
@click.option(
    "--until", required=True, metavar="DATE", help="The last day, in Jakarta: 2021-07-31; or a time with zone."
)
def add(person: str | None, school: str | None, realm: str | None, reason: str, author: str, until: str) -> None:
    """Spare somebody until the end of DATE, or longer than now; campaigns see it at once.

    What a campaign holds and has not suspended yet is let go. What is suspended stays so: akun account reinstate gives
    it back.
    """
    with refusals():
        at = _at()
        whom, end = _asked(at, person, school, realm), asked.until(until, at.clock.now())
        try:
            added = at.use_case.add(whom.kind, whom.id, reason=reason, author=author, until=end)
        except PermanentError as error:
            raise click.ClickException(_refused(whom, error)) from None
    _tell(whom, added)


@exempt.command("list")
@click.option("--all", "every", is_flag=True, help="Those too that have ended.")
@click.option("--json", "for_programs", is_flag=True, help="One JSON object a line.")
def list_exemptions(every: bool, for_programs: bool) -> None:
    """List who is exempt now, until when, why, and by whom."""
    with refusals():
        read = config.look(os.environ)
        now = wiring.clock(read.clock_offset).now()
        use_case = Exempt(store=wiring.store(read.store), clock=wiring.clock(read.clock_offset))
        shown = [each for each in use_case.all() if every or each.is_in_force(now)]
    if for_programs:
        for each in shown:
            click.echo(json_text(_for_programs(each, now)))
    elif shown:
        columns = ("who", "id", "until", "reason", "author", "added", "state")
        table("Exemptions", columns, [_row(each, now) for each in shown])
    else:
        click.echo("nobody is exempt")


@exempt.command()
@_whom
@asked.author("Who ends it.")
def end(person: str | None, school: str | None, realm: str | None, author: str) -> None:
    """End an exemption now; the next run of a campaign counts them again."""
    with refusals():
        at = _at()
        whom = _asked(at, person, school, realm)
        try:
            ended, changed = at.use_case.end(whom.kind, whom.id, author)
        except PermanentError:
            raise click.ClickException(f"{whom.kind} {whom.id}: never was exempt: akun exempt list") from None
    click.echo(f"{whom.kind} {whom.id}\t{_state(ended, at.clock.now())}")
    if not changed:
        click.echo("it had ended before", err=True)


def _at() -> _At:
    read = config.decide(os.environ)
    return _At(wiring.store(read.store), wiring.clock(read.clock_offset), read.policy)


def _asked(at: _At, person: str | None, school: str | None, realm: str | None) -> Whom:
    """Give whom the options mean; exits with 2 where they name nobody, or several."""
    if sum(option is not None for option in (person, school, realm)) != 1:
        raise click.UsageError("name one of --person, --school and --realm")
    if school is not None:
        return Whom("school", found(at.store, school.strip()).ref.id)
    if realm is not None:
        if realm not in at.policy.realms:
            raise click.BadParameter(f"must be one of {', '.join(sorted(at.policy.realms))}", param_hint="--realm")
        return Whom("realm", realm)
    person_id = (person or "").strip().lower()
    if not UUID.fullmatch(person_id):
        raise click.BadParameter("must be a person_id, a UUID: akun why NISN shows it", param_hint="--person")
    return Whom("person", person_id)


def _refused(whom: Whom, error: PermanentError) -> str:
    if error.code == "person_unknown":
        return f"{whom.id}: no event has named such a person"
    if error.code == "exempt_longer":
        until = moment(datetime.fromisoformat(error.field))
        return f"{whom.kind} {whom.id}: is exempt until {until}, which is later: to shorten it, akun exempt end first"
    return f"{whom.kind} {whom.id}: refused: {error}"


def _tell(whom: Whom, added: Added) -> None:
    how = "is exempt longer now" if added.prolonged else "is exempt"
    click.echo(f"{whom.kind} {whom.id}\t{how}, until {moment(added.exemption.until)}")
    if added.let_go:
        click.echo(f"{added.let_go} accounts that a campaign was about to suspend are let go")
    if added.suspended:
        first = f", first {added.first}" if added.first else ""
        click.echo(
            f"{added.suspended} accounts are suspended by campaigns and stay so: akun account reinstate{first}",
            err=True,
        )


def _state(exemption: Exemption, now: datetime) -> str:
    if exemption.ended_at is not None:
        return f"ended {moment(exemption.ended_at)} by {exemption.ended_by}"
    return "in force" if exemption.is_in_force(now) else f"ran out {moment(exemption.until)}"


def _row(each: Exemption, now: datetime) -> tuple[object, ...]:
    added = moment(each.added_at)
    return each.kind, each.id, moment(each.until), each.reason, each.author, added, _state(each, now)


def _for_programs(each: Exemption, now: datetime) -> dict[str, object]:
    return {
        "kind": each.kind,
        "id": each.id,
        "in_force": each.is_in_force(now),
        "until": each.until,
        "reason": each.reason,
        "author": each.author,
        "added_at": each.added_at,
        "ended_at": each.ended_at,
        "ended_by": each.ended_by,
    }
