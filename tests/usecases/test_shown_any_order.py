"""Passwords replaced unasked, in any mix with sign-ins, lost answers, crashes, resets and changes of the roster."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain import passwords
from shared.domain.handout import Status
from shared.errors import AppError
from shared.usecases.reset import Reset
from tests.counting import Crash
from tests.doubles import Plan, answer_lost, crash_after, crash_before, goes_through, lost_after, lost_before
from tests.rosters import pupil
from tests.usecases.shown import OWN_PASSWORD, POLICY, Fetched
from tests.world import SECRETS, World

CALLS: dict[str, Plan] = {"fine": goes_through, "lost_before": lost_before, "lost_after": lost_after}
RECORDS: dict[str, Plan] = {
    "fine": goes_through, "crash_before": crash_before, "crash_after": crash_after, "answer_lost": answer_lost,
}  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.just("sign_in")),
    st.tuples(st.just("rename")),
    st.tuples(st.just("reset")),
    st.tuples(st.just("fetch")),
    st.tuples(st.just("replace"), st.sampled_from(sorted(RECORDS))),
    st.tuples(st.just("task"), st.sampled_from(["look", "update"]), st.sampled_from(sorted(CALLS)), st.just("fine")),
    st.tuples(st.just("task"), st.just("look"), st.just("fine"), st.sampled_from(sorted(RECORDS))),
    st.tuples(st.just("forgotten_task")),
)


class Tale:
    """One pupil, what happens to her account, and whether she has a password of her own."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, policy=POLICY)
        self.school = Fetched(self.world, "siti")
        self.has_her_own = False
        self.names = iter(range(2, 1000))

    def tell(self, step: tuple[str, ...]) -> None:
        getattr(self, step[0])(*step[1:])
        self.world.clock.pass_by(minutes=1)

    def sign_in(self) -> None:
        """Let her sign in with whatever generation the Directory has; not where a reset is still to end it."""
        account = self.school.account("siti")
        if self.has_her_own or (account.password_is_due and account.credential.unasked_since is None):
            return
        user = self.world.user(account)
        marks = {entry["customType"]: entry["value"] for entry in user.fields["externalIds"]}
        kid, _, generation = marks["akun_kredensial"].rpartition(".")
        key = passwords.school_key(SECRETS[kid], account.credential.scope)
        assert user.password == passwords.password(key, account.account_id, int(generation))
        self.school.signs_in("siti")
        self.has_her_own = True

    def rename(self) -> None:
        number = next(self.names)
        self.world.receive(pupil(f"SITI PRATIWI {'ABCDEFGHIJ'[number % 10]}", who="siti"), revision=number)

    def reset(self) -> None:
        Reset(store=self.world.store, tasks=self.world.tasks, clock=self.world.clock)(
            self.school.account("siti").account_id, "lupa"
        )
        self.has_her_own = False

    def fetch(self) -> None:
        self.school.is_shown_and_unused()

    def replace(self, record: str) -> None:
        """Let `reconcile` look for what is unused; its commits meet trouble."""
        self.world.trouble.plans = [RECORDS[record]]
        try:
            self.school.shown("smp")
        except (Crash, AppError):
            self.world.clock.pass_by(minutes=10)
        self.world.trouble.plans = []

    def task(self, which: str, call: str, record: str) -> None:
        """Run one task; its look or its update, or its record, meets trouble."""
        self.world.feed("smp")
        if not self.world.tasks.tasks:
            return
        task = self.world.tasks.tasks.pop(0)
        self.world.directory.plans = [goes_through] * (which == "update") + [CALLS[call]]
        self.world.trouble.plans = [RECORDS[record]]
        try:
            self.world.run(task)
        except (Crash, AppError):
            task.retries += 1
            self.world.tasks.tasks.append(task)
        self.world.directory.plans, self.world.trouble.plans = [], []

    def forgotten_task(self) -> None:
        """Let a task of an older version come again."""
        account = self.school.account("siti")
        if account.version > 1:
            self.world.tasks.enqueue("smp", account.account_id, account.version - 1)
            self.world.tasks.tasks[-1].retries = 1

    def check(self) -> None:
        """Let the dust settle: she is never locked out, and what the file shows is what opens the account."""
        self.world.settle()
        account = self.school.account("siti")
        row = self.school.fetch(self.school.link())[account.account_id]
        user = self.world.user(account)
        assert account.credential.applied_generation == account.credential.generation
        if self.has_her_own:
            assert user.password == OWN_PASSWORD
        else:
            assert (row.status, row.password) == (Status.UNUSED, user.password)
        for _ in range(2):  # nor is she locked out later
            self.school.is_shown_and_unused()
            self.school.shown("smp")
            self.world.settle()
        assert not self.has_her_own or self.world.user(account).password == OWN_PASSWORD
        assert self.has_her_own == (self.school.account("siti").state == "active")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, max_size=14))
def test_nobody_who_came_is_locked_out_and_what_is_shown_opens_the_account(steps):
    with tempfile.TemporaryDirectory() as folder:
        tale = Tale(Path(folder))
        try:
            tale.fetch()
            for step in steps:
                tale.tell(step)
            tale.check()
        finally:
            tale.world.inner.close()  # type: ignore[attr-defined]
