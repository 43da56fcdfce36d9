"""What the use cases need of the outside: Protocols and the plain values that cross them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Literal, NamedTuple, Protocol

from shared.domain.users import DirectoryUser, UserProfile
from shared.errors import AppError

# ---------------------------------------------------------------------------------------------------- store


class Ref(NamedTuple):
    """A document's place: `collection` may be nested (`links/<lid>/reads`)."""

    collection: str
    id: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read; `version` is the store's own token for preconditions."""

    ref: Ref
    data: dict[str, Any]
    version: object


@dataclass(frozen=True, slots=True)
class Create:
    """Write a document that must not exist."""

    ref: Ref
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Put:
    """Write a document whole, whether it exists or not."""

    ref: Ref
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Update:
    """Replace these top-level fields of a document that must exist and, if `version` is given, be unchanged since."""

    ref: Ref
    fields: Mapping[str, Any]
    version: object = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a document; with `version`, only if it is unchanged since; without one, it may be missing."""

    ref: Ref
    version: object = None


Write = Create | Put | Update | Delete
Op = Literal["==", "<", "<=", ">", ">=", "in", "array_contains"]


@dataclass(frozen=True, slots=True)
class Query:
    """A query over one collection; fields may be dotted paths; `order_by` ascending, ties by document id.

    `start_after` continues behind a document of an earlier answer of the same query. `fields` are the top-level ones
    that are wanted, those of `order_by` among them; empty: all.
    """

    collection: str
    where: tuple[tuple[str, Op, Any], ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    start_after: Document | None = None
    fields: tuple[str, ...] = ()


class Store(Protocol):
    """Documents of plain values (str, int, float, bool, None, aware datetime, list, map), kept by id."""

    def get(self, ref: Ref) -> Document | None:
        """Read one document (1 read)."""

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        """Read several at once, in the order asked (1 read each, one round trip)."""

    def commit(self, writes: Sequence[Write]) -> None:
        """Write all or nothing; raises ConflictError when a precondition is lost."""

    def query(self, query: Query) -> Iterator[Document]:
        """Stream what matches (1 read each)."""

    def count(self, query: Query) -> int:
        """Count what matches, in the store itself (1 read for every 1,000, and never less than 1)."""


# ------------------------------------------------------------------------------------------------ directory


class Verdict(Enum):
    """What an error of the Directory means to us; the adapter's one table decides."""

    DUPLICATE = "duplicate"  # insert: the address is taken; update: it may have been applied
    CONFLICT = "conflict"  # two changes at once: passes
    NOT_FOUND = "not_found"  # not there, or not visible yet
    NOT_READY = "not_ready"  # created a moment ago
    DELETED = "deleted"  # deleted by somebody, restorable for 20 days
    CANNOT_UNSUSPEND = "cannot_unsuspend"  # Google's own suspension
    LICENCES_FULL = "licences_full"
    QUOTA = "quota"
    REFUSED = "refused"  # the request can never succeed
    MISCONFIGURED = "misconfigured"  # scopes, role, domain, customer: the same for everybody
    UNAVAILABLE = "unavailable"  # no answer or a server's fault: it may have been done


class DirectoryError(AppError):
    """An error answer of the Directory, classified."""

    def __init__(self, verdict: Verdict, code: str, field: str = "") -> None:
        super().__init__(code, field)
        self.verdict = verdict


class ListedUser(Protocol):
    """A user as a list shows it, read whole only where somebody asks: most have not changed since yesterday."""

    @property
    def id(self) -> str:
        """The Directory's immutable id."""

    @property
    def has_signed_in(self) -> bool:
        """True where a date of sign-in is shown; "never" in a list proves nothing."""

    def fingerprint(self, *, exact: bool) -> str:
        """Give 16 hex digits of all that is shown; of the last sign-in its date, or only whether there is one."""

    def whole(self) -> DirectoryUser:
        """Read all of it; raises DirectoryError where what every user has is left out."""


@dataclass(frozen=True, slots=True)
class UserPage:
    """One page of a domain's users; where it is not `complete`, nothing follows from who is not on it.

    `next_token` is good for three days; None: it was the last page.
    """

    users: Sequence[ListedUser]
    next_token: str | None
    complete: bool


class Directory(Protocol):
    """Google Directory; every method raises DirectoryError."""

    def insert(self, profile: UserProfile) -> str:
        """Create a user (with password and mark) and give its immutable id."""

    def get(self, key: str) -> DirectoryUser:
        """Read a user by id or address."""

    def update(self, user_id: str, profile: UserProfile) -> None:
        """Bring a user to the profile (patch semantics: what is absent stays)."""

    def list(self, domain: str, page_token: str | None) -> UserPage:
        """Give up to 500 users of a domain, by address as a rule; Verdict.REFUSED: the token is good no longer."""


# ---------------------------------------------------------------------------------------------------- others


class Tasks(Protocol):
    """Cloud Tasks: one queue per realm."""

    def enqueue(
        self, realm: str, account_id: str, version: int, *,
        name: str | None = None, at: datetime | None = None, probe: bool = False,
    ) -> bool:  # fmt: skip
        """Ask for one converge of the account; False: a task of this name exists. Raises TransientError."""

    def close(self) -> None:
        """Let go of this thread's connection."""


class Keyring(Protocol):
    """The credential keys, without ever giving one out."""

    @property
    def current(self) -> str:
        """The kid that new passwords are derived with."""

    @property
    def kids(self) -> frozenset[str]:
        """All kids that passwords can be derived with."""

    def school_key(self, kid: str, scope: str) -> bytes:
        """Give the key of one school; raises UnknownKeyError for a kid that is not configured."""


class UnknownKeyError(AppError):
    """No key of this kid is configured."""

    def __init__(self) -> None:
        super().__init__("key_unknown")


class Clock(Protocol):
    """The time, so that tests can give it."""

    def now(self) -> datetime:
        """Give the present as an aware UTC datetime."""
