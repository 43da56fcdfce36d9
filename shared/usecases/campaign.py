"""What people decide on a campaign: plan it, approve it, start, pause and resume it, undo it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from shared.budget import Budget
from shared.campaign_plan import Planner, Tell
from shared.campaign_records import CampaignRecords, cursor_ref, fresh_cursor
from shared.domain import campaigns
from shared.domain.campaigns import Approval, Command, Record
from shared.domain.policy import Policy
from shared.errors import ConflictError, PermanentError, TransientError
from shared.ports import Clock, Put, Store, Update, Write

TRIES: Final = 5  # lost races of one decision before it is given up


class Decisions:
    """The use cases of `akun campaign`; each raises PermanentError where it is refused, with the state as its field."""

    def __init__(self, *, store: Store, clock: Clock, policy: Policy) -> None:
        self._store = store
        self._clock = clock
        self._records = CampaignRecords(store)
        self._planner = Planner(store=store, clock=clock, policy=policy)

    def plan(self, campaign_id: str, by: str, go_on: Budget, tell: Tell) -> Record:
        """Count what the campaign would suspend; broken off, it goes on where it was, and what runs is left alone."""
        rule = self._planner.rule(campaign_id)
        before = self._records.get(campaign_id)
        if before is not None and campaigns.is_there("plan", before.record.state):
            return before.record
        self._planner.begin(rule, by)
        return self._planner.carry_on(campaign_id, go_on, tell).record

    def dry_plan(self, campaign_id: str, tell: Tell) -> Record:
        """Count in the same way, and write nothing."""
        return self._planner.dry(self._planner.rule(campaign_id), tell)

    def approve(self, campaign_id: str, approver: str, reason: str) -> Record:
        """Allow what the plan counted, and no more than a tenth beyond it; then the campaign runs."""

        def decided(record: Record) -> Record:
            if record.outgrown:
                raise PermanentError("plan_outgrown", ", ".join(record.outgrown))
            now = self._clock.now()
            due = {realm: tally.due for realm, tally in record.tallies.items()}
            approval = Approval(approver=approver, reason=reason, at=now, due=due)
            return replace(record, approval=approval).started(now, approver)

        return self._decide("approve", campaign_id, decided)

    def start(self, campaign_id: str, by: str) -> Record:
        """Let a plan run that needs no approval, or has it."""
        return self._decide("start", campaign_id, lambda r: r.started(self._clock.now(), by))

    def pause(self, campaign_id: str, by: str) -> Record:
        """Commit nothing more; what lies in the queue goes through within two minutes."""
        return self._decide(
            "pause", campaign_id, lambda r: r.went(self._clock.now(), "paused", by, before_pause=r.state)
        )

    def resume(self, campaign_id: str, by: str) -> Record:
        """Go on where it was paused."""
        return self._decide(
            "resume",
            campaign_id,
            lambda r: r.went(self._clock.now(), r.before_pause or "running", by, before_pause=None),
        )

    def undo(self, campaign_id: str, by: str) -> Record:
        """Lift what the campaign suspended, in all its rounds, and nothing else."""
        return self._decide("undo", campaign_id, lambda r: r.went(self._clock.now(), "undoing", by, before_pause=None))

    def _decide(self, command: Command, campaign_id: str, decided: Callable[[Record], Record]) -> Record:
        for _ in range(TRIES):
            found = self._records.get(campaign_id)
            if found is None:
                raise PermanentError("campaign_not_planned")
            if campaigns.is_there(command, found.record.state):
                return found.record
            if not campaigns.may(command, found.record.state):
                raise PermanentError("campaign_state", found.record.state)
            after = decided(found.record)
            try:
                self._records.save(found, after, self._cursor(command, after))
            except ConflictError:
                continue
            return after
        raise TransientError("contention")

    def _cursor(self, command: Command, after: Record) -> list[Write]:
        """Give the cursor's write that belongs to a decision: work under way sees it in its next commit."""
        ref = cursor_ref(after.campaign_id)
        if command in ("pause", "resume"):
            document = self._store.get(ref)
            return [Update(ref, {"halted": command == "pause"}, document.version)] if document is not None else []
        return [Put(ref, fresh_cursor(after))]
