"""Enqueues again what has been pending in the live lane too long, and raises the alarm where a lane stands still."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from shared import queries
from shared.domain.accounts import Account
from shared.domain.pacing import calls_of
from shared.domain.switches import Switches
from shared.domain.tasks import STUCK_SLOT, task_name
from shared.hints import Hints
from shared.outcomes import Outcome, Result
from shared.paging import paged
from shared.ports import Clock, Ref, Store, Tasks
from shared.switchboard import Switchboard

PATIENCE = timedelta(minutes=3)
STILL = timedelta(minutes=15)  # without progress; then somebody is to look into it
LOOK_PAST = 20  # pages of a budget each: how far a run looks past accounts that are held or queued already
SHARE = 0.1  # of a realm's calls in the span between two runs


class Stuck:
    """The use case of one run, every five minutes."""

    def __init__(
        self, *, store: Store, tasks: Tasks, clock: Clock, rates: Mapping[str, float], switchboard: Switchboard
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._clock = clock
        self._rates = rates
        self._switchboard = switchboard

    def __call__(self, realm: str) -> Result:
        """Look after one realm, oldest first; nothing for a stopped one."""
        switches = self._switchboard.switches()
        if switches.stops(realm):
            return Result(Outcome.HELD, "stopped")
        now = self._clock.now()
        budget = max(1, int(self._rates.get(realm, self._rates.get("*", 0.0)) * STUCK_SLOT * SHARE))
        spent, oldest, hints = 0, now, Hints(self._tasks)
        confirmed = True if switches.licences_full else None
        query = queries.pending(realm, "live", limit=budget, since_before=now - PATIENCE, confirmed=confirmed)
        for document in paged(self._store, query, LOOK_PAST):
            account = Account.from_doc(document.data)
            if spent and spent + calls_of(account) > budget:
                break
            if switches.holds_back(account):
                continue
            if account.waiting is None:  # one that waits has a task of its own, and its reason
                oldest = min(oldest, account.pending_since or now)
            name = task_name("stuck", account.account_id, account.version, now, STUCK_SLOT)
            if hints.offer(realm, account.account_id, account.version, name=name):
                spent += calls_of(account)
        hints.check()
        still = "live" if now - oldest > STILL else "bulk" if self._bulk_stands_still(realm, switches, now) else ""
        if still:
            return Result(Outcome.HELD, "no_progress", loud=True, field=still)
        return Result(Outcome.DONE if spent else Outcome.UNCHANGED)

    def _bulk_stands_still(self, realm: str, switches: Switches, now: datetime) -> bool:
        """Tell whether bulk work waits that `feed` has not taken any of for long (1 read, 2 where some waits)."""
        for document in self._store.query(queries.pending(realm, "bulk", limit=1, since_before=now - STILL)):
            if switches.holds_back(Account.from_doc(document.data)):
                return False  # and perhaps all the others: nobody waits for what a switch holds
            cursor = self._store.get(Ref("cursors", f"feed.{realm}"))
            return cursor is None or now - cursor.data["fed_at"] > STILL
        return False
