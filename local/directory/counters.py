"""Counts of what was called, answered, created and refused."""

from collections import Counter, defaultdict
from typing import Any


class Counters:
    """Counts since the start or the last reset; they hold no addresses."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start again from nothing."""
        self.calls: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.refused: Counter[str] = Counter()
        self.creations: Counter[str] = Counter()
        self.deletions = 0
        self.updates = 0
        self.passwords = 0
        self.batches = 0
        self.faults = 0

    def note(self, method: str, outcome: str, reason: str) -> None:
        """Count one answered (or lost) call."""
        self.calls[method][outcome] += 1
        if reason:
            self.refused[reason] += 1

    def shown(self) -> dict[str, Any]:
        """Return all counts as JSON."""
        return {
            "calls": {method: dict(outcomes) for method, outcomes in self.calls.items()},
            "total": sum(sum(outcomes.values()) for outcomes in self.calls.values()),
            "refused": dict(self.refused),
            "creations": dict(self.creations),
            "created": sum(self.creations.values()),
            "updates": self.updates,
            "passwords": self.passwords,
            "deletions": self.deletions,
            "batches": self.batches,
            "faults": self.faults,
        }
