"""One run, from an empty folder to the summary, and on until somebody stops it."""

import os
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from rich.console import Console

from local.run import directory, emulators, environment, ports, roster, stack, summary
from local.run.environment import Places, url
from local.run.folder import Folder
from local.run.options import Options
from local.run.processes import Processes
from local.run.progress import progress
from local.run.publishing import EmbeddedPublisher, Publisher
from local.run.schedule import Schedule
from local.run.settling import Left, Settling
from local.run.stopping import Stopped, stoppable
from local.run.survey import survey
from shared import policies, wiring
from shared.ports import Store

WATCH_SECONDS = 0.5
_STORES = {"embedded": "an embedded store", "emulators": "Google's emulators of Firestore and Pub/Sub"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a run works with once everything has started."""

    options: Options
    console: Console
    folder: Folder
    places: Places
    chosen: dict[str, str]
    processes: Processes
    store: Store
    publisher: Publisher

    def say(self, text: str) -> None:
        """Print a line as it is."""
        print(text, flush=True)


def run(options: Options, console: Console) -> int:
    """Run; gives the exit status: 0, or 1 when something is stuck."""
    began = time.monotonic()
    if options.backend == "emulators":
        emulators.check()
    entries = roster.of_file(options.roster) if options.roster else roster.invented(options.people)
    with ExitStack() as ending, stoppable():
        session = _start(options, console, ending)
        session.say(f"Publishing {len(entries):,} roster changes, lane {options.lane}. The stand-in's queues send")
        session.say(f"{options.rate:g} tasks a second a realm; in the cloud it is at most 9.5 (RATE=9.5 shows that).")
        session.publisher.publish(entries, options.lane)
        stuck = _settle(session, began)
        if options.once:
            return 1 if stuck else 0
        _tell_how_to_go_on(session)
        return _serve(session)


def _start(options: Options, console: Console, ending: ExitStack) -> Session:
    folder = Folder(options.folder, keep=options.keep)
    ending.callback(folder.release)
    names = [*Places.ALWAYS, *(Places.EMULATORS if options.backend == "emulators" else ())]
    places = Places(**dict(zip(names, ports.free(len(names)), strict=True)))
    keys = environment.kept_keys(folder.env) if options.keep else environment.new_keys()
    chosen = environment.settings(places, folder.store, keys, os.environ)
    folder.write_private(folder.env, environment.as_shell(chosen))
    print(f"Starting in {options.folder}: functions, stand-ins, {_STORES[options.backend]}", flush=True)
    sockets = Path(ending.enter_context(TemporaryDirectory(prefix="akun-")))  # goes when nobody listens any more
    processes = Processes(folder.logs)
    ending.callback(processes.stop)
    if places.firestore is not None and places.pubsub is not None:
        emulators.start(processes, chosen, folder.path, firestore=places.firestore, pubsub=places.pubsub)
        os.environ.update({name: chosen[name] for name in environment.OF_EMULATORS})  # for the clients in this process
    stack.start(processes, places, chosen, options, sockets)
    if options.keep:
        directory.recall(places.directory, folder)
        ending.callback(directory.keep, places.directory, folder)
    store = wiring.store(chosen["STORE"])
    publisher = _publisher(options, places, folder, store)
    ending.callback(publisher.close)
    schedule = Schedule(places.reconcile, options.tick, folder.logs / "scheduler.log")
    ending.callback(schedule.stop)
    schedule.start()
    return Session(
        options=options,
        console=console,
        folder=folder,
        places=places,
        chosen=chosen,
        processes=processes,
        store=store,
        publisher=publisher,
    )


def _publisher(options: Options, places: Places, folder: Folder, store: Store) -> Publisher:
    if options.backend == "embedded":
        return EmbeddedPublisher(places.provision)
    from local.run.pubsub import PubSubPublisher

    publisher = PubSubPublisher(url(places.provision), folder.logs / "provision.log", store)
    publisher.set_up()
    return publisher


def _settle(session: Session, began: float) -> Left:
    """Wait until all is done, and print what came of it."""
    console, publisher = session.console, session.publisher
    waiting = Settling(
        processes=session.processes,
        publisher=publisher,
        store=session.store,
        realms=list(policies.load(session.chosen["POLICY"]).realms),
        places=session.places,
    )
    with progress(console) as shown:
        left = waiting.wait(shown, session.options.patience)
    found = survey(session.store)
    summary.counts(console, found, time.monotonic() - began)
    summary.parked(console, found, publisher.lines, session.options.roster)
    summary.too_large(console, publisher.too_large, roster.MAX_BYTES)
    if found.issued:
        summary.sample_user(console, directory.user(session.places.directory, found.issued[-1]))
    summary.left(console, left, session.folder.logs)
    return left


def _tell_how_to_go_on(session: Session) -> None:
    places = session.places
    notes = dict.fromkeys(Places.ALWAYS, "") | {"directory": " (stand-in)", "tasks": " (stand-in)"}
    notes |= dict.fromkeys(Places.EMULATORS, " (emulator)")
    listening = {name + notes[name]: getattr(places, name) for name in notes}
    summary.listening(
        session.console, {name: url(port) for name, port in listening.items() if port}, session.folder.logs
    )
    summary.go_on(
        session.console,
        provision=url(places.provision),
        directory=url(places.directory),
        domain=session.chosen["ROOT_DOMAIN"],
        env=session.folder.env,
        python=Path(sys.executable),
    )


def _serve(session: Session) -> NoReturn:
    """Go on until somebody stops the run, or a process ends."""
    try:
        session.say("Serving until Ctrl-C.")
        while True:
            session.processes.check()
            time.sleep(WATCH_SECONDS)
    except Stopped:
        raise Stopped(0) from None  # that is how serving ends
