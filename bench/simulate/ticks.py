"""The runs of `suspend`: every minute, twice at once now and then, short of time, killed in mid-work."""

from collections.abc import Callable
from functools import partial

from bench.simulate.chance import Chance, Killed
from bench.simulate.world import World
from shared.budget import Budget
from shared.errors import AppError, TransientError
from shared.usecases.suspend import Suspend

SHORT, TWICE, AGAIN = 0.05, 0.05, 0.05
"""Shares of the runs: that have time for a little only, that another one overtakes, that are started a second time."""
KILLS = 5
"""Runs that are killed, beside those that the faults kill."""
STEPS = 20
"""Of a run's commits one of so many is where it is overtaken, or killed."""
EVERY = 60.0


class Ticks:
    """Cloud Scheduler's calls of `suspend`; each run is wired anew, as in a process of its own."""

    def __init__(self, world: World, chance: Chance, *, disturbed: bool) -> None:
        self._world = world
        self._chance = chance
        self._disturbed = disturbed
        self.runs = self.leased = self.twice = self.short = self.killed = self.failed = self.loud = 0
        self._kills = KILLS if disturbed else 0

    def run(self) -> None:
        """Let one run do its work."""
        self.runs += 1
        if self._disturbed:
            self._disturb()
        try:
            self._work(self._new(), has_lease=False)
            if self._disturbed and self._chance.strikes(AGAIN):
                self._work(self._new(), has_lease=False)
        except (TransientError, Killed) as error:
            self.failed += 1
            self._world.failed(error)
        finally:
            self._world.store.before = lambda: None

    def kill_soon(self) -> None:
        """Let one of the next runs be killed."""
        self._kills += 1

    def _disturb(self) -> None:
        """Prepare what comes in between before one of the run's commits."""
        step = 1 + self._chance.below(STEPS)
        if self._kills and self._chance.either():
            self._world.store.before = self._at(step, self._kill)
        elif self._chance.strikes(TWICE):
            self._world.store.before = self._at(step, self._overtake)

    def _at(self, step: int, act: Callable[[], None]) -> Callable[[], None]:
        left = step

        def count() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                act()

        return count

    def _kill(self) -> None:
        self._kills -= 1
        self.killed += 1
        self._world.store.die()

    def _overtake(self) -> None:
        """Do a whole run in the middle of another one, as if that one's lease had run out."""
        self.twice += 1
        self._work(self._new(), has_lease=True)

    def _new(self) -> Suspend:
        world = self._world
        return Suspend(
            store=world.store,
            clock=world.timeline,
            policy=world.policy,
            rates=world.rates,
            new_budget=self._budget,
        )

    def _budget(self) -> Budget:
        """Give all the time there is, or now and then enough for a few steps only."""
        if not (self._disturbed and self._chance.strikes(SHORT)):
            return lambda: True
        self.short += 1
        left = iter(range(self._chance.below(STEPS)))
        return lambda: next(left, None) is not None

    def _work(self, suspend: Suspend, *, has_lease: bool) -> None:
        if has_lease:
            self._pieces(suspend)
            return
        with suspend.alone() as is_alone:
            if is_alone:
                self._pieces(suspend)
            else:
                self.leased += 1

    def _pieces(self, suspend: Suspend) -> None:
        """Do all pieces; one that fails stops no other, as the boundary has it."""
        for piece in suspend.parts():
            try:
                self.loud += piece.work().loud
            except AppError:
                self.failed += 1


def every_minute(world: World, ticks: Ticks, seen: Callable[[], None]) -> None:
    """Let `suspend` run from now on; after each run somebody looks."""

    def tick() -> None:
        ticks.run()
        seen()

    world.timeline.after(world.chance.within(EVERY), partial(world.every, EVERY, tick))
