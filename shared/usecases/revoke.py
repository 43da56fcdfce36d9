"""Kills the links of a school, and gives each still unused password that was shown through them its next generation."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

from shared import queries
from shared.domain import reissuing
from shared.domain.accounts import Account
from shared.domain.links import LEEWAY
from shared.domain.reissuing import Fate
from shared.errors import ConflictError, PermanentError, TransientError
from shared.paging import paged
from shared.ports import Clock, Document, Ref, Store, Tasks, Update

PAGE: Final = 500  # links, or accounts, read at a time
PARTS: Final = 20  # parts of fetches read at a time: each may name 1,000 accounts
TRIES: Final = 8  # lost races of one commit before it is given up
ROUNDS: Final = 10  # looks for what was still being fetched meanwhile
FAILURES: Final = 3  # of enqueuing; then Cloud Tasks itself is at fault

_FILE: Final = re.compile(r"([A-Z2-7]{8})(?:-([1-9][0-9]{0,5}))?")
_LINK: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Named(NamedTuple):
    """The links that a name means, and the number of one of their files, or None for all."""

    links: Sequence[Document]
    number: int | None = None


@dataclass(slots=True)
class File:
    """What left under one file number: the passwords shown, by account; 0 = a row without one."""

    number: str
    link_id: str
    category: str
    at: datetime
    network: str
    generations: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many accounts it names."""
        return len(self.generations)

    @property
    def passwords(self) -> int:
        """How many passwords it shows."""
        return sum(generation > 0 for generation in self.generations.values())


@dataclass(slots=True, kw_only=True)
class Report:
    """What leaked and what was done; `valid_after` None: nothing was, it was only counted.

    `unqueued` is the code of an enqueue that failed, which `reconcile` makes up; `blocked` are re-issued accounts that
    the Directory refuses as they are, so that their old password goes on until that is mended.
    """

    sekolah_id: str
    valid_after: datetime | None = None
    files: dict[tuple[str, str], File] = field(default_factory=dict)
    fates: dict[str, Fate] = field(default_factory=dict)
    blocked: list[str] = field(default_factory=list)
    unqueued: str = ""

    @property
    def rows(self) -> int:
        """How many rows all files have together."""
        return sum(file.rows for file in self.files.values())

    @property
    def people(self) -> int:
        """How many people the rows are of."""
        return len({account_id.partition(".")[0] for account_id in self.fates})

    def count(self, fate: Fate) -> int:
        """How many accounts had a fate."""
        return sum(found is fate for found in self.fates.values())


def named(store: Store, name: str) -> Named:
    """Find the links of an id, or of a file number such as K7QD4MZ2-3 or its first half; none is an empty answer."""
    file = _FILE.fullmatch(name.upper())
    if file is not None:
        return Named(list(store.query(queries.links_marked(file[1]))), int(file[2]) if file[2] else None)
    document = store.get(Ref("links", name)) if _LINK.fullmatch(name) else None
    return Named([document] if document is not None else [])


def files_of(store: Store, link: Document, number: int | None = None) -> Iterator[File]:
    """Give what each fetch of a link showed (1 read a part), by number; one counted without rows has none."""
    files: dict[int, File] = {}
    for fetch in link.data["fetches"]:
        files[fetch["number"]] = _file(link, fetch)
    for part in paged(store, queries.reads(link.ref.id, limit=PARTS)):
        file = files.setdefault(part.data["number"], _file(link, part.data))
        for account_id, generation in zip(part.data["accounts"], part.data["generations"], strict=True):
            file.generations[account_id] = max(generation, file.generations.get(account_id, 0))
    return (files[n] for n in sorted(files) if number in (None, n))


