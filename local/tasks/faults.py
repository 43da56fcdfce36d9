"""Faults on demand: which tasks are doubled, late or lost, and which creations fail."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from local.tasks.errors import invalid

KINDS = ("double", "late", "lost", "create_503", "create_answer_lost")
"""All faults; `seconds` belongs to `double` (time until the second copy) and `late` (delay)."""


@dataclass
class Fault:
    """One kind of fault: the next `count` occasions, then a `share` of all others."""

    share: float = 0.0
    count: int = 0
    seconds: float = 0.0


class Faults:
    """The faults that are on, with a random source of their own."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Turn every fault off."""
        self._faults = {kind: Fault() for kind in KINDS}
        self._random = random.Random(0)

    def set(self, wanted: Mapping[str, object]) -> None:
        """Set the faults that are named, `{kind: {share, count, seconds}, "seed": n}`; the others stay."""
        faults = {kind: _fault(kind, value) for kind, value in wanted.items() if kind != "seed"}
        seed = wanted.get("seed")
        if seed is not None:
            if not isinstance(seed, int):
                raise invalid("seed is not a whole number")
            self._random = random.Random(seed)
        self._faults.update(faults)

    def strikes(self, kind: str) -> bool:
        """Tell whether this occasion fails, and count it."""
        fault = self._faults[kind]
        if fault.count > 0:
            fault.count -= 1
            return True
        return fault.share > 0 and self._random.random() < fault.share

    def seconds(self, kind: str) -> float:
        """Return the time that belongs to a kind of fault."""
        return self._faults[kind].seconds

    def as_json(self) -> dict[str, dict[str, float]]:
        """Return what is left of every fault."""
        return {kind: asdict(fault) for kind, fault in self._faults.items()}


def _fault(kind: str, value: object) -> Fault:
    if kind not in KINDS:
        raise invalid(f"unknown fault {kind}")
    if not isinstance(value, dict) or not set(value) <= {"share", "count", "seconds"}:
        raise invalid(f"{kind} takes an object of share, count and seconds")
    try:
        fault = Fault(float(value.get("share", 0)), int(value.get("count", 0)), float(value.get("seconds", 0)))
    except (TypeError, ValueError):
        raise invalid(f"{kind} takes numbers") from None
    if not 0 <= fault.share <= 1 or fault.count < 0 or fault.seconds < 0:
        raise invalid(f"{kind}: share is 0 to 1, count and seconds are not negative")
    return fault
