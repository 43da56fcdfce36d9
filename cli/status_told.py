"""How `akun campaign status` is printed for people."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from cli.output import moment, share, span, table


def tell(told: Mapping[str, Any]) -> None:
    """Print one campaign for people."""
    click.echo(f"{told['campaign_id']}: {told['state']}")
    click.echo(f"rule: {told['rule']}; policy {told['policy']}, {told['legal_basis']}")
    if told["rule_has_changed"]:
        click.echo("the policy says otherwise by now: this campaign goes on by the rule it was planned by")
    if told["deadline"] is not None:
        come = "has come" if told["deadline_has_come"] else "is still ahead"
        click.echo(f"deadline: {moment(told['deadline'])}, {come}")
    if told["state"] == "planning":
        click.echo(f"plan {told['plan']}: {told['counted_so_far']:,} accounts looked at so far")
    else:
        of = share(told["due"] / told["in_use"]) if told["in_use"] else share(0)
        counted = f"plan {told['plan']}, counted {moment(told['planned_at'])}"
        click.echo(f"{counted}: {told['due']:,} due of {told['in_use']:,} in use ({of}), {told['exempt']:,} exempt")
        click.echo(f"approval: {told['approval']}")
    _tell_progress(told)
    for wait in told["waits_for"]:
        click.echo(f"waits for {wait['words']}")
    click.echo(f"next: {told['next']}")
    columns = ("when", "state", "by")
    table("History", columns, [(moment(each["at"]), each["state"], each["by"]) for each in told["history"]])


def _tell_progress(told: Mapping[str, Any]) -> None:
    realms = {realm: row for realm, row in told["realms"].items() if row["due"] or row["held"] or row["changed"]}
    if realms:
        columns = ("realm", "due", "exempt", "held", "suspended", "waiting", "came or let go", "left alone")
        names = ("due", "exempt", "held", "suspended", "waiting", "came_or_let_go", "left_alone")
        table("By realm", columns, [(realm, *(row[name] for name in names)) for realm, row in sorted(realms.items())])
    if told["results"]:
        click.echo("came to: " + ", ".join(f"{name} {count:,}" for name, count in told["results"].items()))
    if told["seconds_left_at_least"]:
        click.echo(f"takes at least {span(told['seconds_left_at_least'])} more, without what it waits for")


def tell_all(told: Sequence[Mapping[str, Any]]) -> None:
    """Print all campaigns for people."""
    rows = [
        (
            each["campaign_id"],
            each["state"] or "not planned",
            moment(each["deadline"]) if each["deadline"] is not None else f"rolling, {each['days']} days",
            each["due"],
            each["suspended"],
        )
        for each in told
    ]
    if rows:
        table("Campaigns", ("campaign", "state", "deadline", "due", "suspended"), rows)
    else:
        click.echo("the policy has no campaign, and there never was one")
