"""`akun why`: why a person has this account, or none."""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import click

from cli.output import json_text, table, text
from cli.parked import cure
from cli.refusals import refusals
from shared import config, wiring
from shared.domain.accounts import Account
from shared.domain.decide import REASONS, Decision
from shared.domain.roster import Membership
from shared.handout.phrases import REFUSALS
from shared.ports import Document
from shared.usecases.why import Answer, Fact, Seen, Why, asked

NAMES: Final = {
    "nisn": "NISN", "nuptk": "NUPTK", "address": "address", "person_id": "person_id", "account_id": "account",
}  # fmt: skip

SAID: Final = {
    "pending": "pending since {since}, last answer: {detail}",
    "blocked": "refused by the Directory since {since}: {detail} ({more})",
    "suspended": "suspended since {since} because {detail}",
    "closed": "left: suspended since {since}",
    "external": "suspended or deleted by others, seen {since}: {detail}",
    "never_opened": "issued, never opened; password of {since}",
    "active": "active since {since}",
    "to_be_suspended": "to be suspended, wished {since}: {detail}",
    "reopening": "suspended still, to be re-opened",
    "ending": "ends on {since}: the person left, or moved to another level",
    "new_password_due": "new password of {since} not sent yet",
    "held_back": "held back by a switch: {detail}",
    "exempt": "exempt from campaigns until {since}, as {detail}: {more}",
}

# What a fact hangs on, in words, and what mends it.
DETAILS: Final = {
    "": "none yet",
    "dormant": "nobody opened it by the deadline",
    "frozen": "somebody asked for it",
    "left": "the person left",
    "google": "by Google",
    "admin": "by an admin",
    "deleted": "deleted",
}
CURES: Final = {
    "": "none needed: converge looks within seconds, stuck after minutes",
    "not_visible": "passes by itself; after an hour out of sight it counts as deleted",
    "not_ready": "passes by itself",
    "conflict": "passes by itself",
    "address_unseen": "passes by itself: after an hour the next address is taken",
    "dormant": "who looks after the accounts re-opens it on request: akun account reinstate",
    "frozen": "whoever asked for it",
    "left": "the school, if it is wrong: correct it in Dapodik",
    "google": "the Admin console, by whoever may decide it",
    "admin": "the Admin console, by whoever may decide it",
    "deleted": "the Admin console: undelete within 20 days",
    "licences_full": "buy or free licences",
    "stopped": "the ops team stopped this realm",
    "suspensions_stopped": "the ops team stopped suspensions",
}


@click.command()
@click.argument("who", metavar="NISN|NUPTK|ADDRESS|PERSON_ID|ACCOUNT_ID")
@click.option("--json", "for_programs", is_flag=True, help="One JSON object.")
def why(who: str, for_programs: bool) -> None:
    """Say why a person has this account, or none, and who mends it. Shows the person's name: mind who looks on.

    Exits with 1 for whom the roster has never named.
    """
    about = asked(who)
    if about is None:
        raise click.UsageError("name a NISN, a NUPTK, an address, a person_id or an account id")
    with refusals():
        read = config.look(os.environ)
        answer = Why(wiring.store(read.store), wiring.clock(read.clock_offset))(about)
    if for_programs:
        click.echo(json_text(_for_programs(answer), indent=2))
    else:
        _tell(answer)
    if not answer.is_known:
        raise click.exceptions.Exit(1)


def _tell(answer: Answer) -> None:
    for line in _first(answer):
        click.echo(line)
    for seen in answer.people:
        person, record = seen.record.person, seen.record
        click.echo(f"{person.nama} ({person.kind}, {person.person_id})")
        click.echo(f"seen: revision {record.revision}, decided {text(record.decided_at)} under {record.policy}")
        for other in seen.same_number:
            click.echo(f"another person has the same number: {other}; Dapodik is to correct one of the two")
        if record.frozen:
            click.echo("frozen: every account of this person is to be suspended")
        if not person.memberships:
            click.echo("the roster names no school of this person")
        else:
            columns = ("school", "class", "account", "because", "mended by", "alasan dan perbaikan")
            table("Roster", columns, [_membership_row(*pair) for pair in _decided(seen)])
        rows = [_fact_row(s.account, fact) for s in seen.accounts for fact in s.facts]
        if rows:
            table("Accounts", ("account", "address", "what", "mended by"), rows)
        else:
            click.echo("has no account, and never had one")
    if answer.parked:
        rows = [tuple(_entry(entry).values()) for entry in answer.parked]
        table("Parked", ("id", "when", "code", "field", "mended by"), rows)


