"""The account: what is wished for one person in one realm, and what the Directory last confirmed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal, Self

from shared.domain.roster import Lane

State = Literal["reserved", "issued", "active", "suspended", "closed"]
Category = Literal["admin", "ptk", "peserta_didik"]
Cause = Literal["frozen", "left", "dormant"]
CAUSES: tuple[Cause, ...] = ("frozen", "left", "dormant")  # strongest first
HISTORY = 20  # entries kept on an account

Doc = dict[str, Any]

_FIELD_NAMES: dict[type[Any], tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """Which derived password is wished (`generation`) and which one the Directory has (`applied_generation`).

    `unasked_since` is set where nobody asked for this generation: it is when the former one was issued. `asked_at` is
    then when the last one that somebody asked for was issued; None = this one.
    """

    scheme: int
    key_id: str | None
    scope: str
    generation: int
    applied_generation: int
    issued_at: datetime
    shown_at: datetime | None = None
    unasked_since: datetime | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why an account is to be suspended, and since when."""

    since: datetime
    campaign_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What the account waits for, and since when."""

    code: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Why no call can succeed until somebody changes something; `field` is the Directory's field path."""

    code: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """A suspension or deletion that was not ours: `google`, `admin` or `deleted`."""

    kind: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`accounts/{person_id}.{realm}`: pending while `lane` is set; `version` rises with each change of the wish."""

    account_id: str
    person_id: str
    realm: str
    category: Category
    address: str
    sekolah_id: str
    npsn: str | None
    sekolah_nama: str | None
    rombel: str | None
    sort_key: str
    nama: str
    nisn_nuptk: str | None
    sekolah_ids: tuple[str, ...]
    credential: Credential
    address_attempt: int = 0
    directory_id: str | None = None
    state: State = "reserved"
    holds: Mapping[Cause, Hold] = field(default_factory=dict)
    version: int = 1
    applied_version: int = 0
    lane: Lane | None = None
    pending_since: datetime | None = None
    waiting: Waiting | None = None
    blocked: Blocked | None = None
    external: External | None = None
    issued_at: datetime | None = None
    accessed_at: datetime | None = None
    ends_at: datetime | None = None
    history: tuple[Mapping[str, Any], ...] = ()

    @property
    def cause(self) -> Cause | None:
        """The strongest hold, or None."""
        return next((cause for cause in CAUSES if cause in self.holds), None)

    @property
    def is_blocked(self) -> bool:
        """True while no call is to be tried: blocked, and nothing has changed since."""
        return self.blocked is not None and self.lane is None

    @property
    def is_confirmed(self) -> bool:
        """True once the Directory has confirmed the user."""
        return self.directory_id is not None

    @property
    def is_suspended(self) -> bool:
        """True while the last confirmed state is a suspension of ours."""
        return self.state in ("suspended", "closed")

    @property
    def password_is_due(self) -> bool:
        """True while the wished generation is not the applied one."""
        return self.credential.generation != self.credential.applied_generation

    @property
    def is_unused(self) -> bool:
        """True while nobody is known to have signed in since the password was issued."""
        return self.accessed_at is None or self.accessed_at < self.credential.issued_at

    def holds_without(self, cause: Cause) -> dict[Cause, Hold]:
        """Give the holds but one."""
        return {other: hold for other, hold in self.holds.items() if other != cause}

    def wish(self, now: datetime, lane: Lane, what: str, **changes: Any) -> Self:
        """Give the account with a changed wish: next version, pending, noted in the history.

        `blocked` stays until a call has succeeded; it blocks no longer once the account is pending.
        """
        moved = self.lane is None or (self.lane == "bulk" and lane == "live")
        return replace(
            self,
            version=self.version + 1,
            lane=lane if moved else self.lane,
            pending_since=now if moved else self.pending_since,
            history=replace(self, version=self.version + 1).noted(now, what),
            **changes,
        )

    def noted(self, now: datetime, what: str) -> tuple[Mapping[str, Any], ...]:
        """Give the history with one more entry, the oldest dropped."""
        return (*self.history, {"at": now, "what": what, "version": self.version})[-HISTORY:]

    def fields_changed_in(self, after: Self) -> Doc:
        """Give the stored fields in which `after` differs."""
        changed = [name for name in field_names(type(self)) if getattr(self, name) != getattr(after, name)]
        fields = {name: _stored(name, getattr(after, name)) for name in changed}
        if after.cause != self.cause:
            fields["cause"] = after.cause
        return fields

    def to_doc(self) -> Doc:
        """Give the stored form; `cause` is stored for readers and derived again when read."""
        doc = {name: _stored(name, getattr(self, name)) for name in field_names(type(self))}
        doc["cause"] = self.cause
        return doc

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """Read the stored form; fields of a later version are ignored."""
        known = known_fields(cls, doc)
        known["sekolah_ids"] = tuple(known["sekolah_ids"])
        known["credential"] = Credential(**known_fields(Credential, known["credential"]))
        known["holds"] = {c: Hold(**known_fields(Hold, hold)) for c, hold in (known.get("holds") or {}).items()}
        known["history"] = tuple(known.get("history") or ())
        for name, kind in (("waiting", Waiting), ("blocked", Blocked), ("external", External)):
            known[name] = kind(**known_fields(kind, known[name])) if known.get(name) else None
        return cls(**known)


def known_fields(kind: type[Any], doc: Mapping[str, Any]) -> Doc:
    """Give what a stored form holds of a dataclass's fields; those of a later version are left out."""
    return {name: doc[name] for name in field_names(kind) if name in doc}


def field_names(kind: type[Any]) -> tuple[str, ...]:
    """Give the names of a dataclass's fields, remembered: `dataclasses.fields` gathers them anew each time."""
    names = _FIELD_NAMES.get(kind)
    if names is None:
        names = _FIELD_NAMES[kind] = tuple(f.name for f in fields(kind))
    return names


def _stored(name: str, value: Any) -> Any:
    """Give a field as it is stored."""
    form = _STORED.get(name)
    return value if form is None else form(value)


def _plain(value: Any) -> Doc | None:
    return None if value is None else {name: getattr(value, name) for name in field_names(type(value))}


_STORED: dict[str, Callable[[Any], Any]] = {
    "sekolah_ids": list,
    "holds": lambda holds: {cause: _plain(hold) for cause, hold in holds.items()},
    "history": lambda history: [dict(entry) for entry in history],
    "credential": _plain,
    "waiting": _plain,
    "blocked": _plain,
    "external": _plain,
}
