"""A run's beginning: folder, ports, settings, processes, store and publisher, whoever runs it and for what."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from local.run import directory, emulators, environment, moment, ports, schedule, stack
from local.run.environment import Places, url
from local.run.folder import Folder
from local.run.options import Options
from local.run.processes import Processes
from local.run.publishing import EmbeddedPublisher, Publisher
from local.run.schedule import Schedule
from shared import wiring
from shared.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a run works with once everything has started; its schedule is still to be started."""

    options: Options
    folder: Folder
    places: Places
    chosen: Mapping[str, str]
    processes: Processes
    store: Store
    publisher: Publisher
    schedule: Schedule

    @property
    def offset(self) -> float:
        """By how many seconds this run's clock is moved."""
        return float(self.chosen.get("CLOCK_OFFSET") or 0)

    def now(self) -> datetime:
        """Give the present of this run."""
        return moment.now(self.offset)

    def say(self, text: str) -> None:
        """Print a line as it is."""
        print(text, flush=True)


def begin(
    options: Options,
    ending: ExitStack,
    *,
    rate: float | None,
    settings: Mapping[str, str] | None = None,
    hand_out: bool = False,
    deadlines: bool = False,
) -> Session:
    """Start all processes, which `ending` stops.

    `rate` is what each local queue sends a second, None means by QUEUE_RATES; `settings` are variables that are to
    differ from a usual run's; with `hand_out` the functions of links and files start, too; with `deadlines` `suspend`
    does, and the schedule calls it and the daily listing.
    """
    folder = Folder(options.folder, keep=options.keep)
    ending.callback(folder.release)
    places = _places(deadlines=deadlines, hand_out=hand_out, emulated=options.backend == "emulators")
    kept = environment.kept(folder.env) if options.keep else environment.new_keys()
    own = environment.clock(options.at, kept.get("CLOCK_OFFSET")) | dict(settings or {})
    chosen = environment.settings(places, folder.store, kept, os.environ) | own
    folder.write_private(folder.env, environment.as_shell(chosen))
    sockets = Path(ending.enter_context(TemporaryDirectory(prefix="akun-")))  # goes when nobody listens any more
    processes = Processes(folder.logs)
    ending.callback(processes.stop)
    if places.firestore is not None and places.pubsub is not None:
        emulators.start(processes, chosen, folder.path, firestore=places.firestore, pubsub=places.pubsub)
        os.environ.update({name: chosen[name] for name in environment.OF_EMULATORS})  # for the clients in this process
    stack.start(processes, places, stack.programs(places, chosen, rate, sockets))
    if options.keep:
        directory.recall(places.directory, folder)
        ending.callback(directory.keep, places.directory, folder)
    store = wiring.store(chosen["STORE"])
    publisher = _publisher(options, places, folder, store)
    ending.callback(publisher.close)
    ticks = _schedule(places, options.tick, folder)
    ending.callback(ticks.stop)
    return Session(
        options=options,
        folder=folder,
        places=places,
        chosen=chosen,
        processes=processes,
        store=store,
        publisher=publisher,
        schedule=ticks,
    )


def _places(*, deadlines: bool, hand_out: bool, emulated: bool) -> Places:
    chosen = {Places.DEADLINES: deadlines, Places.HAND_OUT: hand_out, Places.EMULATORS: emulated}
    names = [*Places.ALWAYS, *(name for group, wanted in chosen.items() if wanted for name in group)]
    return Places(**dict(zip(names, ports.free(len(names)), strict=True)))


def _schedule(places: Places, tick: float, folder: Folder) -> Schedule:
    log = folder.logs / "scheduler.log"
    if places.suspend is None:
        return Schedule({"reconcile": places.reconcile}, tick, log)
    called = {"reconcile": places.reconcile, "suspend": places.suspend}
    return Schedule(called, tick, log, (*schedule.MINUTELY, *schedule.DAILY))


def _publisher(options: Options, places: Places, folder: Folder, store: Store) -> Publisher:
    if options.backend == "embedded":
        return EmbeddedPublisher(places.provision)
    from local.run.pubsub import PubSubPublisher

    publisher = PubSubPublisher(url(places.provision), folder.logs / "provision.log", store)
    publisher.set_up()
    return publisher
