"""The real use cases over SQLite in memory and simulated Google; killed now and then, and started anew."""

import gc
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

from bench.simulate.chance import Chance, Faults, Killed
from bench.simulate.directory import SimulatedDirectory
from bench.simulate.people import ROOT_DOMAIN
from bench.simulate.queues import Hint, SimulatedTasks
from bench.simulate.store import ShakyStore
from bench.simulate.timeline import Timeline
from shared import boundary, policies
from shared.adapters.keyring import Keys
from shared.adapters.sqlite import SqliteStore
from shared.credentials import Credentials
from shared.directory_steps import DirectorySteps
from shared.domain.roster import Lane
from shared.errors import PassingError, QuotaError, TransientError
from shared.intake import Intake
from shared.ports import Directory
from shared.schools import Schools
from shared.switchboard import Switchboard
from shared.usecases.converge import Converge
from shared.usecases.feed import Feed
from shared.usecases.provision import Provision
from shared.usecases.stuck import Stuck

POLICY = "launch_2020"
DELIVERY = 0.1
"""Seconds from publishing to `provision`, and again a little, drawn."""
AGAIN = 10.0
"""Seconds until a message that was not acknowledged comes again."""
FEED_EVERY, STUCK_EVERY = 60.0, 300.0


class World:
    """One run's system: `publish` lets an event arrive, `schedule` starts Cloud Scheduler."""

    def __init__(self, faults: Faults, rates: Mapping[str, float], scale: float, seed: int) -> None:
        self.timeline = Timeline()
        self.faults = faults
        self.rates = rates
        self.chance = Chance(seed)
        self.memory = SqliteStore(":memory:")
        self.store = ShakyStore(self.memory, self.chance, faults)
        self.directory = SimulatedDirectory(self.timeline, self.chance, faults, scale)
        self.tasks = SimulatedTasks(self.timeline, self.chance, faults, rates, self._converge_once)
        self.policy = policies.load(POLICY)
        self.outcomes: Counter[str] = Counter()
        self.kills = 0
        self.undelivered = 0
        self._keys = Keys("sim", secrets={"sim": b"s" * 32}, kms={})
        self._start()

    def go_on(self, faults: Faults, rates: Mapping[str, float], scale: float) -> None:
        """Go on with other faults, rates and share of the quotas, and empty queues: nothing may be under way."""
        self.faults, self.rates = faults, rates
        self.store.killed = faults.killed
        self.directory.allow(faults, scale)
        self.tasks = SimulatedTasks(self.timeline, self.chance, faults, rates, self._converge_once)
        self._start()

    def _start(self) -> None:
        """Wire everything as a new process does."""
        self.store.is_dead = False
        store, clock, tasks = self.store, self.timeline, self.tasks
        schools, switchboard = Schools(store), Switchboard(store, clock)
        reconciling = {"store": store, "tasks": tasks, "clock": clock, "switchboard": switchboard}
        self._feed = Feed(**reconciling, rates=self.rates)  # type: ignore[arg-type]
        self._stuck = Stuck(**reconciling, rates=self.rates)  # type: ignore[arg-type]
        provision = Provision(
            store=store, tasks=tasks, clock=clock, policy=self.policy, root_domain=ROOT_DOMAIN, schools=schools
        )
        self._intake = Intake(store, clock, provision)
        steps = DirectorySteps(
            store=store,
            directory_of=lambda _: cast(Directory, self.directory),  # nobody lists here
            credentials=Credentials(self._keys),
            clock=clock,
            root_domain=ROOT_DOMAIN,
            switchboard=switchboard,
        )
        self._converge = Converge(
            store=store, steps=steps, tasks=tasks, clock=clock, policy=self.policy, switchboard=switchboard
        )

    def schedule(self) -> None:
        """Let `feed` and `stuck` run at their times, from now on."""
        self.every(FEED_EVERY, lambda: self._reconcile(self._feed))
        self.every(STUCK_EVERY, lambda: self._reconcile(self._stuck))

    def publish(self, data: Callable[[], bytes], lane: Lane) -> None:
        """Let an event arrive, sometimes late, sometimes twice; it is made when it arrives."""
        delay = DELIVERY + self.chance.within(DELIVERY)
        if self.chance.strikes(self.faults.delivered_late):
            delay += self.chance.within(self.faults.longest_late)
        self.undelivered += 1
        self.timeline.after(delay, partial(self._deliver, data, lane))
        if self.chance.strikes(self.faults.delivered_twice):
            self.undelivered += 1
            later = delay + self.chance.within(self.faults.longest_late)
            self.timeline.after(later, partial(self._deliver, data, lane))

    def _deliver(self, data: Callable[[], bytes], lane: Lane) -> None:
        try:
            result = self._intake.take_data("simulated", data(), lane, boundary.Told("provision"))
        except (TransientError, Killed) as error:
            self.failed(error)
            self.timeline.after(AGAIN, partial(self._deliver, data, lane))
            return
        self.outcomes[result.outcome] += 1
        self.undelivered -= 1

    def _converge_once(self, hint: Hint) -> int:
        """Give the HTTP status that the task's request would get."""
        try:
            self._converge(hint.account_id, hint.version, retries=hint.attempts, probe=hint.probe)
        except QuotaError:
            return 429
        except PassingError:
            return 500
        except (TransientError, Killed) as error:
            self.failed(error)
            return 503
        return 200

    def _reconcile(self, job: Callable[[str], object]) -> None:
        for realm in self.policy.realms:
            try:
                job(realm)
            except (TransientError, Killed) as error:
                self.failed(error)
                if isinstance(error, Killed):
                    return

    def every(self, seconds: float, action: Callable[[], None]) -> None:
        """Let something happen again and again."""

        def again() -> None:
            action()
            self.timeline.after(seconds, again)

        self.timeline.after(seconds, again)

    def failed(self, error: BaseException) -> None:
        """Note that a process failed, and start anew where it was killed."""
        if isinstance(error, Killed):
            self.kills += 1
            self._start()


def without_collector(work: Callable[[], None]) -> None:
    """Do work whose millions of objects all stay: looking through them again and again finds nothing."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        work()
    finally:
        gc.enable()
        gc.unfreeze()
