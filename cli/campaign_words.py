"""What is said of a campaign in words: its rule, how long it takes, what is to be done next, why it is refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from cli.output import moment, share, span
from shared.domain import campaigns
from shared.domain.campaigns import EVERYWHERE, Record, Tally
from shared.domain.pacing import eta
from shared.domain.policy import Campaign
from shared.errors import PermanentError

NEXT: Final = {
    "planning": "akun campaign plan {id}, which goes on where the plan is",
    "planned": "akun campaign start {id}",
    "awaiting_approval": "akun campaign approve {id} --approver WHO --reason WHY, or akun campaign plan {id} anew",
    "running": "akun campaign pause {id}, or akun campaign undo {id}",
    "paused": "akun campaign resume {id}, or akun campaign undo {id}",
    "done": "akun campaign undo {id}, or akun campaign plan {id} for another round",
    "undoing": "akun campaign pause {id}",
    "undone": "akun campaign plan {id}",
}
"""What can be done in each state."""


def refused(campaign_id: str, command: str, error: PermanentError, known: tuple[str, ...]) -> str:
    """Say why a command was refused, and what can be done instead."""
    code = error.code
    if code == "campaign_not_planned" and campaign_id not in known:
        code = "campaign_unknown"
    match code:
        case "campaign_unknown":
            return f"{campaign_id}: the policy has no such campaign; it has: {', '.join(known) or 'none'}"
        case "campaign_not_planned":
            return f"{campaign_id}: is not planned yet: akun campaign plan {campaign_id}"
        case "plan_outgrown":
            return (
                f"{campaign_id}: more accounts are due by now than were counted, in {error.field}: "
                f"count again before you approve: akun campaign plan {campaign_id}"
            )
        case "campaign_state":
            can = NEXT[error.field].format(id=campaign_id)
            return f"{campaign_id}: is {error.field}: {command} is not possible then; possible is: {can}"
    return f"{campaign_id}: refused: {error}"


def rule(of: Campaign) -> str:
    """Say whom a campaign suspends."""
    realms = "all realms" if EVERYWHERE in of.realms else ", ".join(of.realms)
    issued = f" issued before {moment(of.issued_before)} and" if of.issued_before is not None else ""
    if of.never_accessed_by is not None:
        return f"accounts of {realms}{issued} never opened by {moment(of.never_accessed_by)}"
    return f"accounts of {realms}{issued} never opened for {of.never_accessed_for_days} days"


def allowed(of: Campaign) -> str:
    """Say when a campaign needs somebody's approval, and what was allowed in advance."""
    words = f"above {share(of.max_share)} of the accounts in use, of a realm or of all, somebody has to approve"
    if of.approved_by is None:
        return words
    return f"{words}; allowed in advance up to {share(of.approved_up_to or of.max_share)} by {of.approved_by}"


def approval(record: Record) -> str:
    """Say who allowed the present plan, or that nobody did."""
    given = record.approval
    if given is None:
        return "none"
    how = "in advance, by the policy" if given.in_advance else moment(given.at)
    return f"{given.approver}, {how}: {given.reason} ({sum(given.due.values()):,} accounts, and a tenth more)"


def too_many(record: Record) -> str:
    """Say which realms are above the share that needs no approval, each with its share; empty: none is."""
    named = campaigns.above(record.tallies, float(record.rule["max_share"]))
    tallies = {**record.tallies, EVERYWHERE: record.total}
    return ", ".join(f"{'all together' if name == EVERYWHERE else name} {share(tallies[name].share)}" for name in named)


def next_step(record: Record, now: datetime) -> str:
    """Say what is to be done next, or what happens by itself."""
    of, named = campaigns.rule_of(record.rule), record.campaign_id
    if record.state == "awaiting_approval":
        if record.outgrown:
            return f"more are due than were counted, in {', '.join(record.outgrown)}: akun campaign plan {named}"
        return f"akun campaign approve {named} --approver WHO --reason WHY"
    if record.state != "planned":
        return NEXT[record.state].format(id=named)
    if not record.total.due:
        return "nothing: nobody is due"
    waits = not campaigns.has_come(of, now)
    by_hand = NEXT["planned"].format(id=named)
    if of.approved_by is not None and of.never_accessed_by is not None and waits:
        return (
            f"nothing: it counts anew and starts by itself when {moment(of.never_accessed_by)} has come, unless more "
            f"is due than {of.approved_by} allowed in advance"
        )
    if record.planned_by == "suspend" and record.approval is not None and record.approval.in_advance:
        return "nothing: it starts by itself within a minute"
    return f"{by_hand}; it then waits for {moment(of.never_accessed_by)}" if waits else by_hand


def rates_of(rates: Mapping[str, float], realms: Mapping[str, object]) -> dict[str, float]:
    """Give each realm's calls a second from QUEUE_RATES."""
    return {realm: rates.get(realm, rates.get(EVERYWHERE, 0.0)) for realm in realms}


def takes(calls: Mapping[str, float], rates: Mapping[str, float]) -> float:
    """Give the seconds that so many calls by realm take at least."""
    return eta(calls, rates_of(rates, calls)) if any(calls.values()) else 0.0


def takes_in(realm: str, tally: Tally, rates: Mapping[str, float]) -> str:
    """Say how long one realm of a plan takes at least."""
    return span(takes(campaigns.remaining({realm: tally}), rates))
