"""Every query that is ever sent to the store, in one place: a test compares them with the declared indexes."""

from datetime import datetime

from shared.domain.roster import Lane
from shared.ports import Document, Query

CONFIRMED = ("issued", "active", "suspended", "closed")
UNCONFIRMED = ("reserved",)


def pending(
    realm: str,
    lane: Lane,
    *,
    limit: int,
    since_before: datetime | None = None,
    confirmed: bool | None = None,
    start_after: Document | None = None,
) -> Query:
    """Give a realm's pending accounts of one lane, oldest first; `confirmed` leaves the others out."""
    where: list[tuple[str, str, object]] = [("realm", "==", realm), ("lane", "==", lane)]
    if confirmed is not None:
        where.append(("state", "in", list(CONFIRMED if confirmed else UNCONFIRMED)))
    if since_before is not None:
        where.append(("pending_since", "<", since_before))
    return Query("accounts", tuple(where), ("pending_since",), limit, start_after)  # type: ignore[arg-type]


def switches() -> Query:
    """Give all switches: a handful."""
    return Query("switches")


def parked(*, limit: int, start_after: Document | None = None) -> Query:
    """Give the parked entries by id."""
    return Query("parked", limit=limit, start_after=start_after)
