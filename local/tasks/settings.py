"""A queue's settings: rate limits and retries, as the API reads, patches and shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.tasks.clock import duration, parse_duration
from local.tasks.errors import invalid
from local.tasks.model import known_fields
from local.tasks.options import Options

_QUEUE_FIELDS = frozenset({"name", "state", "purgeTime", "rateLimits", "retryConfig", "stackdriverLoggingConfig"})
_RATE_FIELDS = frozenset({"maxDispatchesPerSecond", "maxBurstSize", "maxConcurrentDispatches"})
_RETRY_FIELDS = frozenset({"maxAttempts", "maxRetryDuration", "minBackoff", "maxBackoff", "maxDoublings"})


@dataclass(frozen=True)
class Settings:
    """Rate, concurrency and retries of one queue; times in seconds."""

    rate: float
    burst: int
    max_concurrent: int
    min_backoff: float
    max_backoff: float
    max_doublings: int
    max_attempts: int = -1
    """-1 is without limit, as this project's queues are made."""
    max_retry_duration: float = 0.0

    def backoff(self, failures: int) -> float:
        """Return the wait after so many failed attempts (1 …): doubling, then linear, up to the maximum."""
        step = failures - 1
        if step <= self.max_doublings:
            wait = self.min_backoff * 2.0 ** min(step, 60)
        else:
            wait = self.min_backoff * 2.0**self.max_doublings * (step - self.max_doublings + 1)
        return min(wait, self.max_backoff)

    def as_json(self) -> dict[str, dict[str, Any]]:
        """Return the settings as the API shows them in a queue."""
        return {
            "rateLimits": {
                "maxDispatchesPerSecond": self.rate,
                "maxBurstSize": self.burst,
                "maxConcurrentDispatches": self.max_concurrent,
            },
            "retryConfig": {
                "maxAttempts": self.max_attempts,
                "maxRetryDuration": duration(self.max_retry_duration),
                "minBackoff": duration(self.min_backoff),
                "maxBackoff": duration(self.max_backoff),
                "maxDoublings": self.max_doublings,
            },
        }


def default_settings(rate: float, options: Options) -> Settings:
    """Return the settings of a queue about which only the rate is known."""
    return Settings(
        rate=rate,
        burst=options.burst or bucket(rate),
        max_concurrent=options.max_concurrent,
        min_backoff=options.min_backoff,
        max_backoff=options.max_backoff,
        max_doublings=options.max_doublings,
    )


def bucket(rate: float) -> int:
    """Return the bucket size of a rate: Google's is generally at least the rate."""
    return max(1, math.ceil(rate))


def patched(settings: Settings, body: object, mask: str | None) -> Settings:
    """Return settings with the fields of a queue's JSON that `mask` names (none: all that are given)."""
    fields = known_fields(body, _QUEUE_FIELDS, "queue")
    rate = known_fields(fields.get("rateLimits", {}), _RATE_FIELDS, "queue.rate_limits")
    retry = known_fields(fields.get("retryConfig", {}), _RETRY_FIELDS, "queue.retry_config")
    wanted = {f"rateLimits.{key}": value for key, value in rate.items()}
    wanted |= {f"retryConfig.{key}": value for key, value in retry.items()}
    if mask:
        paths = [path.strip() for path in mask.split(",")]
        _check_mask(paths)
        wanted = {key: value for key, value in wanted.items() if key in paths or key.partition(".")[0] in paths}
    return _with_values(settings, wanted)


def _check_mask(paths: list[str]) -> None:
    known = _QUEUE_FIELDS | {f"rateLimits.{key}" for key in _RATE_FIELDS} | {f"retryConfig.{k}" for k in _RETRY_FIELDS}
    for path in paths:
        if path not in known:
            raise invalid(f"Invalid field mask: {path}")


def _with_values(settings: Settings, wanted: Mapping[str, Any]) -> Settings:
    rate = _number(wanted, "rateLimits.maxDispatchesPerSecond", settings.rate)
    if rate != settings.rate and not 0 < rate <= 500:
        raise invalid("RateLimits.maxDispatchesPerSecond must be above 0 and at most 500.")
    concurrent = int(_number(wanted, "rateLimits.maxConcurrentDispatches", settings.max_concurrent))
    if not 0 < concurrent <= 5000:
        raise invalid("RateLimits.maxConcurrentDispatches must be above 0 and at most 5000.")
    return Settings(
        rate=rate,
        burst=bucket(rate) if rate != settings.rate else settings.burst,
        max_concurrent=concurrent,
        min_backoff=_seconds(wanted, "retryConfig.minBackoff", settings.min_backoff),
        max_backoff=_seconds(wanted, "retryConfig.maxBackoff", settings.max_backoff),
        max_doublings=int(_number(wanted, "retryConfig.maxDoublings", settings.max_doublings)),
        max_attempts=int(_number(wanted, "retryConfig.maxAttempts", settings.max_attempts)),
        max_retry_duration=_seconds(wanted, "retryConfig.maxRetryDuration", settings.max_retry_duration),
    )


def _number(wanted: Mapping[str, Any], path: str, otherwise: float) -> float:
    value = wanted.get(path, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid(f"Invalid value at 'queue.{path}'")
    return value


def _seconds(wanted: Mapping[str, Any], path: str, otherwise: float) -> float:
    return parse_duration(wanted[path], f"queue.{path}") if path in wanted else otherwise
