"""What came of a campaign, and where accounts were opened: counts by realm, province and school, never of a person."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge, nsmallest
from itertools import groupby, islice
from operator import itemgetter
from typing import Final, NamedTuple

from shared import queries
from shared.campaign_records import CampaignRecords
from shared.domain import campaigns
from shared.domain.activation import (
    BASE,
    Activation,
    Course,
    InRealm,
    School,
    best_first,
    course,
    together,
    worst_first,
)
from shared.domain.campaigns import Record, Tally
from shared.domain.policy import Policy
from shared.errors import PermanentError, TransientError
from shared.paging import pages
from shared.ports import Clock, Document, Ref, Store

PAGE: Final = 500  # accounts read at a time in one realm
SCHOOLS: Final = 100  # schools whose names are read at a time
RANKED: Final = 20  # schools at either end of the list
LEAST: Final = 10  # accounts of a school that competes: of three accounts, one more is a third
TRIES: Final = 3  # of one page: what was read until then is not to be paid for twice


class Expected(NamedTuple):
    """What a report is going to read: about so many accounts, at 1 read each, and each of their schools once."""

    record: Record
    realms: tuple[str, ...]
    accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that a report tells; accounts were read from `begun_at` to `ended_at`, and may have changed meanwhile."""

    record: Record
    course: Course
    realms: Mapping[str, Activation]
    provinces: Mapping[str, Activation]
    best: Sequence[School]
    worst: Sequence[School]
    schools: int
    competing: int
    begun_at: datetime
    ended_at: datetime

    @property
    def total(self) -> Activation:
        """All realms together."""
        return together(self.realms.values())


@dataclass(slots=True)
class _Gathered:
    """What was found so far: as large for the whole country as for one province."""

    realms: dict[str, Activation]
    provinces: dict[str, Activation]
    best: list[School]
    worst: list[School]
    schools: int = 0
    competing: int = 0


