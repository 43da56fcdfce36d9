"""Counts what a campaign would suspend, a part at a time: by realm, by province and by school. Writes only counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from shared import queries
from shared.campaign_records import CampaignRecords, Found, campaign_ref, cursor_ref
from shared.domain import campaigns
from shared.domain.accounts import Account
from shared.domain.campaigns import Record, Tally
from shared.domain.exemptions import Exemptions
from shared.domain.policy import Campaign, Policy
from shared.domain.progress import Place, Progress, together
from shared.errors import ConflictError, PermanentError
from shared.exemption_records import read_exemptions
from shared.paging import pages
from shared.ports import Clock, Create, Delete, Document, Put, Ref, Store, Update, Write

PAGE: Final = 500  # accounts read at a time
PARTS: Final = 10  # pages of one part, which is kept as one document
NOWHERE: Final = "00"  # what no region's code begins with
SCHOOLS: Final = 2_000  # of one part at the most, so that its document stays far below Firestore's limit

Tell = Callable[["Progress", Mapping[str, int]], None]
"""Hears of each part: how far the plan has come with it, and the due accounts of the part by sekolah_id."""


@dataclass(slots=True)
class _Part:
    """What one part came to, by school."""

    tally: Tally
    place: Place | None = None
    due: dict[str, int] = field(default_factory=dict)
    exempt: dict[str, int] = field(default_factory=dict)
    provinces: dict[str, Tally] = field(default_factory=dict)


class Planner:
    """Plans campaigns of one policy. Two at once, or a crash midway, count nothing twice: the cursor is the guard."""

    def __init__(self, *, store: Store, clock: Clock, policy: Policy, page: int = PAGE, parts: int = PARTS) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._page = page
        self._parts = parts
        self._records = CampaignRecords(store)

    def rule(self, campaign_id: str) -> Campaign:
        """Give the rule of a campaign; raises PermanentError where the policy has none of this id."""
        found = next((rule for rule in self._policy.campaigns if rule.id == campaign_id), None)
        if found is None:
            raise PermanentError("campaign_unknown")
        return found

    def begin(self, rule: Campaign, by: str) -> Found:
        """Begin a plan, or go on with one that is under way; raises PermanentError where that is not allowed now."""
        before = self._records.get(rule.id)
        if before is not None and before.record.state == "planning":
            return before
        if before is not None and not campaigns.may("plan", before.record.state):
            raise PermanentError("campaign_state", before.record.state)
        now = self._clock.now()
        plan = before.record.plan + 1 if before is not None else 1
        record = self._new(rule, plan, before.record if before is not None else None)
        record = record.went(now, "planning", by)
        cursor = Put(cursor_ref(rule.id), self.fresh(rule, plan).to_doc())
        if before is None:
            self._store.commit([Create(campaign_ref(rule.id), record.to_doc()), cursor])
        else:
            self._store.commit([Update(campaign_ref(rule.id), record.to_doc(), before.version), cursor])
        found = self._records.get(rule.id)
        assert found is not None  # noqa: S101 - it was written a moment ago, and no campaign is ever deleted
        return found

    def fresh(self, rule: Campaign, plan: int) -> Progress:
        """Give the progress of a plan that has not counted anything."""
        return Progress(plan=plan, as_of=self._clock.now(), realm=campaigns.realms_of(rule, self._policy)[0])

    def carry_on(self, campaign_id: str, go_on: Callable[[], bool], tell: Tell) -> Found:
        """Count until all is counted, or `go_on` says no; gives the campaign as it is then."""
        exemptions = read_exemptions(self._store, self._clock.now())
        while True:
            found, cursor = self._records.get(campaign_id), self._records.cursor(campaign_id)
            if found is None or found.record.state != "planning" or cursor is None:
                break
            progress = Progress.from_doc(cursor.data)
            try:
                if progress.realm is None:
                    self._finish(found, progress, cursor)
                elif go_on():
                    tell(*self._count(found.record, progress, exemptions, cursor))
                else:
                    break
            except ConflictError:
                continue  # somebody else plans, too: go on from where they are
        if found is None:
            raise PermanentError("campaign_unknown")
        return found

    def dry(self, rule: Campaign, tell: Tell) -> Record:
        """Count everything and write nothing; gives the record that a real plan would have led to."""
        exemptions = read_exemptions(self._store, self._clock.now())
        before = self._records.get(rule.id)
        plan = before.record.plan + 1 if before is not None else 1
        progress = self.fresh(rule, plan)
        while progress.realm is not None:
            progress, part = self._counted(rule, progress, exemptions)
            tell(progress, part.due)
        record = self._new(rule, plan, before.record if before is not None else None)
        return self._complete(record, rule, progress)

    def _new(self, rule: Campaign, plan: int, before: Record | None) -> Record:
        goes_on = before is not None and before.state in ("done", "awaiting_approval")  # what it held goes on to count
        return Record(
            campaign_id=rule.id,
            state="planning",
            rule=campaigns.rule_doc(rule),
            policy=self._policy.name,
            plan=plan,
            results=before.results if before is not None and goes_on else {},
            history=before.history if before is not None else (),
        )

    def _complete(self, record: Record, rule: Campaign, progress: Progress) -> Record:
        counted = replace(record, tallies=progress.tallies, provinces=progress.provinces)
        return replace(campaigns.counted(counted, rule, self._clock.now()), planned_at=progress.as_of)

    def _finish(self, found: Found, progress: Progress, cursor: Document) -> None:
        after = self._complete(found.record, campaigns.rule_of(found.record.rule), progress)
        self._records.save(found, after, [Delete(cursor.ref, cursor.version)])

    def _count(
        self, record: Record, progress: Progress, exemptions: Exemptions, cursor: Document
    ) -> tuple[Progress, Mapping[str, int]]:
        after, part = self._counted(campaigns.rule_of(record.rule), progress, exemptions)
        writes: list[Write] = [Update(cursor.ref, after.to_doc(), cursor.version)]
        if part.due or part.exempt:
            where = Ref(f"campaigns/{record.campaign_id}/counts", f"{progress.plan}.{progress.realm}.{progress.seq:06}")
            provinces = {code: {"due": each.due, "exempt": each.exempt} for code, each in part.provinces.items()}
            counts = {"plan": progress.plan, "realm": progress.realm, "provinces": provinces}
            writes.append(Put(where, {**counts, "schools": part.due, "exempt": part.exempt}))
        self._store.commit(writes)
        return after, part.due

    def _counted(self, rule: Campaign, progress: Progress, exemptions: Exemptions) -> tuple[Progress, _Part]:
        """Count one part of a realm; at its end the next realm follows."""
        realm = progress.realm or ""
        before = progress.tallies.get(realm) or Tally(in_use=self._store.count(queries.in_use(realm)))
        part = self._part(rule, progress, exemptions, before)
        realms = campaigns.realms_of(rule, self._policy)
        behind = [name for name in realms if name > realm]
        following = realm if part.place is not None else behind[0] if behind else None
        after = replace(
            progress,
            realm=following,
            seq=progress.seq + 1 if part.place is not None else 0,
            place=part.place,
            tallies={**progress.tallies, realm: part.tally},
            provinces=together(progress.provinces, part.provinces),
        )
        return after, part

    def _part(self, rule: Campaign, progress: Progress, exemptions: Exemptions, tally: Tally) -> _Part:
        part = _Part(tally)
        query = queries.due(
            progress.realm or "",
            before=campaigns.issued_before(rule, progress.as_of),
            limit=self._page,
            start_after=behind(progress.place),
        )
        for page in pages(self._store, query, self._parts):
            for document in page:
                self._take(part, rule, progress.as_of, exemptions, Account.from_doc(document.data))
            part.place = place_of(page[-1]) if len(page) == self._page else None
            if len(part.due) + len(part.exempt) > SCHOOLS:
                break
        part.provinces = self._provinces(part)
        return part

    def _take(self, part: _Part, rule: Campaign, at: datetime, exemptions: Exemptions, account: Account) -> None:
        part.tally = replace(part.tally, seen=part.tally.seen + 1)
        if not campaigns.is_due(account, rule, at):
            return
        if exemptions.spare(account):
            part.exempt[account.sekolah_id] = part.exempt.get(account.sekolah_id, 0) + 1
            part.tally = replace(part.tally, exempt=part.tally.exempt + 1)
        else:
            part.due[account.sekolah_id] = part.due.get(account.sekolah_id, 0) + 1
            part.tally = replace(part.tally, due=part.tally.due + 1)

    def _provinces(self, part: _Part) -> dict[str, Tally]:
        """Tell the provinces of a part's schools (1 read a school); "00" is that of a school which names none."""
        schools = sorted({*part.due, *part.exempt})
        found = self._store.get_many([Ref("schools", sekolah_id) for sekolah_id in schools])
        provinces: dict[str, Tally] = {}
        for sekolah_id, school in zip(schools, found, strict=True):
            code = str((school.data.get("kode_wilayah") if school else None) or NOWHERE)[:2]
            here = Tally(due=part.due.get(sekolah_id, 0), exempt=part.exempt.get(sekolah_id, 0))
            provinces = together(provinces, {code: here})
        return provinces


def place_of(document: Document) -> Place:
    """Give where a document stands among the due ones."""
    return {"issued_at": document.data["issued_at"], "account_id": document.ref.id}


def behind(place: Place | None) -> Document | None:
    """Give the document behind which the query of due accounts goes on."""
    if place is None:
        return None
    return Document(Ref("accounts", str(place["account_id"])), {"issued_at": place["issued_at"]}, None)
