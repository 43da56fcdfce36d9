"""Sliding windows that count calls and creations, and the refusals once one is full."""

from collections import deque

from local.directory.errors import DirectoryError
from local.directory.options import Quotas

_CREATION_STATUS = {"rateLimitExceeded": 429, "backendError": 503}


class Window:
    """At most `limit` events in any stretch of `seconds`; a refused event doesn't count."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._times: deque[float] = deque()

    def take(self, now: float, limit: int) -> bool:
        """Count one event, or say that the window is full."""
        times = self._times
        # A clock that was moved back must not leave the window full until it catches up.
        while times and not now - self.seconds < times[0] <= now:
            times.popleft()
        if len(times) >= limit:
            return False
        times.append(now)
        return True


class Usage:
    """What every caller, domain and the whole customer have used of the quotas."""

    def __init__(self) -> None:
        self.in_flight = 0
        self._calls: dict[str, Window] = {}
        self._creations: dict[str, Window] = {}
        self._org_units = Window(1)

    def admit_call(self, quotas: Quotas, caller: str, now: float) -> None:
        """Count a call of this caller, or refuse it."""
        if quotas.concurrent is not None and self.in_flight > quotas.concurrent:
            raise DirectoryError(429, "rateLimitExceeded")
        if quotas.calls_per_minute is not None:
            window = self._calls.setdefault(caller, Window(60))
            if not window.take(now, quotas.calls_per_minute):
                raise DirectoryError(403, "userRateLimitExceeded")

    def admit_creation(self, quotas: Quotas, domain: str, now: float) -> None:
        """Count a creation on this domain, or refuse it."""
        if quotas.creations_per_second is not None:
            window = self._creations.setdefault(domain, Window(1))
            if not window.take(now, quotas.creations_per_second):
                reason = quotas.creation_reason
                raise DirectoryError(_CREATION_STATUS.get(reason, 403), reason)

    def admit_org_unit(self, quotas: Quotas, now: float) -> None:
        """Count a write to an org unit, or refuse it."""
        if quotas.org_units_per_second is not None and not self._org_units.take(now, quotas.org_units_per_second):
            raise DirectoryError(403, "quotaExceeded")
