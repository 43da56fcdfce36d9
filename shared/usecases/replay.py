"""Tries a parked entry again: an event through `provision`, a blocked account by a new version."""

from collections.abc import Callable, Mapping
from typing import Any

from shared import events, parking
from shared.domain.accounts import Account
from shared.domain.roster import Lane, RosterChange
from shared.errors import ConflictError, PermanentError, TransientError
from shared.outcomes import Outcome, Result
from shared.ports import Clock, Delete, Document, Ref, Store, Tasks, Update

INCOMPLETE = "upstream_must_send_again"


class Replay:
    """The use case of one entry; `provision` is what takes an event."""

    def __init__(
        self, *, store: Store, tasks: Tasks, clock: Clock, provision: Callable[[RosterChange, Lane], Result]
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._clock = clock
        self._provision = provision

    def __call__(self, entry_id: str) -> Result:
        """Replay `parked/{entry_id}` and delete it; what is refused again stays, with its code in the result."""
        document = self._store.get(Ref("parked", entry_id))
        if document is None:
            return Result(Outcome.UNKNOWN)
        if document.data.get("account_id"):
            return self._account(document, document.data["account_id"])
        return self._event(document, document.data)

    def _event(self, document: Document, entry: Mapping[str, Any]) -> Result:
        data = parking.replayable(dict(entry))
        if data is None:
            return Result(Outcome.PARKED, INCOMPLETE)
        try:
            change = events.parse(data, now=self._clock.now())
            result = self._provision(change, entry.get("lane") or "live")
        except PermanentError as error:
            return Result(Outcome.PARKED, error.code, field=error.field)
        self._store.commit([Delete(document.ref)])
        return result

    def _account(self, document: Document, account_id: str) -> Result:
        read = self._store.get(Ref("accounts", account_id))
        if read is None:
            raise TransientError("account_vanished")
        account = Account.from_doc(read.data)
        after = account.wish(self._clock.now(), "live", "replayed", blocked=None)
        try:
            self._store.commit([Update(read.ref, account.fields_changed_in(after), read.version), Delete(document.ref)])
        except ConflictError:
            raise TransientError("contention") from None
        self._tasks.enqueue(after.realm, after.account_id, after.version)
        return Result(Outcome.DONE)
