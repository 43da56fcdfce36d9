"""The work of a campaign on one realm: sets its holds, or lifts them, no further ahead than `feed` takes in minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from shared import queries
from shared.budget import Budget
from shared.campaign_plan import behind, place_of
from shared.domain import campaigns
from shared.domain.accounts import Account, known_fields
from shared.domain.campaigns import Record
from shared.domain.exemptions import Exemptions
from shared.domain.pacing import FLOOR, SHARE
from shared.errors import ConflictError
from shared.exemption_records import read_exemptions
from shared.ports import Clock, Document, Ref, Store, Update

BATCH: Final = 400  # accounts read, and written in one commit
AHEAD: Final = 2  # minutes of `feed`'s quota that may lie committed, so that pause acts within minutes
CALLS: Final = 2  # of a suspension, and of a lift: get, update


class OvertakenError(Exception):
    """Another run works on this campaign: leave it to that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How far a realm has come; kept in the cursor. `found` is what the present pass has found so far.

    `changed` counts holds set, or lifted, and `changed_at` is when that was last done; a pass that found anything is
    followed by another, once all of it has gone through the queue: one that finds nothing proves the realm `over`.
    """

    place: Mapping[str, Any] | None = None
    found: int = 0
    changed: int = 0
    changed_at: datetime | None = None
    waits: bool = False
    over: bool = False
    outgrown: bool = False

    def to_doc(self) -> dict[str, Any]:
        """Give the stored form."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


