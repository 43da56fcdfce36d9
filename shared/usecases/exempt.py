"""Spares people, schools and realms of every campaign until a date, and ends that before it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared import queries
from shared.campaign_records import CampaignRecords
from shared.domain.accounts import Account
from shared.domain.campaigns import CAUSE
from shared.domain.exemptions import Exemption, Kind
from shared.domain.links import CATEGORIES
from shared.domain.roster import Lane
from shared.errors import ConflictError, PermanentError, TransientError
from shared.exempting import exempting, read_exemption
from shared.exemption_records import exemption_ref
from shared.paging import paged
from shared.ports import Clock, Document, Ref, Store, Update

TRIES: Final = 8  # lost races before it is given up
PAGE: Final = 500  # documents read at a time
LANES: Final[tuple[Lane, ...]] = ("bulk", "live")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What came of it: `let_go` were held and not yet suspended; `suspended` are so already and stay it.

    `first` is one of these, where they are those of a person or a school.
    """

    exemption: Exemption
    prolonged: bool
    let_go: int = 0
    suspended: int = 0
    first: str = ""


class Exempt:
    """The use case of `akun exempt`."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, kind: Kind, subject: str, *, reason: str, author: str, until: datetime) -> Added:
        """Spare somebody until a moment, or longer than now; what a campaign holds but has not suspended is let go.

        Costs 1 read for each account of the person or school, or that is pending in the realm, and 1 write for each
        that is let go. Raises PermanentError where nobody knows the person, or where the exemption would end earlier
        than it does now.
        """
        if kind == "person" and self._store.get(Ref("people", subject)) is None:
            raise PermanentError("person_unknown")
        exemption, prolonged = self._written(kind, subject, reason, author, until)
        let_go, suspended = 0, list[str]()
        for account_id in self._dormant(kind, subject):
            if self._let_go(account_id):
                let_go += 1
            else:
                suspended.append(account_id)
        return Added(
            exemption=exemption,
            prolonged=prolonged,
            let_go=let_go,
            suspended=self._suspended_in(subject) if kind == "realm" else len(suspended),
            first=next(iter(suspended), ""),
        )

    def end(self, kind: Kind, subject: str, author: str) -> tuple[Exemption, bool]:
        """End an exemption now; False: it had ended already. Raises PermanentError where there never was one."""
        ref = exemption_ref(kind, subject)
        for _ in range(TRIES):
            document, now = self._store.get(ref), self._clock.now()
            if document is None:
                raise PermanentError("exemption_unknown")
            exemption = read_exemption(document)
            if not exemption.is_in_force(now):
                return exemption, False
            ended = replace(exemption, ended_at=now, ended_by=author)
            try:
                self._store.commit([Update(ref, {"ended_at": now, "ended_by": author}, document.version)])
            except ConflictError:
                continue
            return ended, True
        raise TransientError("contention")

    def all(self) -> Iterator[Exemption]:
        """Give every exemption by id, those that have ended too (1 read each)."""
        return (read_exemption(document) for document in paged(self._store, queries.exemptions(limit=PAGE)))

    def _written(self, kind: Kind, subject: str, reason: str, author: str, until: datetime) -> tuple[Exemption, bool]:
        for _ in range(TRIES):
            now, document = self._clock.now(), self._store.get(exemption_ref(kind, subject))
            before = read_exemption(document) if document is not None else None
            prolonged = before is not None and before.is_in_force(now)
            if before is not None and prolonged and before.until > until:
                raise PermanentError("exempt_longer", before.until.isoformat())
            exemption = Exemption(kind=kind, id=subject, reason=reason, author=author, until=until, added_at=now)
            try:
                self._store.commit(exempting(self._store, exemption, document))
            except ConflictError:
                continue
            return exemption, prolonged
        raise TransientError("contention")

    def _dormant(self, kind: Kind, subject: str) -> Iterator[str]:
        """Find the accounts of a person or a school that campaigns hold, and of a realm those not carried out yet."""
        found = {"person": self._of_person, "school": self._of_school, "realm": self._pending_in}[kind](subject)
        return (each.ref.id for each in found if CAUSE in each.data["holds"])

    def _of_person(self, person_id: str) -> Iterator[Document]:
        return self._store.query(queries.accounts_of(person_id))

    def _of_school(self, sekolah_id: str) -> Iterator[Document]:
        for category in CATEGORIES:
            yield from paged(self._store, queries.of_school(sekolah_id, category, limit=PAGE, statuses_only=True))

    def _pending_in(self, realm: str) -> Iterator[Document]:
        for lane in LANES:
            yield from paged(self._store, queries.pending(realm, lane, limit=PAGE, confirmed=True))

    def _let_go(self, account_id: str) -> bool:
        """Take the hold away where it is not carried out; False: the account is suspended already."""
        ref = Ref("accounts", account_id)
        for _ in range(TRIES):
            document = self._store.get(ref)
            if document is None:
                raise TransientError("account_vanished")
            account = Account.from_doc(document.data)
            if CAUSE not in account.holds:
                return True
            if account.is_suspended:
                return False
            after = account.wish(self._clock.now(), "bulk", "exempted", holds=account.holds_without(CAUSE))
            try:
                self._store.commit([Update(ref, account.fields_changed_in(after), document.version)])
            except ConflictError:
                continue
            return True
        raise TransientError("contention")

    def _suspended_in(self, realm: str) -> int:
        """Count what campaigns have suspended in a realm (1 read for every 1,000)."""
        named = [found.record.campaign_id for found in CampaignRecords(self._store).all()]
        return sum(self._store.count(queries.suspended_by(campaign_id, realm)) for campaign_id in named)
