"""Crashes, doubled runs, clocks put back, people who come at any moment: the right set is suspended, and undone."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.campaigns import Record
from shared.errors import AppError
from shared.ports import Ref
from tests.counting import Crash
from tests.doubles import answer_lost, crash_after, crash_before, lost_after, lost_before
from tests.rosters import some_id
from tests.usecases.campaigning import AFTER, ID, account_id, approve, arrive, exempt, plan, suspended
from tests.world import World

NAMES = [f"siswa{chr(97 + n)}" for n in range(12)]
STORE_PLANS = {"crash_before": crash_before, "crash_after": crash_after, "answer_lost": answer_lost}
CALL_PLANS = {"lost_before": lost_before, "lost_after": lost_after}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("minute"), st.integers(0, 0)),
        st.tuples(st.just("minute"), st.integers(0, 0)),
        st.tuples(st.just("tick"), st.integers(0, 3)),
        st.tuples(st.just("twice"), st.integers(0, 0)),
        st.tuples(st.just("come"), st.integers(0, 11)),
        st.tuples(st.just("admin"), st.integers(0, 11)),
        st.tuples(st.sampled_from(sorted(STORE_PLANS)), st.integers(0, 6)),
        st.tuples(st.sampled_from(sorted(CALL_PLANS)), st.integers(0, 3)),
        st.tuples(st.just("clock"), st.integers(-60, 60)),
        st.tuples(st.sampled_from(["pause", "resume"]), st.integers(0, 0)),
        st.tuples(st.just("lose"), st.integers(0, 11)),
    ),
    max_size=25,
)


class Story:
    """A world in July with a campaign that was approved, and what happened to each person in it."""

    def __init__(self, folder: str, early: Sequence[int], spared: Sequence[int], foreign: Sequence[int]) -> None:
        self.world = World(Path(folder))
        arrive(self.world, *NAMES)
        self.world.clock.pass_by(**AFTER)
        self.came: set[str] = set()
        self.foreign: set[str] = set()
        self.exempt = {NAMES[n] for n in spared}
        for n in early:
            self.come(n)
        for n in foreign:
            self.admin(n)
        for name in self.exempt:
            exempt(self.world, "person", some_id(name))
        plan(self.world)
        approve(self.world)

    def user(self, n: int) -> Any:
        return self.world.user(self.world.account(account_id(NAMES[n])))

    def come(self, n: int) -> None:
        """Sign in, as Google allows as long as the user is not suspended."""
        user = self.user(n)
        if not user.suspended:
            user.last_login, user.agreed = self.world.clock.now().timestamp(), True
            self.came.add(NAMES[n])

    def admin(self, n: int) -> None:
        user = self.user(n)
        if not user.suspended:
            user.suspended = "ADMIN"
            self.foreign.add(NAMES[n])

    def attempt(self, work: Any) -> None:
        try:
            work()
        except Crash:
            self.world.restart()
        except AppError:
            pass
        self.world.trouble.plans, self.world.directory.plans = [], []

    def step(self, what: str, n: int) -> None:
        world = self.world
        if what == "minute":
            self.attempt(world.minute)
        elif what == "tick":
            self.attempt(world.tick)
        elif what == "twice":
            self.attempt(self.two_runs_at_once)
        elif what in ("come", "admin"):
            getattr(self, what)(n)
        elif what in STORE_PLANS:
            world.trouble.plans = [lambda call: call()] * n + [STORE_PLANS[what]]
            self.attempt(world.minute)
        elif what in CALL_PLANS:
            world.directory.plans = [lambda call: call()] * n + [CALL_PLANS[what]]
            self.attempt(world.minute)
        elif what == "clock":
            world.clock.pass_by(minutes=n)
        elif what in ("pause", "resume"):
            self.attempt(lambda: getattr(world.decisions, what)(ID, "ops"))
        elif what == "lose" and n < len(world.tasks.tasks):
            world.tasks.tasks.pop(n)

    def two_runs_at_once(self) -> None:
        """Let one run read what it is to do, and another do all of it first."""
        parts = list(self.world.suspend.parts())
        for part in list(self.world.suspend.parts()):
            part.work()
        for part in parts:
            part.work()

    def record(self) -> Record:
        document = self.world.inner.get(Ref("campaigns", ID))
        assert document is not None
        return Record.from_doc(document.data)

    def finish(self, state: str) -> None:
        self.attempt(lambda: self.world.decisions.resume(ID, "ops"))
        for _ in range(200):
            if self.record().state == state:
                break
            self.world.minute()
            for realm in ("smp",):
                self.world.stuck(realm)
        assert self.record().state == state
        self.world.settle()


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    early=st.lists(st.integers(0, 11), max_size=4),
    spared=st.lists(st.integers(0, 11), max_size=2),
    foreign=st.lists(st.integers(0, 11), max_size=2),
    steps=STEPS,
)
def test_the_dust_settles_into_the_right_set_and_undo_brings_back_what_was(early, spared, foreign, steps):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(folder, early, spared, foreign)
        for what, n in steps:
            story.step(what, n)
        story.finish("done")
        right = set(NAMES) - story.came - story.exempt
        assert suspended(story.world) == (right | story.foreign)
        for name in NAMES:
            account = story.world.account(account_id(name))
            ours = name in right - story.foreign
            assert (account.state == "suspended") == ours
            assert (account.external is not None) <= (name in story.foreign)
            assert ours <= ("dormant" in account.holds)
        story.world.decisions.undo(ID, "ops")
        story.finish("undone")
        assert suspended(story.world) == story.foreign
        for name in NAMES:
            account = story.world.account(account_id(name))
            assert account.holds == {}
            assert account.state in ("issued", "active")
        story.world.inner.close()  # type: ignore[attr-defined]
