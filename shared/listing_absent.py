"""What a whole listing proves of who is not on it: accounts whose users somebody deleted, each proved by a get."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from shared import queries
from shared.budget import Budget
from shared.domain import applying, drift
from shared.domain.accounts import Account, known_fields
from shared.errors import ConflictError, QuotaError
from shared.listing_page import ROUNDS
from shared.listing_records import SAMPLES, Checkpoint, ListingRecords
from shared.ports import Clock, Directory, DirectoryError, Document, Ref, Store, Update, Verdict

PAGE: Final = 500  # accounts read at a time
FEW: Final = 20  # missing are looked at in any case
SHARE: Final = 0.01  # of the accounts may be missing; more is the list's fault, and nothing follows from it
DISORDER: Final = 8_000  # users that one side shows before the other: with more the checkpoint would not fit
PROVED: Final = 50  # gets between two commits

SHORT: Final = "listing_short"
INCOMPLETE: Final = "listing_incomplete"
DELETED: Final = "deleted_by_others"


@dataclass(slots=True, kw_only=True)
class Comparison:
    """Accounts by address beside the listing's pages, as sets: what one side shows first waits for the other.

    `missing` maps Directory id to account id; `listed` are ids without an account so far.
    """

    expected: int
    after: dict[str, str] | None = None
    page: int = 0
    accounts: int = 0
    entries: int = 0
    deleted: int = 0
    over: bool = False
    listed: set[str] = field(default_factory=set)
    missing: dict[str, str] = field(default_factory=dict)

    def account(self, account_id: str, directory_id: str) -> None:
        """Take an account whose user must be listed."""
        self.accounts += 1
        if directory_id in self.listed:
            self.listed.discard(directory_id)
        else:
            self.missing[directory_id] = account_id

    def user(self, directory_id: str) -> None:
        """Take a user that was listed."""
        self.entries += 1
        if self.missing.pop(directory_id, None) is None:
            self.listed.add(directory_id)

    def to_doc(self) -> dict[str, Any]:
        """Give the stored form: sets as one text each, or every id in them would be an index entry."""
        missing = " ".join(f"{user_id} {account_id}" for user_id, account_id in self.missing.items())
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        return {**own, "listed": " ".join(sorted(self.listed)), "missing": missing}

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> "Comparison":
        """Read the stored form."""
        known, ids = known_fields(cls, doc), str(doc["missing"]).split()
        missing = dict(zip(ids[::2], ids[1::2], strict=True))
        return cls(**{**known, "listed": set(str(doc["listed"]).split()), "missing": missing})


class Absent:
    """Ends a listing: everybody is there, or who is missing is looked for, or nothing can be told."""

    def __init__(
        self, *, store: Store, clock: Clock, realm: str, directory: Callable[[], Directory], records: ListingRecords
    ) -> None:
        self._store = store
        self._clock = clock
        self._realm = realm
        self._directory = directory
        self._records = records

    def conclude(self, checkpoint: Checkpoint, go_on: Budget) -> Checkpoint | None:
        """Give the checkpoint with its outcome and who was found deleted; None: the time is over, and it is kept.

        Raises QuotaError where Google refuses the proofs for its quota.
        """
        if checkpoint.comparison is None:
            expected = self._store.count(queries.confirmed(self._realm, issued_before=checkpoint.bound))
            missing = expected - checkpoint.deleted - checkpoint.seen
            if missing <= 0 and not (checkpoint.whole and checkpoint.number % ROUNDS == 0):
                return self._whole(checkpoint)
            if not checkpoint.whole:
                return replace(checkpoint, outcome=INCOMPLETE)
            comparison = Comparison(expected=expected)
        else:
            comparison = Comparison.from_doc(checkpoint.comparison)
        while not comparison.over:
            if not go_on():
                self._records.save(replace(checkpoint, comparison=comparison.to_doc()))
                return None
            comparison.over = self._compare(checkpoint, comparison)
            if max(len(comparison.listed), len(comparison.missing)) > DISORDER:
                return self._short(checkpoint, comparison)
            if comparison.over and len(comparison.missing) > max(FEW, comparison.expected * SHARE):
                return self._short(checkpoint, comparison)
        return self._prove(checkpoint, comparison, go_on)

    def _whole(self, checkpoint: Checkpoint) -> Checkpoint:
        return replace(checkpoint, whole=True, whole_at=self._clock.now(), comparison=None)

    def _short(self, checkpoint: Checkpoint, comparison: Comparison) -> Checkpoint:
        after = checkpoint.found({"missing": len(comparison.missing)}, {"missing": [*comparison.missing][:SAMPLES]})
        return replace(after, outcome=SHORT, comparison=None)

    def _compare(self, checkpoint: Checkpoint, comparison: Comparison) -> bool:
        """Take the next accounts, and as many of the users that were listed (1 read each 500); True: that was all."""
        place = comparison.after
        behind = Document(Ref("accounts", place["id"]), {"address": place["address"]}, None) if place else None
        found = list(self._store.query(queries.by_address(self._realm, limit=PAGE, start_after=behind)))
        for document in found:
            data = document.data
            if data["state"] not in queries.CONFIRMED or data["issued_at"] >= checkpoint.bound:
                continue
            if drift.is_gone_already(data):
                comparison.deleted += 1
            else:
                comparison.account(data["account_id"], data["directory_id"])
        if found:
            comparison.after = {"id": found[-1].ref.id, "address": found[-1].data["address"]}
        all_read = len(found) < PAGE
        while comparison.page < checkpoint.page and (all_read or comparison.entries < comparison.accounts):
            for user_id in self._records.page(checkpoint.slot, checkpoint.number, comparison.page):
                comparison.user(user_id)
            comparison.page += 1
        return all_read

    def _prove(self, checkpoint: Checkpoint, comparison: Comparison, go_on: Budget) -> Checkpoint | None:
        """Look at each user that is missing; whom a get does not show either, somebody has deleted."""
        after = checkpoint
        while comparison.missing:
            if not go_on():
                self._records.save(replace(after, comparison=comparison.to_doc()))
                return None
            for user_id in [*comparison.missing][:PROVED]:
                what = self._looked_for(user_id, comparison.missing.pop(user_id))
                comparison.deleted += what == DELETED
                after = after.found({what: 1}, {what: [user_id]})
            after = replace(after, comparison=comparison.to_doc())
            self._records.save(after)
        outcome = DELETED if after.counts.get(DELETED) else ""
        return replace(self._whole(after), outcome=outcome, deleted=comparison.deleted)

    def _looked_for(self, user_id: str, account_id: str) -> str:
        """Tell what became of a user, and record it if it is gone (1 get, 1 read, 1 write)."""
        try:
            self._directory().get(user_id)
        except DirectoryError as error:
            if error.verdict is Verdict.QUOTA:
                raise QuotaError(error.code) from None
            if error.verdict not in (Verdict.NOT_FOUND, Verdict.DELETED):
                return "unproven"
        else:
            return "unlisted"
        document = self._store.get(Ref("accounts", account_id))
        account = Account.from_doc(document.data) if document is not None else None
        if document is None or account is None or account.directory_id != user_id or account.lane is not None:
            return "unproven"  # its task, or the next listing, sees it as it is by then
        fields = account.fields_changed_in(applying.gone(account, self._clock.now()))
        try:
            self._store.commit([Update(document.ref, fields, document.version)] if fields else [])
        except ConflictError:
            return "unproven"
        return DELETED
