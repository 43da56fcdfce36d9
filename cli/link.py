"""`akun link`: signed links to a school's files, for whom there is no portal; and what was fetched through links."""

import os
import re
from datetime import UTC, datetime
from typing import Any

import click

from cli.output import json_text, table, text
from cli.refusals import refusals
from cli.school import NPSN, UUID, file_for_programs, files_table, found
from shared import config, queries, wiring
from shared.domain.accounts import Category
from shared.domain.links import CATEGORIES, MAX_LIFETIME
from shared.paging import paged
from shared.ports import Document, Ref, Store
from shared.usecases.link import Ambiguous, Mint, Minted, Wanted
from shared.usecases.revoke import files_of, named

PAGE = 500
LEAST_LIFETIME = 60  # seconds
REQUESTED_BY = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@click.group()
def link() -> None:
    """Make signed links, and see what was fetched through them."""


@link.command()
@click.argument("school_id", metavar="SCHOOL")
@click.option("--category", "categories", multiple=True, type=click.Choice(CATEGORIES), help="Default: all three.")
@click.option("--requested-by", required=True, help="An id of who asked: no name, no address; shown on the page.")
@click.option("--ttl", type=click.IntRange(LEAST_LIFETIME, MAX_LIFETIME), help="Seconds; default LINK_TTL_SECONDS.")
@click.option("--json", "for_programs", is_flag=True, help="One JSON object.")
def create(
    school_id: str, categories: tuple[Category, ...], requested_by: str, ttl: int | None, for_programs: bool
) -> None:
    """Print a link to the files of SCHOOL (sekolah_id or NPSN). Whoever has it reads first passwords: mind that."""
    if not REQUESTED_BY.fullmatch(requested_by):
        raise click.BadParameter("1 to 64 of A-Z a-z 0-9 . _ : -", param_hint="--requested-by")
    with refusals():
        read = config.link(os.environ)
        mint = Mint(
            store=wiring.store(read.store),
            clock=wiring.clock(read.clock_offset),
            keys=read.keys,
            public_url=read.public_url,
        )
        chosen = tuple(category for category in CATEGORIES if category in (categories or CATEGORIES))
        minted = mint(_wanted(school_id, chosen, requested_by, ttl or read.ttl_seconds))
    if isinstance(minted, Ambiguous):
        schools = ", ".join(sekolah_id for sekolah_id, _ in minted.schools)
        raise click.ClickException(f"{school_id}: several schools have this NPSN: {schools}")
    if for_programs:
        click.echo(json_text(_made(minted), indent=2))
        return
    click.echo(minted.url)
    # Beside the link and not after it: what is piped on is the link alone.
    expires_at = datetime.fromtimestamp(minted.link.expires_at, UTC).isoformat()
    click.echo(f"files begin with {minted.link.file_mark}; until {expires_at}", err=True)


@link.command("list")
@click.argument("school_id", metavar="SCHOOL")
@click.option("--json", "for_programs", is_flag=True, help="One JSON object a line.")
def list_links(school_id: str, for_programs: bool) -> None:
    """List the links of SCHOOL (sekolah_id or NPSN) that were registered or used: who asked, until when, how used."""
    with refusals():
        read = config.look(os.environ)
        store, now = wiring.store(read.store), wiring.clock(read.clock_offset).now()
        school = found(store, school_id)
        links = [_told(link, school, now) for link in paged(store, queries.links_of(school.ref.id, limit=PAGE))]
    links.sort(key=lambda told: told["issued_at"])
    if for_programs:
        for told in links:
            click.echo(json_text(told))
    elif links:
        table("Links", list(links[0]), [[_cell(value) for value in told.values()] for told in links])
    else:
        click.echo("no link of this school is known")


@link.command()
@click.argument("name", metavar="LID|NUMBER")
@click.option("--json", "for_programs", is_flag=True, help="One JSON object a link, one a line.")
def show(name: str, for_programs: bool) -> None:
    """Show each fetch through a link, by its id or by a file's number (K7QD4MZ2-3); nobody's name is shown."""
    with refusals():
        read = config.look(os.environ)
        store, now = wiring.store(read.store), wiring.clock(read.clock_offset).now()
        meant = named(store, name)
        shown = [
            (_told(link, _school_of(store, link), now), files_of(store, link, meant.number)) for link in meant.links
        ]
        links = [(told, list(files)) for told, files in shown]
    if not any(files or meant.number is None for _, files in links):
        raise click.ClickException(f"{name}: no such link or file is known")
    for told, files in links:
        if for_programs:
            click.echo(json_text({**told, "files": [file_for_programs(file) for file in files]}))
            continue
        for field, value in told.items():
            click.echo(f"{field}: {text(_cell(value))}")
        if files:
            files_table(files, "Fetches")
        else:
            click.echo("nothing was fetched")


def _wanted(school_id: str, categories: tuple[Category, ...], requested_by: str, ttl: int) -> Wanted:
    is_id, is_npsn = UUID.fullmatch(school_id.lower()), NPSN.fullmatch(school_id.upper())
    if not is_id and not is_npsn:
        raise click.UsageError(f"{school_id}: neither a sekolah_id nor an NPSN")
    return Wanted(
        sekolah_id=school_id.lower() if is_id else "",
        npsn="" if is_id else school_id.upper(),
        categories=categories,
        requested_by=requested_by,
        ttl_seconds=ttl,
    )


def _school_of(store: Store, link: Document) -> Document | None:
    return store.get(Ref("schools", link.data["sekolah_id"]))


def _told(link: Document, school: Document | None, now: datetime) -> dict[str, Any]:
    """Give what is said of a link; its signature is nowhere, so this opens nothing."""
    data = link.data
    valid_after = school.data.get("links_valid_after") if school else None
    revoked = valid_after is not None and data["issued_at"] <= valid_after
    return {
        "link_id": link.ref.id,
        "file_mark": data["file_mark"],
        "state": "revoked" if revoked else "expired" if data["expires_at"] <= now else "alive",
        "sekolah_id": data["sekolah_id"],
        "npsn": school.data["npsn"] if school else None,
        "issued_at": data["issued_at"],
        "expires_at": data["expires_at"],
        "requested_by": data["requested_by"],
        "categories": data["categories"],
        "uses": data["uses"],
    }


def _made(minted: Minted) -> dict[str, object]:
    return {
        "url": minted.url,
        "link_id": minted.link.link_id,
        "file_mark": minted.link.file_mark,
        "sekolah_id": minted.link.sekolah_id,
        "categories": list(minted.link.categories),
        "expires_at": datetime.fromtimestamp(minted.link.expires_at, UTC),
    }


def _cell(value: object) -> object:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in sorted(value.items())) or "-"
    return ", ".join(value) if isinstance(value, list) else value
