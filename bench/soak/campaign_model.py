"""What a deadline may make of each account, by the design alone: nothing here imports the system that it judges."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

Last = Literal["before", "after", "unknown"]
"""When somebody signed in, seen from the last look at that user: before it, after it, or nobody noted which."""
Fate = Literal["suspended", "came", "came_too_late", "came_at_some_time", "exempt", "external"]
LONGEST_STEP = 5.0
"""Seconds that a last look and its suspension may be apart at most: one request and the next, of one process."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that the Directory accepted: when (seconds since 1970 by the Directory's clock), and its place."""

    at: float
    last: Last


@dataclass(slots=True)
class Acts:
    """What really happened beside the system: who signed in, and whom somebody else suspended (`admin`, `google`)."""

    exempt: Collection[str]
    signed_in: dict[str, SignIn] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    suspended_by: dict[str, str] = field(default_factory=dict)

    def fate(self, account_id: str) -> Fate:
        """Tell what must have become of an account when the campaign is done."""
        if account_id in self.exempt:
            return "exempt"
        if account_id in self.suspended_by:
            return "external"
        came = self.signed_in.get(account_id)
        if came is None:
            return "suspended"
        fates: dict[Last, Fate] = {"before": "came", "after": "came_too_late", "unknown": "came_at_some_time"}
        return fates[came.last]

    def may_be_suspended(self, account_id: str, suspended_at: float) -> bool:
        """Tell whether a suspension at a moment is right.

        Of somebody who came at some time it is right only if the last look can have been before: then the suspension
        followed the sign-in within one step.
        """
        fate = self.fate(account_id)
        if fate == "came_at_some_time":
            return 0 <= suspended_at - self.signed_in[account_id].at <= LONGEST_STEP
        return fate in ("suspended", "came_too_late")

    def may_be_open(self, account_id: str) -> bool:
        """Tell whether it is right that an account is not suspended by us."""
        return self.fate(account_id) != "suspended"
