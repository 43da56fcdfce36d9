"""A campaign: whom a deadline suspends, what its plan counts, who may approve it, which state follows which. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from shared.domain.accounts import Account, Hold, known_fields
from shared.domain.policy import Campaign, Policy

State = Literal["planning", "planned", "awaiting_approval", "running", "paused", "done", "undoing", "undone"]
Command = Literal["plan", "approve", "start", "pause", "resume", "undo"]
CAUSE: Final = "dormant"
GROWTH: Final = 1.1
"""Of a plan's counts is the most that its approval covers."""
HISTORY: Final = 50  # entries kept on a campaign
EVERYWHERE: Final = "*"

_FROM: Final[Mapping[Command, str]] = {
    "plan": "planning planned awaiting_approval done undone",
    "approve": "planned awaiting_approval",
    "start": "planned",
    "pause": "running undoing",
    "resume": "paused",
    "undo": "running paused done awaiting_approval",
}
_THERE: Final[Mapping[Command, str]] = {
    "plan": "running",
    "approve": "running",
    "start": "running",
    "pause": "paused",
    "resume": "running undoing",
    "undo": "undoing undone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a plan counts in one realm: accounts in use (`issued` or `active`), of them due, and due but exempt.

    `seen` is how many accounts were looked at: all of state `issued` that were issued before the moment.
    """

    in_use: int = 0
    due: int = 0
    exempt: int = 0
    seen: int = 0

    @property
    def share(self) -> float:
        """The share of the accounts in use that is due, 0 to 1."""
        return self.due / self.in_use if self.in_use else float(self.due > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who allowed a plan, why and when; `due` are the plan's counts by realm, which it is bound to."""

    approver: str
    reason: str
    at: datetime
    due: Mapping[str, int]
    in_advance: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`campaigns/{id}`: the rule as it was planned, and how far the work has come."""

    campaign_id: str
    state: State
    rule: Mapping[str, Any]
    policy: str
    plan: int
    before_pause: State | None = None
    planned_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    approval: Approval | None = None
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    provinces: Mapping[str, Tally] = field(default_factory=dict)
    outgrown: tuple[str, ...] = ()
    results: Mapping[str, int] = field(default_factory=dict)
    history: tuple[Mapping[str, Any], ...] = ()

    @property
    def total(self) -> Tally:
        """All realms together."""
        each = self.tallies.values()
        return Tally(**{f.name: sum(getattr(tally, f.name) for tally in each) for f in fields(Tally)})

    @property
    def planned_by(self) -> str:
        """Who asked for the present plan."""
        return next((str(entry["by"]) for entry in reversed(self.history) if entry["state"] == "planning"), "")

    def started(self, now: datetime, by: str) -> "Record":
        """Give the record of a campaign that begins to run."""
        return self.went(now, "running", by, started_at=now)

    def went(self, now: datetime, state: State, by: str, **changes: Any) -> "Record":
        """Give the record in another state, noted with who did it."""
        entry = {"at": now, "state": state, "by": by}
        return replace(self, state=state, history=(*self.history, entry)[-HISTORY:], **changes)

    def to_doc(self) -> dict[str, Any]:
        """Give the stored form."""
        doc = {f.name: getattr(self, f.name) for f in fields(self)}
        doc["rule"], doc["results"] = dict(self.rule), dict(self.results)
        doc["approval"] = _plain(self.approval)
        doc["tallies"] = {realm: _plain(tally) for realm, tally in self.tallies.items()}
        doc["provinces"] = {code: _plain(tally) for code, tally in self.provinces.items()}
        doc["outgrown"] = list(self.outgrown)
        doc["history"] = [dict(entry) for entry in self.history]
        return doc

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> "Record":
        """Read the stored form; fields of a later version are ignored."""
        known = known_fields(cls, doc)
        known["approval"] = Approval(**known_fields(Approval, known["approval"])) if known.get("approval") else None
        for name in ("tallies", "provinces"):
            known[name] = {key: Tally(**known_fields(Tally, each)) for key, each in (known.get(name) or {}).items()}
        known["outgrown"] = tuple(known.get("outgrown") or ())
        known["history"] = tuple(known.get("history") or ())
        return cls(**known)


def rule_of(doc: Mapping[str, Any]) -> Campaign:
    """Read the rule that a campaign was planned by."""
    known = known_fields(Campaign, doc)
    return Campaign(**{**known, "realms": tuple(known["realms"])})


def rule_doc(rule: Campaign) -> dict[str, Any]:
    """Give the stored form of a rule."""
    return {**{f.name: getattr(rule, f.name) for f in fields(rule)}, "realms": list(rule.realms)}


def realms_of(rule: Campaign, policy: Policy) -> tuple[str, ...]:
    """Give the realms of a campaign, sorted."""
    return tuple(sorted(policy.realms if EVERYWHERE in rule.realms else rule.realms))


def issued_before(rule: Campaign, now: datetime) -> datetime:
    """Give the moment before which an account must have been issued to be due now."""
    rolling = now - timedelta(days=rule.never_accessed_for_days or 0)
    return min(now, rolling, rule.issued_before or now)


def has_come(rule: Campaign, now: datetime) -> bool:
    """Tell whether the deadline is behind us; a rolling rule's always is."""
    return rule.never_accessed_by is None or rule.never_accessed_by < now


def is_due(account: Account, rule: Campaign, now: datetime) -> bool:
    """Tell whether a campaign is to suspend an account, exemptions aside.

    Never one that anybody is known to have opened; and a password that somebody asked for counts from its own day.
    """
    before = issued_before(rule, now)
    asked_at = account.credential.asked_at or account.credential.issued_at
    return (
        account.state == "issued"
        and account.accessed_at is None
        and account.external is None
        and not account.holds
        and account.issued_at is not None
        and account.issued_at < before
        and asked_at < before
    )


def held(account: Account, campaign_id: str, now: datetime) -> Account:
    """Give the account with the campaign's hold, in the bulk lane."""
    holds = {**account.holds, CAUSE: Hold(since=now, campaign_id=campaign_id)}
    return account.wish(now, "bulk", "dormant", holds=holds)


def lifted(account: Account, campaign_id: str, now: datetime) -> Account:
    """Give the account without the campaign's hold; the holds of others stay.

    Where somebody else had suspended the user, the hold was never carried out, and no call has to lift it.
    """
    hold = account.holds.get(CAUSE)
    if hold is None or hold.campaign_id != campaign_id:
        return account
    holds = account.holds_without(CAUSE)
    if account.external is not None and account.lane is None and not account.is_suspended:
        return replace(account, holds=holds, history=account.noted(now, "undone"))
    return account.wish(now, "bulk", "undone", holds=holds)


def ended(account: Account, now: datetime) -> Account:
    """Give the account of somebody who left, its end having come: held as `left`, in the bulk lane."""
    holds = {**account.holds, "left": Hold(since=now)}
    return account.wish(now, "bulk", "left", holds=holds, ends_at=None)


def above(tallies: Mapping[str, Tally], share: float) -> Sequence[str]:
    """Give the realms, and `*` for all together, of whose accounts in use more than the share is due."""
    total = Tally(in_use=sum(each.in_use for each in tallies.values()), due=sum(each.due for each in tallies.values()))
    named = [*sorted(tallies.items()), (EVERYWHERE, total)]
    return [name for name, tally in named if tally.share > share]


def counted(record: Record, rule: Campaign, now: datetime) -> Record:
    """Give the state that a finished plan leads to: approved in advance by the policy, below the share, or neither."""
    due = {realm: tally.due for realm, tally in record.tallies.items()}
    too_many = above(record.tallies, rule.max_share)
    in_advance = rule.approved_by is not None and not above(record.tallies, rule.approved_up_to or rule.max_share)
    approval = None
    if in_advance:
        by, why = str(rule.approved_by), rule.legal_basis
        approval = Approval(approver=by, reason=why, at=now, due=due, in_advance=True)
    state: State = "awaiting_approval" if too_many and approval is None else "planned"
    return record.went(now, state, "plan", planned_at=now, approval=approval, outgrown=())


def allowance(record: Record, realm: str) -> int:
    """Give how many accounts of a realm the present plan may suspend: a tenth more than were due."""
    tally = record.tallies.get(realm, Tally())
    return int(tally.due * GROWTH)


def has_outgrown(tally: Tally, seen_now: int) -> bool:
    """Tell whether so many more accounts come into question than were counted that the plan may no longer hold."""
    return tally.due + seen_now - tally.seen > tally.due * GROWTH


def may(command: Command, state: State) -> bool:
    """Tell whether a command can be carried out in a state."""
    return state in _FROM[command].split()


def is_there(command: Command, state: State) -> bool:
    """Tell whether a command has been carried out already, so that once more is no mistake."""
    return state in _THERE.get(command, "").split()


def remaining(tallies: Mapping[str, Tally]) -> dict[str, int]:
    """Give the Directory calls of a plan by realm: each suspension is a get and an update."""
    return {realm: 2 * tally.due for realm, tally in tallies.items()}


def _plain(value: Tally | Approval | None) -> dict[str, Any] | None:
    if value is None:
        return None
    doc = {f.name: getattr(value, f.name) for f in fields(value)}
    return {**doc, "due": dict(value.due)} if isinstance(value, Approval) else doc
