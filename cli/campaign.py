"""`akun campaign`: deadlines, from the plan to the end, and back."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import click

from cli import asked
from cli import campaign_words as words
from cli.output import json_text
from cli.planning import Counting, Shown
from cli.refusals import refusals
from cli.report import report
from cli.status import Status
from cli.status_told import tell, tell_all
from shared import config, wiring
from shared.campaign_records import CampaignRecords
from shared.domain.campaigns import Record
from shared.domain.policy import Policy
from shared.errors import PermanentError
from shared.ports import Clock, Store
from shared.usecases.campaign import Decisions

SCHOOLS = 20


class _Deciding(NamedTuple):
    """What a decision needs."""

    store: Store
    clock: Clock
    policy: Policy

    @property
    def decisions(self) -> Decisions:
        return Decisions(store=self.store, clock=self.clock, policy=self.policy)


@click.group()
def campaign() -> None:
    """Suspend who never came by a deadline: plan, approve, start, watch, pause, undo.

    ID is a campaign of the policy, such as 2021-06-30; akun campaign status lists them.
    """


@campaign.command()
@asked.campaign_id
@click.option("--dry-run", is_flag=True, help="Count and show the same, and write nothing.")
@click.option("--schools", type=click.IntRange(0, 1000), default=SCHOOLS, help="How many schools to show; default 20.")
@asked.for_programs
@asked.by
def plan(campaign_id: str, dry_run: bool, schools: int, for_programs: bool, by: str) -> None:
    """Count whom campaign ID would suspend, and what is to be done next. Nobody is suspended by this.

    Costs 1 read for each account that comes into question. Broken off, it goes on where it was.
    """
    with refusals():
        read = config.suspend(os.environ)
        deciding = _deciding(read)
        counting = Counting(deciding.decisions, deciding.store, read.policy)
        with _refused(campaign_id, "plan", read.policy):
            record, counts = counting.dry(campaign_id) if dry_run else counting.plan(campaign_id, by)
        shown = Shown(deciding.store, record, read.rates, deciding.clock.now())
        if for_programs:
            click.echo(shown.json(counts, schools, dry=dry_run))
        else:
            shown.tell(counts, schools, dry=dry_run)


@campaign.command()
@asked.campaign_id
@click.option("--approver", required=True, callback=asked.one_line, help="Who allows it: office or decree. Kept.")
@asked.reason("Why it is allowed.")
def approve(campaign_id: str, approver: str, reason: str) -> None:
    """Allow what the plan of campaign ID counted, and a tenth more; then it runs, once its deadline has come."""
    record = _decided(campaign_id, "approve", lambda decisions: decisions.approve(campaign_id, approver, reason))
    click.echo(f"approval: {words.approval(record)}", err=True)


@campaign.command()
@asked.campaign_id
@asked.by
def start(campaign_id: str, by: str) -> None:
    """Let campaign ID run, whose plan needs no approval; it waits for its deadline by itself."""
    _decided(campaign_id, "start", lambda decisions: decisions.start(campaign_id, by))


@campaign.command()
@asked.campaign_id
@asked.by
def pause(campaign_id: str, by: str) -> None:
    """Let campaign ID commit nothing more. What lies in the queue goes through within two minutes.

    To hold that, too: akun stop --suspensions-only.
    """
    _decided(campaign_id, "pause", lambda decisions: decisions.pause(campaign_id, by))


@campaign.command()
@asked.campaign_id
@asked.by
def resume(campaign_id: str, by: str) -> None:
    """Let campaign ID go on where it was paused."""
    _decided(campaign_id, "resume", lambda decisions: decisions.resume(campaign_id, by))


@campaign.command()
@asked.campaign_id
@asked.by
def undo(campaign_id: str, by: str) -> None:
    """Lift whatever campaign ID suspended, in all its rounds, and nothing else."""
    _decided(campaign_id, "undo", lambda decisions: decisions.undo(campaign_id, by))


@campaign.command()
@asked.any_campaign_id
@asked.for_programs
def status(campaign_id: str | None, for_programs: bool) -> None:
    """Show how far campaign ID has come and what it waits for; without ID, list all campaigns."""
    with refusals():
        read = config.suspend(os.environ)
        store, clock = wiring.store(read.store), wiring.clock(read.clock_offset)
        looking = Status(store=store, clock=clock, policy=read.policy, rates=read.rates)
        told: Any = looking.all() if campaign_id is None else looking.one(_record(store, campaign_id, read.policy))
    if for_programs:
        click.echo(json_text(told, indent=2))
    else:
        (tell_all if campaign_id is None else tell)(told)


campaign.add_command(report)


def _decided(campaign_id: str, command: str, decide: Callable[[Decisions], Record]) -> Record:
    """Carry out a decision and say which state it led to, and what comes next."""
    with refusals():
        read = config.decide(os.environ)
        deciding = _deciding(read)
        with _refused(campaign_id, command, read.policy):
            record = decide(deciding.decisions)
        click.echo(f"{campaign_id}\t{record.state}")
        click.echo(f"watch: akun campaign status {campaign_id}", err=True)
        return record


def _deciding(read: config.DecideConfig | config.SuspendConfig) -> _Deciding:
    return _Deciding(wiring.store(read.store), wiring.clock(read.clock_offset), read.policy)


def _record(store: Store, campaign_id: str, policy: Policy) -> Record:
    found = CampaignRecords(store).get(campaign_id)
    with _refused(campaign_id, "status", policy):
        if found is None:
            raise PermanentError("campaign_not_planned")
    return found.record


def _ids(policy: Policy) -> tuple[str, ...]:
    return tuple(rule.id for rule in policy.campaigns)


@contextmanager
def _refused(campaign_id: str, command: str, policy: Policy) -> Iterator[None]:
    """Turn a refused decision into one line that says what is possible, and exit 1."""
    try:
        yield
    except PermanentError as error:
        raise click.ClickException(words.refused(campaign_id, command, error, _ids(policy))) from None
