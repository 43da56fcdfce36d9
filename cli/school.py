"""`akun school`: what is done for a whole school."""

import os
import re
from contextlib import closing

import click

from cli.output import json_text, table
from cli.refusals import refusals
from shared import config, queries, wiring
from shared.domain.reissuing import Fate
from shared.ports import Document, Ref, Store
from shared.usecases.revoke import File, Report, Revoke

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NPSN = re.compile(r"[0-9A-Z]{8}")

FATES = {
    Fate.REISSUED: "given a new password",
    Fate.ALREADY: "given a new one before",
    Fate.USED: "used already: the password is the owner's own",
    Fate.GONE: "no such account",
}


@click.group()
def school() -> None:
    """Do something for a whole school."""


@school.command()
@click.argument("school_id", metavar="SCHOOL")
@click.option("--link", "link_id", metavar="LID", help="Re-issue only what this link's files showed.")
@click.option("--file", "number", metavar="NUMBER", help="Re-issue only what this file showed: K7QD4MZ2-3.")
@click.option("--dry-run", is_flag=True, help="Only count; write nothing.")
@click.option("--people", is_flag=True, help="List the ids of the accounts exposed, never names.")
@click.option("--json", "for_programs", is_flag=True, help="One JSON object.")
def revoke(
    school_id: str, link_id: str | None, number: str | None, dry_run: bool, people: bool, for_programs: bool
) -> None:
    """Kill the links of SCHOOL (sekolah_id or NPSN) and re-issue what leaked through them.

    Every link of the school that was issued until now is dead at once, whatever --link or --file say. Each password
    that was shown and is still unused, as far as is known, gets its next generation. Run again, it does only what is
    left.
    """
    if link_id and number:
        raise click.UsageError("use one of --link and --file")
    with refusals():
        read = config.command(os.environ)
        store, tasks = wiring.store(read.store), wiring.tasks(read.tasks)
        use_case = Revoke(store=store, tasks=tasks, clock=wiring.clock(read.clock_offset))
        with closing(tasks):
            report = use_case(found(store, school_id).ref.id, link_id or number or "", dry_run=dry_run)
    if for_programs:
        click.echo(json_text(_for_programs(report, people=people), indent=2))
        return
    _tell(report, named=bool(link_id or number))
    if people:
        rows = [(account_id, fate.replace("_", " ")) for account_id, fate in sorted(report.fates.items())]
        table("Accounts exposed", ("account", "became"), rows)


def found(store: Store, text: str) -> Document:
    """Find a school by sekolah_id or NPSN; says what is wrong with the text, and exits with 1 if there is none."""
    if UUID.fullmatch(text.lower()):
        document = store.get(Ref("schools", text.lower()))
        schools = [document] if document else []
    elif NPSN.fullmatch(text.upper()):
        schools = list(store.query(queries.schools_of(text.upper())))
    else:
        raise click.UsageError(f"{text}: neither a sekolah_id nor an NPSN")
    if not schools:
        raise click.ClickException(f"{text}: no event has named such a school")
    if len(schools) > 1:
        raise click.ClickException(f"{text}: several schools have this NPSN: {', '.join(s.ref.id for s in schools)}")
    return schools[0]


def files_table(files: list[File], title: str = "Files") -> None:
    """Show fetches: numbers, never whose rows they are."""
    columns = ("file", "when", "category", "network", "rows", "passwords")
    table(title, columns, [(f.number, f.at, f.category, f.network, f.rows, f.passwords) for f in files])


def file_for_programs(file: File) -> dict[str, object]:
    """Give a fetch for programs."""
    return {
        "number": file.number,
        "link_id": file.link_id,
        "at": file.at,
        "category": file.category,
        "network": file.network,
        "rows": file.rows,
        "passwords": file.passwords,
    }


def _tell(report: Report, *, named: bool) -> None:
    files = _by_time(report)
    if files:
        files_table(files, "What left")
    shown = len(report.fates) - report.count(Fate.NOT_SHOWN)
    click.echo(f"exposed: {report.rows} rows of {report.people} people in {len(files)} files; passwords of {shown}")
    for fate, words in FATES.items():
        if fate is Fate.REISSUED or report.count(fate):
            dry = " (dry run: would be)" if fate is Fate.REISSUED and report.valid_after is None else ""
            click.echo(f"  {report.count(fate)} {words}{dry}")
    if report.blocked:
        click.echo(f"{len(report.blocked)} of these wait for what blocks them: akun why {report.blocked[0]}", err=True)
    if report.unqueued:
        click.echo(f"some tasks could not be queued ({report.unqueued}): reconcile does it within minutes", err=True)
    if report.valid_after is None:
        click.echo("dry run: no link was killed")
    else:
        also = " This goes for all links of the school, not only for the one named." if named else ""
        click.echo(f"every link issued until {report.valid_after.isoformat(timespec='seconds')} is dead.{also}")


def _for_programs(report: Report, *, people: bool) -> dict[str, object]:
    told: dict[str, object] = {
        "sekolah_id": report.sekolah_id,
        "dry_run": report.valid_after is None,
        "links_valid_after": report.valid_after,
        "rows": report.rows,
        "people": report.people,
        "passwords": len(report.fates) - report.count(Fate.NOT_SHOWN),
        **{str(fate): report.count(fate) for fate in Fate},
        "blocked": len(report.blocked),
        "unqueued": report.unqueued or None,
        "files": [file_for_programs(file) for file in _by_time(report)],
    }
    return {**told, "accounts": dict(sorted(report.fates.items()))} if people else told


def _by_time(report: Report) -> list[File]:
    return sorted(report.files.values(), key=lambda file: (file.at, file.number))
