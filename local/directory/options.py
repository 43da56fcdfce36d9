"""What the stand-in is started with, and what the control API may change of it later."""

import os
import time
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import msgspec

CREATION_REASONS = ("quotaExceeded", "userRateLimitExceeded", "rateLimitExceeded", "backendError")


class Quotas(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Limits on calls and users; None means no limit."""

    calls_per_minute: int | None = None
    creations_per_second: int | None = None
    creation_reason: Literal["quotaExceeded", "userRateLimitExceeded", "rateLimitExceeded", "backendError"] = (
        "quotaExceeded"
    )
    concurrent: int | None = None
    user_limit: int | None = None
    org_units_per_second: int | None = None
    archived_licences: int = 0


class Lag(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """How long, in seconds, each kind of change takes to become visible or usable."""

    get: float = 0
    list: float = 0
    settle: float = 0
    rename: float = 0
    alias: float = 0
    group: float = 0


@dataclass(frozen=True)
class Options:
    """The command line's choices, to which a reset returns."""

    domains: tuple[str, ...] = ("belajar.id", "*.belajar.id")
    org_units: tuple[str, ...] = ()
    any_org_unit: bool = False
    customer: str = "C00000000"
    name_limit: int = 60
    latency_ms: float = 0
    require_auth: bool = False
    quotas: Quotas = field(default_factory=Quotas)
    lag: Lag = field(default_factory=Lag)


Section = TypeVar("Section", Quotas, Lag)


def changed(section: Section, changes: dict[str, Any]) -> Section:
    """Return the section with the given settings replaced; unknown or ill-typed ones raise msgspec.ValidationError."""
    return msgspec.convert({**msgspec.to_builtins(section), **changes}, type(section))


class Clock:
    """Real time, unless frozen, plus `CLOCK_OFFSET` plus an offset set by the control API."""

    def __init__(self) -> None:
        self.base = float(os.environ.get("CLOCK_OFFSET") or 0)
        self.offset = 0.0
        self._frozen_at: float | None = None

    def now(self) -> float:
        """Return the present moment in seconds since 1970."""
        real = time.time() if self._frozen_at is None else self._frozen_at
        return real + self.base + self.offset

    @property
    def frozen(self) -> bool:
        """Say whether time stands still but for changes of the offset."""
        return self._frozen_at is not None

    def freeze(self, *, still: bool) -> None:
        """Let time stand still, or run again."""
        self._frozen_at = time.time() if still else None
