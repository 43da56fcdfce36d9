"""What the store holds after a run, counted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared import queries
from shared.domain.accounts import Account
from shared.domain.people import PersonRecord
from shared.domain.roster import Lane
from shared.ports import Query, Store

LANES: tuple[Lane, ...] = ("live", "bulk")
NO_MEMBERSHIP = "no_membership"
_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked entry, without what it holds of a person."""

    id: str
    code: str
    field: str


@dataclass(slots=True)
class Survey:
    """Counts of accounts by realm and standing, and by school, of people by reason, and what is parked."""

    people: int = 0
    accounts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    schools: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    parked: list[Parked] = field(default_factory=list)
    issued: tuple[bool, bool, str] | None = None
    """The first issued account: whether it is a member of staff's, is without an NPSN, and its address."""

    def total(self, *standings: str) -> int:
        """Count the accounts of all realms, in these standings or in any."""
        return sum(sum(c.values()) if not standings else sum(c[s] for s in standings) for c in self.accounts.values())


def survey(store: Store) -> Survey:
    """Count everything in the store."""
    found = Survey()
    for document in store.query(Query("accounts")):
        account = Account.from_doc(document.data)
        found.accounts[account.realm][standing(account)] += 1
        found.schools[account.sekolah_id] += 1
        if account.state == "issued" and account.lane is None:
            found.issued = min(found.issued or _place(account), _place(account))
    for document in store.query(Query("people")):
        found.people += 1
        found.refused.update(_refusals(PersonRecord.from_doc(document.data)))
    for document in store.query(Query("parked")):
        data = document.data
        found.parked.append(Parked(document.ref.id, str(data["code"]), str(data.get("field") or "")))
    return found


def standing(account: Account) -> str:
    """Give the one word under which an account is counted."""
    if account.is_blocked:
        return "blocked"
    if account.external is not None:
        return "external"
    return "waiting" if account.lane is not None else account.state


@dataclass(frozen=True, slots=True)
class Pending:
    """A group of accounts that are not done: what they wait for, and since when the oldest does."""

    realm: str
    lane: Lane
    code: str
    number: int
    oldest: datetime | None


def pending(store: Store, realms: Iterable[str]) -> list[Pending]:
    """List what is not done, by realm, lane and what it waits for."""
    found: list[Pending] = []
    for realm in realms:
        for lane in LANES:
            groups: dict[str, list[datetime | None]] = {}
            for document in store.query(queries.pending(realm, lane, limit=_PAGE)):
                groups.setdefault(_code(document.data), []).append(document.data.get("pending_since"))
            found += [Pending(realm, lane, code, len(s), s[0]) for code, s in sorted(groups.items())]
    return found


def _code(data: Mapping[str, object]) -> str:
    waiting = data.get("waiting")
    return str(waiting.get("code")) if isinstance(waiting, dict) else "queued"


def _refusals(record: PersonRecord) -> set[str]:
    """Give the reasons for which schools of a person bring no account."""
    if not record.decisions:
        return {NO_MEMBERSHIP}
    return {decision.reason for decision in record.decisions if decision.realm is None}


def _place(account: Account) -> tuple[bool, bool, str]:
    return account.category != "peserta_didik", account.npsn is None, account.address
