"""A lease: one run at a time, and never for ever."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from shared.errors import ConflictError
from shared.ports import Clock, Create, Document, Ref, Store, Update, Write


class Lease:
    """`leases/{name}`, held for `span` at the most; its holder is told by a number that only ever rises."""

    def __init__(self, store: Store, clock: Clock, name: str, span: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._ref = Ref("leases", name)
        self._span = span

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Hold the lease while the block runs (1 read, 2 commits); False: somebody else has it."""
        turn = self._take()
        try:
            yield turn is not None
        finally:
            if turn is not None:
                self._give_back(turn)

    def _take(self) -> int | None:
        document, now = self._store.get(self._ref), self._clock.now()
        if document is not None and self._is_held(document, now):
            return None
        turn = int(document.data["turn"]) + 1 if document is not None else 1
        fields: dict[str, Any] = {"turn": turn, "since": now, "until": now + self._span}
        write: Write = Update(self._ref, fields, document.version) if document else Create(self._ref, fields)
        try:
            self._store.commit([write])
        except ConflictError:
            return None
        return turn

    def _is_held(self, document: Document, now: datetime) -> bool:
        # An end further ahead than any lease lasts was set before the clock was put back: it binds nobody.
        until: datetime = document.data["until"]
        return now < until <= now + self._span

    def _give_back(self, turn: int) -> None:
        """End it, unless it ran out and is another's by now."""
        document = self._store.get(self._ref)
        if document is None or document.data["turn"] != turn:
            return
        try:
            self._store.commit([Update(self._ref, {"until": self._clock.now()}, document.version)])
        except ConflictError:
            return  # it is another's by now
