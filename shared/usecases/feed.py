"""Feeds each realm's bulk work to its queue: a minute's worth at a time, spread over the next minute."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import queries
from shared.domain.accounts import Account
from shared.domain.pacing import FLOOR, SHARE, calls_of, next_quota
from shared.domain.switches import Switches
from shared.domain.tasks import FEED_SLOT, MINUTE, task_name
from shared.hints import Hints
from shared.outcomes import Outcome, Result
from shared.ports import Clock, Document, Put, Ref, Store, Tasks
from shared.switchboard import Switchboard

SPAN = 60.0  # seconds over which a minute's tasks are spread
LOOK_PAST = 20  # times the quota is how far a minute looks past accounts that a switch holds
DEAREST = 2  # calls of the dearest account
SMALLEST = 20  # accounts of a page behind one in which some could not be offered
PROBED = 20  # accounts among which one is sought whose next call is an insert
SAME_RUN = timedelta(seconds=30)  # Cloud Scheduler may start a run twice


Place = tuple[datetime, str]
"""Where an account stands among the pending ones: `pending_since`, then its id."""


@dataclass(slots=True)
class _Minute:
    """What one realm's minute came to, in calls; `since` and `through` are the first and last account offered."""

    spent: int = 0
    undone: int = 0
    since: Place | None = None
    through: Place | None = None


class Feed:
    """The use case of one minute. Two runs at once, or a crash midway, change nothing: names meet, 409 is an answer."""

    def __init__(
        self, *, store: Store, tasks: Tasks, clock: Clock, rates: Mapping[str, float], switchboard: Switchboard
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._clock = clock
        self._rates = rates
        self._switchboard = switchboard

    def __call__(self, realm: str) -> Result:
        """Feed one realm; `rates` are its tasks a second."""
        switches = self._switchboard.switches()
        if switches.stops(realm):
            return Result(Outcome.HELD, "stopped")
        if switches.licences_full:
            self._probe(realm)
        calls_per_minute = self._rates.get(realm, self._rates.get("*", 0.0)) * SPAN
        ref = Ref("cursors", f"feed.{realm}")
        cursor = self._store.get(ref)
        now = self._clock.now()
        if cursor is not None and abs(now - cursor.data["fed_at"]) < SAME_RUN:  # a clock may be put back
            return Result(Outcome.UNCHANGED)
        top = max(FLOOR, calls_per_minute * SHARE)
        quota = min(float(cursor.data["quota"]), top) if cursor else top
        last = _Minute(since=_place(cursor, "since"), through=_place(cursor, "through"))
        hints = Hints(self._tasks)
        minute = self._offer(realm, quota, last, switches, hints)
        hints.check()  # before the cursor moves: a run that is tried again at once makes it good
        places = {"since": _stored(minute.since), "through": _stored(minute.through)}
        after = {"quota": next_quota(quota, minute.undone, calls_per_minute), **places, "fed_at": now}
        if minute.spent or cursor is None or cursor.data["quota"] != after["quota"]:
            self._store.commit([Put(ref, after)])
        return Result(Outcome.DONE if minute.spent else Outcome.UNCHANGED)

    def _offer(self, realm: str, quota: float, last: _Minute, switches: Switches, hints: Hints) -> _Minute:
        """Offer the oldest accounts; one of the last minute's whose name still meets 409 was left undone."""
        now = self._clock.now()
        minute = _Minute()
        confirmed = True if switches.licences_full else None
        for document in self._oldest(realm, quota, minute, confirmed):
            account = Account.from_doc(document.data)
            if switches.holds_back(account):
                continue
            calls = calls_of(account)
            if minute.spent + calls > quota:
                break
            at = now + timedelta(seconds=SPAN * minute.spent / quota)
            name = task_name("feed", account.account_id, account.version, now, FEED_SLOT)
            is_new = hints.offer(realm, account.account_id, account.version, name=name, at=at)
            if is_new is None:
                continue
            place = (account.pending_since or now, account.account_id)
            if not is_new and (account.waiting is not None or (last.since is not None and place < last.since)):
                # It waits by a task of its own, or its task was lost minutes ago: not the last minute's fault,
                # and not in the others' way.
                continue
            minute.spent += calls
            minute.undone += calls if not is_new and last.through is not None and place <= last.through else 0
            if is_new:
                minute.since = minute.since or place
                minute.through = place
            if minute.spent + calls > quota:
                break  # before another is read: it is most likely as dear as this one
        if minute.since is None:
            minute.since, minute.through = last.since, last.through
        return minute

    def _oldest(self, realm: str, quota: float, minute: _Minute, confirmed: bool | None) -> Iterator[Document]:
        """Read the oldest accounts, never many more than the quota has room for: each may take two calls."""
        looked, last, least = 0, None, 1
        while looked < LOOK_PAST * quota:
            spent, limit = minute.spent, max(least, int((quota - minute.spent) / DEAREST))
            query = queries.pending(realm, "bulk", limit=limit, confirmed=confirmed, start_after=last)
            page = list(self._store.query(query))
            yield from page
            if len(page) < limit:
                return
            looked, last = looked + limit, page[-1]
            least = 1 if minute.spent - spent >= limit else SMALLEST

    def _probe(self, realm: str) -> None:
        """Send one creation of the realm to see whether licences are free again."""
        for lane in ("live", "bulk"):
            for document in self._store.query(queries.pending(realm, lane, limit=PROBED, confirmed=False)):
                account = Account.from_doc(document.data)
                if account.waiting is not None:
                    continue  # it would look and not insert
                name = task_name("probe", account.account_id, account.version, self._clock.now(), MINUTE)
                self._tasks.enqueue(realm, account.account_id, account.version, name=name, probe=True)
                return


def _place(cursor: Document | None, name: str) -> Place | None:
    stored = cursor.data.get(name) if cursor else None
    return (stored["pending_since"], stored["account_id"]) if stored else None


def _stored(place: Place | None) -> dict[str, object] | None:
    return place and {"pending_since": place[0], "account_id": place[1]}
