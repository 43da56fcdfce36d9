"""Every query that is ever sent to the store, in one place: a test compares them with the declared indexes."""

from datetime import datetime

from shared.domain.accounts import Category
from shared.domain.handout import ROW_FIELDS, STATUS_FIELDS
from shared.domain.roster import Kind, Lane
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


def of_school(
    sekolah_id: str, category: Category, *, limit: int, statuses_only: bool = False, start_after: Document | None = None
) -> Query:
    """Give the accounts that a school's file of a category lists, by class and name; or what tells their status."""
    where = (("sekolah_ids", "array_contains", sekolah_id), ("category", "==", category))
    fields = STATUS_FIELDS if statuses_only else ROW_FIELDS
    return Query("accounts", where, ("sort_key",), limit, start_after, fields)  # type: ignore[arg-type]


def refused(sekolah_id: str, kind: Kind, *, limit: int, start_after: Document | None = None) -> Query:
    """Give the people who are at a school and have no account there, by name."""
    where = (("refused_at", "array_contains", sekolah_id), ("kind", "==", kind))
    fields = ("decisions", "kind", "memberships", "nama", "nisn", "nuptk")
    return Query("people", where, ("nama",), limit, start_after, fields)  # type: ignore[arg-type]


def schools_of(npsn: str) -> Query:
    """Give the schools of an NPSN: one, unless the roster is wrong."""
    return Query("schools", (("npsn", "==", npsn),), limit=10)


def people_of_nisn(nisn: str) -> Query:
    """Give the people of a NISN: one, unless the roster is wrong."""
    return Query("people", (("nisn", "==", nisn),), limit=10)


def people_of_nuptk(nuptk: str) -> Query:
    """Give the people of a NUPTK: one, unless the roster is wrong."""
    return Query("people", (("nuptk", "==", nuptk),), limit=10)


def links_of(sekolah_id: str, *, limit: int, start_after: Document | None = None) -> Query:
    """Give the links of a school, by id."""
    return Query("links", (("sekolah_id", "==", sekolah_id),), limit=limit, start_after=start_after)


def links_marked(file_mark: str) -> Query:
    """Give the links whose files bear a mark: one."""
    return Query("links", (("file_mark", "==", file_mark),), limit=10)


def reads(link_id: str, *, limit: int, start_after: Document | None = None) -> Query:
    """Give what was read through a link, in parts."""
    return Query(f"links/{link_id}/reads", limit=limit, start_after=start_after)
