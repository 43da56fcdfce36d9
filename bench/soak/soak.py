"""The soak: a roster under faults and kills against the model; then all of it once more, which changes nothing."""

import time
from contextlib import ExitStack
from random import Random

from bench.soak import faults, stored
from bench.soak.crashes import Crashes
from bench.soak.findings import Finding
from bench.soak.options import Options
from bench.soak.roster import Sent, invented, publish
from bench.soak.stage import Stage, check, expected, start, unfinished
from local.run import http, stack
from local.run.settling import Left
from local.run.stopping import stoppable

RATE = 9.5
"""Tasks a second of each queue, as in the cloud."""
TICK, HURRIED_TICK = 60.0, 31.0
"""Seconds between two runs of `feed`; two that are less than 30 apart count as one."""
PATIENCE = 780.0
"""A lost task costs a slot of ten minutes, so that long nothing may move."""
HURRIED_PATIENCE = 12.0
AHEAD = 900.0
"""Seconds by which the clock of `reconcile` is set ahead to catch up: more than any slot or patience of its jobs."""
CATCH_UPS = 3
POLL_SECONDS, LOOK_SECONDS = 0.2, 2.0
REPLAY_PATIENCE = 120.0
"""Seconds without a delivery after which a replay is given up."""


def soak(options: Options) -> list[Finding]:
    """Run it and give what was wrong, which is nothing."""
    with ExitStack() as ending, stoppable():
        print(f"Starting in {options.folder}: emulators, stand-ins, functions", flush=True)
        tick = HURRIED_TICK if options.hurry else TICK
        stage = start(options.folder, ending, RATE, tick, {})
        sent = invented(options.people, options.seed)
        wanted = expected(sent, stage.session.chosen)
        bulk = sum(each.lane == "bulk" for each in sent)
        print(
            f"Publishing {len(sent):,} roster changes of {options.people:,} people, {bulk:,} of them bulk", flush=True
        )
        faults.begin(stage.session.places, options.seed, faults.LAG, {**faults.TASKS, **faults.CREATIONS})
        publish(stage.publisher, sent)
        if not options.hurry:
            stage.session.schedule.start()
        crashes = Crashes(stage.session, wanted.accounts, options.kills, options.seed)
        if not options.hurry:
            crashes.run(_say)
        else:
            crashes.run(_say, HURRIED_PATIENCE)
            stage.session.schedule.start()  # only now, so that its first run finds the bulk work there
            crashes.run(_say, HURRIED_PATIENCE)
        found = crashes.findings()
        found += unfinished(_settled(stage, options))
        print(f"Struck: {faults.told(stage.session.places)}", flush=True)
        found += check(stage, wanted)
        print(f"Compared {len(wanted.worlds):,} people and at least {wanted.accounts:,} accounts with the model: "
              f"{len(found)} differences", flush=True)  # fmt: skip
        return found + _replayed(stage, sent, options.seed)


def _say(text: str) -> None:
    print(text, flush=True)


def _settled(stage: Stage, options: Options) -> Left:
    """Wait for the end; in a hurry, `reconcile` gets a clock that is ahead, so that it looks at what is pending now."""
    if not options.hurry:
        return stage.settle(PATIENCE, LOOK_SECONDS)
    left = stage.settle(HURRIED_PATIENCE)
    for number in range(CATCH_UPS):
        if not left or left.undelivered:
            break
        places = stage.session.places
        faults.end(places)
        stage.session.processes.crash("reconcile", CLOCK_OFFSET=str(AHEAD * (number + 1)))
        stack.await_open(stage.session.processes, "reconcile", places.reconcile)
        for job in ("feed", "stuck"):
            faults.tell(places.reconcile, "/", {"job": job})
        faults.tell(places.tasks, "/control/fast_forward", {"due": True})
        left = stage.settle(HURRIED_PATIENCE)
    return left


def _replayed(stage: Stage, sent: list[Sent], seed: int) -> list[Finding]:
    """Publish all good events again in another order; bad ones would be parked again, under another message's id."""
    stage.session.schedule.stop()
    before = _state(stage)
    again = [each for each in sent if not each.is_bad]
    Random(seed + 1).shuffle(again)
    print(f"Publishing {len(again):,} of them again, in another order", flush=True)
    stage.publisher.undelivered()  # so that what the log tells from here on is of this time
    answered = stage.publisher.answered + len(again)
    publish(stage.publisher, again)
    if not _answered(stage, answered):
        return [Finding("replay", "not all of it is delivered")]
    after = _state(stage)
    found = [Finding("replay", f"changed {what}") for what in before if before[what] != after[what]]
    print(f"Replayed: {len(found)} differences", flush=True)
    return found + unfinished(stage.settle(HURRIED_PATIENCE))


def _answered(stage: Stage, number: int) -> bool:
    """Wait until `provision` has answered so many deliveries; False if none came for a long time."""
    before, changed = -1, time.monotonic()
    while stage.publisher.undelivered() or stage.publisher.answered < number:
        stage.session.processes.check()
        if stage.publisher.answered != before:
            before, changed = stage.publisher.answered, time.monotonic()
        if time.monotonic() - changed > REPLAY_PATIENCE:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _state(stage: Stage) -> dict[str, object]:
    """Give all that a second delivery must leave alone: users, Directory calls, tasks, documents' versions."""
    places = stage.session.places
    return {
        "users": {user["id"]: user for user in stage.users()},
        "Directory calls": http.get(places.directory, "/control/counters")["calls"],
        "tasks": http.get(places.tasks, "/control/counters")["created"],
        "documents": stored.versions(stage.session.store),
    }
