"""Lets each person's fate come about: sign-ins, suspensions by others, exemptions; and remembers when it did."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bench.simulate.directory import User
from bench.simulate.fates import EXEMPT_REALMS, Fate, When, exempt_school, fate, moments
from bench.simulate.people import Country, Person
from bench.simulate.scenario import Run
from shared.domain.exemptions import Kind
from shared.ports import Document, Query, Ref, Store, Write
from shared.usecases.exempt import Exempt

UNTIL = datetime(2022, 1, 1, tzinfo=UTC)
_AT_THE_LOOK = (When.LOOK, When.UNSEEN, When.BETWEEN)
_A_MOMENT = 0.001

Subject = tuple[Kind, str]


class Acts:
    """The outside world of one campaign."""

    def __init__(self, run: Run, country: Country) -> None:
        self._world = run.world
        self._lag = run.world.faults.lag
        self._people: list[tuple[Person, Fate, User]] = []
        self._at_the_look: dict[str, Fate] = {}
        self.exempting: dict[Subject, When] = {}
        self.spared: dict[str, list[Subject]] = defaultdict(list)
        """The exemptions that an account falls under, in force or not."""
        self.exempt_at: dict[Subject, float] = {}
        """When an exemption was added."""
        self._accounts: dict[Subject, list[str]] = defaultdict(list)
        by_account = {user.account_id: user for user in run.world.directory.users.values()}
        for number in range(run.published):
            person = country.person(number, run.revisions.get(number, 1))
            expected = person.expected()
            if expected is not None:
                self._take(person, by_account[expected.account_id])
        run.world.directory.looking = self._looking
        run.world.directory.suspending = self._suspending

    def _take(self, person: Person, user: User) -> None:
        found = fate(person)
        subjects: Sequence[tuple[Kind, str, When]] = (
            ("person", person.person_id, found.exempt),
            ("school", person.sekolah_id, exempt_school(person)),
            ("realm", person.group.realm, EXEMPT_REALMS.get(person.group.realm, When.NEVER)),
        )
        for kind, subject, when in subjects:
            if when is not When.NEVER:
                self.exempting[kind, subject] = when
                self.spared[user.account_id].append((kind, subject))
                self._accounts[kind, subject].append(user.account_id)
        if found.comes in _AT_THE_LOOK or found.foreign is When.LOOK:
            self._at_the_look[user.account_id] = found
        if not {found.comes, found.foreign} <= {When.NEVER, *_AT_THE_LOOK}:
            self._people.append((person, found, user))

    @staticmethod
    def may_change(before: Person, after: Person) -> bool:
        """Tell whether it stays clear to which schools somebody belongs who changes."""
        return exempt_school(before) is When.NEVER and exempt_school(after) is When.NEVER

    def happened(self, begin: float) -> None:
        """Let all that happens before the plan have happened between then and now."""
        for at, act in self._of(When.BEFORE, begin, self._world.timeline.seconds):
            act(at)

    def happen(self, when: When, span: float) -> None:
        """Let what happens at that time happen within so many seconds from now."""
        now = self._world.timeline.seconds
        for at, act in self._of(when, now, now + span):
            self._world.timeline.after(at - now, partial(act, at))

    def exempt(self, when: When) -> None:
        """Add the exemptions of that time; the number of those that spare nobody is not of interest."""
        use_case = Exempt(store=_Indexed(self._world.memory, self._accounts), clock=self._world.timeline)
        for (kind, subject), added in self.exempting.items():
            if added is when:
                use_case.add(kind, subject, reason="contoh", author="ops", until=UNTIL)
                self.exempt_at[kind, subject] = self._world.timeline.seconds

    def _of(self, when: When, begin: float, end: float) -> Iterator[tuple[float, Callable[[float], None]]]:
        """Give the acts of a span of time, those of one person in order."""
        for person, found, user in self._people:
            acts = list[tuple[float, Callable[[float], None]]]()
            comes, foreign = (begin + share * (end - begin) for share in moments(person))
            if found.comes is when:
                acts.append((comes, partial(user.sign_in, agreed_only=found.agreed_only)))
            if found.foreign is when:
                acts.append((foreign, partial(user.suspend, reason=found.reason)))
            yield from sorted(acts, key=lambda act: act[0])

    def _looking(self, user: User) -> None:
        found = self._at_the_look.get(user.account_id)
        if found is None or user.suspended:
            return
        now = self._world.timeline.seconds
        if found.comes is When.LOOK:
            user.sign_in(now - self._lag - _A_MOMENT, agreed_only=found.agreed_only)
        if found.comes is When.UNSEEN and user.came_at is None:
            user.sign_in(now - self._world.chance.within(self._lag))
        if found.foreign is When.LOOK:
            user.suspend(now, found.reason)

    def _suspending(self, user: User) -> None:
        found = self._at_the_look.get(user.account_id)
        if found is not None and found.comes is When.BETWEEN:
            user.sign_in(self._world.timeline.seconds)


class _Indexed:
    """The store, with the answers to two queries at hand: SQLite would look through all accounts for each."""

    def __init__(self, store: Store, accounts: dict[Subject, list[str]]) -> None:
        self._store = store
        self._accounts = accounts

    def get(self, ref: Ref) -> Document | None:
        """Read one document."""
        return self._store.get(ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        """Read several."""
        return self._store.get_many(refs)

    def commit(self, writes: Sequence[Write]) -> None:
        """Write."""
        self._store.commit(writes)

    def query(self, query: Query) -> Iterator[Document]:
        """Stream what matches; the accounts of a person, or of a school, are looked up."""
        paths = {path: value for path, _, value in query.where}
        if query.collection != "accounts" or not paths.keys() & {"person_id", "sekolah_ids"}:
            yield from self._store.query(query)
            return
        subject: Subject = ("person", paths["person_id"]) if "person_id" in paths else ("school", paths["sekolah_ids"])
        for account_id in [] if query.start_after else self._accounts[subject]:
            document = self._store.get(Ref("accounts", account_id))
            if document is not None and _matches(document.data, paths):
                yield document

    def count(self, query: Query) -> int:
        """Count what matches."""
        return self._store.count(query)


def _matches(account: dict[str, Any], paths: dict[str, Any]) -> bool:
    return "category" not in paths or bool(account["category"] == paths["category"])
