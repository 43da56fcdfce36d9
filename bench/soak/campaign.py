"""The deadline over real processes: exactly those who never came are suspended, and undoing restores all of it."""

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack

from bench.figures import Figure
from bench.soak import campaign_compare, campaign_days, faults, freshness
from bench.soak.campaign_case import ID, Case, prepare, say, since
from bench.soak.campaign_compare import State
from bench.soak.campaign_night import Night
from bench.soak.compare import compare
from bench.soak.findings import Finding
from bench.soak.options import Options
from local.run.stopping import stoppable

CALLS: Mapping[str, float] = {"error": 0.025, "errorApplied": 0.025, "lost": 0.01}
"""Of all Directory calls: 503 to 5 % of them, half of these applied, and no answer to 1 %."""
SECONDS: Mapping[str, float] = {"double": 0.5, "late": 1.5}
"""Of the faults of tasks that take time, in a hurry."""
SPREAD, HURRIED_SPREAD = 240.0, 25.0
"""Seconds over which sign-ins at random moments come."""
GOAL = 30.0


def campaign(options: Options) -> tuple[list[Figure], list[Finding]]:
    """Run it; gives how fresh new accounts were meanwhile, and what was wrong."""
    began = time.monotonic()
    with ExitStack() as ending, stoppable():
        case = prepare(options, ending)
        campaign_days.early(case)
        campaign_days.move_on(case)
        campaign_days.listing(case)
        campaign_days.exempt(case)
        campaign_days.plan(case)
        campaign_days.between(case)
        night = Night(case)
        _let_fail(case)
        random = case.cast.of("during")
        pause = (HURRIED_SPREAD if options.hurry else SPREAD) / len(random)
        with case.people.beside(random, options.seed, pause), case.arrivals.beside():
            night.run()
        faults.end(case.stack.session.places)
        now = case.stack.state()
        _judge(case, "Suspended", campaign_compare.done(ID, case.acts, case.before, now))
        _told(case, now)
        figures = _fresh(case, now)
        _let_fail(case)
        night.undo()
        faults.end(case.stack.session.places)
        now = case.stack.state()
        _judge(case, "Undone", campaign_compare.undone(case.acts, case.before, now))
        _check_arrivals(case, now)
        case.found += [Finding("the run", what) for what in [*case.stack.wrong, *case.people.failed]]
        say(f"All of it took {since(began)}")
        return figures, case.found


def _let_fail(case: Case) -> None:
    tasks = {**faults.TASKS, **faults.CREATIONS}
    if case.options.hurry:
        tasks |= {kind: {**tasks[kind], "seconds": seconds} for kind, seconds in SECONDS.items()}
    faults.begin(case.stack.session.places, case.options.seed, faults.LAG, tasks, CALLS)


def _judge(case: Case, what: str, found: list[Finding]) -> None:
    case.found += found
    say(f"{what}: compared {len(case.before.accounts):,} accounts with the model: {len(found)} differences")
    say(f"  struck: {faults.told(case.stack.session.places)}")


def _told(case: Case, now: State) -> None:
    """Say what came of everybody, check that all of it has happened, and what the campaign says of itself."""
    acts, suspended = case.acts, len(now.suspended())
    fates = Counter(acts.fate(account_id) for account_id in case.cast.accounts)
    say(f"  {suspended:,} suspended; " + ", ".join(f"{number:,} {fate}" for fate, number in sorted(fates.items())))
    by_place = Counter(came.last for came in acts.signed_in.values())
    say(f"  signed in: {by_place['before']:,} before the last look, {by_place['after']:,} behind it, "
        f"{by_place['unknown']:,} at random moments; {len(acts.refused):,} were suspended by then")  # fmt: skip
    for role in ("at_get", "at_update"):
        missing = [each for each in case.cast.of(role) if each not in acts.signed_in]
        if missing:
            case.wrong(role, f"{len(missing)} sign-ins beside the last look did not come to pass")
    results = case.stack.campaign(ID)["results"]
    if results.get("suspended") != suspended:
        case.wrong("results", f"tell of {results.get('suspended')} suspended, {suspended} are")


def _fresh(case: Case, now: State) -> list[Figure]:
    """Time the new people's accounts, by the machine's clock."""
    ahead = case.stack.directory_ahead()
    planned = [at + ahead for at in case.arrivals.planned]
    timings = freshness.timings(now.users.values(), case.arrivals.changes, planned, time.time() + ahead)
    for line in freshness.by_kind(timings):
        say(line)
    seconds = [timing.seconds for timing in timings]
    detail = f"{len(seconds):,} new people while a campaign ran, faults and kills on"
    return [Figure("campaign_freshness_p95_s", freshness.quantile(seconds, 0.95), GOAL, detail)]


def _check_arrivals(case: Case, now: State) -> None:
    """Compare those who arrived meanwhile with the model: their accounts are as any other, and nobody held them."""
    arrived = {change.person_id for change in case.arrivals.changes}
    users = [user for each, user in now.users.items() if each.partition(".")[0] in arrived]
    found = compare({each: case.worlds[each] for each in sorted(arrived)}, users)
    case.found += found
    say(f"Compared {len(arrived):,} people who arrived meanwhile: {len(found)} differences")
