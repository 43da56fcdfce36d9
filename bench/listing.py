"""Figures: CPU of a user that a listing passes over, JSON included, and the memory of a listing of many."""

import gc
import statistics
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn, cast
from urllib.parse import parse_qs, urlsplit

import httplib2
import msgspec

from bench.bare_sample import POLICY, NoTasks
from bench.campaign_accounts import Pattern, patterns, put
from bench.campaign_world import AFTER, RATES, Time
from bench.figures import REPEATS, Figure, MeasurementError
from bench.people import person_id
from bench.stage import Stage
from shared import policies
from shared.adapters.directory import PAGE, GoogleDirectory
from shared.adapters.sqlite import SqliteStore
from shared.domain.accounts import Account
from shared.listing_records import Checkpoint, checkpoint_ref
from shared.ports import Document, Query, Ref, Store, Write
from shared.switchboard import Switchboard
from shared.usecases.listing import Listing

CPU_GOAL = 20.0  # µs
GROWTH_GOAL = 1.1
USERS = 20_000  # of one steady listing
FEW, MANY = 1_000, 100_000
REALM = "smp"
_MIB = 1_048_576
_ROOT = "belajar.id"
_SIGNED_IN = {"agreedToTerms": True, "lastLoginTime": "2021-03-01T07:00:00.000Z"}
_NEVER = {"agreedToTerms": False, "lastLoginTime": "1970-01-01T00:00:00.000Z"}


def listing_user_cpu(stage: Stage) -> list[Figure]:
    """Measure listings in which nobody has changed: a 28th of the users is compared all the same."""
    made = Made(patterns(stage, (REALM,))[REALM], USERS)
    with TemporaryDirectory(dir=stage.folder) as folder:
        store = SqliteStore(str(Path(folder) / "listing.db"))
        put(store, [made.account(number) for number in range(USERS)])
        run = Run(store, Pages(made, kept=True))
        run.whole()
        spent = [run.whole() / USERS * 1e6 for _ in range(REPEATS)]
        store.close()
    detail = f"µs a user over {USERS:,}, from {min(spent):.1f} to {max(spent):.1f}; {PAGE} a page, SQLite"
    return [Figure("listing_user_cpu", statistics.median(spent), CPU_GOAL, detail)]


def listing_memory(stage: Stage) -> list[Figure]:
    """Measure a first listing and the next one at their peak, as Python counts its objects."""
    pattern = patterns(stage, (REALM,))[REALM]
    _peak(stage, pattern, FEW)  # what is made once in a process is none of the first's
    few, many = _peak(stage, pattern, FEW), _peak(stage, pattern, MANY)
    detail = f"{many / _MIB:.2f} MiB over {MANY:,} users, {few / _MIB:.2f} over {FEW:,}"
    return [Figure("listing_memory", many / few, GROWTH_GOAL, detail)]


def _peak(stage: Stage, pattern: Pattern, number: int) -> int:
    made = Made(pattern, number)
    with TemporaryDirectory(dir=stage.folder) as folder:
        inner = SqliteStore(str(Path(folder) / "listing.db"))
        run = Run(AsAsked(inner, made), Pages(made, kept=False))
        gc.collect()
        tracemalloc.start()
        try:
            run.whole()
            run.whole()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        inner.close()
    return peak


class Made:
    """Accounts and users of a realm that are equal; every second owner has signed in."""

    def __init__(self, pattern: Pattern, number: int) -> None:
        self._pattern = pattern
        self.number = number
        name = pattern.user["name"]
        self._user = {
            **{field: pattern.user[field] for field in ("externalIds", "organizations", "orgUnitPath")},
            "includeInGlobalAddressList": pattern.user["includeInGlobalAddressList"],
            "name": {field: name[field] for field in ("givenName", "familyName")},
            "suspended": False,
        }

    def account(self, number: int) -> Account:
        """Give one account."""
        account = self._pattern.made(1, number)
        if number % 2:
            return replace(account, state="active", accessed_at=account.issued_at)
        return account

    def user(self, number: int) -> dict[str, Any]:
        """Give its user as a list shows it."""
        user = replace(self._pattern, user=self._user).user_of(self._pattern.made(1, number))
        return {**user, **(_SIGNED_IN if number % 2 else _NEVER)}


class Pages:
    """An Http that answers each page of the list as JSON, made once and kept, or as it is asked for."""

    def __init__(self, made: Made, *, kept: bool) -> None:
        self._made = made
        self._kept = {first: self._page(first) for first in range(0, made.number, PAGE)} if kept else {}

    def request(self, uri: str, *_: Any, **__: Any) -> tuple[httplib2.Response, bytes]:
        """Answer a page."""
        first = int(parse_qs(urlsplit(uri).query).get("pageToken", ["0"])[0])
        body = self._kept.get(first) or self._page(first)
        return httplib2.Response({"status": "200", "content-type": "application/json"}), body

    def close(self) -> None:
        """Do nothing."""

    def _page(self, first: int) -> bytes:
        last = min(first + PAGE, self._made.number)
        page: dict[str, Any] = {"users": [self._made.user(number) for number in range(first, last)]}
        return msgspec.json.encode(page | ({"nextPageToken": str(last)} if last < self._made.number else {}))


class AsAsked:
    """A store whose accounts are made as they are asked for; all else is kept, on disk."""

    def __init__(self, inner: Store, made: Made) -> None:
        self._inner = inner
        self._made = made

    def get(self, ref: Ref) -> Document | None:
        """Read a document."""
        return self._inner.get(ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        """Make accounts."""
        return [Document(ref, self._made.account(_number(ref)).to_doc(), 1) for ref in refs]

    def commit(self, writes: Sequence[Write]) -> None:
        """Write; of an account there is nothing to write."""
        if any(write.ref.collection == "accounts" for write in writes):
            raise MeasurementError("an account was changed, though all are equal")
        self._inner.commit(writes)

    def query(self, query: Query) -> Iterator[Document]:
        """Answer from what is kept: no account waits."""
        return self._inner.query(query)

    def count(self, _: Query) -> int:
        """Count the accounts."""
        return self._made.number


class Run:
    """Listings of the realm, a day apart."""

    def __init__(self, store: Store, pages: Pages) -> None:
        self._store = store
        self._time = Time(AFTER)
        directory = GoogleDirectory(lambda: cast(httplib2.Http, pages), "http://directory.bench")
        self._listing = Listing(
            store=store,
            tasks=NoTasks(),
            clock=self._time,
            policy=policies.load(POLICY),
            root_domain=_ROOT,
            rates=RATES,
            switchboard=Switchboard(store, self._time),
            directory_of=lambda _: directory,
        )

    def whole(self) -> float:
        """List everybody; gives the seconds of CPU."""
        self._time.at += timedelta(days=1)
        before = time.process_time()
        told = self._listing(REALM, lambda: True)
        spent = time.process_time() - before
        document = self._store.get(checkpoint_ref(REALM))
        found = Checkpoint.from_doc(document.data) if document is not None else _unlisted()
        if told.code or found.whole_at != self._time.at or found.seen != found.counts["looked"]:
            raise MeasurementError(f"the listing was not whole: {told.code or found.counts}")
        return spent


def _unlisted() -> NoReturn:
    raise MeasurementError("nothing was listed")


def _number(ref: Ref) -> int:
    return int(ref.id.partition(".")[0].removeprefix(person_id(1, 0)[:24]), 16)
