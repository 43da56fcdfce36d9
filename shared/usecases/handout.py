"""Opens a signed link: the page's facts, a category's rows, and who has no account; counts and notes what is read."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final, TypeVar

from shared import queries
from shared.credentials import Credentials
from shared.domain import handout, links, passwords
from shared.domain.accounts import Category
from shared.domain.handout import Counts, Refused, Row
from shared.domain.links import Link
from shared.domain.roster import Kind
from shared.errors import LinkError
from shared.link_records import Caller, LinkRecords, is_registered
from shared.paging import paged
from shared.ports import Clock, Document, Ref, Store

PART: Final = 500  # rows read, noted and sent at a time

Part = TypeVar("Part")

_UNUSED: Final = handout.Status.UNUSED
_OF_KIND: Final[Mapping[Category, Kind]] = {"admin": "ptk", "ptk": "ptk", "peserta_didik": "peserta_didik"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the operator's page tells; `uses_left` by category, `refused` by reason code."""

    link: Link
    school: Mapping[str, Any]
    requested_by: str
    counts: Sequence[Counts]
    uses_left: Mapping[Category, int]
    refused: Counter[str]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file about to be sent: `rows` come in parts, each noted before it is given.

    `scopes` grows with the rows: each key and school that passwords were derived for.
    """

    link: Link
    school: Mapping[str, Any]
    category: Category
    number: str
    is_repeat: bool
    now: datetime
    rows: Iterator[list[Row]]
    scopes: AbstractSet[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptions:
    """Those at a school who have no account there."""

    link: Link
    school: Mapping[str, Any]
    rows: Iterator[list[Refused]]


class Handout:
    """The use case of `download`."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        credentials: Credentials,
        keys: Mapping[str, bytes],
        records: LinkRecords,
        registered_only: bool,
    ) -> None:
        self._store = store
        self._clock = clock
        self._credentials = credentials
        self._keys = keys
        self._records = records
        self._registered_only = registered_only

    def page(self, link: Link, sig: str) -> Page:
        """Give the facts of the page; uses up nothing."""
        school, known = self._opened(link, sig)
        now = self._clock.now()
        return Page(
            link=link,
            school=school.data,
            requested_by=(known.data["requested_by"] or "") if known else "",
            counts=[self._counted(link.sekolah_id, category, now) for category in link.categories],
            uses_left={category: self._records.left(known, category) for category in link.categories},
            refused=Counter(person.reason for person in self._refused(link)),
            now=now,
        )

    def fetch(self, link: Link, sig: str, category: Category, caller: Caller) -> File:
        """Count a fetch, then give its rows; a repeat of a counted POST is the same fetch."""
        school, known = self._opened(link, sig, category)
        self._credentials.warm(link.sekolah_id)
        number, is_repeat = self._records.count(link, known, category, caller)
        note, now = self._records.noting(link, number, category, caller), self._clock.now()
        scopes: set[tuple[str, str]] = set()
        return File(
            link=link,
            school=school.data,
            category=category,
            number=f"{link.file_mark}-{number}",
            is_repeat=is_repeat,
            now=now,
            rows=_begun(self._rows(link.sekolah_id, category, now, note, scopes)),
            scopes=scopes,
        )

    def exceptions(self, link: Link, sig: str) -> Exceptions:
        """Give who has no account; uses up nothing."""
        school, _ = self._opened(link, sig)
        people = self._refused(link)
        return Exceptions(link=link, school=school.data, rows=_begun(_in_parts(people)))

    def _opened(self, link: Link, sig: str, category: Category | None = None) -> tuple[Document, Document | None]:
        """Give the school and what is known of the link (2 reads, none before the signature is right)."""
        now = self._clock.now().timestamp()
        if not links.is_signed(self._keys, link, sig):
            raise LinkError("refused", "link_signature")
        if link.issued_at > now + links.LEEWAY:
            raise LinkError("refused", "link_of_the_future")
        if category is not None and category not in link.categories:
            raise LinkError("refused", "link_category")
        if link.expires_at <= now:
            raise LinkError("gone", "link_expired")
        school, known = self._store.get_many([Ref("schools", link.sekolah_id), Ref("links", link.link_id)])
        if school is None:
            raise LinkError("unknown", "school_unknown")
        valid_after = school.data.get("links_valid_after")
        if valid_after is not None and datetime.fromtimestamp(link.issued_at, UTC) <= valid_after:
            raise LinkError("gone", "link_revoked")
        if known is not None and known.data["sekolah_id"] != link.sekolah_id:
            raise LinkError("refused", "link_id_of_another_school")
        if self._registered_only and not is_registered(link, known):
            raise LinkError("refused", "link_not_registered")
        return school, known

    def _counted(self, sekolah_id: str, category: Category, now: datetime) -> Counts:
        counts = Counts(category)
        query = queries.of_school(sekolah_id, category, limit=PART, statuses_only=True)
        for document in paged(self._store, query):
            if handout.is_listed(document.data, now):
                counts.by[handout.standing(document.data, sekolah_id, self._credentials.kids).status] += 1
        return counts

    def _rows(
        self,
        sekolah_id: str,
        category: Category,
        now: datetime,
        note: Callable[[list[Row]], None],
        scopes: set[tuple[str, str]],
    ) -> Iterator[list[Row]]:
        password, kids = self._deriving(scopes), self._credentials.kids
        query = queries.of_school(sekolah_id, category, limit=PART)
        while True:
            part: list[Row] = []
            read, last = 0, None
            # Each document becomes a row at once: to keep a part's documents first takes longer than to read them.
            for last in self._store.query(query):
                read += 1
                account_id, account = last.ref.id, last.data
                if handout.is_listed(account, now):
                    told = handout.standing(account, sekolah_id, kids)
                    secret = password(account_id, account["credential"]) if told.status is _UNUSED else ""
                    part.append(handout.row(account_id, account, told, secret))
            if last is not None:
                note(part)
                yield part
            if read < PART:
                return
            query = replace(query, start_after=last)

    def _deriving(self, scopes: set[tuple[str, str]]) -> Callable[[str, Mapping[str, Any]], str]:
        """Give what derives the password of an account, and asks once for the key of a school."""
        school_keys: dict[tuple[str, str], bytes] = {}

        def password(account_id: str, credential: Mapping[str, Any]) -> str:
            place = (credential["key_id"], credential["scope"])
            key = school_keys.get(place)
            if key is None:
                key = school_keys[place] = self._credentials.school_key(*place)
                scopes.add(place)
            return passwords.password(key, account_id, credential["generation"])

        return password

    def _refused(self, link: Link) -> Iterator[Refused]:
        for kind in sorted({_OF_KIND[category] for category in link.categories}):
            for document in paged(self._store, queries.refused(link.sekolah_id, kind, limit=PART)):
                yield _refused_of(document.data, link.sekolah_id)


def _begun(parts: Iterator[Part]) -> Iterator[Part]:
    """Read the first part at once: what fails from the start is answered, not broken off."""
    first = next(parts, None)
    return parts if first is None else chain([first], parts)


def _refused_of(person: Mapping[str, Any], sekolah_id: str) -> Refused:
    """Give a person's line: the class and the reason of the membership at this school."""
    here = [m for m in person["memberships"] if m["sekolah"]["sekolah_id"] == sekolah_id and not m["jenis_keluar_id"]]
    ids = {membership["membership_id"] for membership in here}
    reasons = [d["reason"] for d in person["decisions"] if d["membership_id"] in ids and d["realm"] is None]
    number = person["nisn"] if person["kind"] == "peserta_didik" else person["nuptk"]
    return Refused(
        nama=person["nama"],
        nisn_nuptk=number or "",
        kelas=next((m["rombel"] for m in here if m["rombel"]), None) or "",
        reason=reasons[0] if reasons else "",
    )


def _in_parts(people: Iterator[Refused]) -> Iterator[list[Refused]]:
    part: list[Refused] = []
    for person in people:
        part.append(person)
        if len(part) == PART:
            yield part
            part = []
    if part:
        yield part
