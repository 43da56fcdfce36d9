"""`akun campaign plan`: counts what a campaign would suspend, and shows the plan."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import click

from cli import campaign_words as words
from cli.output import Progress, json_text, moment, share, span, table
from shared import queries
from shared.campaign_plan import Tell
from shared.domain import campaigns, progress
from shared.domain.campaigns import Record, Tally
from shared.domain.policy import Policy
from shared.handout import regions
from shared.paging import paged
from shared.ports import Ref, Store
from shared.usecases.campaign import Decisions

PARTS: Final = 20  # documents of counts read at a time, each of some thousand schools
INTERRUPTED: Final = 130


class SchoolCounts:
    """Due accounts by school, added up: one number a school, whatever the number of accounts."""

    def __init__(self) -> None:
        self._due: dict[str, int] = {}

    def add(self, due: Mapping[str, int]) -> None:
        """Add one part of a plan."""
        for sekolah_id, number in due.items():
            self._due[sekolah_id] = self._due.get(sekolah_id, 0) + number

    def most(self, number: int) -> list[tuple[str, int]]:
        """Give the schools with most due accounts: sekolah_id, due."""
        return sorted(self._due.items(), key=lambda item: (-item[1], item[0]))[:number]


class Counting:
    """One plan, or dry run, with its progress shown."""

    def __init__(self, decisions: Decisions, store: Store, policy: Policy) -> None:
        self._decisions = decisions
        self._store = store
        self._policy = policy

    def plan(self, campaign_id: str, by: str) -> tuple[Record, SchoolCounts]:
        """Count, and write the plan; raises PermanentError where that is refused."""
        again = f"nothing is lost: akun campaign plan {campaign_id} goes on where it was"
        record = self._shown(campaign_id, again, lambda tell: self._decisions.plan(campaign_id, by, _has_time, tell))
        schools = SchoolCounts()  # read again: the plan may have been begun by another run
        for part in paged(self._store, queries.counts(campaign_id, record.plan, limit=PARTS)):
            schools.add(part.data["schools"])
        return record, schools

    def dry(self, campaign_id: str) -> tuple[Record, SchoolCounts]:
        """Count in the same way, and write nothing."""
        schools = SchoolCounts()

        def count(tell: Tell) -> Record:
            def told(counted: progress.Progress, due: Mapping[str, int]) -> None:
                schools.add(due)
                tell(counted, due)

            return self._decisions.dry_plan(campaign_id, told)

        return self._shown(campaign_id, "nothing was written", count), schools

    def _shown(self, campaign_id: str, again: str, count: Callable[[Tell], Record]) -> Record:
        rule = next((each for each in self._policy.campaigns if each.id == campaign_id), None)
        realms = campaigns.realms_of(rule, self._policy) if rule is not None else ()
        try:
            with Progress(len(realms)) as shown:
                return count(lambda counted, _: shown.tell(*_step(counted, realms)))
        except KeyboardInterrupt:
            click.echo(f"broken off; {again}", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None


def _has_time() -> bool:
    return True


def _step(counted: progress.Progress, realms: tuple[str, ...]) -> tuple[int, str]:
    seen = sum(tally.seen for tally in counted.tallies.values())
    due = sum(tally.due for tally in counted.tallies.values())
    done = realms.index(counted.realm) if counted.realm in realms else len(realms)
    return done, f"{done} of {len(realms)} realms counted: {seen:,} accounts looked at, {due:,} due"


class Shown:
    """A plan as it is printed."""

    def __init__(self, store: Store, record: Record, rates: Mapping[str, float], now: datetime) -> None:
        self._store = store
        self._record = record
        self._rates = rates
        self._now = now

    def tell(self, schools: SchoolCounts, number: int, *, dry: bool) -> None:
        """Print it for people; but for the first line a dry run's is the same."""
        record, total = self._record, self._record.total
        counted = f"plan {record.plan}, counted {moment(record.planned_at)}"
        is_now = "would be" if dry else "is"
        end = "; dry run, nothing was written" if dry else ""
        click.echo(f"{record.campaign_id}: {is_now} {record.state} ({counted}){end}")
        of = campaigns.rule_of(record.rule)
        click.echo(f"rule: {words.rule(of)}")
        click.echo(f"due: {total.due:,} of {total.in_use:,} accounts in use ({share(total.share)})")
        click.echo(f"exempt: {total.exempt:,}")
        click.echo(f"takes at least {span(self._seconds())} once it runs")
        self._tables(schools, number)
        if words.too_many(record):
            click.echo(f"{words.allowed(of)}; above it: {words.too_many(record)}")
        click.echo(f"next: {words.next_step(record, self._now)}")

    def json(self, schools: SchoolCounts, number: int, *, dry: bool) -> str:
        """Give it for programs."""
        record, total = self._record, self._record.total
        return json_text(
            {
                "campaign_id": record.campaign_id,
                "state": record.state,
                "written": not dry,
                "plan": record.plan,
                "planned_at": record.planned_at,
                "total": _counts(total),
                "realms": {realm: _counts(tally) for realm, tally in sorted(record.tallies.items())},
                "provinces": _named(("code", "name", "due", "exempt"), self._provinces()),
                "schools": _named(("sekolah_id", "npsn", "name", "province", "due"), self._schools(schools, number)),
                "seconds_at_least": round(self._seconds()),
                "above_max_share": list(campaigns.above(record.tallies, float(record.rule["max_share"]))),
                "approved_in_advance": record.approval is not None,
                "next": words.next_step(record, self._now),
            },
            indent=2,
        )  # fmt: skip

    def _seconds(self) -> float:
        return words.takes(campaigns.remaining(self._record.tallies), self._rates)

    def _tables(self, schools: SchoolCounts, number: int) -> None:
        tallies = self._record.tallies
        rows = [
            (
                realm,
                tally.in_use,
                tally.due,
                tally.exempt,
                share(tally.share),
                words.takes_in(realm, tally, self._rates),
            )
            for realm, tally in sorted(tallies.items())
            if tally.in_use or tally.seen
        ]
        if not rows:
            click.echo("no account is in use")
            return
        table("By realm", ("realm", "in use", "due", "exempt", "share", "takes at least"), rows)
        if not self._record.total.due:
            return
        table("By province", ("province", "due", "exempt"), [row[1:] for row in self._provinces()])
        columns = ("NPSN", "school", "province", "due")
        if number:
            table("Schools with most due", columns, [row[1:] for row in self._schools(schools, number)])

    def _provinces(self) -> list[tuple[str, str, int, int]]:
        found = [(code, _province(code), each.due, each.exempt) for code, each in self._record.provinces.items()]
        return sorted(found, key=lambda row: (-row[2], row[0]))

    def _schools(self, schools: SchoolCounts, number: int) -> list[tuple[str, str | None, str, str, int]]:
        most = schools.most(number)
        read = self._store.get_many([Ref("schools", sekolah_id) for sekolah_id, _ in most]) if most else []
        rows = []
        for (sekolah_id, due), document in zip(most, read, strict=True):
            data = document.data if document is not None else {}
            name, province = str(data.get("nama") or sekolah_id), _province(str(data.get("kode_wilayah") or ""))
            rows.append((sekolah_id, data.get("npsn"), name, province, due))
        return rows


def _province(code: str) -> str:
    return regions.of(code).name or "(no province)"


def _named(names: Sequence[str], rows: Iterable[Sequence[object]]) -> list[dict[str, object]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _counts(tally: Tally) -> dict[str, object]:
    counts = {"in_use": tally.in_use, "due": tally.due, "exempt": tally.exempt, "looked_at": tally.seen}
    return {**counts, "share": round(tally.share, 6)}
