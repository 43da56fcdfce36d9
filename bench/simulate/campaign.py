"""A deadline on a launched country: planned, approved, run under faults and disturbances, and undone again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from bench.simulate.acts import Acts
from bench.simulate.chance import NONE, Chance
from bench.simulate.deadline import Cost, Deadline, Setting
from bench.simulate.fates import When
from bench.simulate.people import Country
from bench.simulate.scenario import Live, Run, rates
from bench.simulate.store import ShakyStore
from bench.simulate.ticks import Ticks, every_minute
from bench.simulate.timeline import BEGIN
from bench.simulate.world import without_collector
from shared.domain import campaigns, pacing
from shared.domain.campaigns import Record
from shared.domain.switches import EVERY_REALM
from shared.ports import Ref, Update, Write
from shared.usecases.campaign import Decisions
from shared.usecases.stop import Stop

ID = "2021-06-30"
ISSUED_BEFORE = (datetime(2021, 5, 31, 17, tzinfo=UTC) - BEGIN).total_seconds()
EARLY = datetime(2021, 6, 20, tzinfo=UTC)  # of a plan that is made before the deadline, and so only tells
AFTER = datetime(2021, 6, 30, 17, 5, tzinfo=UTC)  # minutes behind the deadline
UNAPPROVED = 1_800.0  # seconds that the plan waits for its approval
LIVE = 5.0  # changes a second, times the share of the quotas
WINDOW = 1_200.0  # seconds of them
HELD_UP = 600.0  # seconds of a pause, and of a stop
HOUR = 3_600.0
# When in the announced time something happens, as a share of it.
LIVE_FROM, EXEMPTED, PAUSED, STOPPED, CLOCK_BACK = (0.02, 0.5), 0.2, 0.3, 0.52, 0.7


class Operation:
    """One campaign, step by step; `between` is called when it is done, before it is undone."""

    def __init__(self, run: Run, country: Country, setting: Setting) -> None:
        world = run.world
        world.go_on(setting.faults, {**rates(setting.scale), "*": setting.scale}, setting.scale)
        run.plan = replace(run.plan, scale=setting.scale, faults=setting.faults)
        run.delays = []
        ticks = Ticks(world, Chance(run.plan.seed + 1), disturbed=setting.disturbed)
        self.deadline = Deadline(run, setting, Acts(run, country), ticks)
        self._world = world
        self._decisions = Decisions(store=world.memory, clock=world.timeline, policy=world.policy)
        self._live = Live(run, country, Acts.may_change)
        self._state = ""
        world.directory.shown = self._live.shown
        world.store.after = self._committed

    def go(self, between: Callable[[], None]) -> Deadline:
        """Do it all."""
        without_collector(lambda: self._go(between))
        return self.deadline

    def _go(self, between: Callable[[], None]) -> None:
        deadline, world = self.deadline, self._world
        launched = world.timeline.seconds
        world.timeline.leap_to(EARLY)
        if deadline.setting.disturbed:
            # Accounts that are younger than the deadline allows, and are there when it is planned.
            world.schedule()
            self._change_for(WINDOW)
            self._settle()
        if deadline.setting.rehearsed:
            self._decisions.plan(ID, "ops", lambda: True, _silent)
        world.timeline.leap_to(AFTER)
        deadline.acts.happened(launched)
        deadline.acts.exempt(When.BEFORE)
        self._plan()
        self._wait_for_approval()
        self._run()
        between()
        self._undo()

    def _plan(self) -> None:
        """Count without writing, where there is time for it; then let a plan be broken off, and `suspend` go on."""
        deadline, world = self.deadline, self._world
        if deadline.setting.rehearsed:
            watched = ShakyStore(world.memory, world.chance, NONE)
            dry = Decisions(store=watched, clock=world.timeline, policy=world.policy)
            deadline.dry, deadline.dry_commits = dry.dry_plan(ID, _silent), watched.commits
        left = iter(range(3))
        self._decisions.plan(ID, "ops", lambda: next(left, None) is not None, _silent)

    def _wait_for_approval(self) -> None:
        deadline, timeline = self.deadline, self._world.timeline
        deadline.acts.happen(When.PLANNED, UNAPPROVED)
        until = timeline.seconds + UNAPPROVED
        every_minute(self._world, deadline.ticks, self._see)
        self._world.schedule()
        timeline.run(is_over=lambda: timeline.seconds >= until and self._state == "awaiting_approval")
        deadline.planned = self._record()
        deadline.too_early = len(deadline.held_at) + sum(
            len(user.switched) for user in self._world.directory.users.values()
        )

    def _run(self) -> None:
        deadline, timeline = self.deadline, self._world.timeline
        record = self._record()
        table = {realm: rate for realm, rate in self._world.rates.items() if realm != "*"}
        deadline.eta = pacing.eta(campaigns.remaining(record.tallies), table)
        deadline.approved_at = timeline.seconds
        self._decisions.approve(ID, "Kepala Pusdatin", "surat 1")
        deadline.acts.happen(When.MEANWHILE, deadline.eta)
        if deadline.setting.disturbed:
            self._disturb(deadline.eta)
        before = self._cost()
        timeline.run(is_over=lambda: self._state == "done")
        deadline.done_at = timeline.seconds
        deadline.results = self._record().results
        deadline.cost["run"] = self._cost().since(before)
        self._settle()

    def _undo(self) -> None:
        deadline, timeline = self.deadline, self._world.timeline
        deadline.undo_at = timeline.seconds
        self._decisions.undo(ID, "ops")
        if deadline.setting.disturbed:
            self._change_for(WINDOW)
            for _ in range(2):
                deadline.ticks.kill_soon()
        before = self._cost()
        timeline.run(is_over=lambda: self._state == "undone")
        deadline.undone_at = timeline.seconds
        deadline.cost["undo"] = self._cost().since(before)
        self._settle()
        deadline.delays = deadline.run.delays

    def _disturb(self, eta: float) -> None:
        """Let all happen in its turn that a night of the ops team may bring."""
        timeline = self._world.timeline
        timeline.after(EXEMPTED * eta, partial(self.deadline.acts.exempt, When.MEANWHILE))
        for share in LIVE_FROM:
            timeline.after(share * eta, partial(self._change_for, WINDOW))
        timeline.after(PAUSED * eta, self._pause)
        timeline.after(STOPPED * eta, self._stop)
        # Live changes are over by then: what waits for its time waits an hour longer.
        timeline.after(CLOCK_BACK * eta + WINDOW, partial(timeline.set_back, HOUR))

    def _change_for(self, seconds: float) -> None:
        end = self._world.timeline.seconds + seconds
        self._live.start(LIVE, lambda: self._world.timeline.seconds < end)

    def _pause(self) -> None:
        timeline = self._world.timeline
        self._decisions.pause(ID, "ops")
        self.deadline.spans["pause"] = (timeline.seconds, timeline.seconds + HELD_UP)
        timeline.after(HELD_UP, lambda: _do(self._decisions.resume(ID, "ops")))

    def _stop(self) -> None:
        timeline, world = self._world.timeline, self._world
        stop = Stop(store=world.memory, queues=_Queues(), clock=timeline, realms=world.policy.realms)
        stop.stop(EVERY_REALM, "ops", "contoh", suspensions_only=True)
        self.deadline.spans["stop"] = (timeline.seconds, timeline.seconds + HELD_UP)
        timeline.after(HELD_UP, lambda: _do(stop.go(EVERY_REALM, suspensions_only=True)))

    def _settle(self) -> None:
        """Let tasks and messages that are under way come to their end."""
        timeline, world = self._world.timeline, self._world
        end = timeline.seconds + 2 * WINDOW
        timeline.run(is_over=lambda: timeline.seconds >= end and not world.undelivered and not world.tasks.waiting())

    def _committed(self, writes: Sequence[Write]) -> None:
        for write in writes:
            if isinstance(write, Update) and "dormant" in write.fields.get("holds", ()):
                self.deadline.held_at.setdefault(write.ref.id, self._world.timeline.seconds)

    def _record(self) -> Record:
        document = self._world.memory.get(Ref("campaigns", ID))
        assert document is not None
        return Record.from_doc(document.data)

    def _see(self) -> None:
        self._state = self._record().state

    def _cost(self) -> Cost:
        store, directory = self._world.store, self._world.directory
        return Cost(
            calls=directory.calls,
            refused=directory.refused,
            reads=store.reads["work"],
            passed=store.reads["pass"],
            looks=store.reads["look"],
            writes=store.writes["work"],
            marks=store.writes["look"],
            runs=self.deadline.ticks.runs,
        )


class _Queues:
    """The Queues port: a stop of suspensions alone leaves them as they are."""

    def pause(self, realm: str) -> None:
        """Refuse."""
        raise AssertionError(realm)

    def resume(self, realm: str) -> None:
        """Refuse."""
        raise AssertionError(realm)

    def close(self) -> None:
        """Do nothing."""


def _silent(*_: object) -> None:
    """Tell nobody of the progress."""


def _do(_: object) -> None:
    """Let what came of it go."""
