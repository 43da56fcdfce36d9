"""Signs a link to one school's files and registers it under the operator who asked for it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from shared import queries
from shared.domain.accounts import Category
from shared.domain.links import LEEWAY, Link
from shared.errors import LinkError
from shared.link_records import new_link
from shared.ports import Clock, Create, Document, Ref, Store

ID_BYTES: Final = 18  # 24 characters: the id says that a link was registered, the signature that it is ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a link is asked for: the school by exactly one of `sekolah_id` and `npsn`; both "" is a mistake."""

    sekolah_id: str = ""
    npsn: str = ""
    categories: tuple[Category, ...]
    requested_by: str
    ttl_seconds: int

    @property
    def field(self) -> str:
        """The field that names the school."""
        return "sekolah_id" if self.sekolah_id else "npsn"


class Minted(NamedTuple):
    """A registered link, and the whole URL to hand out: never to be logged."""

    link: Link
    url: str


class Ambiguous(NamedTuple):
    """Several schools have the NPSN that was given, each with `sekolah_id` and `nama`."""

    schools: Sequence[tuple[str, str]]


class Mint:
    """The use case of `link`."""

    def __init__(self, *, store: Store, clock: Clock, keys: Mapping[str, bytes], public_url: str) -> None:
        self._store = store
        self._clock = clock
        self._key_id, self._key = next(iter(keys.items()))
        self._public_url = public_url

    def __call__(self, wanted: Wanted) -> Minted | Ambiguous:
        """Sign and register (1 read and 1 commit); raises LinkError where no such school is known."""
        schools = self._schools(wanted)
        if not schools:
            raise LinkError("unknown", "school_unknown", wanted.field)
        if len(schools) > 1:
            return Ambiguous(sorted((school.ref.id, school.data["nama"] or "") for school in schools))
        issued_at = self._issue(schools[0])
        link = Link(
            sekolah_id=schools[0].ref.id,
            categories=wanted.categories,
            issued_at=issued_at,
            expires_at=issued_at + wanted.ttl_seconds,
            link_id=secrets.token_urlsafe(ID_BYTES),
            key_id=self._key_id,
        )
        self._store.commit([Create(Ref("links", link.link_id), new_link(link, wanted.requested_by))])
        return Minted(link, self._public_url + link.signed(self._key))

    def _schools(self, wanted: Wanted) -> list[Document]:
        if wanted.sekolah_id:
            school = self._store.get(Ref("schools", wanted.sekolah_id))
            return [school] if school else []
        return list(self._store.query(queries.schools_of(wanted.npsn)))

    def _issue(self, school: Document) -> int:
        """Give the second of issue: one behind a revocation in this second, or a little ahead of our clock."""
        now = self._clock.now()
        second = int(now.timestamp())
        revoked: datetime | None = school.data.get("links_valid_after")
        if revoked is not None and second <= revoked.timestamp() <= now.timestamp() + LEEWAY:
            return int(revoked.timestamp()) + 1
        return second
