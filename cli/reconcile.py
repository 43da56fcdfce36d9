"""`akun reconcile`: how far the comparison with the Directory has come, and what it has found."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import click

from cli.output import json_text, moment, table
from cli.refusals import refusals
from shared import config, wiring
from shared.listing_records import Checkpoint, checkpoint_ref
from shared.ports import Ref, Store
from shared.usecases.listing import OVERDUE

# What a listing finds, in the order in which ops ask for it, and what each number means.
FOUND = {
    "signed_in": "came since the last listing",
    "drifted": "changed by others; on its way to be mended",
    "external": "newly suspended by an admin or Google",
    "released": "no longer suspended by others",
    "deleted_by_others": "user deleted by somebody; not made anew",
    "restored": "deleted user that is back",
    "missing": "too many not listed: the list's fault, nothing was done",
    "unmarked": "user of nobody of ours; never touched",
    "mark_unknown": "user with a mark of no account here; never touched",
    "mark_twice": "second user with an account's mark; neither is touched",
    "never_confirmed": "account that waits for its user for over an hour",
    "unproven": "could not be proved; the next listing looks again",
    "unreadable": "user that the list showed only in part",
}
COLUMNS = ("realm", "state", "begun", "users", "last whole", "to look into", "last fed")


@click.group()
def reconcile() -> None:
    """See how the accounts compare with the Directory."""


@reconcile.command()
@click.option("--realm", help="Only this realm, with the Directory ids that were found.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def status(realm: str | None, as_json: bool) -> None:
    """Show each realm's listing: how far it is, when one was last whole, what it found. Nobody's name is shown.

    Costs 2 reads for each realm.
    """
    with refusals():
        read = config.decide(os.environ)
        if realm is not None and realm not in read.policy.realms:
            raise click.BadParameter(f"must be one of {', '.join(sorted(read.policy.realms))}", param_hint="--realm")
        realms = [realm] if realm is not None else sorted(read.policy.realms)
        now = wiring.clock(read.clock_offset).now()
        found = _found(wiring.store(read.store), realms, now)
    if as_json:
        click.echo(json_text({"at": now, "realms": found}))
        return
    table("Listings", COLUMNS, [_row(name, each) for name, each in found.items()])
    for name, each in found.items():
        _tell(name, each, with_ids=realm is not None)


def _found(store: Store, realms: Sequence[str], now: datetime) -> dict[str, dict[str, Any]]:
    refs = [ref for realm in realms for ref in (checkpoint_ref(realm), Ref("cursors", f"feed.{realm}"))]
    documents = store.get_many(refs)
    found = {}
    for realm, listed, fed in zip(realms, documents[::2], documents[1::2], strict=True):
        feed = {"quota": fed.data["quota"], "fed_at": fed.data["fed_at"]} if fed is not None else None
        found[realm] = {**_listed(Checkpoint.from_doc(listed.data) if listed is not None else None, now), "feed": feed}
    return found


def _listed(checkpoint: Checkpoint | None, now: datetime) -> dict[str, Any]:
    """Give what programs get of a listing."""
    if checkpoint is None:
        return {"state": "never", "overdue": False}
    is_late = now - (checkpoint.whole_at or checkpoint.since) > OVERDUE
    if checkpoint.number == 0:
        return {"state": "never", "overdue": is_late}
    return {
        "state": checkpoint.outcome or "done" if checkpoint.state == "done" else checkpoint.state,
        "overdue": is_late,
        "number": checkpoint.number,
        "started_at": checkpoint.started_at,
        "ended_at": checkpoint.ended_at,
        "whole_at": checkpoint.whole_at,
        "pages": checkpoint.page,
        "users": checkpoint.counts.get("looked", 0),
        "counts": dict(checkpoint.counts),
        "ids": {name: list(ids) for name, ids in checkpoint.samples.items()},
    }


def _row(realm: str, each: Mapping[str, Any]) -> Sequence[object]:
    feed, found = each["feed"], each.get("counts", {})
    reported = sum(found.get(name, 0) for name in ("deleted_by_others", "missing", "mark_twice", "mark_unknown"))
    late = " (over " + _days(OVERDUE) + " ago)" if each["overdue"] else ""
    whole = moment(each.get("whole_at")) + late
    return (
        realm,
        each["state"],
        moment(each.get("started_at")),
        each.get("users"),
        whole,
        reported,
        moment(feed["fed_at"] if feed is not None else None),
    )


def _days(span: timedelta) -> str:
    return f"{span.days} days"


def _tell(realm: str, each: Mapping[str, Any], *, with_ids: bool) -> None:
    """Say what was found, in words; the ids of users only where one realm is asked for."""
    for name, meaning in FOUND.items():
        number = each.get("counts", {}).get(name, 0)
        if number:
            click.echo(f"{realm}: {number:,} {name}: {meaning}")
        if with_ids:
            for user_id in each.get("ids", {}).get(name, ()):
                click.echo(f"  {user_id}")
