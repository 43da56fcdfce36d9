"""The freshness run: how long live changes take while a back-fill fills the queues and faults are on."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench.figures import Figure, MeasurementError
from bench.soak import changes, faults, freshness
from bench.soak.changes import Change
from bench.soak.compare import compare
from bench.soak.findings import Finding
from bench.soak.load import TOLERATED, load
from bench.soak.model import Keys, World, worlds
from bench.soak.model import load as policy_of
from bench.soak.options import Options
from bench.soak.rates import LEAST, shared_out
from bench.soak.roster import Sent, publish
from bench.soak.stage import Expected, Stage, check, expected, start, unfinished
from local.roster import sample
from local.run import http
from local.run.stopping import stoppable
from shared.ports import Ref

POLICY = "launch_2020"
QUOTAS = {"creationsPerSecond": 10, "callsPerMinute": 2400}
TICK = 60.0
FILL_SECONDS = 5.0
"""How long the queues fill before the first live change."""
PATIENCE = 780.0
LOOK_SECONDS = 10.0
DELIVERY_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is published, and each realm's rate."""

    backfill: Sequence[Sent]
    changes: Sequence[Change]
    rates: Mapping[str, float]

    @property
    def live(self) -> set[str]:
        """Who has a live change."""
        return {change.person_id for change in self.changes}


def fresh(options: Options) -> tuple[list[Figure], list[Finding]]:
    """Run it; gives the figures and what was wrong."""
    plan = planned(options)
    with ExitStack() as ending, stoppable():
        folder = options.folder / "fresh"
        print(f"Starting in {folder}; tasks a second: {_told(plan.rates)}", flush=True)
        settings = {"QUEUE_RATES": json.dumps({"*": LEAST, **plan.rates}), "POLICY": POLICY}
        stage = start(folder, ending, None, TICK, settings)
        faults.tell(stage.session.places.directory, "/control/quotas", QUOTAS)
        faults.begin(stage.session.places, options.seed, {}, faults.TASKS)
        wanted = expected([*plan.backfill, *(change.sent for change in plan.changes)], stage.session.chosen)
        _fill(stage, plan)
        loaded = load(stage.publisher, plan.changes, options.changes, stage.session.processes.check, _say)
        late = [Finding("load", f"{loaded.behind:.2f} s behind its plan")] if loaded.behind > TOLERATED else []
        _say(f"Published {len(plan.changes):,} live changes, the latest {loaded.behind * 1000:.0f} ms behind its plan")
        ended = time.time()
        _say(f"Back-fill at that moment: {_made(stage, plan, ended)}")
        found = late + _awaited(stage, plan, options.backfill_wait)
        found += check(stage, wanted) if options.backfill_wait else _check_live(stage, wanted, plan)
        users = stage.users()
        _say(f"Back-fill at the end: {_made(stage, plan, time.time())}; {_refused(stage)}")
        _say(f"Struck: {faults.told(stage.session.places)}")
        timings = freshness.timings(users, plan.changes, loaded.planned, time.time())
        for line in freshness.by_kind(timings):
            _say(line)
        return freshness.figures(timings), found


def planned(options: Options) -> Plan:
    """Invent the back-fill and the live changes, and share the rates out by what they need."""
    number = int(options.minutes * 60 * options.changes)
    backfill = list(sample.events(options.bulk, options.seed + 1))
    new = list(sample.events(changes.people_wanted(number), options.seed + 2))
    policy = policy_of(POLICY)
    allowed = worlds([*backfill, *new], policy, Keys("none", b"none"), "none")
    chosen = changes.plan(number, options.seed, new, backfill, allowed)
    people = {*map(changes.person_of, backfill), *(change.person_id for change in chosen)}
    need = Counter({realm.name: 0 for realm in policy.realms})
    need.update(realm for person_id in people for realm in _realms(allowed[person_id][0]))
    return Plan([Sent(event, "bulk") for event in backfill], chosen, shared_out(need))


def _realms(world: World) -> Iterable[str]:
    return (account_id.partition(".")[2] for account_id in world)


def _fill(stage: Stage, plan: Plan) -> None:
    """Publish the back-fill, wait until all of it is committed, and let `feed` fill the queues."""
    _say(f"Publishing a back-fill of {len(plan.backfill):,} roster changes, lane bulk")
    publish(stage.publisher, plan.backfill)
    before, changed, told = -1, time.monotonic(), time.monotonic()
    while left := stage.publisher.undelivered():
        stage.session.processes.check()
        now = time.monotonic()
        if left != before:
            before, changed = left, now
        if now - changed > DELIVERY_PATIENCE:
            raise MeasurementError(f"{left:,} messages of the back-fill are not delivered")
        if now - told > LOOK_SECONDS:
            told = now
            _say(f"  {len(plan.backfill) - left:,} delivered")
        time.sleep(1.0)
    stage.session.schedule.start()
    time.sleep(FILL_SECONDS)


def _awaited(stage: Stage, plan: Plan, whole: bool) -> list[Finding]:
    """Wait for the whole back-fill, or for the live people alone."""
    if whole:
        return unfinished(stage.settle(PATIENCE, LOOK_SECONDS))
    realms = [realm.name for realm in policy_of(POLICY).realms]
    refs = [Ref("accounts", f"{person_id}.{realm}") for person_id in sorted(plan.live) for realm in realms]
    before, changed = -1, time.monotonic()
    while time.monotonic() - changed < PATIENCE:
        stage.session.processes.check()
        found = [document for document in stage.session.store.get_many(refs) if document is not None]
        left = stage.publisher.undelivered() + sum(document.data["lane"] is not None for document in found)
        if not left:
            return []
        if left != before:
            before, changed = left, time.monotonic()
            _say(f"  {left:,} live changes not done")
        time.sleep(LOOK_SECONDS)
    return [Finding("live changes", f"{before} not done")]


def _check_live(stage: Stage, wanted: Expected, plan: Plan) -> list[Finding]:
    """Compare the live people alone: of the others some wait still."""
    live = plan.live
    allowed = {person_id: those for person_id, those in wanted.worlds.items() if person_id in live}
    users = [user for user in stage.users() if freshness.person_of(user) in live]
    return compare(allowed, users)


def _made(stage: Stage, plan: Plan, until: float) -> str:
    """Say how many users of the back-fill's people were made by then."""
    live = plan.live
    made = sum(user["createdAt"] <= until and freshness.person_of(user) not in live for user in stage.users())
    return f"{made:,} users made"


def _refused(stage: Stage) -> str:
    """Say what was refused or tried again."""
    refused = http.get(stage.session.places.directory, "/control/counters")["refused"]
    tasks = http.get(stage.session.places.tasks, "/control/counters")
    reasons = ", ".join(f"{number} {reason}" for reason, number in sorted(refused.items())) or "none"
    return f"Directory calls refused: {reasons}; tasks tried again: {tasks['retries']}"


def _told(rates: Mapping[str, float]) -> str:
    return ", ".join(f"{realm} {rate:g}" for realm, rate in rates.items()) + f", in all {sum(rates.values()):.2f}"


def _say(text: str) -> None:
    print(text, flush=True)
