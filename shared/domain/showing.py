"""Which days' fetches are to be looked through for passwords that were shown. Pure; `now` is given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

LATE: Final = timedelta(hours=1)
"""How long after a fetch began its last part may be noted: longer than any request lasts."""
FIRST: Final = timedelta(days=1)  # before its own day: where the very first pass begins
FARTHEST: Final = timedelta(days=366)  # no note of a fetch is kept longer


def day_of(moment: datetime) -> str:
    """Give the day (UTC, YYYY-MM-DD) under which a fetch is found again."""
    return moment.astimezone(UTC).date().isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """`cursors/shown`: one pass over the days of fetches, begun once a day.

    `through` is when the last one that came to its end had begun; `began` is None between two. `day` and `link` say
    behind which link the present one goes on.
    """

    through: datetime | None = None
    began: datetime | None = None
    day: str = ""
    link: str = ""

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        return cls(**{f.name: doc[f.name] for f in fields(cls)})

    def to_doc(self) -> dict[str, Any]:
        """Give the stored form."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def is_due(self, now: datetime) -> bool:
        """Tell whether there is anything to do: not when today's pass has come to its end."""
        return self.began is not None or self.through is None or day_of(self.through) != day_of(now)

    def ended(self) -> Self:
        """Give the state behind the last link of the last day."""
        return type(self)(through=self.began)

    def since(self, began: datetime) -> datetime:
        """Give from when on fetches are to be looked at; a clock that was put back makes it earlier, never later."""
        if self.through is None:
            return began.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - FIRST
        return max(min(self.through, began) - LATE, began - FARTHEST)

    def days(self, began: datetime) -> Iterator[str]:
        """Give the days that are left, oldest first."""
        moment, last = self.since(began), day_of(began)
        while (day := day_of(moment)) <= last:
            if day >= self.day:
                yield day
            moment += timedelta(days=1)
