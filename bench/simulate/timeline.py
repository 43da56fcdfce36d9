"""Virtual time: what happens next, in order, without waiting for it."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

BEGIN = datetime(2021, 1, 4, tzinfo=UTC)


class Timeline:
    """The Clock port, and the list of what is to happen; `seconds` is the time since the beginning.

    Google's side lives by `seconds`. Our own clock is as wrong as `set_back` made it.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._now = BEGIN
        self._error = timedelta()
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def now(self) -> datetime:
        """Give the present, by our clock."""
        return self._now

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Let something happen in so many seconds from now."""
        heapq.heappush(self._events, (self.seconds + seconds, next(self._order), action))

    def run(self, *, is_over: Callable[[], bool]) -> None:
        """Let everything happen in its turn, until it is over or nothing is left to happen."""
        while self._events and not is_over():
            seconds, _, action = heapq.heappop(self._events)
            self._turn_to(seconds)
            action()

    def leap_to(self, moment: datetime) -> None:
        """Let months pass in which nothing happens: what was to happen is forgotten."""
        self._events.clear()
        self._turn_to((moment - BEGIN).total_seconds())

    def set_back(self, seconds: float) -> None:
        """Put our clock back, for good."""
        self._error -= timedelta(seconds=seconds)
        self._turn_to(self.seconds)

    def _turn_to(self, seconds: float) -> None:
        self.seconds = seconds
        self._now = BEGIN + timedelta(seconds=seconds) + self._error
