"""`akun campaign status`: how far a campaign has come, counted by the store itself, and what it waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cli import campaign_words as words
from cli.output import moment
from cli.stop import said
from shared import queries
from shared.campaign_records import CampaignRecords
from shared.campaign_run import CampaignRun
from shared.domain import campaigns
from shared.domain.campaigns import EVERYWHERE, Record
from shared.domain.policy import Policy
from shared.ports import Clock, Document, Ref, Store

QUIET: Final = timedelta(minutes=5)  # without a run of `suspend`, which comes every minute
AT_WORK: Final = ("running", "paused", "undoing")
STOP: Final = "stop."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One realm of a campaign: what was due, and what became of it so far; `gone` None: not to be told by realm.

    `waiting` is what lies in the bulk lane: where other bulk work does, too, some of it may be left alone instead.
    """

    realm: str
    due: int
    exempt: int
    changed: int
    held: int
    suspended: int
    waiting: int
    gone: int | None

    @property
    def left_alone(self) -> int:
        """What is held, and neither suspended nor waiting: others suspended or deleted it."""
        return self.held - self.suspended - self.waiting


class Status:
    """Reads what there is to say of campaigns (1 read for every 1,000 accounts counted)."""

    def __init__(self, *, store: Store, clock: Clock, policy: Policy, rates: Mapping[str, float]) -> None:
        self._store = store
        self._now = clock.now()
        self._policy = policy
        self._rates = rates
        self._records = CampaignRecords(store)
        self._run = CampaignRun(store=store, clock=clock, rates=rates)

    def all(self) -> list[dict[str, Any]]:
        """Give all campaigns, and those of the policy that are not planned yet."""
        records = {found.record.campaign_id: found.record for found in self._records.all()}
        rules = {rule.id: rule for rule in self._policy.campaigns}
        told = []
        for named in sorted({*records, *rules}):
            record = records.get(named)
            rule = campaigns.rule_of(record.rule) if record is not None else rules[named]
            told.append(
                {
                    "campaign_id": named,
                    "state": record.state if record is not None else None,
                    "in_policy": named in rules,
                    "deadline": rule.never_accessed_by,
                    "days": rule.never_accessed_for_days,
                    "due": record.total.due if record is not None and record.planned_at is not None else None,
                    "suspended": record.results.get("suspended") if record is not None else None,
                }
            )
        return told

    def one(self, record: Record) -> dict[str, Any]:
        """Give all of one campaign."""
        cursor = self._records.cursor(record.campaign_id)
        rule = campaigns.rule_of(record.rule)
        rows = [] if record.state == "planning" else [self._row(record, realm, cursor) for realm in record.tallies]
        counted = cursor.data["tallies"] if cursor is not None and record.state == "planning" else {}
        mine = next((each for each in self._policy.campaigns if each.id == record.campaign_id), None)
        return {
            "campaign_id": record.campaign_id,
            "state": record.state,
            "rule": words.rule(rule),
            "legal_basis": rule.legal_basis,
            "policy": record.policy,
            "rule_has_changed": mine != rule,
            "deadline": rule.never_accessed_by,
            "deadline_has_come": campaigns.has_come(rule, self._now),
            "plan": record.plan,
            "planned_at": record.planned_at,
            "started_at": record.started_at,
            "ended_at": record.ended_at,
            "approval": words.approval(record),
            "counted_so_far": sum(each["seen"] for each in counted.values()),
            "in_use": record.total.in_use,
            "due": record.total.due,
            "exempt": record.total.exempt,
            "realms": {row.realm: _told(row) for row in rows},
            "results": dict(record.results),
            "seconds_left_at_least": round(self._seconds_left(record, rows)),
            "suspend_ran_at": self._ran_at(),
            "waits_for": self._waits_for(record, rows),
            "next": words.next_step(record, self._now),
            "history": [dict(entry) for entry in record.history],
        }

    def _row(self, record: Record, realm: str, cursor: Document | None) -> Row:
        named, tally = record.campaign_id, record.tallies[realm]
        stage = (cursor.data["realms"].get(realm) or {}) if cursor is not None else {}
        changed, lifts = int(stage.get("changed", 0)), cursor is not None and cursor.data["phase"] == "undoing"
        held = self._store.count(queries.held_by(named, realm))
        suspended = self._store.count(queries.suspended_by(named, realm)) if held else 0
        most = changed if lifts else held - suspended
        waiting = self._store.count(queries.pending(realm, "bulk", limit=most)) if most else 0
        # Of earlier rounds the holds are not known by realm, only their sum.
        is_first = cursor is not None and not lifts and not record.results
        return Row(
            realm=realm,
            due=tally.due,
            exempt=tally.exempt,
            changed=changed,
            held=held,
            suspended=suspended,
            waiting=waiting,
            gone=max(0, changed - held) if is_first else None,
        )

    def _seconds_left(self, record: Record, rows: list[Row]) -> float:
        if record.state in ("planned", "awaiting_approval"):
            return words.takes(campaigns.remaining(record.tallies), self._rates)
        if record.state not in AT_WORK:
            return 0.0
        lifts = record.state == "undoing" or record.before_pause == "undoing"
        left = {row.realm: (row.held if lifts else max(0, row.due - row.changed)) + row.waiting for row in rows}
        return words.takes({realm: 2 * accounts for realm, accounts in left.items()}, self._rates)

    def _ran_at(self) -> datetime | None:
        lease = self._store.get(Ref("leases", "suspend"))
        at: datetime | None = lease.data["since"] if lease is not None else None
        return at

    def _waits_for(self, record: Record, rows: list[Row]) -> list[dict[str, str]]:
        """Give what a campaign waits for, as code and words; empty: for nothing, it works or is over."""
        waits = list[dict[str, str]]()

        def wait(code: str, text: str) -> None:
            waits.append({"code": code, "words": text})

        rule, state = campaigns.rule_of(record.rule), record.state
        if state == "awaiting_approval":
            why = words.too_many(record) or f"more are due than were counted, in {', '.join(record.outgrown)}"
            wait("approval", f"somebody's approval: {why}")
        if state == "paused":
            wait("resume", "akun campaign resume: somebody paused it")
        if state in ("planned", "running") and not campaigns.has_come(rule, self._now):
            wait("deadline", f"its deadline, {moment(rule.never_accessed_by)}")
        if state not in AT_WORK:
            return waits
        for line in self._stops(record):
            wait("stop_switch", line)
        ran_at = self._ran_at()
        if state != "paused" and (ran_at is None or self._now - ran_at > QUIET):
            wait("suspend", f"a run of suspend, the last was {moment(ran_at)}: is Cloud Scheduler at work?")
        full = [row.realm for row in rows if row.waiting and not self._run.room(row.realm)]
        if full and state != "paused":
            wait("queue", f"the queue, as is usual: two minutes of work lie ahead in {', '.join(full)}")
        return waits

    def _stops(self, record: Record) -> list[str]:
        found = {each.ref.id: each.data for each in self._store.query(queries.switches())}
        stops = {name.removeprefix(STOP): doc for name, doc in found.items() if name.startswith(STOP)}
        return said({realm: doc for realm, doc in stops.items() if realm == EVERYWHERE or realm in record.tallies})


def _told(row: Row) -> dict[str, object]:
    return {
        "due": row.due,
        "exempt": row.exempt,
        "changed": row.changed,
        "held": row.held,
        "suspended": row.suspended,
        "waiting": row.waiting,
        "came_or_let_go": row.gone,
        "left_alone": row.left_alone,
    }
