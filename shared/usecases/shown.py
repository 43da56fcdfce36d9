"""Passwords that were shown: when, as the links' notes say, and the next generation for those that nobody used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from shared import queries
from shared.budget import Budget, within
from shared.domain import applying, reissuing
from shared.domain.accounts import Account
from shared.domain.policy import Policy
from shared.domain.showing import Pass, day_of
from shared.domain.users import DirectoryUser
from shared.errors import ConflictError, TransientError
from shared.outcomes import Outcome, Result
from shared.paging import paged
from shared.ports import Clock, Directory, DirectoryError, Document, Put, Query, Ref, Store, Update, Verdict

SECONDS: Final = 120.0  # of work in one run, for each half
LINKS: Final = 20  # read at a time; so many are done again after a crash
PARTS: Final = 20  # parts of fetches read at a time: each may name 1,000 accounts
BATCH: Final = 400  # accounts read, and written in one commit
TRIES: Final = 8  # lost races of one account before it is given up
LOOKS: Final = 280
"""Users looked at in one run of a realm: a tenth of what the fastest queue calls in 5 minutes (9.5 a second), as much
as `stuck` may add; these calls pass no queue, so they must stay within what the queues leave free."""
FAILURES: Final = 3  # looks in a row without an answer; then Google itself is at fault

CARRIED: Final = Ref("cursors", "shown")
_GONE: Final = (Verdict.NOT_FOUND, Verdict.DELETED)

Showing = dict[tuple[str, int], datetime]
"""When each generation of an account's password was first shown."""


@dataclass(slots=True)
class _Round:
    """What one run over a realm came to; `place` = the account behind which the next run goes on."""

    place: Document | None = None
    changed: int = 0
    looks: int = 0
    failed: int = 0


