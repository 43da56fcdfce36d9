"""What a campaign's run begins with: accounts that were issued in January, a cast, and the stack in which they are."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bench.figures import MeasurementError
from bench.soak.campaign_acts import Arrivals, People
from bench.soak.campaign_cast import Cast, draw, first, sure
from bench.soak.campaign_compare import State
from bench.soak.campaign_model import Acts
from bench.soak.campaign_stack import Stack
from bench.soak.changes import Change, person_of
from bench.soak.compare import compare
from bench.soak.findings import Finding
from bench.soak.model import Keys, World, load, worlds
from bench.soak.options import Options
from bench.soak.roster import Event, Sent, publish
from bench.soak.stage import expected, settle, unfinished
from local.roster import sample
from local.run import moment, session
from local.run import options as run_options
from local.run.session import Session

ID = "2021-06-30"
POLICY = "launch_2020"
ISSUED = datetime(2021, 1, 11, 9, tzinfo=moment.JAKARTA)
RATE = 200.0
"""Tasks a second that each local queue sends."""
MINUTES, HURRIED_MINUTES = 8, 4
"""Runs of `feed` that the campaign takes at least, by the rates that are chosen for it."""
LEAST_RATE, MOST_RATE = 0.5, 9.5
WRITTEN_BEFORE = timedelta(hours=6)
PATIENCE, HURRIED_PATIENCE = 120.0, 40.0
ARRIVALS_A_SECOND = 1.0
ARRIVALS, HURRIED_ARRIVALS = 480, 15


@dataclass(slots=True)
class Case:
    """One run; `before` is the state that undoing must restore, once it is known."""

    options: Options
    stack: Stack
    cast: Cast
    people: People
    worlds: Mapping[str, Sequence[World]]
    """Of those who are in the cast, and of those who arrive later."""
    arrivals: Arrivals
    before: State
    found: list[Finding] = field(default_factory=list)

    @property
    def acts(self) -> Acts:
        """Tell what really happened beside the system."""
        return self.people.acts

    def wrong(self, where: str, what: str) -> None:
        """Note a finding."""
        self.found.append(Finding(where, what))


def prepare(options: Options, ending: ExitStack) -> Case:
    """Start all that a run takes, in January, and let the accounts be issued."""
    people, accounts = _invented(options)
    cast = draw(accounts, options.seed)
    here = _session(options, ending, accounts)
    known = {each.partition(".")[0] for each in accounts}
    sent = [Sent(event, "live") for event in people if person_of(event) in known]
    arriving = _arriving(options, known)
    wanted = expected([*sent, *(change.sent for change in arriving)], here.chosen)
    say(f"Publishing {len(sent):,} roster changes of {len(known):,} people, on {moment.shown(here.now())}")
    publish(here.publisher, sent)
    found = unfinished(settle(here, HURRIED_PATIENCE if options.hurry else PATIENCE))
    stack = Stack(here, options.hurry, here.offset)
    before = stack.state()
    found += compare({each: wanted.worlds[each] for each in known}, before.users.values())
    if found:
        raise MeasurementError(
            f"the accounts are not as they should be before all begins: {found[0]}, {len(found)} findings"
        )
    say(f"Issued {len(before.accounts):,} accounts")
    users = People(
        here.places.directory, {each: str(user["id"]) for each, user in before.users.items()}, Acts(cast.exempt)
    )
    arrivals = Arrivals(here.publisher, arriving, ARRIVALS_A_SECOND)
    return Case(options, stack, cast, users, wanted.worlds, arrivals, before)


def say(text: str) -> None:
    """Print a line."""
    print(text, flush=True)


def _invented(options: Options) -> tuple[Sequence[Event], dict[str, frozenset[str]]]:
    """Invent a roster that is large enough for the accounts wanted, and choose those."""
    number = options.campaign * 2 + 100
    events: list[Event] = list(sample.events(number, options.seed + 3, ISSUED - WRITTEN_BEFORE))
    allowed = worlds(events, load(POLICY), Keys("none", b"none"), "none")
    accounts = first(sure(events, allowed), options.campaign)
    if len(accounts) < options.campaign:
        raise MeasurementError(f"{number:,} people bring only {len(accounts):,} accounts")
    return events, accounts


def _arriving(options: Options, known: set[str]) -> list[Change]:
    """Invent new people who come while the campaign runs, in July."""
    number = HURRIED_ARRIVALS if options.hurry else ARRIVALS
    events: list[Event] = list(sample.events(number * 2 + 60, options.seed + 4, ISSUED + timedelta(days=170)))
    allowed = worlds(events, load(POLICY), Keys("none", b"none"), "none")
    chosen = [person_id for person_id in sure(events, allowed) if person_id not in known][:number]
    by_person = {person_of(event): event for event in events}
    return [Change(Sent(by_person[person_id], "live"), person_id, "new") for person_id in chosen]


def _session(options: Options, ending: ExitStack, accounts: Mapping[str, object]) -> Session:
    """Start the stack, with rates by which the campaign takes some minutes."""
    number = Counter(account_id.partition(".")[2] for account_id in accounts)
    minutes = HURRIED_MINUTES if options.hurry else MINUTES
    a_minute = 60 * 0.9 / 2  # accounts that one task a second lets bulk work suspend in a minute, in two calls each
    rates = {realm: min(MOST_RATE, max(LEAST_RATE, count / minutes / a_minute)) for realm, count in number.items()}
    settings = {
        "POLICY": POLICY,
        "QUEUE_RATES": json.dumps({"*": LEAST_RATE, **rates}),
        "CLOCK_OFFSET": str(moment.offset_to(ISSUED)),
    }
    folder: Path = options.folder / "campaign"
    say(f"Starting in {folder}: stand-ins, functions, an embedded store")
    return session.begin(run_options.Options(folder=folder), ending, rate=RATE, settings=settings, deadlines=True)


def since(began: float) -> str:
    """Give the time since a moment of the steady clock."""
    return f"{time.monotonic() - began:.0f} s"
