"""Until the campaign is approved: who comes early, who is exempt, the plan, and that nothing at all follows from it."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from bench.soak import faults, stored
from bench.soak.campaign_case import ID, Case, say
from bench.soak.campaign_cast import Role
from bench.soak.campaign_compare import untouched
from bench.soak.findings import Finding
from local.run import http, moment, moving
from shared.ports import Put, Ref

DEADLINE = datetime(2021, 6, 30, 23, 59, 59, tzinfo=moment.JAKARTA)
STARTS = DEADLINE + timedelta(minutes=30)
MONTHS = 5
LIST_LAG = 43_200.0
"""Seconds by which lists trail: sign-ins of these last hours a list shows as never."""
REASON = "Percobaan batas waktu"
AUTHOR = "Tim Uji"
UNTIL = datetime(2022, 6, 30, tzinfo=moment.JAKARTA)
BY_COMMAND = 2
"""People who are made exempt by `akun`; the others' exemptions are written as it would."""
EVERYTHING = (*stored.COLLECTIONS, "campaigns", "cursors", "exemptions", "leases")


def early(case: Case) -> None:
    """Let some sign in between January and June, and some be suspended by admins."""
    directory = case.stack.session.places.directory
    comers = case.cast.of("early")
    for month in range(MONTHS):
        faults.tell(directory, "/control/clock", {"offset": (month + 1) * 28 * 86_400})
        for account_id in comers[month::MONTHS]:
            case.people.sign_in(account_id, "before")
    faults.tell(directory, "/control/clock", {"offset": 0})
    for account_id in case.cast.of("admin_early"):
        case.people.suspend(account_id, "admin")


def move_on(case: Case) -> None:
    """Move all clocks behind the deadline, and let some sign in whom a list does not show yet."""
    case.stack.session = moving.move(case.stack.session, STARTS)
    case.stack.offset = case.stack.session.offset
    directory = case.stack.session.places.directory
    say(f"The clock has been moved: it is {moment.shown(case.stack.session.now())}")
    faults.tell(directory, "/control/lag", {"list": LIST_LAG})
    for account_id in case.cast.of("early_unlisted"):
        case.people.sign_in(account_id, "before")


def listing(case: Case) -> None:
    """Run the daily listing, whose "never" is wrong for some."""
    case.stack.job({"job": "listing"})
    active = sum(account["state"] == "active" for account in case.stack.state().accounts.values())
    say(f"Listed: {active:,} accounts are known to have been opened, of {len(case.acts.signed_in):,} that were")
    if active != len(case.cast.of("early")):
        case.wrong("listing", f"{active} accounts marked as opened, {len(case.cast.of('early'))} wanted")
    faults.tell(case.stack.session.places.directory, "/control/lag", dict(faults.LAG))


def exempt(case: Case) -> None:
    """Exempt a school and people: the first few by `akun`, and the last only once the plan is there."""
    stack, people = case.stack, case.cast.people
    until = f"{UNTIL:%Y-%m-%d}"
    told = ("--reason", REASON, "--author", AUTHOR, "--until", until)
    stack.akun("exempt", "add", "--school", case.cast.school, *told)
    for person_id in people[: BY_COMMAND - 1]:
        stack.akun("exempt", "add", "--person", person_id, *told)
    now = stack.session.now()
    for person_id in people[BY_COMMAND - 1 : -1]:
        document = {
            "kind": "person", "id": person_id, "reason": REASON, "author": AUTHOR, "until": UNTIL, "added_at": now,
            "ended_at": None, "ended_by": None,
        }  # fmt: skip
        stack.session.store.commit([Put(Ref("exemptions", f"person.{person_id}"), document)])


def plan(case: Case) -> None:
    """Plan, first dry: nothing is written by a dry one, and nothing but the plan by the real one, above `max_share`."""
    stack, store = case.stack, case.stack.session.store
    case.before = stack.state()
    calls = _calls(case)
    before = stored.versions(store, EVERYTHING)
    stack.akun("campaign", "plan", ID, "--dry-run")
    if stored.versions(store, EVERYTHING) != before or _calls(case) != calls:
        case.wrong("dry run", "wrote something, or called the Directory")
    stack.akun("campaign", "plan", ID)
    record = stack.campaign(ID)
    due = sum(tally["due"] for tally in record["tallies"].values())
    spared = sum(tally["exempt"] for tally in record["tallies"].values())
    so_far = replace(case.cast, people=case.cast.people[:-1]).exempt
    say(f"Planned: {due:,} due, {spared:,} exempt, {record['state']}")
    if record["state"] != "awaiting_approval":
        case.wrong("plan", f"leads to {record['state']}, not awaiting_approval")
    if spared != len(so_far):
        case.wrong("plan", f"counts {spared} exempt, {len(so_far)} are")
    for _ in range(2):
        stack.minute()
        stack.drain()
    found = untouched(case.before, stack.state())
    if _calls(case) != calls:
        case.wrong("before approval", "the Directory was called")
    case.found += [Finding(each.where, f"before approval: {each.what}") for each in found]
    say(f"Two minutes without approval: {len(found)} differences")


def between(case: Case) -> None:
    """Between plan and approval some sign in, are suspended by others, become exempt; others are waylaid for later."""
    waylaid: dict[str, list[str]] = {"get": case.cast.of("at_get"), "update": case.cast.of("at_update")}
    for method, account_ids in waylaid.items():
        case.people.waylay(account_ids, method)
    told = ("--reason", REASON, "--author", AUTHOR, "--until", f"{UNTIL:%Y-%m-%d}")
    case.stack.akun("exempt", "add", "--person", case.cast.people[-1], *told)
    roles: dict[Role, str] = {"between": "", "admin_late": "admin", "google_late": "google"}
    acts = [(account_id, by) for role, by in roles.items() for account_id in case.cast.of(role)]
    Random(case.options.seed).shuffle(acts)
    for account_id, by in acts:
        if by:
            case.people.suspend(account_id, by)
        else:
            case.people.sign_in(account_id, "before")


def _calls(case: Case) -> int:
    """Count the calls that the Directory has had."""
    return int(http.get(case.stack.session.places.directory, "/control/counters")["total"])
