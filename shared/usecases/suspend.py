"""One run of `suspend`: ends what has come to its end, and works on the campaigns, a minute's worth at a time."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from shared import queries
from shared.budget import Budget
from shared.campaign_plan import Planner
from shared.campaign_records import CampaignRecords, Found, cursor_ref, found_in, fresh_cursor
from shared.campaign_run import BATCH, CampaignRun, OvertakenError, Spared, Stage
from shared.domain import campaigns
from shared.domain.accounts import Account
from shared.domain.campaigns import Record
from shared.domain.policy import Campaign, Policy
from shared.errors import ConflictError
from shared.lease import Lease
from shared.outcomes import Outcome, Result
from shared.ports import Clock, Delete, Document, Put, Store, Update

LEASE: Final = timedelta(minutes=2)
AGAIN: Final = timedelta(days=1)  # after which a rolling campaign that acts by itself is planned anew
PATIENCE: Final = timedelta(minutes=30)  # without a change, before a campaign that should move is told of
ITSELF: Final = "suspend"


class Part(NamedTuple):
    """One piece of work of a run: `campaign_id` and `realm` where it is of one."""

    job: str
    work: Callable[[], Result]
    campaign_id: str = ""
    realm: str = ""


class Suspend:
    """The use case. Twice at once, or killed midway, it changes nothing twice: preconditions guard every commit."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        policy: Policy,
        rates: Mapping[str, float],
        new_budget: Callable[[], Budget],
    ) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._records = CampaignRecords(store)
        self._planner = Planner(store=store, clock=clock, policy=policy)
        self._run = CampaignRun(store=store, clock=clock, rates=rates)
        self._lease = Lease(store, clock, ITSELF, LEASE)
        self._new_budget = new_budget

    def alone(self) -> AbstractContextManager[bool]:
        """Hold the lease; False: another run is at it."""
        return self._lease.held()

    def parts(self) -> Iterator[Part]:
        """Give the pieces of this run; each is worked on its own, so that one that fails stops no other."""
        go_on = self._new_budget()
        for realm in self._in_turn(self._policy.realms):
            yield Part("endings", partial(self._end, realm, go_on), realm=realm)
        for rule in self._policy.campaigns:
            yield Part("by_itself", partial(self._by_itself, rule), rule.id)
        for document in self._records.documents():
            job = "plan" if document.data.get("state") == "planning" else "campaign"
            yield Part(job, partial(self._one, document, go_on), document.ref.id)

    def _in_turn(self, realms: Mapping[str, object]) -> list[str]:
        """Give the realms, each minute beginning with another: where time is short, none is always the last."""
        names = sorted(realms)
        first = self._clock.now().minute % len(names) if names else 0
        return names[first:] + names[:first]

    def _end(self, realm: str, go_on: Budget) -> Result:
        """Set the hold `left` where an end has come (1 read and 1 write each)."""
        if not go_on():
            return Result(Outcome.UNCHANGED)
        now = self._clock.now()
        first = list(self._store.query(queries.ending(realm, until=now, limit=1)))
        room = min(BATCH, self._run.room(realm)) if first else 0
        found = list(self._store.query(queries.ending(realm, until=now, limit=room))) if room > 0 else []
        ended = 0
        for document in found:
            account = Account.from_doc(document.data)
            after = campaigns.ended(account, now)
            try:
                self._store.commit([Update(document.ref, account.fields_changed_in(after), document.version)])
            except ConflictError:
                continue  # the next run looks at it as it is by then
            ended += 1
        return Result(Outcome.DONE, rows=ended) if ended else Result(Outcome.UNCHANGED)

    def _by_itself(self, rule: Campaign) -> Result:
        """Plan, and start, a campaign that the policy has approved in advance, once its day has come."""
        now = self._clock.now()
        if rule.approved_by is None or not campaigns.has_come(rule, now):
            return Result(Outcome.UNCHANGED)
        found = self._records.get(rule.id)
        if self._is_to_be_planned(rule, found, now):
            self._planner.begin(rule, ITSELF)
            return Result(Outcome.DONE, "planning")
        if found is None or not self._is_to_be_started(found.record):
            return Result(Outcome.UNCHANGED)
        after = found.record.started(now, ITSELF)
        self._records.save(found, after, [Put(cursor_ref(rule.id), fresh_cursor(after))])
        return Result(Outcome.DONE, "running")

    def _is_to_be_planned(self, rule: Campaign, found: Found | None, now: datetime) -> bool:
        if found is None:
            return True
        record, planned_at = found.record, found.record.planned_at
        if planned_at is None:
            return False
        if rule.never_accessed_by is not None:
            early = planned_at <= rule.never_accessed_by
            return early and record.state in ("planned", "awaiting_approval")
        return record.state == "done" and now - planned_at >= AGAIN

    def _is_to_be_started(self, record: Record) -> bool:
        return record.state == "planned" and record.planned_by == ITSELF and record.approval is not None

    def _one(self, document: Document, go_on: Budget) -> Result:
        """Do what a campaign's state asks for."""
        found = found_in(document)
        if found.record.state == "planning":
            return self._plan(found, go_on)
        if found.record.state in ("running", "undoing"):
            return self._work(found, go_on)
        return Result(Outcome.UNCHANGED)

    def _plan(self, found: Found, go_on: Budget) -> Result:
        after = self._planner.carry_on(found.record.campaign_id, go_on, lambda _, __: None).record
        waits = after.state == "awaiting_approval"
        return Result(Outcome.DONE, after.state, loud=waits)

    def _work(self, found: Found, go_on: Budget) -> Result:
        """Work on a campaign that runs, or is being undone, until the time or the room is used up."""
        record = found.record
        if record.state == "running" and not campaigns.has_come(campaigns.rule_of(record.rule), self._clock.now()):
            return Result(Outcome.UNCHANGED, "not_yet")
        before = self._records.cursor(record.campaign_id)
        if before is None:
            return Result(Outcome.UNCHANGED)
        if record.state == "running" and not before.data["realms"]:
            outgrown = self._run.outgrown(record)
            if outgrown:
                return self._outgrown(found, outgrown, {})
        try:
            realms, spared = self._in_turn(self._realms(record)), Spared(self._store, self._clock)
            stages = {realm: self._realm(record, realm, spared, go_on) for realm in realms}
            return self._told(found, stages, before.data["realms"])
        except OvertakenError:
            return Result(Outcome.UNCHANGED, "overtaken")

    def _realms(self, record: Record) -> Mapping[str, object]:
        """Give the realms of the plan; to be undone are earlier rounds, too, whose rule may have named others."""
        return record.tallies if record.state == "running" else {**self._policy.realms, **record.tallies}

    def _realm(self, record: Record, realm: str, spared: Spared, go_on: Budget) -> Stage:
        ref = cursor_ref(record.campaign_id)
        if record.state == "running":
            return self._run.hold(record, realm, ref, spared, go_on)
        return self._run.lift(record, realm, ref, go_on)

    def _told(self, found: Found, stages: Mapping[str, Stage], before: Mapping[str, Mapping[str, object]]) -> Result:
        """Let the campaign go to its next state where all realms allow it."""
        record, now = found.record, self._clock.now()
        changed = sum(stage.changed - _number(before.get(realm)) for realm, stage in stages.items())
        outgrown = tuple(sorted(realm for realm, stage in stages.items() if stage.outgrown))
        if outgrown and record.state == "running":
            return self._outgrown(found, outgrown, stages)
        if all(stage.over for stage in stages.values()):
            state: campaigns.State = "done" if record.state == "running" else "undone"
            results = self._results(record, stages)
            return self._went(found, record.went(now, state, ITSELF, results=results, ended_at=now), changed)
        last = [stage.changed_at for stage in stages.values() if stage.changed_at is not None]
        if not changed and now - max([*last, record.history[-1]["at"]]) >= PATIENCE:
            return Result(Outcome.HELD, "no_progress", loud=True, field=record.state)
        return Result(Outcome.DONE, record.state, rows=changed) if changed else Result(Outcome.UNCHANGED, record.state)

    def _outgrown(self, found: Found, realms: tuple[str, ...], stages: Mapping[str, Stage]) -> Result:
        """Stop a campaign whose plan holds no longer: it has to be planned and approved anew."""
        record = found.record
        held = sum(stage.changed for stage in stages.values())
        results = {"held": held + int(record.results.get("held", 0))}
        after = record.went(
            self._clock.now(), "awaiting_approval", ITSELF, outgrown=realms, approval=None, results=results
        )
        return self._went(found, after, held, loud=True)

    def _went(self, found: Found, after: Record, changed: int, *, loud: bool = False) -> Result:
        ref = cursor_ref(after.campaign_id)
        cursor = self._store.get(ref)
        try:
            self._records.save(found, after, [Delete(ref, cursor.version)] if cursor is not None else [])
        except ConflictError:
            return Result(Outcome.UNCHANGED, "overtaken")
        code = "plan_outgrown" if after.outgrown else after.state
        return Result(Outcome.DONE, code, loud=loud, rows=changed)

    def _results(self, record: Record, stages: Mapping[str, Stage]) -> dict[str, int]:
        """Count what the campaign came to (1 read for every 1,000 accounts held)."""
        changed = sum(stage.changed for stage in stages.values())
        if record.state == "undoing":
            return {**record.results, "lifted": changed}
        named, held = record.campaign_id, int(record.results.get("held", 0)) + changed
        bearing = sum(self._store.count(queries.held_by(named, realm)) for realm in stages)
        suspended = sum(self._store.count(queries.suspended_by(named, realm)) for realm in stages)
        came = max(0, held - bearing)
        return {"held": held, "suspended": suspended, "came_in_time": came, "left_alone": bearing - suspended}


def _number(stored: Mapping[str, object] | None) -> int:
    return int(str(stored["changed"])) if stored else 0
