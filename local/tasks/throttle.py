"""How fast a queue may dispatch: a token bucket that slows and recovers as Cloud Tasks does."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

_WINDOW = 20
_ENOUGH = 10
_HIGH_ERROR_SHARE = 0.5


@dataclass(frozen=True)
class ThrottleSettings:
    """How far a queue slows, how often it may halve its rate, and how fast it recovers."""

    floor: float = 0.05
    interval: float = 1.0
    ramp_seconds: float = 5.0
    resume_share: float = 0.1


class Throttle:
    """A token bucket whose rate is `rate` times a factor between the floor and 1; times are monotonic seconds."""

    def __init__(self, rate: float, burst: int, settings: ThrottleSettings, now: float) -> None:
        self._settings = settings
        self._rate = rate
        self._burst = burst
        self._factor = 1.0
        self._tokens = float(burst)
        self._filled_at = now
        self._changed_at = now
        self._halved_at = float("-inf")
        self._failures: deque[bool] = deque(maxlen=_WINDOW)

    @property
    def effective_rate(self) -> float:
        """Dispatches a second at present."""
        return self._rate * self._factor

    def set_rate(self, rate: float, burst: int, now: float) -> None:
        """Change the configured rate and bucket; the present slowing stays."""
        self._fill(now)
        self._rate = rate
        self._burst = burst
        self._tokens = min(self._tokens, float(burst))

    def ready_in(self, now: float) -> float:
        """Return the seconds until the next dispatch is allowed, 0 if it is now."""
        self._fill(now)
        # The tolerance keeps rounding from asking for a wait shorter than a timer can give.
        return 0.0 if self._tokens >= 1 - 1e-6 else (1 - self._tokens) / self.effective_rate

    def take(self, now: float) -> None:
        """Use one token."""
        self._fill(now)
        self._tokens = max(0.0, self._tokens - 1)

    def succeeded(self, now: float) -> None:
        """Count a success: a slowed queue recovers by the time since its last change."""
        self._failures.append(False)
        if self._factor < 1:
            self._fill(now)
            doublings = min(64.0, (now - self._changed_at) / self._settings.ramp_seconds)
            self._set_factor(self._factor * 2**doublings, now)

    def failed(self, now: float, *, overloaded: bool) -> None:
        """Count a failure: 429 and 503 (`overloaded`), or a high share of any, halve the rate."""
        self._failures.append(True)
        many = len(self._failures) >= _ENOUGH and sum(self._failures) >= _HIGH_ERROR_SHARE * len(self._failures)
        if not (overloaded or many) or now - self._halved_at < self._settings.interval:
            return
        self._fill(now)
        self._halved_at = now
        self._set_factor(self._factor / 2, now)
        self._tokens = min(self._tokens, 1.0)

    def resumed(self, now: float) -> None:
        """Start slowly after a pause."""
        self._fill(now)
        self._set_factor(min(self._factor, self._settings.resume_share), now)
        self._tokens = min(self._tokens, 1.0)

    def _set_factor(self, factor: float, now: float) -> None:
        self._factor = min(1.0, max(self._settings.floor, factor))
        self._changed_at = now

    def _fill(self, now: float) -> None:
        capacity = max(1.0, self._burst * self._factor)
        self._tokens = max(self._tokens, min(capacity, self._tokens + (now - self._filled_at) * self.effective_rate))
        self._filled_at = now
