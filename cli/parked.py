"""`akun parked`: what could not succeed as it was, and how to try it again."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing

import click

from cli.output import json_text, text
from cli.refusals import refusals
from shared import config, queries, wiring
from shared.contract import CURES
from shared.outcomes import Outcome, Result
from shared.paging import paged
from shared.ports import Document, Ref, Store, Tasks

PAGE = 500

# Of an account that the Directory refuses; events have their cures in the contract.
CURES_OF_ACCOUNTS = {
    "name_refused": "Correct the name in Dapodik; the new event tries again by itself.",
    "org_unit_missing": "Create the realm's org unit in the Admin console, then replay.",
    "domain_unverified": "Add and verify the realm's domain in the Admin console, then replay.",
    "realm_unknown": "Deploy a policy that has the realm, then replay.",
    "upstream_must_send_again": "Too little was kept to try it again: upstream must send the event once more.",
}
OTHERWISE = "Look at code and field, mend the cause, then replay."


@click.group()
def parked() -> None:
    """Look at parked events and blocked accounts, and try them again."""


@parked.command("list")
@click.option("--code", help="Only entries of this code.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, without people's data.")
def list_entries(code: str | None, as_json: bool) -> None:
    """List entries: id, time, code, field and cure. Nobody's name is shown."""
    with refusals():
        shown = 0
        for document in _entries(_store(), code):
            shown += 1
            line = {name: document.data.get(name) for name in ("at", "code", "field", "event_id", "lane")}
            line = {"id": document.ref.id, **line, "cure": cure(str(line["code"]))}
            click.echo(json_text(line) if as_json else "\t".join(text(value) for value in line.values()))
        if not shown and not as_json:
            click.echo("nothing is parked")


@parked.command()
@click.argument("entry_id")
def show(entry_id: str) -> None:
    """Show one entry whole. It may hold a person's name and numbers: mind who looks on."""
    with refusals():
        document = _store().get(Ref("parked", entry_id))
        if document is None:
            raise click.ClickException(f"{entry_id}: no such entry")
        click.echo(json_text({"id": entry_id, **document.data, "cure": cure(document.data["code"])}, indent=2))


@parked.command()
@click.argument("entry_ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every entry.")
@click.option("--code", help="Every entry of this code.")
def replay(entry_ids: tuple[str, ...], every: bool, code: str | None) -> None:
    """Try entries again; one that succeeds is deleted, one that is refused again stays."""
    if bool(entry_ids) + every + bool(code) != 1:
        raise click.UsageError("name entries, or use one of --all and --code")
    with refusals():
        read = config.provision(os.environ)
        store, tasks = wiring.store(read.store), wiring.tasks(read.tasks)
        use_case = _replay(read, store, tasks)
        ids = entry_ids or tuple(document.ref.id for document in _entries(store, code))
        with closing(tasks):
            refused = [entry_id for entry_id in ids if not _replayed(entry_id, use_case(entry_id))]
        if refused:
            raise click.ClickException(f"{len(refused)} of {len(ids)} refused")


def _replayed(entry_id: str, result: Result) -> bool:
    """Say what became of one entry."""
    if result.outcome not in (Outcome.PARKED, Outcome.UNKNOWN):
        click.echo(f"{entry_id}\t{result.outcome}")
        return True
    reason = f": {result.code} {result.field}".rstrip() + f": {cure(result.code)}" if result.code else ""
    click.echo(f"{entry_id}\t{result.outcome}{reason}")
    return False


def _entries(store: Store, code: str | None) -> Iterator[Document]:
    found = paged(store, queries.parked(limit=PAGE))
    return (document for document in found if code in (None, document.data.get("code")))


def _store() -> Store:
    return wiring.store(config.store(os.environ))


def _replay(read: config.ProvisionConfig, store: Store, tasks: Tasks) -> Callable[[str], Result]:
    from shared.schools import Schools
    from shared.usecases.provision import Provision
    from shared.usecases.replay import Replay

    clock = wiring.clock(read.clock_offset)
    provision = Provision(
        store=store,
        tasks=tasks,
        clock=clock,
        policy=read.policy,
        root_domain=read.root_domain,
        schools=Schools(store),
    )
    return Replay(store=store, tasks=tasks, clock=clock, provision=provision)


def cure(code: str) -> str:
    """Give what mends an event or an account of this code."""
    return CURES.get(code) or CURES_OF_ACCOUNTS.get(code) or OTHERWISE
