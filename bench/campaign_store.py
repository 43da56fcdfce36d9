"""A store that makes due accounts as they are asked for and keeps one byte of each: all memory is the campaign's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from bench.campaign_accounts import Pattern
from bench.campaign_world import AFTER, CAMPAIGN
from bench.figures import MeasurementError
from shared.domain.accounts import Account
from shared.domain.campaigns import held
from shared.errors import ConflictError
from shared.ports import Create, Delete, Document, Put, Query, Ref, Update, Write

OF_A_SCHOOL = 138  # accounts: 30 million of 217,000 schools
_PRIME = 7_919  # neighbours among the accounts are at different schools, as in the order of their issue
_FREE, _HELD = 0, 1


class DueStore:
    """The Store port over one realm of accounts, all of them due.

    Nothing ever waits in the bulk lane: what is held counts as suspended at once, what is lifted as issued again. All
    other documents are kept, but for a plan's counts, which nobody reads here.
    """

    def __init__(self, pattern: Pattern, number: int) -> None:
        self._pattern = pattern
        self._made = {mark: account.to_doc() for mark, account in _states(pattern.account).items()}
        self._marks = bytearray(number)
        self._schools = max(1, number // OF_A_SCHOOL)
        self._documents: dict[Ref, Document] = {}
        self._versions = 0

    @property
    def held(self) -> int:
        """Give how many accounts bear the campaign's hold."""
        return self._marks.count(_HELD)

    def get(self, ref: Ref) -> Document | None:
        """Give what was written, or a school."""
        if ref.collection == "schools":
            return Document(ref, dict(self._pattern.school), 1)
        return self._documents.get(ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        """Give each."""
        return [self.get(ref) for ref in refs]

    def commit(self, writes: Sequence[Write]) -> None:
        """Write all, or nothing where a precondition is lost."""
        others = [write for write in writes if write.ref.collection != "accounts"]
        if not all(self._holds(write) for write in others):
            raise ConflictError
        for write in writes:
            if write.ref.collection == "accounts" and isinstance(write, Update):
                self._marks[_number(write.ref)] = _HELD if write.fields["holds"] else _FREE
        for write in others:
            self._write(write)

    def query(self, query: Query) -> Iterator[Document]:
        """Make the accounts that match, by number, or give a collection's documents by id."""
        if query.collection == "accounts":
            first = 0 if query.start_after is None else _number(query.start_after.ref) + 1
            return islice(self._accounts(_marked(query, self._pattern.account.realm), first), query.limit)
        found = [document for ref, document in self._documents.items() if ref.collection == query.collection]
        return iter(sorted(found, key=lambda document: document.ref.id))

    def count(self, query: Query) -> int:
        """Count the accounts that match."""
        found = sum(self._marks.count(mark) for mark in _marked(query, self._pattern.account.realm))
        return min(found, query.limit or found)

    def _accounts(self, marks: Sequence[int], first: int) -> Iterator[Document]:
        for mark in marks:
            number = self._marks.find(mark, first)
            while number >= 0:
                yield self._document(number, mark)
                number = self._marks.find(mark, number + 1)

    def _document(self, number: int, mark: int) -> Document:
        school = f"7d3c1f0a-52b6-4e8d-9a41-{number * _PRIME % self._schools:012d}"
        own = {**self._pattern.ids(1, number), "sekolah_id": school, "sekolah_ids": [school]}
        made = self._made[mark]
        nested = {"credential": {**made["credential"]}, "history": [{**entry} for entry in made["history"]]}
        return Document(Ref("accounts", own["account_id"]), {**made, **own, **nested}, 1)

    def _holds(self, write: Write) -> bool:
        found = self._documents.get(write.ref)
        match write:
            case Create():
                return found is None
            case Update(_, _, version):
                return found is not None and version in (None, found.version)
            case Delete(_, version):
                return version is None or (found is not None and version == found.version)
            case Put():
                return True

    def _write(self, write: Write) -> None:
        self._versions += 1
        match write:
            case Create(ref, data) | Put(ref, data):
                kept: dict[str, Any] = dict(data)
            case Update(ref, fields):
                kept = {**self._documents[ref].data, **fields}
            case Delete(ref):
                self._documents.pop(ref, None)
                return
        if not ref.collection.endswith("/counts"):
            self._documents[ref] = Document(ref, kept, self._versions)


def _states(account: Account) -> dict[int, Account]:
    """Give an account as it is before the campaign, and as it is suspended."""
    after = held(account, CAMPAIGN, AFTER)
    return {_FREE: account, _HELD: replace(after, state="suspended", applied_version=after.version, lane=None)}


def _number(ref: Ref) -> int:
    """Read the number of an account from its id."""
    return int(ref.id.partition(".")[0][-12:], 16)


def _marked(query: Query, realm: str) -> Sequence[int]:
    """Give the marks of the accounts that a query asks for; raises MeasurementError where nobody foresaw it."""
    asked = {path: value for path, _, value in query.where}
    if asked.get("realm") != realm or "lane" in asked or "ends_at" in asked:
        return ()
    if "holds.dormant.campaign_id" in asked:
        return (_HELD,)
    if asked.get("state") == "issued":
        return (_FREE,)
    if asked.get("state") == ["issued", "active"]:
        return (_FREE, _HELD)
    raise MeasurementError("a campaign asks for accounts in a new way: teach the store")