class Shown:
    """The use case, in two halves. Twice at once, or killed midway, they change nothing twice."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        policy: Policy,
        directory_of: Callable[[str], Directory],
        new_budget: Callable[[], Budget] = lambda: within(SECONDS),
    ) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._directory_of = directory_of
        self._new_budget = new_budget

    # ---------------------------------------------------------------------------------------------- when shown

    def carry_over(self) -> Result:
        """Write on each account when its present password was first shown, once a day (UTC).

        Takes 1 read a link and part, and 1 read and 1 write for each account newly shown. `under_way`: time ran out,
        and the next run goes on. Raises TransientError where others kept writing.
        """
        now, go_on, written = self._clock.now(), self._new_budget(), 0
        stored = self._store.get(CARRIED)
        state = Pass.from_doc(stored.data) if stored is not None else Pass()
        if not state.is_due(now):
            return Result(Outcome.UNCHANGED)
        began = state.began or now
        state, since = replace(state, began=began), state.since(began)
        for day in state.days(began):
            place = _link(state.link) if day == state.day else None
            query = queries.links_fetched_on(day, limit=LINKS, start_after=place)
            for n, link in enumerate(paged(self._store, query), 1):
                written += self._carry(link, since)
                in_time = go_on()
                if n % LINKS == 0 or not in_time:
                    self._store.commit([Put(CARRIED, replace(state, day=day, link=link.ref.id).to_doc())])
                if not in_time:
                    return Result(Outcome.DONE, "under_way", rows=written)
        self._store.commit([Put(CARRIED, state.ended().to_doc())])
        return Result(Outcome.DONE, rows=written) if written else Result(Outcome.UNCHANGED)

    def _carry(self, link: Document, since: datetime) -> int:
        """Carry over what one link has shown since a moment; gives how many accounts were written."""
        showing: Showing = {}
        for part in paged(self._store, queries.reads(link.ref.id, limit=PARTS)):
            at = part.data["at"]
            if at < since:
                continue
            for key in zip(part.data["accounts"], part.data["generations"], strict=True):
                showing[key] = min(at, showing.get(key, at))
        named = iter(sorted({account_id for account_id, generation in showing if generation}))
        written = 0
        while refs := [Ref("accounts", account_id) for account_id in islice(named, BATCH)]:
            found = [document for document in self._store.get_many(refs) if document is not None]
            written += self._write([write for each in found if (write := _told(each, showing)) is not None], showing)
        return written

    def _write(self, writes: list[Update], showing: Showing) -> int:
        """Write them at once; where somebody wrote an account meanwhile, one by one."""
        if not writes:
            return 0
        try:
            self._store.commit(writes)
        except ConflictError:
            return sum(self._write_one(write.ref, showing) for write in writes)
        return len(writes)

    def _write_one(self, ref: Ref, showing: Showing) -> int:
        for _ in range(TRIES):
            document = self._store.get(ref)
            write = _told(document, showing) if document is not None else None
            if write is None:
                return 0  # another generation by now, or another run was faster
            try:
                self._store.commit([write])
            except ConflictError:
                continue
            return 1
        raise TransientError("contention")

    # --------------------------------------------------------------------------------------------- and not used

    def __call__(self, realm: str) -> Result:
        """Give the next generation to what was shown and never used, once a day (UTC): 1 read, 1 get, 1 write each.

        Each user is looked at first; of whom nothing certain can be known is left for another day. A run looks at no
        more than LOOKS, and the next one goes on. Raises TransientError when the Directory does not answer.
        """
        days, now = self._policy.realms[realm].shown_unused_days, self._clock.now()
        if not days:
            return Result(Outcome.UNCHANGED)
        ref, until = Ref("cursors", f"shown.{realm}"), now - timedelta(days=days)
        cursor = self._store.get(ref)
        if cursor is not None and cursor.data["ended"] == day_of(now):
            return Result(Outcome.UNCHANGED)
        place = _account(cursor.data["place"]) if cursor is not None else None
        this = _Round(place)
        try:
            is_over = self._round(this, queries.shown(realm, until=until, limit=LOOKS, start_after=place), until)
        except DirectoryError as error:
            self._save(ref, this.place)
            if error.verdict is Verdict.QUOTA:
                return Result(Outcome.WAITING, error.code, rows=this.changed)
            raise TransientError(error.code) from None
        self._save(ref, None if is_over else this.place, day_of(now) if is_over else "")
        return Result(Outcome.DONE, rows=this.changed) if this.changed else Result(Outcome.UNCHANGED)

    def _round(self, this: _Round, query: Query, until: datetime) -> bool:
        """Go on until nothing is left (True), or the looks or the time of this run are used up."""
        go_on = self._new_budget()
        for document in paged(self._store, query):
            account = Account.from_doc(document.data)
            if reissuing.may_be_renewed(account, until):
                if this.looks == LOOKS or not go_on():
                    return False
                this.looks += 1
                user = self._seen(this, document, account)
                this.changed += user is not None and self._judge(document, account, user)
            this.place = document
        return True

    def _seen(self, this: _Round, document: Document, account: Account) -> DirectoryUser | None:
        """Look at the user; None where that told nothing. Raises DirectoryError for what concerns all of them."""
        try:
            user = self._directory_of(account.realm).get(account.directory_id or "")
        except DirectoryError as error:
            if error.verdict in (Verdict.QUOTA, Verdict.MISCONFIGURED):
                raise
            if error.verdict in _GONE:
                return None  # the listing proves it, and reports it
            this.failed += 1
            if this.failed == FAILURES:
                this.place = document  # left for tomorrow, like the others: it must not stop what comes behind it
                raise
            return None
        this.failed = 0
        return user

    def _judge(self, document: Document, account: Account, user: DirectoryUser) -> bool:
        """Record that somebody came, or wish the next generation; nothing where either is uncertain."""
        if user.account_id != account.account_id:
            return False
        now = self._clock.now()
        after = applying.came(account, user, now)
        if after is account:
            if user.suspended or user.lost_date or not user.tells_sign_ins:
                return False
            after = reissuing.renewed(account, now)
        try:
            self._store.commit([Update(document.ref, account.fields_changed_in(after), document.version)])
        except ConflictError:
            return False  # something else is under way: another day
        return True

    def _save(self, ref: Ref, place: Document | None, ended: str = "") -> None:
        self._store.commit([Put(ref, {"ended": ended, "place": place and _place(place)})])


def _told(document: Document, showing: Showing) -> Update | None:
    """Give what writes the time on an account, or None where there is nothing new to tell of its present password."""
    account = Account.from_doc(document.data)
    credential = account.credential
    at = showing.get((account.account_id, credential.generation))
    if at is None or (credential.shown_at is not None and credential.shown_at <= at):
        return None
    after = replace(account, credential=replace(credential, shown_at=at))
    return Update(document.ref, account.fields_changed_in(after), document.version)


def _link(link_id: str) -> Document:
    return Document(Ref("links", link_id), {}, None)


def _place(document: Document) -> dict[str, Any]:
    return {"shown_at": document.data["credential"]["shown_at"], "account_id": document.ref.id}


def _account(place: Mapping[str, Any] | None) -> Document | None:
    if place is None:
        return None
    return Document(Ref("accounts", str(place["account_id"])), {"credential": {"shown_at": place["shown_at"]}}, None)