class Revoke:
    """The use case of `akun school revoke`."""

    def __init__(self, *, store: Store, tasks: Tasks, clock: Clock) -> None:
        self._store = store
        self._tasks = tasks
        self._clock = clock
        self._failures = 0

    def __call__(self, sekolah_id: str, name: str = "", *, dry_run: bool = False) -> Report:
        """Kill all links of the school, then re-issue what was shown through them, or through the named one alone.

        Whoever was fetching while the links were killed is looked for until nothing new is found. Again, it does only
        what is left. Raises PermanentError where school or link are unknown, TransientError where others kept writing.
        """
        report = Report(sekolah_id=sekolah_id)
        self._check(sekolah_id, name)  # a name that is wrong is told before anything is done
        if not dry_run:
            report.valid_after = self._kill(sekolah_id)
        for _ in range(ROUNDS):
            due = self._read(report, name)
            if not due:
                return report
            self._judge(report, due, dry_run=dry_run)
        raise TransientError("contention")

    def _check(self, sekolah_id: str, name: str) -> None:
        links, number = self._links(sekolah_id, name)
        if number is not None and not any(list(files_of(self._store, link, number)) for link in links):
            raise PermanentError("file_unknown")

    def _links(self, sekolah_id: str, name: str) -> Named:
        if not name:
            return Named(list(paged(self._store, queries.links_of(sekolah_id, limit=PAGE))))
        found = named(self._store, name)
        ours = [link for link in found.links if link.data["sekolah_id"] == sekolah_id]
        if not ours:
            raise PermanentError("link_unknown")
        return Named(ours, found.number)

    def _kill(self, sekolah_id: str) -> datetime:
        """Make all links of until now invalid, those too that a clock ahead of ours has dated a little later."""
        ref, now = Ref("schools", sekolah_id), self._clock.now()
        known: list[datetime] = [
            link.data["issued_at"] for link in paged(self._store, queries.links_of(sekolah_id, limit=PAGE))
        ]
        ahead = [at for at in known if at <= now + timedelta(seconds=LEEWAY)]
        for _ in range(TRIES):
            school = self._store.get(ref)
            if school is None:
                raise PermanentError("school_unknown")
            before: datetime | None = school.data.get("links_valid_after")
            after = max(now, *ahead, before or now)
            try:
                self._store.commit([Update(ref, {"links_valid_after": after}, school.version)])
            except ConflictError:
                continue
            return after
        raise TransientError("contention")

    def _read(self, report: Report, name: str) -> dict[str, int]:
        """Read what was shown; give the latest generation of each account of which more is known than before."""
        links, number = self._links(report.sekolah_id, name)
        before = _latest(report.files.values())
        for link in links:
            # A link of after the killing shows nothing that has leaked; without a killing all count.
            if report.valid_after is None or link.data["issued_at"] <= report.valid_after:
                report.files |= {(link.ref.id, file.number): file for file in files_of(self._store, link, number)}
        return {a: shown for a, shown in _latest(report.files.values()).items() if before.get(a) != shown}

    def _judge(self, report: Report, due: Mapping[str, int], *, dry_run: bool) -> None:
        for account_id, generation in due.items():
            if not generation:
                report.fates.setdefault(account_id, Fate.NOT_SHOWN)
        shown = iter([account_id for account_id, generation in due.items() if generation])
        while refs := [Ref("accounts", account_id) for account_id in islice(shown, PAGE)]:
            for ref, document in zip(refs, self._store.get_many(refs), strict=True):
                report.fates[ref.id] = self._one(report, document, ref, due[ref.id], dry_run=dry_run)

    def _one(self, report: Report, document: Document | None, ref: Ref, shown: int, *, dry_run: bool) -> Fate:
        """Re-issue one account if what was shown is still its unused password (1 commit)."""
        for _ in range(TRIES):
            if document is None:
                return Fate.GONE
            account = Account.from_doc(document.data)
            fate = reissuing.fate(account, shown)
            if fate is Fate.ALREADY and account.lane == "live" and account.password_is_due and not dry_run:
                self._enqueue(report, account)  # an earlier run committed it, and may have ended before its task
            if fate is not Fate.REISSUED or dry_run:
                return fate
            after = reissuing.reissued(account, self._clock.now(), "reissued")
            try:
                self._store.commit([Update(ref, account.fields_changed_in(after), document.version)])
            except ConflictError:
                document = self._store.get(ref)
                continue
            if account.blocked is not None:
                report.blocked.append(account.account_id)
            self._enqueue(report, after)
            return fate
        raise TransientError("contention")

    def _enqueue(self, report: Report, account: Account) -> None:
        """Ask for the new password to be sent; where Cloud Tasks fails, ever more commits matter more than tasks."""
        if self._failures >= FAILURES:
            return
        try:
            self._tasks.enqueue(account.realm, account.account_id, account.version)
        except TransientError as error:
            self._failures += 1
            report.unqueued = error.code


def _file(link: Document, told: Mapping[str, Any]) -> File:
    number = f"{link.data['file_mark']}-{told['number']}"
    return File(number, link.ref.id, told["category"], told["at"], told["network"])


def _latest(files: Iterable[File]) -> dict[str, int]:
    """Give the latest generation of each account that was shown in any file."""
    latest: dict[str, int] = {}
    for file in files:
        for account_id, generation in file.generations.items():
            latest[account_id] = max(generation, latest.get(account_id, 0))
    return latest
