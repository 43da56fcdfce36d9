"""`akun campaign report`: a page with charts, and the same numbers as CSV, of who came and what a campaign did."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from cli import asked
from cli.campaign_words import refused
from cli.output import Progress, json_text, table
from cli.refusals import refusals
from cli.report_charts import number, percent
from cli.report_csv import SchoolsFile, write_progress, write_provinces, write_realms
from cli.report_words import province, steps
from shared import config, wiring
from shared.domain.activation import Activation, School, by_share
from shared.domain.policy import Policy
from shared.errors import PermanentError
from shared.usecases.campaign_report import CampaignReport, Expected, Report

USD_OF_100_000: Final = 0.06
"""US dollars for 100,000 reads: Firestore's list price in a multi-region, the dearest; in a region it is less."""

BROKEN_OFF: Final = 130  # exit status after Ctrl-C, as the shell's own
STEPS: Final = 20  # of the progress that is shown: one for each twentieth of the accounts


@click.command()
@asked.campaign_id
@click.option(
    "--out", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Default: this folder."
)
@click.option("--json", "for_programs", is_flag=True, help="Besides the files, the numbers as one JSON object.")
def report(campaign_id: str, folder: Path, for_programs: bool) -> None:
    """Write a page with charts, and CSV files: how far campaign ID has come, and where accounts were opened.

    Each account of its realms is read once; how many, and at what cost, is told before. Nothing is changed. ID.html
    and ID-*.csv replace those of before when all is read, and name no pupil, teacher or account.
    """
    try:
        with refusals():
            read = config.decide(os.environ)
            use_case = CampaignReport(
                store=wiring.store(read.store), clock=wiring.clock(read.clock_offset), policy=read.policy
            )
            with _told(campaign_id, folder, read.policy):
                expected = use_case.expected(campaign_id)
                click.echo(_announced(expected), err=True)
                found, files = _written(use_case, expected, folder)
    except KeyboardInterrupt:
        click.echo("broken off: no file was written", err=True)
        sys.exit(BROKEN_OFF)
    if for_programs:
        click.echo(json_text(_for_programs(found, files), indent=2))
        return
    columns = ("realm", "accounts", "activated", "share", "suspended, never opened", "not opened yet")
    table(
        "Activation", columns, [(name, *_cells(each)) for name, each in (*by_share(found.realms), ("all", found.total))]
    )
    for path in files:
        click.echo(str(path))


@contextmanager
def _told(campaign_id: str, folder: Path, policy: Policy) -> Iterator[None]:
    """Say in a line what stands in the way, with its cure."""
    try:
        yield
    except PermanentError as error:
        known = tuple(rule.id for rule in policy.campaigns)
        raise click.ClickException(refused(campaign_id, "report", error, known)) from None
    except OSError as error:
        why = f"cannot write to {folder}: {error.strerror}; name another folder by --out"
        raise click.ClickException(why) from None


def _announced(expected: Expected) -> str:
    usd = expected.accounts / 100_000 * USD_OF_100_000
    cost = f"about USD {usd:,.2f}" if usd >= 0.01 else "less than USD 0.01"
    return f"reads about {number(expected.accounts)} accounts, and each of their schools once: {cost}"


def _written(use_case: CampaignReport, expected: Expected, folder: Path) -> tuple[Report, list[Path]]:
    """Write all files aside, and put them in place when they are whole."""
    from cli.report_page import render  # with the templates, which no other command needs

    name = expected.record.campaign_id
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{name}-", dir=folder) as aside:
        beside = Path(aside)
        with SchoolsFile(beside / f"{name}-schools.csv") as schools, _progress(expected.accounts) as tell:
            found = use_case(expected, schools.add, tell)
        write_progress(beside / f"{name}-progress.csv", found)
        write_realms(beside / f"{name}-realms.csv", found)
        write_provinces(beside / f"{name}-provinces.csv", found)
        (beside / f"{name}.html").write_text(render(found), encoding="utf-8")
        return found, [path.replace(folder / path.name) for path in sorted(beside.iterdir())]


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show how many accounts have been read of about so many."""
    done = 0
    with Progress(STEPS) as shown:

        def tell(more: int) -> None:
            nonlocal done
            done += more
            step = min(STEPS, done * STEPS // max(1, total))
            shown.tell(step, f"read {number(done)} of about {number(total)} accounts")

        yield tell


def _cells(each: Activation) -> tuple[object, ...]:
    return each.accounts, each.activated, percent(each.activated, each.accounts), each.suspended, each.unopened


def _for_programs(found: Report, files: list[Path]) -> dict[str, Any]:
    record = found.record
    return {
        "campaign_id": record.campaign_id,
        "state": record.state,
        "plan": record.plan,
        "begun_at": found.begun_at,
        "ended_at": found.ended_at,
        "progress": {step.key: step.amount for step in steps(record, found.course)},
        "total": _numbers(found.total),
        "realms": {realm: _numbers(each) for realm, each in sorted(found.realms.items())},
        "provinces": {
            code: {"name": province(code), **_numbers(each)} for code, each in sorted(found.provinces.items())
        },
        "best": [_school(each) for each in found.best],
        "worst": [_school(each) for each in found.worst],
        "schools": found.schools,
        "competing": found.competing,
        "files": [str(path) for path in files],
    }


def _school(school: School) -> dict[str, Any]:
    where = {"sekolah_id": school.sekolah_id, "npsn": school.npsn, "name": school.nama, "province": school.province}
    return {**where, **_numbers(school.activation)}


def _numbers(each: Activation) -> dict[str, Any]:
    return {
        "accounts": each.accounts,
        "activated": each.activated,
        "share": round(each.share, 4),
        "suspended_never_opened": each.suspended,
        "not_opened_yet": each.unopened,
    }
