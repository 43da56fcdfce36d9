"""Tells of one person what the roster said, what was decided, how each account stands, and what was parked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from shared import normalise, queries
from shared.domain.accounts import Account
from shared.domain.exemptions import Kind
from shared.domain.people import PersonRecord
from shared.domain.plan import account_id as id_of
from shared.domain.switches import Switches
from shared.exempting import read_exemption
from shared.exemption_records import exemption_ref
from shared.paging import paged
from shared.ports import Clock, Document, Query, Ref, Store

PAGE: Final = 500  # parked entries read at a time

Code = Literal[
    "pending", "blocked", "suspended", "closed", "external", "never_opened", "active",
    "to_be_suspended", "reopening", "ending", "new_password_due", "held_back", "exempt",
]  # fmt: skip


class Asked(NamedTuple):
    """Whom a text means: by which kind of name, and the name as the store has it."""

    kind: Literal["nisn", "nuptk", "address", "person_id", "account_id"]
    value: str


class Fact(NamedTuple):
    """One thing to know of an account: since when, and what it hangs on (a cause, an answer's code, a switch).

    `more` says that closer: the campaign of a suspension, the Directory's field, the lane. `since` is the end of what
    ends: an account, an exemption.
    """

    code: Code
    since: datetime | None = None
    detail: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An account and what there is to know of it, the deciding thing first."""

    account: Account
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A person whom the roster has named; `same_number` are other people with the same NISN or NUPTK."""

    record: PersonRecord
    accounts: Sequence[Standing]
    same_number: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All that is known; `given_up` is the account that an asked address was reserved for, and does not have.

    `nameless` counts parked messages of which too little could be read to tell whose they are.
    """

    asked: Asked
    people: Sequence[Seen]
    parked: Sequence[Document]
    given_up: str = ""
    nameless: int = 0

    @property
    def is_known(self) -> bool:
        """False for whom, and for what, nothing was ever heard of."""
        return bool(self.people or self.parked)


def asked(text: str) -> Asked | None:
    """Read NISN, NUPTK, address, person id or account id; lost leading zeros are given back, None = none of these."""
    plain = text.strip().lower()
    if "@" in plain:
        return Asked("address", plain)
    if plain.isascii() and plain.isdigit():
        nisn, nuptk = normalise.nisn(plain), normalise.nuptk(plain)
        return Asked("nisn", nisn) if nisn else Asked("nuptk", nuptk) if nuptk else None
    person, dot, realm = plain.partition(".")
    with suppress(normalise.Fault):
        person_id = normalise.identifier(person)
        if person_id is not None:
            return Asked("account_id", id_of(person_id, realm)) if dot else Asked("person_id", person_id)
    return None


def facts_of(account: Account, switches: Switches) -> list[Fact]:
    """Give what there is to know of an account, the deciding thing first."""
    facts = [*_trouble(account), *_state(account)]
    if account.lane is not None:
        facts += _pending(account, switches)
    elif account.password_is_due and account.is_confirmed and not account.is_blocked:
        facts.append(Fact("new_password_due", account.credential.issued_at))
    if account.ends_at is not None and "left" not in account.holds:
        facts.append(Fact("ending", account.ends_at))
    return facts


class Why:
    """The use case of `akun why`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, about: Asked) -> Answer:
        """Look (3 to 16 reads, and 1 for each parked entry: by person they are not to be had)."""
        given_up, people = "", list[Document]()
        if about.kind == "address":
            given_up, people = self._at_address(about.value)
        else:
            people = self._people(about)
        seen = [self._seen(person) for person in people]
        parked, nameless = self._parked(about, seen)
        return Answer(asked=about, people=seen, parked=parked, given_up=given_up, nameless=nameless)

    def _people(self, about: Asked) -> list[Document]:
        match about.kind:
            case "nisn":
                return list(self._store.query(queries.people_of_nisn(about.value)))
            case "nuptk":
                return list(self._store.query(queries.people_of_nuptk(about.value)))
            case _:
                found = self._store.get(Ref("people", about.value.partition(".")[0]))
                return [found] if found else []

    def _at_address(self, address: str) -> tuple[str, list[Document]]:
        """Find whom an address is reserved for: for ever, even if somebody else's user turned out to have it."""
        reserved = self._store.get(Ref("addresses", address)) if "/" not in address else None
        if reserved is None:
            return "", []
        account_id = str(reserved.data["account_id"])
        account = self._store.get(Ref("accounts", account_id))
        is_given_up = account is not None and account.data["address"] != address
        return account_id if is_given_up else "", self._people(Asked("account_id", account_id))

    def _seen(self, document: Document) -> Seen:
        record = PersonRecord.from_doc(document.data)
        person_id = record.person.person_id
        refs = [Ref("accounts", id_of(person_id, realm)) for realm in record.realms]
        found = [read for read in self._store.get_many(refs) if read] if refs else []
        accounts = [Account.from_doc(read.data) for read in found]
        switches = self._switches() if any(account.lane for account in accounts) else Switches()
        return Seen(
            record=record,
            accounts=[
                Standing(account=account, facts=[*facts_of(account, switches), *self._exempt(account)])
                for account in accounts
            ],
            same_number=sorted(self._same_number(record) - {person_id}),
        )

    def _exempt(self, account: Account) -> Iterator[Fact]:
        """Tell what spares an account of campaigns: its person, its realm, or a school that lists it."""
        subjects: list[tuple[Kind, str]] = [("person", account.person_id), ("realm", account.realm)]
        subjects += [("school", each) for each in sorted({account.sekolah_id, *account.sekolah_ids})]
        for document in self._store.get_many([exemption_ref(*subject) for subject in subjects]):
            exemption = read_exemption(document) if document is not None else None
            if exemption is not None and exemption.is_in_force(self._clock.now()):
                yield Fact("exempt", exemption.until, exemption.kind, exemption.reason)

    def _switches(self) -> Switches:
        return Switches.read((switch.ref.id, switch.data) for switch in self._store.query(queries.switches()))

    def _same_number(self, record: PersonRecord) -> set[str]:
        asking: list[Query] = []
        if record.person.nisn:
            asking.append(queries.people_of_nisn(record.person.nisn))
        if record.person.nuptk:
            asking.append(queries.people_of_nuptk(record.person.nuptk))
        return {person.ref.id for query in asking for person in self._store.query(query)}

    def _parked(self, about: Asked, seen: Iterable[Seen]) -> tuple[list[Document], int]:
        """Give the parked entries that name the person; an event that was refused at first is its only trace."""
        people = {one.record.person.person_id for one in seen}
        if about.kind in ("person_id", "account_id"):
            people.add(about.value.partition(".")[0])
        named, nameless = list[Document](), 0
        for entry in paged(self._store, queries.parked(limit=PAGE)):
            if _names(entry.data, about, people):
                named.append(entry)
            elif not entry.data.get("account_id") and not _person_of(entry.data).get("person_id"):
                nameless += 1
        return named, nameless


def _person_of(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    event = entry.get("event")
    person = event.get("person") if isinstance(event, Mapping) else None
    return person if isinstance(person, Mapping) else {}


def _names(entry: Mapping[str, Any], about: Asked, people: set[str]) -> bool:
    account_id = entry.get("account_id")
    if account_id:
        return str(account_id).partition(".")[0] in people
    person = _person_of(entry)
    return person.get("person_id") in people or (
        about.kind in ("nisn", "nuptk") and person.get(about.kind) == about.value
    )


def _trouble(account: Account) -> Iterator[Fact]:
    if account.external is not None:
        yield Fact("external", account.external.seen_at, account.external.kind)
    if account.is_blocked and account.blocked is not None:
        since = [entry["at"] for entry in account.history if entry["what"] == "blocked"]
        yield Fact("blocked", since[-1] if since else None, account.blocked.code, account.blocked.field)


def _state(account: Account) -> Iterator[Fact]:
    """Tell what the account is to its owner: nothing, while it was never made."""
    cause = account.cause
    if cause is not None and account.is_suspended:
        hold = account.holds[cause]
        yield Fact("closed" if cause == "left" else "suspended", hold.since, cause, hold.campaign_id or "")
        return
    if cause is not None:
        hold = account.holds[cause]
        yield Fact("to_be_suspended", hold.since, cause, hold.campaign_id or "")
    if account.is_suspended:
        yield Fact("reopening", account.pending_since)
    if account.is_confirmed and account.is_unused:
        # Of a password that was re-issued the first issue says nothing.
        yield Fact("never_opened", max(account.issued_at or account.credential.issued_at, account.credential.issued_at))
    elif account.is_confirmed:
        yield Fact("active", account.accessed_at)


def _pending(account: Account, switches: Switches) -> Iterator[Fact]:
    # An account that was refused before goes on showing that until a call has succeeded.
    answer = account.waiting or account.blocked
    yield Fact("pending", account.pending_since, answer.code if answer else "", account.lane or "")
    held = switches.holds_back(account)
    if held is not None:
        yield Fact("held_back", None, held)
