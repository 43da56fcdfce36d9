"""Lists each realm's users and compares them with our accounts: who came, what drifted, who is missing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared import queries
from shared.budget import Budget
from shared.domain.accounts import Account
from shared.domain.policy import Policy
from shared.domain.roster import Lane
from shared.domain.tasks import FEED_SLOT, task_name
from shared.errors import QuotaError, TransientError
from shared.hints import Hints
from shared.listing_absent import DELETED, SHORT, Absent
from shared.listing_page import PageWork
from shared.listing_records import Checkpoint, ListingRecords, OvertakenError, Window
from shared.outcomes import Outcome, Result
from shared.ports import Clock, Directory, DirectoryError, Store, Tasks, UserPage, Verdict
from shared.switchboard import Switchboard

SHARE: Final = 0.1  # of a realm's calls may go to looks at single users: they pass no queue
RUN: Final = 600  # seconds between two runs
SPAN: Final = 300  # seconds whose calls the share of accounts never confirmed is taken of
UNCONFIRMED: Final = timedelta(hours=1)  # after which an account that was never confirmed is looked for
TOKEN: Final = timedelta(days=2)  # Google forgets page tokens after three
OVERDUE: Final = timedelta(days=2)  # without a whole listing
TRIES: Final = 3  # of a page that comes without its users
TWICE: Final = "mark_twice"
_LANES: Final[tuple[Lane, ...]] = ("live", "bulk")


class Listing:
    """The use case. Killed midway, the next run goes on behind the last page; of two at once, one gives way."""

    def __init__(
        self,
        *,
        store: Store,
        tasks: Tasks,
        clock: Clock,
        policy: Policy,
        root_domain: str,
        rates: Mapping[str, float],
        switchboard: Switchboard,
        directory_of: Callable[[str], Directory],
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._clock = clock
        self._policy = policy
        self._root_domain = root_domain
        self._rates = rates
        self._switchboard = switchboard
        self._directory_of = directory_of

    def in_turn(self, realms: Iterable[str]) -> list[str]:
        """Give the realms, each run beginning with another: where time is short, none is always the last."""
        names = sorted(realms)
        first = int(self._clock.now().timestamp()) // RUN % len(names) if names else 0
        return names[first:] + names[:first]

    def __call__(self, realm: str, go_on: Budget, *, resume: bool = False) -> Result:
        """Go on with a realm's listing until it ends or the time does; begin one unless only to `resume`.

        Raises QuotaError and TransientError where the Directory or Cloud Tasks refuses; the checkpoint stays.
        """
        if self._switchboard.switches().stops(realm):
            return Result(Outcome.HELD, "stopped")
        records = ListingRecords(self._store, realm)
        try:
            return self._run(realm, records, go_on, resume)
        except OvertakenError:
            return Result(Outcome.UNCHANGED, "overtaken")
        except DirectoryError as error:
            kind = QuotaError if error.verdict is Verdict.QUOTA else TransientError
            raise kind(error.code) from None

    def _run(self, realm: str, records: ListingRecords, go_on: Budget, resume: bool) -> Result:
        now, found = self._clock.now(), records.read()
        if found is None:
            # From now on it is known since when there is no listing.
            found = Checkpoint(state="done", number=0, slot=0, started_at=now, since=now)
            records.save(found)
        if found.state == "done":
            if resume:
                return self._overdue(found) or Result(Outcome.UNCHANGED)
            found = found.anew(now)
        elif found.token_at is not None and now - found.token_at > TOKEN:
            found = found.anew(now)
        before = found.counts.get("looked", 0)
        hints = Hints(self._tasks)
        found = self._pages(realm, records, found, go_on, hints)
        looked = max(0, found.counts.get("looked", 0) - before)
        if found.state == "ending":
            found = self._ended(realm, records, found, go_on, hints)
        hints.check()
        if found.state != "done":
            return self._overdue(found) or Result(Outcome.DONE, "under_way", rows=looked)
        return self._told(found, looked)

    def _pages(self, realm: str, records: ListingRecords, found: Checkpoint, go_on: Budget, hints: Hints) -> Checkpoint:
        """List page by page, each kept before the next is asked for: 1 call, 2 reads, 1 commit where all is equal."""
        work = PageWork(
            store=self._store,
            clock=self._clock,
            realm=self._policy.realms[realm],
            directory=lambda: self._directory_of(realm),
            window=Window(records, found.former),
            looks=max(1, int(self._rate(realm) * RUN * SHARE)),
            hints=hints,
        )
        while found.state == "listing" and go_on():
            page = self._page(realm, found)
            if page is None:
                found = found.anew(self._clock.now())
                records.save(found)
                return found  # the next run begins it
            after = work.take(found, page)
            write = records.put_page(after, work.entries)
            found = _behind(after, page, self._clock.now())
            records.save(found, [write])
        return found

    def _page(self, realm: str, found: Checkpoint) -> UserPage | None:
        """Ask for the next page, again where it comes without its users; None: its token is good no longer."""
        directory, domain = self._directory_of(realm), f"{realm}.{self._root_domain}"
        try:
            page = directory.list(domain, found.token)
            for _ in range(TRIES - 1):
                if page.complete:
                    break
                page = directory.list(domain, found.token)
        except DirectoryError as error:
            if error.verdict is Verdict.REFUSED and found.token is not None:
                return None
            raise
        return page

    def _ended(self, realm: str, records: ListingRecords, found: Checkpoint, go_on: Budget, hints: Hints) -> Checkpoint:
        """Look for who is missing and for who was never confirmed, then end the listing."""
        absent = Absent(
            store=self._store,
            clock=self._clock,
            realm=realm,
            directory=lambda: self._directory_of(realm),
            records=records,
        )
        concluded = absent.conclude(found, go_on)
        if concluded is None:
            return found
        counts = self._unconfirmed(realm, hints)
        ended = replace(concluded.found(counts, {}), state="done", ended_at=self._clock.now(), token=None)
        records.save(ended)
        return ended

    def _unconfirmed(self, realm: str, hints: Hints) -> dict[str, int]:
        """Prove by a get whether accounts that were never confirmed have a user, then enqueue them: oldest first.

        At most a tenth of the realm's calls of 5 minutes. Somebody else's user is left to `converge`.
        """
        now, counts = self._clock.now(), {"never_confirmed": 0, "to_be_adopted": 0}
        switches, left = self._switchboard.switches(), max(1, int(self._rate(realm) * SPAN * SHARE))
        for lane in _LANES:
            if left <= 0:
                break
            query = queries.pending(realm, lane, limit=left, since_before=now - UNCONFIRMED, confirmed=False)
            for document in self._store.query(query):
                account = Account.from_doc(document.data)
                left -= 1
                counts["never_confirmed"] += 1
                if switches.holds_back(account) is not None:
                    continue
                is_there = self._is_there(account)
                counts["to_be_adopted"] += is_there is True
                if is_there is not None:
                    name = task_name("listing", account.account_id, account.version, now, FEED_SLOT)
                    hints.offer(realm, account.account_id, account.version, name=name)
        return counts

    def _is_there(self, account: Account) -> bool | None:
        """Tell whether an account's user is there, or nobody has its address; None: neither could be proved."""
        try:
            user = self._directory_of(account.realm).get(account.address)
        except DirectoryError as error:
            if error.verdict is Verdict.QUOTA:
                raise
            return False if error.verdict is Verdict.NOT_FOUND else None
        return True if user.account_id == account.account_id else None

    def _rate(self, realm: str) -> float:
        return self._rates.get(realm, self._rates.get("*", 0.0))

    def _told(self, found: Checkpoint, looked: int) -> Result:
        """Tell of a listing that has ended; what somebody must look into is loud."""
        if found.outcome in (SHORT, DELETED):
            rows = found.counts.get(DELETED if found.outcome == DELETED else "missing", 0)
            return Result(Outcome.DONE, found.outcome, loud=True, field="listing", rows=rows)
        overdue = self._overdue(found)
        if overdue is not None:
            return overdue
        code = TWICE if found.counts.get(TWICE) else found.outcome
        return Result(Outcome.DONE, code, rows=looked)

    def _overdue(self, found: Checkpoint) -> Result | None:
        """Raise the alarm where no listing has been whole for two days."""
        if self._clock.now() - (found.whole_at or found.since) <= OVERDUE:
            return None
        return Result(Outcome.HELD, "no_progress", loud=True, field="listing")


def _behind(found: Checkpoint, page: UserPage, now: datetime) -> Checkpoint:
    """Give the checkpoint behind a page; a token that goes in a circle ends the listing, which is not whole then."""
    after = replace(found, page=found.page + 1, whole=found.whole and page.complete)
    if page.next_token is None:
        return replace(after, state="ending", token=None)
    turns = found.turns.step(page.next_token)
    if turns is None:
        return replace(after, state="ending", token=None, whole=False)
    return replace(after, token=page.next_token, token_at=now, turns=turns)
