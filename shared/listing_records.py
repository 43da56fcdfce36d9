"""`cursors/listing.{realm}` and its pages: how far a listing has come, and what each user was found equal as."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from shared.domain.accounts import known_fields
from shared.errors import ConflictError
from shared.ports import Create, Document, Put, Ref, Store, Update, Write

SETTLES: Final = timedelta(hours=1)
"""How long a list may take to show a new user: of a younger one nothing follows from its absence."""
SAMPLES: Final = 50  # Directory ids that are kept of each kind of finding
UNEQUAL: Final = "-" * 16  # in place of the fingerprint of a user that was not found equal


class OvertakenError(Exception):
    """Another run works on this listing: leave it to that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Brent's tortoise over page tokens: it meets again any token that comes in a circle, and remembers one."""

    mark: str = ""
    steps: int = 0
    power: int = 1

    def step(self, token: str) -> "Turns | None":
        """Go on by a token; None: it goes in a circle."""
        seen = hashlib.blake2b(token.encode(), digest_size=8).hexdigest()
        if seen == self.mark:
            return None
        if self.steps + 1 < self.power:
            return replace(self, steps=self.steps + 1)
        return Turns(mark=seen, steps=0, power=self.power * 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """The listing that ended before this one: its pages tell what was equal then."""

    number: int
    slot: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """One realm's listing. `place` is the page of the former one where this one is about.

    `seen` counts our users that were issued long enough before `started_at`; `deleted` the accounts of which is known
    that somebody deleted the user; `doubled` are account ids that two users name, in this listing and the one before.
    `comparison` is how far the search for the absent has come. `whole_at` is when a listing last ended that nobody was
    missing from unnoticed.
    """

    state: Literal["listing", "ending", "done"]
    number: int
    slot: int
    started_at: datetime
    since: datetime
    former: Former | None = None
    page: int = 0
    place: int = 0
    token: str | None = None
    token_at: datetime | None = None
    turns: Turns = field(default_factory=Turns)
    whole: bool = True
    seen: int = 0
    deleted: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    samples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    doubled: tuple[str, ...] = ()
    doubled_before: tuple[str, ...] = ()
    comparison: Mapping[str, Any] | None = None
    outcome: str = ""
    ended_at: datetime | None = None
    whole_at: datetime | None = None

    @property
    def bound(self) -> datetime:
        """The moment before which an account was issued whose user must be listed."""
        return self.started_at - SETTLES

    def anew(self, now: datetime) -> "Checkpoint":
        """Give the checkpoint of the next listing; one that was given up leaves its place to it."""
        ended = self.state == "done" and self.number > 0
        former = Former(number=self.number, slot=self.slot, pages=self.page) if ended else self.former
        return Checkpoint(
            state="listing",
            number=self.number + 1,
            slot=1 - former.slot if former is not None else self.slot,
            started_at=now,
            since=self.since,
            former=former,
            token_at=now,
            deleted=self.deleted,
            doubled_before=self.doubled if ended else self.doubled_before,
            whole_at=self.whole_at,
        )

    def found(self, counts: Mapping[str, int], samples: Mapping[str, Sequence[str]]) -> "Checkpoint":
        """Give the checkpoint with so much more found."""
        merged = {name: self.counts.get(name, 0) + number for name, number in counts.items()}
        ids = {name: [*self.samples.get(name, ()), *more][:SAMPLES] for name, more in samples.items()}
        return replace(self, counts={**self.counts, **merged}, samples={**self.samples, **ids})

    def to_doc(self) -> dict[str, Any]:
        """Give the stored form."""
        doc = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in ("former", "turns"):
            value = doc[name]
            doc[name] = {f.name: getattr(value, f.name) for f in fields(value)} if value is not None else None
        doc["samples"] = {name: list(ids) for name, ids in self.samples.items()}
        doc["doubled"], doc["doubled_before"] = list(self.doubled), list(self.doubled_before)
        return doc

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> "Checkpoint":
        """Read the stored form; fields of a later version are ignored."""
        known = known_fields(cls, doc)
        known["former"] = Former(**known_fields(Former, known["former"])) if known.get("former") else None
        known["turns"] = Turns(**known_fields(Turns, known["turns"]))
        for name in ("doubled", "doubled_before"):
            known[name] = tuple(known.get(name) or ())
        return cls(**known)


class ListingRecords:
    """The checkpoint of one realm, written only as long as nobody else has written it."""

    def __init__(self, store: Store, realm: str) -> None:
        self._store = store
        self.ref = checkpoint_ref(realm)
        self._document: Document | None = None

    def read(self) -> Checkpoint | None:
        """Read the checkpoint (1 read); None: there never was a listing."""
        self._document = self._store.get(self.ref)
        return Checkpoint.from_doc(self._document.data) if self._document is not None else None

    def save(self, checkpoint: Checkpoint, more: Sequence[Write] = ()) -> None:
        """Write the checkpoint, with what belongs to it (1 commit, 1 read); raises OvertakenError."""
        doc, before = checkpoint.to_doc(), self._document
        write: Write = Create(self.ref, doc) if before is None else Update(self.ref, doc, before.version)
        try:
            self._store.commit([write, *more])
        except ConflictError:
            raise OvertakenError from None
        self._document = self._store.get(self.ref)
        if self._document is None or self._document.data != doc:
            raise OvertakenError

    def page(self, slot: int, number: int, page: int) -> dict[str, str]:
        """Read a page of a listing (1 read): Directory id -> fingerprint, or UNEQUAL; empty where it is not its own."""
        document = self._store.get(self._page_ref(slot, page))
        if document is None or document.data["number"] != number:
            return {}
        ids, hashes = document.data["ids"].split(), document.data["hashes"]
        return {key: hashes[16 * n : 16 * n + 16] for n, key in enumerate(ids)}

    def put_page(self, checkpoint: Checkpoint, entries: Mapping[str, str]) -> Write:
        """Give the write of the page that a checkpoint has come to."""
        texts = {"ids": " ".join(entries), "hashes": "".join(entries.values())}
        return Put(self._page_ref(checkpoint.slot, checkpoint.page), {"number": checkpoint.number, **texts})

    def _page_ref(self, slot: int, page: int) -> Ref:
        return Ref(f"{self.ref.collection}/{self.ref.id}/pages", f"{slot}.{page}")


class Window:
    """The few pages of the former listing about where this one is; order says where to look, equality what is found."""

    def __init__(self, records: ListingRecords, former: Former | None) -> None:
        self._records = records
        self._former = former
        self._pages: dict[int, dict[str, str]] = {}

    def open_at(self, place: int) -> None:
        """Have ready the page before a place, the one at it and the next (1 read each that is not at hand)."""
        former = self._former
        if former is None:
            return
        wanted = [place, place + 1, place - 1]
        self._pages = {
            page: self._pages[page] if page in self._pages else self._records.page(former.slot, former.number, page)
            for page in wanted
            if 0 <= page < former.pages
        }

    def of(self, user_id: str) -> tuple[str, int] | None:
        """Give a user's former fingerprint, and the page it stands on."""
        for page, entries in self._pages.items():
            known = entries.get(user_id)
            if known is not None:
                return known, page
        return None


def checkpoint_ref(realm: str) -> Ref:
    """Give the place of a realm's checkpoint."""
    return Ref("cursors", f"listing.{realm}")
