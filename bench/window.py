"""A stretch of time at the Directory stand-in: what was created and refused in it, of what the queues allow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.figures import MeasurementError

# As the stand-in names a quota's refusals; `backendError` is how Google sometimes says it of creations.
QUOTA = ("quotaExceeded", "userRateLimitExceeded", "rateLimitExceeded", "dailyLimitExceeded")


@dataclass(frozen=True, slots=True)
class Window:
    """What a stretch of `seconds` came to, in calls."""

    seconds: float
    created: int
    calls: int
    refused: int

    def used(self, per_second: float) -> float:
        """Give the share of the creations that so many a second allow."""
        return self.created / (per_second * self.seconds)


def between(before: Mapping[str, Any], after: Mapping[str, Any], seconds: float) -> Window:
    """Give the window between two readings of the stand-in's counters; raises MeasurementError if nothing happened."""
    created = int(after["created"]) - int(before["created"])
    calls = int(after["total"]) - int(before["total"])
    if seconds <= 0 or calls <= 0:
        raise MeasurementError("no call reached the Directory in the window")
    return Window(seconds, created, calls, _refused(after) - _refused(before))


def refused_share(*windows: Window) -> float:
    """Give the share of the calls of all windows that were refused for a quota."""
    return sum(window.refused for window in windows) / sum(window.calls for window in windows)


def _refused(counters: Mapping[str, Any]) -> int:
    return sum(int(counters["refused"].get(reason, 0)) for reason in QUOTA)
