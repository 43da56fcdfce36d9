"""Doubles for the use cases: the Directory stand-in without sockets, calls that go wrong, and a list of tasks."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httplib2
import msgspec

from local.directory.calls import Call, decoded, routed
from local.directory.engine import perform
from local.directory.state import State
from shared.domain.users import DirectoryUser, UserProfile
from shared.errors import TransientError
from shared.ports import Directory, DirectoryError, Document, Query, Ref, Store, UserPage, Verdict, Write
from tests.counting import Crash


class InProcessHttp:
    """Hands each request of the official client to the stand-in's engine."""

    def __init__(self, state: State) -> None:
        self._state = state

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any
    ) -> tuple[httplib2.Response, bytes]:
        target = urlsplit(uri)
        name, key, within = routed(method, unquote(target.path))
        raw = body.encode() if isinstance(body, str) else body or b""
        call = Call(name, key, dict(parse_qsl(target.query)), decoded(raw), "test", within)
        answer = asyncio.run(perform(self._state, call))
        if answer.drop:
            raise ConnectionResetError
        content = b"" if answer.body is None else msgspec.json.encode(answer.body)
        return httplib2.Response({"status": str(answer.status), "content-type": "application/json"}), content

    def close(self) -> None:
        pass


class TroubledDirectory:
    """A Directory whose next calls go as planned; `calls` counts what was sent, by method.

    A plan is a function that gets the call and does it, or not: see `lost_before`, `lost_after`, `refused`.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self.plans: list[Callable[[Callable[[], Any]], Any]] = []
        self.calls: list[str] = []

    def insert(self, profile: UserProfile) -> str:
        return str(self._do("insert", lambda: self._directory.insert(profile)))

    def get(self, key: str) -> DirectoryUser:
        user: DirectoryUser = self._do("get", lambda: self._directory.get(key))
        return user

    def update(self, user_id: str, profile: UserProfile) -> None:
        self._do("update", lambda: self._directory.update(user_id, profile))

    def list(self, domain: str, page_token: str | None) -> UserPage:
        page: UserPage = self._do("list", lambda: self._directory.list(domain, page_token))
        return page

    def _do(self, method: str, call: Callable[[], Any]) -> Any:
        self.calls.append(method)
        return self.plans.pop(0)(call) if self.plans else call()


def goes_through(call: Callable[[], Any]) -> Any:
    return call()


def lost_before(_: Callable[[], Any]) -> Any:
    raise DirectoryError(Verdict.UNAVAILABLE, "no_answer")


def lost_after(call: Callable[[], Any]) -> Any:
    call()
    raise DirectoryError(Verdict.UNAVAILABLE, "no_answer")


def refused(verdict: Verdict, code: str = "planned", at: str = "") -> Callable[[Callable[[], Any]], Any]:
    def answer(_: Callable[[], Any]) -> Any:
        raise DirectoryError(verdict, code, at)

    return answer


@dataclass(eq=False)
class Task:
    """One task as enqueued; two of equal content are two."""

    realm: str
    account_id: str
    version: int
    name: str | None = None
    at: datetime | None = None
    probe: bool = False
    retries: int = 0


@dataclass
class TaskList:
    """The Tasks port: a list; names are remembered as Google remembers them."""

    tasks: list[Task] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    created: int = 0
    fails: Exception | None = None

    def enqueue(
        self,
        realm: str,
        account_id: str,
        version: int,
        *,
        name: str | None = None,
        at: datetime | None = None,
        probe: bool = False,
    ) -> bool:
        if self.fails is not None:
            raise self.fails
        if name is not None and name in self.names:
            return False
        if name is not None:
            self.names.add(name)
        self.created += 1
        self.tasks.append(Task(realm, account_id, version, name, at, probe))
        return True

    def close(self) -> None:
        self.tasks.clear()


Plan = Callable[[Callable[[], Any]], Any]


class TroubledStore:
    """A store whose next commits go as planned, one plan a commit; see `crash_before` and `crash_after`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.plans: list[Plan] = []

    def get(self, ref: Ref) -> Document | None:
        return self._store.get(ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        return self._store.get_many(refs)

    def commit(self, writes: Sequence[Write]) -> None:
        plan = self.plans.pop(0) if self.plans else goes_through
        plan(lambda: self._store.commit(writes))

    def query(self, query: Query) -> Iterator[Document]:
        return self._store.query(query)

    def count(self, query: Query) -> int:
        return self._store.count(query)


def crash_before(_: Callable[[], Any]) -> Any:
    raise Crash


def crash_after(call: Callable[[], Any]) -> Any:
    call()
    raise Crash


def answer_lost(call: Callable[[], Any]) -> Any:
    call()
    raise TransientError("store_unavailable")
