"""Times from an event to its user, out of the Directory's dump, beside the promise to users (design 1)."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.figures import Figure
from bench.soak.changes import Change, Kind

GOALS: Mapping[str, tuple[float, float]] = {
    "freshness_p50_s": (0.5, 2.0),
    "freshness_p95_s": (0.95, 30.0),
    "freshness_p99_s": (0.99, 300.0),
    "freshness_max_s": (1.0, 900.0),
}
"""Share of the changes -> seconds within which their users show them."""
UNSEEN: Kind = "class"


@dataclass(frozen=True, slots=True)
class Timing:
    """One live change: its kind, and the seconds from its planned time until all its users showed it."""

    kind: Kind
    seconds: float


def timings(
    users: Iterable[Mapping[str, Any]], changes: Sequence[Change], planned: Sequence[float], now: float
) -> list[Timing]:
    """Time each change that the Directory shows; one that it does not show yet has the age it has `now`."""
    shown: defaultdict[str, list[float]] = defaultdict(list)
    for user in users:
        shown[person_of(user)].append(max(float(user["createdAt"]), float(user["updatedAt"])))
    found = []
    for change, at in zip(changes, planned, strict=True):
        if change.kind != UNSEEN:
            moments = shown.get(change.person_id, [])
            last = max(moments, default=0.0)
            found.append(Timing(change.kind, (last if last >= at else now) - at))
    return found


def account_of(user: Mapping[str, Any]) -> str:
    """Give the account of a user's mark, or nothing for a user without one."""
    marks = [str(each["value"]) for each in user.get("externalIds") or () if each.get("customType") == "akun"]
    return marks[0] if marks else ""


def person_of(user: Mapping[str, Any]) -> str:
    """Give the person of a user's mark, or nothing for a user without one."""
    return account_of(user).partition(".")[0]


def quantile(seconds: Sequence[float], share: float) -> float:
    """Give the time within which this share of the changes was done: one that was measured, none in between."""
    return sorted(seconds)[max(0, math.ceil(share * len(seconds)) - 1)]


def figures(found: Sequence[Timing]) -> list[Figure]:
    """Give the quantiles beside their goals."""
    seconds = [timing.seconds for timing in found]
    detail = f"{len(seconds):,} live changes beside a back-fill, faults on"
    return [Figure(name, quantile(seconds, share), goal, detail) for name, (share, goal) in GOALS.items()]


def by_kind(found: Sequence[Timing]) -> list[str]:
    """Give a line for each kind of change."""
    kinds: defaultdict[str, list[float]] = defaultdict(list)
    for timing in found:
        kinds[timing.kind].append(timing.seconds)
    return [
        f"  {kind:<7} {len(those):5,} changes: p50 {quantile(those, 0.5):.2f} s, p95 {quantile(those, 0.95):.2f} s, "
        f"p99 {quantile(those, 0.99):.2f} s, max {max(those):.2f} s"
        for kind, those in sorted(kinds.items())
    ]