class CampaignReport:
    """The use case of `akun campaign report`: reads each account of the campaign's realms once, and writes nothing."""

    def __init__(self, *, store: Store, clock: Clock, policy: Policy, page: int = PAGE) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._page = page
        self._records = CampaignRecords(store)

    def expected(self, campaign_id: str) -> Expected:
        """Tell what is going to be read (1 read, and 1 for every 1,000 accounts); raises PermanentError."""
        found = self._records.get(campaign_id)
        if found is None:
            raise PermanentError("campaign_not_planned")
        realms = campaigns.realms_of(campaigns.rule_of(found.record.rule), self._policy)
        now = self._clock.now()
        # Not those in use alone: who is suspended is read as well, and after a campaign that is many.
        accounts = sum(self._store.count(queries.confirmed(realm, issued_before=now)) for realm in realms)
        return Expected(found.record, realms, accounts)

    def __call__(
        self, expected: Expected, each: Callable[[School], None], tell: Callable[[int], None] = lambda _: None
    ) -> Report:
        """Read and count; `each` is given every school by id, `tell` how many accounts more have been read."""
        begun_at = self._clock.now()
        gathered = _Gathered(dict.fromkeys(expected.realms, Activation()), {}, [], [])
        for schools in _batches(self._schools(expected.realms, gathered, tell), SCHOOLS):
            self._take(gathered, self._named(schools), each)
        # Read last: by now, the campaign may have gone further than when the first account was read.
        record, how_far = self._course(expected.record.campaign_id, expected.realms)
        return Report(
            record=record,
            course=how_far,
            realms=gathered.realms,
            provinces=gathered.provinces,
            best=gathered.best,
            worst=gathered.worst,
            schools=gathered.schools,
            competing=gathered.competing,
            begun_at=begun_at,
            ended_at=self._clock.now(),
        )

    def _take(self, gathered: _Gathered, schools: Sequence[School], each: Callable[[School], None]) -> None:
        for school in schools:
            before = gathered.provinces.get(school.province, Activation())
            gathered.provinces[school.province] = before.plus(school.activation)
            each(school)
        competing = [school for school in schools if school.activation.accounts >= LEAST]
        gathered.schools += len(schools)
        gathered.competing += len(competing)
        gathered.best = nsmallest(RANKED, [*gathered.best, *competing], key=best_first)
        gathered.worst = nsmallest(RANKED, [*gathered.worst, *competing], key=worst_first)

    def _schools(
        self, realms: Sequence[str], gathered: _Gathered, tell: Callable[[int], None]
    ) -> Iterator[tuple[str, Activation]]:
        """Give the schools by id: a school has accounts in several realms, which are read side by side."""
        by_school = merge(*(self._of_realm(realm, tell) for realm in realms), key=itemgetter(0))
        for sekolah_id, found in groupby(by_school, key=itemgetter(0)):
            whole = Activation()
            for _, realm, activation in found:
                whole = whole.plus(activation)
                gathered.realms[realm] = gathered.realms[realm].plus(activation)
            if whole.accounts:
                yield sekolah_id, whole

    def _of_realm(self, realm: str, tell: Callable[[int], None]) -> Iterator[tuple[str, str, Activation]]:
        accounts = (document.data for page in self._pages(realm, tell) for document in page)
        for sekolah_id, found in groupby(accounts, key=itemgetter("sekolah_id")):
            number = activated = suspended = 0
            for account in found:
                if account["state"] in BASE:
                    number += 1
                    if account.get("accessed_at") is not None:
                        activated += 1
                    elif account["state"] == "suspended":
                        suspended += 1
            yield sekolah_id, realm, Activation(number, activated, suspended)

    def _pages(self, realm: str, tell: Callable[[int], None]) -> Iterator[list[Document]]:
        """Give a realm's accounts school by school; where the store fails for a moment, from the last page on."""
        query, failed = queries.by_school(realm, limit=self._page), 0
        while True:
            try:
                for page in pages(self._store, query):
                    tell(len(page))
                    yield page
                    query, failed = replace(query, start_after=page[-1]), 0
            except TransientError:
                failed += 1
                if failed == TRIES:
                    raise
            else:
                return

    def _named(self, schools: Sequence[tuple[str, Activation]]) -> list[School]:
        """Give the schools with name and province (1 read each)."""
        found = self._store.get_many([Ref("schools", sekolah_id) for sekolah_id, _ in schools])
        named = []
        for (sekolah_id, activation), document in zip(schools, found, strict=True):
            known = document.data if document is not None else {}
            npsn, nama, code = (str(known.get(name) or "") for name in ("npsn", "nama", "kode_wilayah"))
            named.append(School(sekolah_id, npsn, nama, code[:2], activation))
        return named

    def _course(self, campaign_id: str, realms: Sequence[str]) -> tuple[Record, Course]:
        """Tell how far the campaign has come by now (3 reads, and 1 for every 1,000 accounts that it holds)."""
        record, changed = self._at_work(campaign_id)
        now = {}
        # Of all realms: what earlier rounds hold, by another rule, is the campaign's as well.
        for realm in sorted({*self._policy.realms, *record.tallies}):
            held = self._store.count(queries.held_by(campaign_id, realm))
            if held or realm in realms or realm in record.tallies:
                suspended = self._store.count(queries.suspended_by(campaign_id, realm)) if held else 0
                now[realm] = InRealm(record.tallies.get(realm, Tally()), held, suspended)
        return record, course(record, now, changed)

    def _at_work(self, campaign_id: str) -> tuple[Record, int]:
        """Give the campaign and what its present work has changed so far, both as of one moment."""
        found = self._records.get(campaign_id)
        while found is not None:
            cursor, before = self._records.cursor(campaign_id), found
            found = self._records.get(campaign_id)
            if found is not None and found.version == before.version:
                stages = cursor.data.get("realms", {}) if cursor is not None else {}
                return found.record, sum(stage["changed"] for stage in stages.values())
        raise PermanentError("campaign_not_planned")


def _batches(found: Iterable[tuple[str, Activation]], size: int) -> Iterator[list[tuple[str, Activation]]]:
    rest = iter(found)
    while batch := list(islice(rest, size)):
        yield batch
