"""Everything around the use cases in one place, in one process: store, Directory stand-in, tasks, clock, keys."""

from pathlib import Path
from typing import Any, cast

import httplib2

from local.directory.options import Options
from local.directory.state import State, User
from shared import boundary, events, policies
from shared.adapters.directory import GoogleDirectory
from shared.adapters.keyring import Keys
from shared.adapters.sqlite import SqliteStore
from shared.budget import Budget
from shared.credentials import Credentials
from shared.directory_steps import DirectorySteps
from shared.domain import passwords
from shared.domain.accounts import Account
from shared.domain.roster import Lane
from shared.intake import Intake
from shared.outcomes import Outcome, Result
from shared.ports import Query, Ref, Store
from shared.schools import Schools
from shared.switchboard import Switchboard
from shared.usecases.campaign import Decisions
from shared.usecases.converge import Converge
from shared.usecases.feed import Feed
from shared.usecases.listing import Listing
from shared.usecases.provision import Provision
from shared.usecases.stuck import Stuck
from shared.usecases.suspend import Suspend
from tests.clocks import TestClock
from tests.counting import CountingStore
from tests.doubles import InProcessHttp, Task, TaskList, TroubledDirectory, TroubledStore
from tests.rosters import change

SECRETS = {"k1": b"1" * 32, "k2": b"2" * 32}
RATES = {"*": 1.0}


class World:
    """The use cases over SQLite and the Directory stand-in; `store` counts."""

    def __init__(self, path: Path, *, policy: str = "launch_2020", store: Store | None = None) -> None:
        self.clock = TestClock()
        self.inner = store or SqliteStore(str(path / "akun.db"))
        self.trouble = TroubledStore(self.inner)
        self.store = CountingStore(self.trouble)
        self.state = State(Options())
        self.state.clock.now = lambda: self.clock.at.timestamp()  # type: ignore[method-assign]
        self.directory = TroubledDirectory(GoogleDirectory(self._http, "http://directory.test"))
        self.tasks = TaskList()
        self.policy = policies.load(policy)
        self.kid = "k1"
        self.has_time: Budget = lambda: True
        self.restart()

    def _http(self) -> httplib2.Http:
        return cast(httplib2.Http, InProcessHttp(self.state))

    def restart(self) -> None:
        """Wire everything anew, as a new process does."""
        self.schools = Schools(self.store)
        self.switchboard = Switchboard(self.store, self.clock)
        reconciling: dict[str, Any] = {
            "store": self.store,
            "tasks": self.tasks,
            "clock": self.clock,
            "rates": RATES,
            "switchboard": self.switchboard,
        }
        self.feed, self.stuck = Feed(**reconciling), Stuck(**reconciling)
        self.lister = Listing(
            **reconciling, policy=self.policy, root_domain="belajar.id", directory_of=lambda _: self.directory
        )
        deciding: dict[str, Any] = {"store": self.store, "clock": self.clock, "policy": self.policy}
        self.suspend = Suspend(**deciding, rates=RATES, new_budget=lambda: self.has_time)
        self.decisions = Decisions(**deciding)
        self.provision = Provision(
            store=self.store,
            tasks=self.tasks,
            clock=self.clock,
            policy=self.policy,
            root_domain="belajar.id",
            schools=self.schools,
        )
        self.intake = Intake(self.store, self.clock, self.provision)
        steps = DirectorySteps(
            store=self.store,
            directory_of=lambda _: self.directory,
            credentials=Credentials(Keys(self.kid, secrets=SECRETS, kms={})),
            clock=self.clock,
            root_domain="belajar.id",
            switchboard=self.switchboard,
        )
        self.converge = Converge(
            store=self.store,
            steps=steps,
            tasks=self.tasks,
            clock=self.clock,
            policy=self.policy,
            switchboard=self.switchboard,
        )

    def receive(self, person: dict[str, Any], revision: int = 1, lane: Lane = "live") -> Result:
        """Take one event, as parsed."""
        return self.provision(change(person, revision), lane)

    def take(self, data: bytes, lane: Lane = "live", message_id: str = "m1") -> Result:
        """Take one message's data, parsing and parking included."""
        return self.intake.take_data(message_id, data, lane, boundary.Told("provision"))

    def run(self, task: Task) -> Result:
        """Run one task."""
        return self.converge(task.account_id, task.version, retries=task.retries, probe=task.probe)

    def run_due(self) -> list[Result]:
        """Run all tasks that are due, once each."""
        due = [task for task in self.tasks.tasks if task.at is None or task.at <= self.clock.at]
        self.tasks.tasks = [task for task in self.tasks.tasks if task not in due]
        return [self.run(task) for task in due]

    def settle(self, minutes: int = 90) -> None:
        """Let time pass, with tasks, `stuck` and `feed`, until nothing is pending; fail if that takes too long."""
        for _ in range(minutes):
            self.run_due()
            if not self.tasks.tasks and not any(account.lane for account in self.accounts()):
                return
            self.clock.pass_by(minutes=1)
            self.run_due()
            for realm in self.policy.realms:
                self.feed(realm)
                self.stuck(realm)
        raise AssertionError("still pending: " + str([a.waiting or a.blocked for a in self.accounts() if a.lane]))

    def listing(self, realm: str = "smp", *, resume: bool = False) -> Result:
        """Let the job `listing` run once, for one realm."""
        return self.lister(realm, lambda: self.has_time(), resume=resume)

    def tick(self) -> list[Result]:
        """Let `suspend` run once; a piece that fails raises."""
        with self.suspend.alone() as alone:
            return [part.work() for part in self.suspend.parts()] if alone else []

    def minute(self) -> None:
        """Let a minute pass with all that runs in it: `suspend`, `feed`, and the tasks that are due by then."""
        self.tick()
        self.flow()

    def flow(self) -> None:
        """Let a minute pass with `feed`, and the tasks that are due by then."""
        for realm in self.policy.realms:
            self.feed(realm)
        self.clock.pass_by(minutes=1)
        self.run_due()

    def accounts(self) -> list[Account]:
        """List all accounts, uncounted."""
        return [Account.from_doc(document.data) for document in self.inner.query(Query("accounts"))]

    def account(self, account_id: str) -> Account:
        """Give one account, uncounted."""
        document = self.inner.get(Ref("accounts", account_id))
        assert document is not None
        return Account.from_doc(document.data)

    def only_account(self) -> Account:
        """Give the only account there is."""
        (account,) = self.accounts()
        return account

    def user(self, account: Account) -> User:
        """Give the Directory's user of an account, with password."""
        return self.state.users[account.directory_id or ""]

    def password_of(self, account: Account) -> str:
        """Derive the password that is recorded as applied."""
        credential = account.credential
        key = passwords.school_key(SECRETS[credential.key_id or ""], credential.scope)
        return passwords.password(key, account.account_id, credential.applied_generation)

    def parked(self) -> dict[str, dict[str, Any]]:
        """Give the parked entries by id."""
        return {document.ref.id: document.data for document in self.inner.query(Query("parked"))}


__all__ = ["Outcome", "World", "events"]
