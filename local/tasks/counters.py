"""What the stand-in counts."""

from __future__ import annotations

from collections import Counter

KINDS = (
    "created",
    "refused_by_name",
    "refused_503",
    "answers_lost",
    "dispatched",
    "done",
    "retries",
    "given_up",
    "lost",
    "doubled",
    "late",
    "deleted",
    "purged",
)
"""Every counter; `by_status` stands beside them, by HTTP status or `timeout` or `error`."""


class Counters:
    """Counts since the start or the last reset."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.by_status: Counter[str] = Counter()

    def add(self, kind: str, number: int = 1) -> None:
        """Count so many of a kind."""
        self.counts[kind] += number

    def reset(self) -> None:
        """Start again from zero."""
        self.counts.clear()
        self.by_status.clear()

    def as_json(self) -> dict[str, object]:
        """Return all counts, zeros included."""
        return {**{kind: self.counts[kind] for kind in KINDS}, "by_status": dict(self.by_status)}
