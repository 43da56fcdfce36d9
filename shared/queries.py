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


def due(realm: str, *, before: datetime, limit: int, start_after: Document | None = None) -> Query:
    """Give a realm's accounts of state `issued` that were issued before a moment, oldest first."""
    where = (("realm", "==", realm), ("state", "==", "issued"), ("issued_at", "<", before))
    return Query("accounts", where, ("issued_at",), limit, start_after)  # type: ignore[arg-type]


def in_use(realm: str) -> Query:
    """Give a realm's accounts `issued` or `active`, to be counted."""
    return Query("accounts", (("realm", "==", realm), ("state", "in", ["issued", "active"])))


def ending(realm: str, *, until: datetime, limit: int) -> Query:
    """Give a realm's accounts whose end has come, the earliest first."""
    return Query("accounts", (("realm", "==", realm), ("ends_at", "<=", until)), ("ends_at",), limit)


def held_by(campaign_id: str, realm: str, *, limit: int | None = None, start_after: Document | None = None) -> Query:
    """Give a realm's accounts that a campaign holds, by id."""
    where = (("holds.dormant.campaign_id", "==", campaign_id), ("realm", "==", realm))
    return Query("accounts", where, (), limit, start_after)  # type: ignore[arg-type]


def suspended_by(campaign_id: str, realm: str) -> Query:
    """Give a realm's accounts that a campaign holds and the Directory has suspended, to be counted."""
    where = (("holds.dormant.campaign_id", "==", campaign_id), ("realm", "==", realm), ("state", "==", "suspended"))
    return Query("accounts", where)  # type: ignore[arg-type]


def accounts_of(person_id: str) -> Query:
    """Give a person's accounts: a handful."""
    return Query("accounts", (("person_id", "==", person_id),), limit=100)


def campaigns() -> Query:
    """Give all campaigns: a handful."""
    return Query("campaigns")


def counts(campaign_id: str, plan: int, *, limit: int, start_after: Document | None = None) -> Query:
    """Give the counts by school of a campaign's plan, in parts."""
    return Query(f"campaigns/{campaign_id}/counts", (("plan", "==", plan),), limit=limit, start_after=start_after)


def exemptions(*, limit: int, start_after: Document | None = None) -> Query:
    """Give the exemptions by id, those that have ended too."""
    return Query("exemptions", limit=limit, start_after=start_after)


def by_address(realm: str, *, limit: int, start_after: Document | None = None) -> Query:
    """Give a realm's accounts in the order in which the Directory lists its users; what tells whether one is there."""
    fields = ("account_id", "address", "directory_id", "external", "issued_at", "state")
    return Query("accounts", (("realm", "==", realm),), ("address",), limit, start_after, fields)


def confirmed(realm: str, *, issued_before: datetime) -> Query:
    """Give a realm's accounts that the Directory had confirmed before a moment, to be counted."""
    where = (("realm", "==", realm), ("state", "in", list(CONFIRMED)), ("issued_at", "<", issued_before))
    return Query("accounts", where, ("issued_at",))  # type: ignore[arg-type]


def by_school(realm: str, *, limit: int, start_after: Document | None = None) -> Query:
    """Give a realm's accounts school by school; what tells who came."""
    fields = ("accessed_at", "cause", "sekolah_id", "state")
    return Query("accounts", (("realm", "==", realm),), ("sekolah_id",), limit, start_after, fields)


def shown(realm: str, *, until: datetime, limit: int, start_after: Document | None = None) -> Query:
    """Give a realm's accounts of state `issued` whose password was first shown until a moment, the earliest first."""
    where = (("realm", "==", realm), ("state", "==", "issued"), ("credential.shown_at", "<=", until))
    return Query("accounts", where, ("credential.shown_at",), limit, start_after)  # type: ignore[arg-type]


def links_fetched_on(day: str, *, limit: int, start_after: Document | None = None) -> Query:
    """Give the links through which files were fetched on a day (UTC, YYYY-MM-DD), by id."""
    return Query("links", (("days", "array_contains", day),), limit=limit, start_after=start_after)
