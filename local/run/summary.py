"""What a run prints at its end: counts, reasons, one user, where everything listens and how to go on."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from local.run.handing import Offer
from local.run.settling import Left
from local.run.survey import NO_MEMBERSHIP, Survey
from shared.contract import CURES
from shared.domain.decide import REASONS

MANY = 20
_HIDDEN = ("password", "passwordsSet", "updates", "createdAt", "updatedAt", "deleted", "hashFunction")
_STANDINGS = ("issued", "active", "suspended", "closed", "waiting", "blocked", "external")
_ALWAYS = ("issued", "waiting", "blocked")
_OWN_REASONS = {NO_MEMBERSHIP: "the roster names no school of this person"}


def counts(console: Console, found: Survey, seconds: float) -> None:
    """Print the table by realm and the refusals by reason."""
    shown = [standing for standing in _STANDINGS if standing in _ALWAYS or found.total(standing)]
    table = Table(title=f"{found.total():,} accounts of {found.people:,} people, after {seconds:.0f} seconds")
    table.add_column("realm")
    for standing in (*shown, "in all"):
        table.add_column(standing, justify="right")
    for realm, by in sorted(found.accounts.items()):
        table.add_row(realm, *(_number(by[standing]) for standing in shown), f"{sum(by.values()):,}")
    table.add_section()
    table.add_row("in all", *(_number(found.total(standing)) for standing in shown), f"{found.total():,}")
    console.print(table)
    if found.refused:
        reasons = Table(title="Schools that bring no account, and why")
        for name, justify in (("people", "right"), ("reason", "left"), ("which means", "left")):
            reasons.add_column(name, justify="right" if justify == "right" else "left")
        for reason, people in found.refused.most_common():
            reasons.add_row(f"{people:,}", reason, REASONS.get(reason) or _OWN_REASONS.get(reason, ""))
        console.print(reasons)


def parked(console: Console, found: Survey, lines: Mapping[str, int], file: Path | None) -> None:
    """Print each entry that was parked, by the line it came from, with what to mend."""
    if not found.parked:
        return
    where = f"lines of {file}" if file else "messages"
    plain(console, f"\nParked, because they can never succeed as they are ({len(found.parked):,} {where}):")
    entries = sorted(found.parked, key=lambda entry: (lines.get(entry.id, 0), entry.id))
    for entry in entries[:MANY]:
        line = lines.get(entry.id)
        place = f"line {line}" if line is not None else entry.id
        plain(console, f"  {place}: {entry.field or 'the whole message'}: {entry.code}. {CURES.get(entry.code, '')}")
    if len(entries) > MANY:
        console.print(f"  … and {len(entries) - MANY:,} more")


def too_large(console: Console, lines: list[int], limit: int) -> None:
    """Print the lines that were not sent at all."""
    for line in lines[:MANY]:
        console.print(f"  line {line}: not sent: Pub/Sub takes at most {limit:,} bytes a message")


def left(console: Console, what: Left, logs: Path, now: datetime) -> None:
    """Print what is stuck, and where to look."""
    if not what:
        return
    console.print("\nNot everything came to its end:")
    if what.undelivered:
        console.print(f"  {what.undelivered:,} messages are not acknowledged by provision: see {logs}/provision.log")
    if what.given_up:
        console.print(f"  {what.given_up:,} messages became dead letters: see {logs}/provision.log")
    for group in what.pending:
        since = f", the oldest for {(now - group.oldest).total_seconds():.0f} s" if group.oldest else ""
        console.print(f"  {group.number:,} accounts of {group.realm}, lane {group.lane}: {group.code}{since}")
    if what.pending:
        console.print(f"  What converge says of them: {logs}/converge.log")


def sample_user(console: Console, user: Mapping[str, object]) -> None:
    """Print a user as the Directory holds it, the password masked."""
    shown = {name: value for name, value in user.items() if name not in _HIDDEN}
    shown["password"] = re.sub(r"[^-]", "•", str(user.get("password", "")))
    console.print("\nOne created user, as the Directory stand-in holds it:")
    plain(console, json.dumps(shown, indent=2, ensure_ascii=False))


def listening(console: Console, places: Mapping[str, str], logs: Path) -> None:
    """Print who listens where."""
    table = Table(title=f"What runs (each one's log: {near(logs)}/<name>.log)")
    table.add_column("name")
    table.add_column("listens at")
    for name, address in places.items():
        table.add_row(name, address)
    console.print(table)


def go_on(console: Console, *, provision: str, directory: str, domain: str, env: Path, python: Path) -> None:
    """Print what can be tried now."""
    data = "$(base64 < docs/contract/examples/good/pupil.json | tr -d '\\n')"
    message = '{"subscription": "by-hand", "message": {"messageId": "by-hand-1", "data": "DATA"}}'
    push = message.replace('"', '\\"').replace("DATA", data)
    text = f"""
Go on in another terminal, in this folder:
  # send another event (any roster-change/1 file), as Pub/Sub would
  curl -sS {provision} -H 'Content-Type: application/json' -d "{push}"
  # the user that it made
  curl -sS '{directory}/control/users?domain=smp.{domain}' | grep -o '"primaryEmail":"[^"]*"' | tail -n 1
  # this run's settings and keys (kept until the next run), for `akun` and for a look into the store
  set -a; . {near(env)}; set +a
  {near(python)} -m local.run.store people          # or accounts, schools, addresses; with an id: one document
  {near(python)} -m cli parked list
"""
    plain(console, text)


def hand_out(console: Console, offer: Offer | None, portal: str | None) -> None:
    """Print a signed link to open, and where the sample portal is; without one this run is about to end."""
    if offer is None:
        plain(console, "There is no school with an account yet, so there is no link to open.")
    else:
        count = f"{offer.accounts:,} account" + ("s" if offer.accounts != 1 else "")
        plain(console, f"The hand-out of {offer.school} ({count}), by a signed link that lives for 24 hours:")
        plain(console, f"  {offer.url}")
    if portal is None:
        plain(console, "It opens while a run serves: leave out ONCE=1.")
    else:
        plain(console, "Or as an operator: choose a school in the sample portal, and press the button:")
        plain(console, f"  {portal}")


def plain(console: Console, text: str) -> None:
    """Print a text as it is: no markup, no wrapping."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _number(count: int) -> str:
    return f"{count:,}" if count else "-"


def near(path: Path) -> Path:
    """Give a path as it is typed from the present folder, if it is below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
