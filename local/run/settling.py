"""Waits until every message is delivered and every account done, or nothing moves any more."""

import http.client
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from local.run import http as local_http
from local.run.environment import Places
from local.run.processes import Processes
from local.run.publishing import Publisher
from local.run.survey import Pending, pending
from shared.ports import Store

POLL_SECONDS = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How far a run has come; `pending` is known once all messages are delivered."""

    published: int
    undelivered: int
    asked: int
    """Tasks that were created."""
    done: int
    """Tasks that ended well."""
    users: int
    """Users created in the Directory."""
    pending: int | None


@dataclass(frozen=True, slots=True)
class Left:
    """What did not come to its end; nothing, as a rule."""

    undelivered: int = 0
    given_up: int = 0
    pending: Sequence[Pending] = field(default_factory=tuple)

    def __bool__(self) -> bool:
        """Say whether anything is stuck."""
        return bool(self.undelivered or self.given_up or self.pending)


class Progress(Protocol):
    """Shows how far a run has come."""

    def show(self, seen: Seen) -> None:
        """Show it."""


class Settling:
    """The wait of one run."""

    def __init__(
        self, *, processes: Processes, publisher: Publisher, store: Store, realms: Sequence[str], places: Places
    ) -> None:
        self._processes = processes
        self._publisher = publisher
        self._store = store
        self._realms = realms
        self._places = places
        self._pending: list[Pending] = []
        self._users = self._asked = self._done = 0

    def wait(self, progress: Progress, patience: float, poll: float = POLL_SECONDS) -> Left:
        """Return what is left, which is nothing unless no number has changed for `patience` seconds."""
        before: Seen | None = None
        changed = time.monotonic()
        while True:
            self._processes.check()
            seen = self._look()
            progress.show(seen)
            # Twice, because a message acknowledged a moment ago may have a second copy on its way.
            if seen == before and not seen.undelivered and not seen.pending:
                break
            if seen != before:
                before, changed = seen, time.monotonic()
            elif time.monotonic() - changed > patience:
                break
            time.sleep(poll)
        return Left(seen.undelivered, self._publisher.given_up(), tuple(self._pending))

    def _look(self) -> Seen:
        undelivered = self._publisher.undelivered()
        with suppress(OSError, http.client.HTTPException):  # if one of them has ended, the next check says so
            tasks = local_http.get(self._places.tasks, "/control/counters")
            self._asked, self._done = int(tasks["created"]), int(tasks["done"])
            self._users = int(local_http.get(self._places.directory, "/control/counters")["created"])
        self._pending = [] if undelivered else pending(self._store, self._realms)
        return Seen(
            published=len(self._publisher.lines),
            undelivered=undelivered,
            asked=self._asked,
            done=self._done,
            users=self._users,
            pending=None if undelivered else sum(group.number for group in self._pending),
        )
