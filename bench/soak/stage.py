"""What both runs share: the stack on Google's emulators, the wait, and the model's view of what was published."""

import base64
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.figures import MeasurementError
from bench.soak import stored
from bench.soak.compare import compare
from bench.soak.findings import Finding
from bench.soak.model import Keys, World, fault, load, worlds
from bench.soak.roster import Sent
from local.run import emulators, http, session
from local.run.options import Options
from local.run.progress import progress
from local.run.pubsub import PubSubPublisher
from local.run.session import Session
from local.run.settling import POLL_SECONDS, Left, Settling
from shared import policies

WIDTH = 110
DUMP_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Stage:
    """A stack that runs."""

    session: Session
    publisher: PubSubPublisher

    def users(self) -> list[dict[str, Any]]:
        """Dump the Directory."""
        users: list[dict[str, Any]] = http.get(self.session.places.directory, "/control/users", timeout=DUMP_SECONDS)[
            "users"
        ]
        return users

    def settle(self, patience: float, poll: float = POLL_SECONDS) -> Left:
        """Wait until all is done, or no number has changed for `patience` seconds; look every `poll` seconds."""
        return settle(self.session, patience, poll)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the model makes of what was published: worlds by person, parked entries by code."""

    worlds: Mapping[str, Sequence[World]]
    parked: Mapping[str, int]

    @property
    def accounts(self) -> int:
        """How many accounts there are at least."""
        return sum(min(map(len, those)) for those in self.worlds.values())


def settle(here: Session, patience: float, poll: float = POLL_SECONDS) -> Left:
    """Wait until all that was published is done, or no number has changed for `patience` seconds."""
    waiting = Settling(
        processes=here.processes,
        publisher=here.publisher,
        store=here.store,
        realms=list(policies.load(here.chosen["POLICY"]).realms),
        places=here.places,
    )
    with progress(Console() if sys.stdout.isatty() else Console(width=WIDTH)) as shown:
        return waiting.wait(shown, patience, poll)


def start(folder: Path, ending: ExitStack, rate: float | None, tick: float, settings: Mapping[str, str]) -> Stage:
    """Start everything, which `ending` stops."""
    emulators.check()
    options = Options(backend="emulators", folder=folder, tick=tick)
    here = session.begin(options, ending, rate=rate, settings=settings)
    if not isinstance(here.publisher, PubSubPublisher):
        raise MeasurementError("the run does not publish through Pub/Sub")
    return Stage(here, here.publisher)


def expected(sent: Iterable[Sent], chosen: Mapping[str, str]) -> Expected:
    """Ask the model."""
    now_us = int(time.time() * 1_000_000)
    kid, secret = next(iter(json.loads(chosen["CREDENTIAL_KEYS"]).items()))
    faults = [(each.event, fault(each.event, now_us)) for each in sent]
    good = (event for event, code in faults if code is None)
    allowed = worlds(good, load(chosen["POLICY"]), Keys(kid, base64.b64decode(secret)), chosen["ROOT_DOMAIN"])
    return Expected(allowed, Counter(code for _, code in faults if code is not None))


def check(stage: Stage, wanted: Expected) -> list[Finding]:
    """Compare Directory and store with the model, and look for dead letters."""
    users = stage.users()
    found = compare(wanted.worlds, users)
    found += stored.check(stage.session.store, users, wanted.parked, len(wanted.worlds))
    dead = stage.publisher.dead_letters()
    return found + ([Finding("dead letters", f"{dead}")] if dead else [])


def unfinished(left: Left) -> list[Finding]:
    """Name what did not come to its end."""
    found = [Finding("messages", f"{left.undelivered} not delivered")] if left.undelivered else []
    return found + [
        Finding(f"realm {group.realm}", f"{group.number} accounts pending, lane {group.lane}: {group.code}")
        for group in left.pending
    ]