class Spared:
    """The exemptions of one run; read again when somebody has added one, which the campaign's cursor tells."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._read: tuple[datetime | None, Exemptions] | None = None

    def of(self, cursor: Document) -> Exemptions:
        """Give the exemptions as of a cursor that was read before (1 read each, where they are not known already)."""
        added_at = cursor.data.get("exempted_at")
        if self._read is None or self._read[0] != added_at:
            self._read = (added_at, read_exemptions(self._store, self._clock.now()))
        return self._read[1]


class CampaignRun:
    """Changes desired state only, each account under the precondition of what was read."""

    def __init__(self, *, store: Store, clock: Clock, rates: Mapping[str, float]) -> None:
        self._store = store
        self._clock = clock
        self._rates = rates

    def room(self, realm: str) -> int:
        """Give how many accounts may be committed now (2 reads, and 1 for every 1,000 accounts that wait)."""
        cursor = self._store.get(Ref("cursors", f"feed.{realm}"))
        rate = self._rates.get(realm, self._rates.get("*", 0.0))
        quota = float(cursor.data["quota"]) if cursor else max(FLOOR, rate * 60.0 * SHARE)
        most = int(AHEAD * quota / CALLS)
        return max(0, most - self._store.count(queries.pending(realm, "bulk", limit=most + 1)))

    def outgrown(self, record: Record) -> tuple[str, ...]:
        """Give the realms where a plan holds no longer, before anything is done by it (1 read for 1,000 accounts)."""
        before = self._before(record)
        found = []
        for realm, tally in sorted(record.tallies.items()):
            query = queries.due(realm, before=before, limit=tally.seen + tally.due + 1)
            if campaigns.has_outgrown(tally, self._store.count(query)):
                found.append(realm)
        return tuple(found)

    def hold(self, record: Record, realm: str, cursor: Ref, spared: "Spared", go_on: Budget) -> Stage:
        """Set the campaign's hold on the next due accounts of a realm; gives how far it has come.

        Raises OvertakenError where another run is at it.
        """
        document, stage = self._stage(cursor, realm)
        if stage.over or stage.outgrown or self._still_in_the_queue(stage, realm):
            return stage
        before = stage
        if stage.waits:
            stage = replace(stage, waits=False, place=None, found=0)
        room = self.room(realm)
        while go_on() and room > 0 and not (stage.over or stage.waits or stage.outgrown):
            page = self._page(record, realm, stage, min(BATCH, room))
            wishes = self._wishes(record, page, spared.of(document) if page else Exemptions())
            left = campaigns.allowance(record, realm) - stage.changed
            stage = replace(self._behind(stage, page, min(BATCH, room)), outgrown=len(wishes) > left)
            stage = self._commit(document, realm, stage, wishes[: max(0, left)])
            room -= len(wishes)
            document, before = self._stage(cursor, realm)
        if stage != before:
            self._save(document, realm, stage)
        return stage

    def lift(self, record: Record, realm: str, cursor: Ref, go_on: Budget) -> Stage:
        """Lift the campaign's hold from the next accounts that bear it; what was never suspended is let go, too."""
        document, stage = self._stage(cursor, realm)
        if stage.over or self._still_in_the_queue(stage, realm):
            return stage
        if stage.waits:
            stage = replace(stage, waits=False, found=0)
        room = self.room(realm)
        while go_on() and room > 0 and not (stage.over or stage.waits):
            limit = min(BATCH, room)
            page = list(self._store.query(queries.held_by(record.campaign_id, realm, limit=limit)))
            now = self._clock.now()
            pairs = [(each, Account.from_doc(each.data)) for each in page]
            wishes = [(each, old, campaigns.lifted(old, record.campaign_id, now)) for each, old in pairs]
            stage = self._commit(document, realm, replace(stage, waits=len(page) < limit), wishes)
            room -= len(page)
            document, _ = self._stage(cursor, realm)
        return stage

    def _stage(self, cursor: Ref, realm: str) -> tuple[Document, Stage]:
        document = self._store.get(cursor)
        if document is None or document.data["halted"]:
            raise OvertakenError
        stored = document.data["realms"].get(realm)
        return document, Stage(**known_fields(Stage, stored)) if stored else Stage()

    def _still_in_the_queue(self, stage: Stage, realm: str) -> bool:
        """Tell whether the last of ours is not through yet: the oldest bulk work is no younger (1 read)."""
        if not stage.waits or stage.changed_at is None:
            return False
        query = queries.pending(realm, "bulk", limit=1, confirmed=True)
        return any(document.data["pending_since"] <= stage.changed_at for document in self._store.query(query))

    def _before(self, record: Record) -> datetime:
        # A rolling rule's moment stays the plan's, or the accounts would be others than those that were allowed.
        return campaigns.issued_before(campaigns.rule_of(record.rule), record.planned_at or self._clock.now())

    def _page(self, record: Record, realm: str, stage: Stage, limit: int) -> list[Document]:
        query = queries.due(realm, before=self._before(record), limit=limit, start_after=behind(stage.place))
        return list(self._store.query(query))

    def _wishes(
        self, record: Record, page: Sequence[Document], exemptions: Exemptions
    ) -> list[tuple[Document, Account, Account]]:
        rule, now = campaigns.rule_of(record.rule), self._clock.now()
        found = []
        for document in page:
            account = Account.from_doc(document.data)
            if campaigns.is_due(account, rule, record.planned_at or now) and not exemptions.spare(account):
                found.append((document, account, campaigns.held(account, record.campaign_id, now)))
        return found

    def _behind(self, stage: Stage, page: Sequence[Document], limit: int) -> Stage:
        """Give the stage behind a page: at the end of a pass that found nothing the realm is over."""
        if len(page) == limit:
            return replace(stage, place=place_of(page[-1]))
        return replace(stage, place=None, waits=True)

    def _commit(
        self, cursor: Document, realm: str, stage: Stage, wishes: Sequence[tuple[Document, Account, Account]]
    ) -> Stage:
        """Write the wishes and the cursor at once; where somebody wrote an account meanwhile, one by one."""
        writes = [Update(document.ref, old.fields_changed_in(new), document.version) for document, old, new in wishes]
        after = self._with(stage, len(writes))
        try:
            self._store.commit([*writes, self._update(cursor, realm, after)])
        except ConflictError:
            after = self._one_by_one(cursor, realm, stage, writes)
        return after

    def _one_by_one(self, cursor: Document, realm: str, stage: Stage, writes: Sequence[Update]) -> Stage:
        present = self._store.get(cursor.ref)
        if present is None or present.version != cursor.version:
            raise OvertakenError
        done = 0
        for write in writes:
            try:
                self._store.commit([write])
            except ConflictError:
                continue  # the next pass looks at it as it is by then
            done += 1
        after = self._with(stage, done, found=len(writes))
        self._save(cursor, realm, after)
        return after

    def _with(self, stage: Stage, changed: int, found: int | None = None) -> Stage:
        """Give the stage with so many more changed; the end of a pass without a find is the end."""
        more = stage.found + (changed if found is None else found)
        at = self._clock.now() if changed else stage.changed_at
        over = stage.waits and more == 0
        return replace(
            stage, found=more, changed=stage.changed + changed, changed_at=at, over=over, waits=stage.waits and not over
        )

    def _save(self, cursor: Document, realm: str, stage: Stage) -> None:
        try:
            self._store.commit([self._update(cursor, realm, stage)])
        except ConflictError:
            raise OvertakenError from None

    def _update(self, cursor: Document, realm: str, stage: Stage) -> Update:
        return Update(cursor.ref, {"realms": {**cursor.data["realms"], realm: stage.to_doc()}}, cursor.version)