def _first(answer: Answer) -> Iterator[str]:
    """Give what is to be known before all else: that there is nobody, several, or another one."""
    name, parked = NAMES[answer.asked.kind], len(answer.parked)
    if answer.given_up:
        yield f"no account has this address: it was reserved for {answer.given_up}, and somebody else's user has it"
    if not answer.people and answer.asked.kind == "address":
        yield "no account has this address, and none ever had"
    elif not answer.people and parked:
        yield f"refused whenever it came: {parked} parked event(s) name this {name}"
    elif not answer.people:
        yield f"never in the roster: no event has named this {name}"
        if answer.asked.kind in ("nisn", "nuptk"):
            yield "the roster may have the person without a number, or with another: ask by person_id"
    if answer.nameless:
        yield f"{answer.nameless} parked message(s) do not say whose they are: akun parked list"
    if len(answer.people) > 1:
        yield f"{len(answer.people)} people have this {name}"


def _decided(seen: Seen) -> Iterator[tuple[Membership, Decision | None]]:
    decisions = {decision.membership_id: decision for decision in seen.record.decisions}
    return ((membership, decisions.get(membership.membership_id)) for membership in seen.record.person.memberships)


def _membership_row(membership: Membership, decision: Decision | None) -> tuple[object, ...]:
    school = membership.sekolah
    where = f"{school.nama or '-'} ({school.npsn or school.sekolah_id})"
    if decision is None:
        return where, membership.rombel, None, None, None, None
    left = f" on {membership.tanggal_keluar}" if decision.reason == "left" and membership.tanggal_keluar else ""
    refusal = REFUSALS.get(decision.reason)
    mended_by, words = (refusal.by, f"{refusal.reason} {refusal.cure}") if refusal else (None, None)
    return where, membership.rombel, decision.realm, f"{_because(decision.reason)}{left}", mended_by, words


def _because(reason: str) -> str:
    return f"{reason}: {REASONS[reason]}" if reason in REASONS else reason


def _fact_row(account: Account, fact: Fact) -> tuple[object, ...]:
    return account.realm, account.address, _said(fact), _cure(fact)


def _said(fact: Fact) -> str:
    said = SAID[fact.code].format(
        since=text(fact.since), detail=DETAILS.get(fact.detail, fact.detail), more=fact.more or "-"
    )
    return f"{said}, campaign {fact.more}" if fact.more and fact.code in ("suspended", "to_be_suspended") else said


def _cure(fact: Fact) -> str | None:
    if fact.code == "blocked":
        return cure(fact.detail)
    if fact.code == "pending":
        return CURES.get(fact.detail) or cure(fact.detail)
    return CURES.get(fact.detail) if fact.detail else None


def _entry(entry: Document) -> dict[str, Any]:
    data = entry.data
    return {
        "id": entry.ref.id, "at": data["at"], "code": data["code"], "field": data["field"], "cure": cure(data["code"]),
    }  # fmt: skip


def _for_programs(answer: Answer) -> dict[str, object]:
    return {
        "asked": answer.asked.kind,
        "found": answer.is_known,
        "given_up_by": answer.given_up or None,
        "people": [_person(seen) for seen in answer.people],
        "parked": [_entry(entry) for entry in answer.parked],
        "parked_nameless": answer.nameless,
    }


def _person(seen: Seen) -> dict[str, object]:
    record = seen.record
    return {
        "person_id": record.person.person_id,
        "kind": record.person.kind,
        "nama": record.person.nama,
        "deleted": record.person.deleted,
        "frozen": record.frozen,
        "revision": record.revision,
        "decided_at": record.decided_at,
        "policy": record.policy,
        "same_number": list(seen.same_number),
        "memberships": [_decision(*pair) for pair in _decided(seen)],
        "accounts": [_account(standing.account, list(standing.facts)) for standing in seen.accounts],
    }


def _decision(membership: Membership, decision: Decision | None) -> dict[str, object]:
    refusal = REFUSALS.get(decision.reason) if decision else None
    return {
        "membership_id": membership.membership_id,
        "sekolah_id": membership.sekolah.sekolah_id,
        "npsn": membership.sekolah.npsn,
        "realm": decision.realm if decision else None,
        "reason": decision.reason if decision else None,
        "because": REASONS.get(decision.reason) if decision else None,
        "mended_by": refusal.by if refusal else None,
        "perbaikan": refusal.cure if refusal else None,
    }


def _account(account: Account, facts: list[Fact]) -> dict[str, object]:
    return {
        "account_id": account.account_id,
        "address": account.address,
        "state": account.state,
        "version": account.version,
        "applied_version": account.applied_version,
        "shown_at": account.credential.shown_at,
        "facts": [
            {"code": f.code, "since": _moment(f.since), "detail": f.detail, "more": f.more, "mended_by": _cure(f)}
            for f in facts
        ],
        "history": [dict(entry) for entry in account.history],
    }


def _moment(at: datetime | None) -> str | None:
    return text(at) if at is not None else None
