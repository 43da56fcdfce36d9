"""What upstream, the platform and people do to the system, and what must hold once the dust has settled."""

import contextlib
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from local.directory.state import User
from shared.domain import addresses, bases, passwords
from shared.domain.accounts import Account, Hold
from shared.domain.roster import Lane
from shared.errors import AppError
from shared.ports import Ref, Update
from tests.counting import Crash
from tests.doubles import Plan, Task, answer_lost, crash_after, crash_before, goes_through, lost_after, lost_before
from tests.rosters import change, pupil, staff
from tests.world import SECRETS, World

OWN_PASSWORD = "Milik-Sendiri-1"

STORE_TROUBLE = st.sampled_from(["fine", "fine", "fine", "crash_before", "crash_after", "answer_lost"])
CALL_TROUBLE = st.sampled_from(["fine", "fine", "fine", "lost_before", "lost_after", "late", "late"])
_PLANS: dict[str, Plan] = {
    "fine": goes_through,
    "crash_before": crash_before,
    "crash_after": crash_after,
    "answer_lost": answer_lost,
    "lost_before": lost_before,
    "lost_after": lost_after,
}


class Story:
    """A world, what is on its way in it, and what is true of it; every step leaves it consistent or pending."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self._folder.name))
        self.sent: list[tuple[dict[str, Any], int, Lane]] = []
        self.in_flight: list[tuple[dict[str, Any], int, Lane]] = []
        self.revision = 0
        self.late: dict[int, Callable[[], Any]] = {}
        self.changed_at: dict[str, int] = {}
        self.strangers: set[str] = set()

    def close(self) -> None:
        self.world.inner.close()  # type: ignore[attr-defined]
        self._folder.cleanup()

    def emit(self, someone: tuple[str, str, list[dict[str, Any]]], lane: Lane, deleted: bool) -> None:
        self.revision += 1
        who, name, memberships = someone
        make = staff if who == "budi" else pupil
        person = {**make(name, who=who), "memberships": memberships, "deleted": deleted}
        self.in_flight.append((person, self.revision, lane))
        self.sent.append((person, self.revision, lane))

    def deliver(self, message: tuple[dict[str, Any], int, Lane], trouble: str, keep: bool) -> None:
        """Deliver one message; what was not acknowledged stays in flight."""
        self._deliver(message, [_PLANS[trouble]], keep)

    def deliver_two(self, first: tuple[dict[str, Any], int, Lane], second: tuple[dict[str, Any], int, Lane]) -> None:
        """Deliver one message while another one's commit is under way."""

        def meanwhile(commit: Callable[[], Any]) -> Any:
            self._deliver(second, [], keep=False)
            return commit()

        self._deliver(first, [meanwhile], keep=False)

    def _deliver(self, message: tuple[dict[str, Any], int, Lane], plans: list[Plan], keep: bool) -> None:
        self.world.trouble.plans = plans
        try:
            self.world.receive(*message)
        except Crash:
            self.world.restart()
        except AppError:
            pass
        else:
            if not keep and message in self.in_flight:
                self.in_flight.remove(message)
        self.world.trouble.plans = []

    def run(self, task: Task, call: str, record: str, doubled: bool, between: Callable[[], None] | None) -> None:
        """Run one task; `between` happens while its first call is in flight. A failed task is retried."""
        world = self.world
        self.land(task)
        world.tasks.tasks.remove(task)
        if doubled:
            world.tasks.tasks.append(replace(task))
        world.directory.plans = [*self._looks(task), self._call_plan(task, call, between)]
        world.trouble.plans = [_PLANS[record]]
        try:
            world.run(task)
        except (Crash, AppError) as error:
            if isinstance(error, Crash):
                world.restart()
            task.retries += 1
            world.tasks.tasks.append(task)
        world.directory.plans, world.trouble.plans = [], []

    def _looks(self, task: Task) -> list[Plan]:
        """Let a look before the change go through: it is the change that is to meet trouble."""
        account = self.world.account(task.account_id)
        overtaken = task.retries > 0 and task.version < account.version
        differs = account.password_is_due or bool(account.holds) != account.is_suspended
        return [goes_through] if account.is_confirmed and (overtaken or differs) else []

    def change_meanwhile(self, someone: tuple[str, str, list[dict[str, Any]]], lost: bool) -> None:
        """Let a newer change arrive and, unless its tasks are lost, be converged."""
        before = list(self.world.tasks.tasks)
        self.emit(someone, "live", False)
        self.deliver(self.in_flight[-1], "fine", False)
        for newer in [other for other in self.world.tasks.tasks if other not in before]:
            if lost:
                self.world.tasks.tasks.remove(newer)
            else:
                self.run(newer, "fine", "fine", False, None)

    def _call_plan(self, task: Task, call: str, between: Callable[[], None] | None) -> Plan:
        def plan(do: Callable[[], Any]) -> Any:
            if between is not None:
                record, calls = self.world.trouble.plans, self.world.directory.plans
                self.world.trouble.plans, self.world.directory.plans = [], []
                between()
                self.world.trouble.plans, self.world.directory.plans = record, calls
            if call == "late":
                self.late[id(task)] = do
                return lost_before(do)
            return _PLANS[call](do)

        return plan

    def on_their_way(self) -> list[Task]:
        """Give the tasks that will send an update to a user who exists."""
        pending = {account.account_id for account in self.world.accounts() if account.is_confirmed and account.lane}
        return [task for task in self.world.tasks.tasks if task.account_id in pending]

    def overtake(self, task: Task, by: str, someone: tuple[str, str, list[dict[str, Any]]]) -> None:
        """Give up on the task's call, which lands later, while a newer wish is made and converged."""
        self.run(task, "late", "fine", False, None)
        if by == "change":
            self.emit(someone, "live", False)
            self.deliver(self.in_flight[-1], "fine", False)
        else:
            self.change_wish(self.world.account(task.account_id), by)
        for newer in [other for other in self.world.tasks.tasks if other is not task]:
            self.run(newer, "fine", "fine", False, None)

    def land(self, task: Task) -> None:
        """Let a call that its sender gave up on land now, before the sender's task is tried again."""
        do = self.late.pop(id(task), None)
        if do is not None:
            with contextlib.suppress(AppError):
                do()

    def change_wish(self, account: Account, what: str) -> None:
        """Reset, hold or release an account, as the command line and campaigns do."""
        self.world.clock.pass_by(seconds=1)
        now, ref = self.world.clock.now(), Ref("accounts", account.account_id)
        if what == "reset":
            generation = account.credential.generation + 1
            credential = replace(account.credential, generation=generation, scope=account.sekolah_id, issued_at=now)
            after = account.wish(now, "live", what, credential=credential)
        else:
            holds = {"frozen": Hold(since=now)} if what == "hold" else {}
            after = account.wish(now, "live", what, holds=holds)
        document = self.world.inner.get(ref)
        assert document is not None
        self.world.inner.commit([Update(ref, account.fields_changed_in(after), document.version)])
        self.world.tasks.enqueue(account.realm, account.account_id, after.version)

    def sign_in(self, account: Account) -> None:
        """Let the person sign in with the password that the Directory has, whether or not we know, and choose another.

        Not while a call hangs in the air: what lands on somebody's own password cannot be told from a reset.
        """
        user = next((u for u in self.world.state.users.values() if u.email == account.address), None)
        if user is None or user.suspended or self.late or user.email in self.strangers:
            return
        self.world.clock.pass_by(seconds=1)
        kid, _, generation = _marks(user)["akun_kredensial"].rpartition(".")
        key = passwords.school_key(SECRETS[kid], account.credential.scope)
        if user.password == passwords.password(key, account.account_id, int(generation)):
            user.password, user.last_login, user.agreed = OWN_PASSWORD, self.world.clock.now().timestamp(), True
            self.changed_at[account.account_id] = int(generation)

    def occupy(self, who: str, name: str, realm: str, group: bool) -> None:
        """Let a stranger's user or a group hold the first address that a person would get."""
        person_id = change({**pupil(name, who=who)}, 1).person.person_id
        address = addresses.candidate(bases.base(name), f"{person_id}.{realm}", 0, realm, "belajar.id")
        state = self.world.state
        if address in state.owners or address in state.groups:
            return
        self.strangers.add(address)
        if group:
            state.groups[address] = {"email": address}
        else:
            shown = {"givenName": "Orang", "familyName": "Lain"}
            fields = {"name": shown, "orgUnitPath": "/", "externalIds": []}
            state.add(User(id=f"stranger{len(self.strangers)}", email=address, fields=fields, created=0.0))

    def settle(self) -> None:
        """Let everything arrive, land and be tried again, without any more trouble."""
        for task in list(self.world.tasks.tasks):
            self.land(task)
        for message in list(self.in_flight):
            self.world.receive(*message)
        self.in_flight.clear()
        self.world.settle(minutes=200)


def _marks(user: User) -> dict[str, str]:
    return {entry["customType"]: entry["value"] for entry in user.fields["externalIds"]}
