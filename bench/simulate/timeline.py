"""Virtual time: what happens next, in order, without waiting for it."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

BEGIN = datetime(2021, 1, 4, tzinfo=UTC)


class Timeline:
    """The Clock port, and the list of what is to happen; `seconds` is the time since the beginning."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._now = BEGIN
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def now(self) -> datetime:
        """Give the present."""
        return self._now

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Let something happen in so many seconds from now."""
        heapq.heappush(self._events, (self.seconds + seconds, next(self._order), action))

    def run(self, *, is_over: Callable[[], bool]) -> None:
        """Let everything happen in its turn, until it is over or nothing is left to happen."""
        while self._events and not is_over():
            self.seconds, _, action = heapq.heappop(self._events)
            self._now = BEGIN + timedelta(seconds=self.seconds)
            action()
