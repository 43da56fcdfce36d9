"""A campaign in one process and in virtual time: the real use cases over SQLite and the Directory stand-in."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import httplib2
import msgspec

from bench.bare_sample import POLICY, ROOT_DOMAIN
from bench.counting import WatchedStore
from bench.figures import MeasurementError
from bench.people import event
from local.directory import options
from local.directory.calls import Call, decoded, routed
from local.directory.engine import perform
from local.directory.state import State, User
from shared import events, policies
from shared.adapters.directory import GoogleDirectory
from shared.adapters.keyring import Keys
from shared.adapters.sqlite import SqliteStore
from shared.credentials import Credentials
from shared.directory_steps import DirectorySteps
from shared.domain.accounts import Account
from shared.ports import Directory, Ref
from shared.schools import Schools
from shared.switchboard import Switchboard
from shared.usecases.campaign import Decisions
from shared.usecases.converge import Converge
from shared.usecases.feed import Feed
from shared.usecases.listing import Listing
from shared.usecases.provision import Provision
from shared.usecases.suspend import Suspend

CAMPAIGN = "2021-06-30"  # of the policy
LAUNCH = datetime(2021, 1, 4, 7, tzinfo=UTC)
AFTER = datetime(2021, 7, 1, tzinfo=UTC)  # the deadline
RATES = {"*": 9.5}  # tasks a second of each realm
OPS = "bench"


@dataclass(slots=True)
class Time:
    """The Clock port; time passes when somebody says so."""

    at: datetime = LAUNCH

    def now(self) -> datetime:
        """Give the moment."""
        return self.at


class _StandInTime(options.Clock):
    """The same time for the stand-in."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def now(self) -> float:
        return self._time.at.timestamp()


class Wire:
    """Hands each request of Google's client to the stand-in, without a socket; `asked` counts methods by user.

    `sent` is the last body of each method.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self.asked: Counter[tuple[str, str]] = Counter()
        self.sent: dict[str, Any] = {}

    def request(self, uri: str, method: str = "GET", body: Any = None, **_: Any) -> tuple[httplib2.Response, bytes]:
        """Make a call, as httplib2 does."""
        target = urlsplit(uri)
        name, key, within = routed(method, unquote(target.path))
        self.asked[name, key] += 1
        raw = body.encode() if isinstance(body, str) else body or b""
        self.sent[name] = decoded(raw)
        call = Call(name, key, dict(parse_qsl(target.query)), self.sent[name], "bench", within)
        answer = asyncio.run(perform(self._state, call))
        content = b"" if answer.body is None else msgspec.json.encode(answer.body)
        return httplib2.Response({"status": str(answer.status), "content-type": "application/json"}), content

    def close(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class Queue:
    """The Tasks port: a list; names are remembered, as Cloud Tasks does."""

    tasks: list[tuple[datetime | None, str, int]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def enqueue(
        self,
        realm: str,  # noqa: ARG002 - the port's
        account_id: str,
        version: int,
        *,
        name: str | None = None,
        at: datetime | None = None,
        probe: bool = False,  # noqa: ARG002 - the port's
    ) -> bool:
        """Keep a task, unless its name is taken."""
        if name in self.names:
            return False
        self.names.update([name] if name else [])
        self.tasks.append((at, account_id, version))
        return True

    def due(self, now: datetime) -> list[tuple[datetime | None, str, int]]:
        """Take out what is due."""
        found = [task for task in self.tasks if task[0] is None or task[0] <= now]
        self.tasks = [task for task in self.tasks if not (task[0] is None or task[0] <= now)]
        return found

    def close(self) -> None:
        """Do nothing."""


class CampaignWorld:
    """Everything around one campaign; `wire` counts the calls, `store` keeps what was written."""

    def __init__(self, folder: Path) -> None:
        self.time, self.queue = Time(), Queue()
        self.inner = SqliteStore(str(folder / "campaign.db"))
        self.store = WatchedStore(self.inner)
        self.state = State(options.Options())
        self.state.clock = _StandInTime(self.time)
        self.wire = Wire(self.state)
        self.directory: Directory = GoogleDirectory(lambda: cast(httplib2.Http, self.wire), "http://directory.bench")
        self._policy = policies.load(POLICY)
        self._wire_up()

    def _wire_up(self) -> None:
        common: dict[str, Any] = {"store": self.store, "clock": self.time}
        ruled = {**common, "policy": self._policy}
        switchboard = Switchboard(self.store, self.time)
        steps = DirectorySteps(
            **common,
            directory_of=lambda _: self.directory,
            credentials=Credentials(Keys(OPS, secrets={OPS: b"b" * 32}, kms={})),
            root_domain=ROOT_DOMAIN,
            switchboard=switchboard,
        )
        self.provision = Provision(**ruled, tasks=self.queue, root_domain=ROOT_DOMAIN, schools=Schools(self.store))
        self.converge = Converge(**ruled, steps=steps, tasks=self.queue, switchboard=switchboard)
        self.feed = Feed(**common, tasks=self.queue, rates=RATES, switchboard=switchboard)
        self.listing = Listing(
            **ruled,
            tasks=self.queue,
            root_domain=ROOT_DOMAIN,
            rates=RATES,
            switchboard=switchboard,
            directory_of=lambda _: self.directory,
        )
        self.suspend = Suspend(**ruled, rates=RATES, new_budget=lambda: lambda: True)
        self.decisions = Decisions(**ruled)

    def arrive(self, run: int, numbers: Iterable[int], realm: str) -> list[str]:
        """Let pupils of a realm get their accounts; gives the ids of these."""
        for number in numbers:
            change = events.parse(event(run, number, realm=realm), now=self.time.now())
            self.provision(change, "live")
        made = [account_id for _, account_id, _ in self.queue.tasks]
        self.run_due()
        return made

    def run_due(self) -> None:
        """Run the tasks that are due."""
        for _, account_id, version in self.queue.due(self.time.now()):
            self.converge(account_id, version)

    def look(self, realms: Iterable[str]) -> None:
        """List the users of the realms, as every night, and do what follows from it."""
        for realm in realms:
            self.listing(realm, lambda: True)
        self.run_due()

    def minute(self, realms: Iterable[str]) -> None:
        """Let a minute pass, with `suspend`, `feed`, and the tasks that are due in it."""
        with self.suspend.alone():
            for part in self.suspend.parts():
                part.work()
        for realm in realms:
            self.feed(realm)
        self.time.at += timedelta(minutes=1)
        self.run_due()

    def begin(self) -> None:
        """Plan the campaign, and allow it."""
        self.decisions.plan(CAMPAIGN, OPS, lambda: True, lambda *_: None)
        self.decisions.approve(CAMPAIGN, OPS, "measured")

    def account(self, account_id: str) -> Account:
        """Give an account as it is stored."""
        document = self.inner.get(Ref("accounts", account_id))
        if document is None:
            raise MeasurementError("an account was not made")
        return Account.from_doc(document.data)

    def user(self, account_id: str) -> User:
        """Give the user of an account."""
        return self.state.users[self.account(account_id).directory_id or ""]
