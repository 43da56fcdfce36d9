"""What the stand-in can be told when it starts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

GOOGLE_RATE = 500.0
"""Dispatches a second of a queue about which nothing was said, as Google's default."""


@dataclass(frozen=True)
class Options:
    """Rates, back-off and throttling of all queues; times in seconds."""

    rate: float | None = None
    """Dispatches a second of every queue; stronger than `queue_rates`."""
    queue_rates: Mapping[str, float] = field(default_factory=dict)
    """Dispatches a second by realm, `*` for the others."""
    burst: int | None = None
    """Size of the token bucket; by default the rate, rounded up."""
    max_concurrent: int = 1000
    min_backoff: float = 0.1
    max_backoff: float = 3600.0
    max_doublings: int = 16
    dedup_seconds: float = 3600.0
    """How long the name of a task stays taken after it ran or was deleted."""
    deadline_cap: float | None = None
    """Upper bound of every dispatch deadline, so that tests need not wait 15 seconds for one."""
    strict_queues: bool = False
    """Answer 404 for a queue that nobody created."""
    throttle_floor: float = 0.05
    """Lowest share of its rate to which a throttled queue slows."""
    throttle_interval: float = 1.0
    """At most one halving in this time."""
    ramp_seconds: float = 5.0
    """Time in which a slowed queue doubles its rate, while tasks succeed."""
    resume_share: float = 0.1
    """Share of its rate with which a queue starts after a pause."""
    seed: int = 0
    """Seed of the order in which ready tasks are taken."""
    clock_offset: float = 0.0


def queue_rates(text: str) -> dict[str, float]:
    """Read the table of rates, JSON `{"smp": 9.5, "*": 0.5}`, from a text."""
    table = json.loads(text or "{}")
    if not isinstance(table, dict):
        raise ValueError("QUEUE_RATES is not a JSON object")  # noqa: TRY004 - one error type for bad configuration
    rates = {str(realm): float(rate) for realm, rate in table.items()}
    if any(rate <= 0 for rate in rates.values()):
        raise ValueError("QUEUE_RATES holds a rate that is not above zero")
    return rates


def clock_offset(environment: Mapping[str, str] = os.environ) -> float:
    """Return the seconds by which the local stack's clock is moved (`CLOCK_OFFSET`)."""
    return float(environment.get("CLOCK_OFFSET") or 0)


def rate_of(queue_id: str, rates: Mapping[str, float]) -> float:
    """Return the rate of the queue `directory-<realm with dots as dashes>` in a table by realm."""
    for realm, rate in rates.items():
        if queue_id == "directory-" + realm.replace(".", "-"):
            return rate
    return rates.get("*", GOOGLE_RATE)
