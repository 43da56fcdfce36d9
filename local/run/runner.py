"""One run, from an empty folder to the summary, and on until somebody stops it."""

import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

from rich.console import Console

from local.run import deadline, directory, emulators, handing, moving, roster, session, stack, summary
from local.run.environment import Places, url
from local.run.options import Options
from local.run.progress import progress
from local.run.session import Session
from local.run.settling import Left, Settling
from local.run.stopping import Stopped, stoppable
from local.run.survey import Survey, survey
from shared import policies

WATCH_SECONDS = 0.5
_STORES = {"embedded": "an embedded store", "emulators": "Google's emulators of Firestore and Pub/Sub"}


def run(options: Options, console: Console) -> int:
    """Run; gives the exit status: 0, or 1 when something is stuck."""
    began = time.monotonic()
    if options.backend == "emulators":
        emulators.check()
    own = roster.of_file(options.roster) if options.roster else None
    with ExitStack() as ending, stoppable():
        print(f"Starting in {options.folder}: functions, stand-ins, {_STORES[options.backend]}", flush=True)
        here = session.begin(options, ending, rate=options.rate, hand_out=True, deadlines=True)
        entries = own or roster.invented(options.people, here.now())
        here.schedule.start()
        here.say(f"Publishing {len(entries):,} roster changes, lane {options.lane}. The stand-in's queues send")
        here.say(f"{options.rate:g} tasks a second a realm; in the cloud it is at most 9.5 (RATE=9.5 shows that).")
        here.publisher.publish(entries, options.lane)
        stuck, found = _settle(here, console, began)
        if not options.once:
            _tell_how_to_go_on(here, console)
        _hand_out(here, console, found)
        if options.once:
            return 1 if stuck else 0
        return _serve(here)


def _settle(here: Session, console: Console, began: float) -> tuple[Left, Survey]:
    """Wait until all is done, and print what came of it."""
    publisher = here.publisher
    waiting = Settling(
        processes=here.processes,
        publisher=publisher,
        store=here.store,
        realms=list(policies.load(here.chosen["POLICY"]).realms),
        places=here.places,
    )
    with progress(console) as shown:
        left = waiting.wait(shown, here.options.patience)
    found = survey(here.store)
    summary.counts(console, found, time.monotonic() - began)
    summary.parked(console, found, publisher.lines, here.options.roster)
    summary.too_large(console, publisher.too_large, roster.MAX_BYTES)
    if found.issued:
        summary.sample_user(console, directory.user(here.places.directory, found.issued[-1]))
    summary.left(console, left, here.folder.logs, here.now())
    return left, found


def _tell_how_to_go_on(here: Session, console: Console) -> None:
    places = here.places
    notes = dict.fromkeys(Places.ALWAYS, "") | {"directory": " (stand-in)", "tasks": " (stand-in)"}
    notes |= {"suspend": "", "link": "", "download": "", "portal": " (sample)"} | dict.fromkeys(
        Places.EMULATORS, " (emulator)"
    )
    listening = {name + notes[name]: getattr(places, name) for name in notes}
    summary.listening(console, {name: url(port) for name, port in listening.items() if port}, here.folder.logs)
    summary.go_on(
        console,
        provision=url(places.provision),
        directory=url(places.directory),
        domain=here.chosen["ROOT_DOMAIN"],
        env=here.folder.env,
        python=Path(sys.executable),
    )
    deadline.tell(console, here, Path(sys.executable))


def _hand_out(here: Session, console: Console, found: Survey) -> None:
    """Let the portal know the schools, and print a link; a run that ends now needs no portal."""
    link, portal = here.places.link, here.places.portal
    if link is None or portal is None:
        return
    schools = handing.schools(found, here.store)
    if not here.options.once:
        stack.start(here.processes, here.places, [stack.portal(portal, link, schools)])
    offer = handing.offer(link, found, schools)
    summary.hand_out(console, offer, None if here.options.once else url(portal))


def _serve(here: Session) -> NoReturn:
    """Go on until somebody stops the run, or a process ends."""
    try:
        here.say("Serving until Ctrl-C.")
        while True:
            here.processes.check()
            here = moving.wished(here)
            time.sleep(WATCH_SECONDS)
    except Stopped:
        raise Stopped(0) from None  # that is how serving ends
