"""Decides what one person is to have, commits it, then asks for the accounts to be converged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.domain import addresses, bases
from shared.domain.accounts import Account
from shared.domain.decide import Target, decide
from shared.domain.people import PersonRecord
from shared.domain.plan import Plan, account_id, new_account, plan
from shared.domain.policy import Policy
from shared.domain.roster import Lane, RosterChange
from shared.errors import ConflictError, PermanentError, TransientError
from shared.outcomes import Outcome, Result
from shared.ports import Clock, Create, Document, Ref, Store, Tasks, Update, Write
from shared.schools import Schools

RESTARTS = 3  # after a lost precondition, in process
ATTEMPTS = 60  # addresses tried for one account before something must be wrong
DUPLICATE_LOOKS = timedelta(hours=1)  # a redelivery within this span may mean a lost enqueue


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a person: the document, and the accounts by realm with theirs."""

    change: RosterChange
    lane: Lane
    person: Document | None
    record: PersonRecord | None
    accounts: dict[str, tuple[Document, Account]]


class Provision:
    """The use case of one roster change."""

    def __init__(
        self, *, store: Store, tasks: Tasks, clock: Clock, policy: Policy, root_domain: str, schools: Schools
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._clock = clock
        self._policy = policy
        self._root_domain = root_domain
        self._schools = schools

    def __call__(self, change: RosterChange, lane: Lane) -> Result:
        """Bring the store to the change; raises PermanentError for a revision that contradicts what is stored."""
        ref = Ref("people", change.person.person_id)
        document = self._store.get(ref)
        for _ in range(1 + RESTARTS):
            record = PersonRecord.from_doc(document.data) if document else None
            settled = self._settled(change, record)
            if settled is not None:
                return settled
            try:
                if record is not None and self._is_same(change, record):
                    self._store.commit([_revision_only(ref, change, document)])
                    return Result(Outcome.DONE, "revision")
                self._schools.follow(change)
                return self._decide(change, lane, document, record)
            except ConflictError:
                document = self._store.get(ref)
        raise TransientError("contention")

    def _settled(self, change: RosterChange, record: PersonRecord | None) -> Result | None:
        """Answer what needs no decision: stale, duplicate; or raise for the same revision with other content."""
        if record is None or record.revision < change.revision:
            return None
        if record.revision > change.revision:
            return Result(Outcome.STALE)
        other_normaliser = _normaliser(record.content_hash) != _normaliser(change.content_hash)
        if not other_normaliser and record.content_hash != change.content_hash:
            raise PermanentError("revision_conflict", "revision")
        if record.policy != self._policy.name:
            return None
        if self._clock.now() - record.decided_at < DUPLICATE_LOOKS:
            self._enqueue_again(record)
        return Result(Outcome.DUPLICATE)

    def _is_same(self, change: RosterChange, record: PersonRecord) -> bool:
        return record.content_hash == change.content_hash and record.policy == self._policy.name

    def _enqueue_again(self, record: PersonRecord) -> None:
        refs = [_account_ref(record.person.person_id, realm) for realm in record.realms]
        for document in self._store.get_many(refs):
            if document is not None:
                self._enqueue(Account.from_doc(document.data))

    def _decide(
        self, change: RosterChange, lane: Lane, document: Document | None, record: PersonRecord | None
    ) -> Result:
        """Decide and commit, with other addresses where the first ones are taken; then enqueue."""
        person_id = change.person.person_id
        refs = [_account_ref(person_id, realm) for realm in (record.realms if record else ())]
        read = [found for found in self._store.get_many(refs) if found] if refs else []
        accounts = {a.realm: (d, a) for d, a in ((d, Account.from_doc(d.data)) for d in read)}
        seen = _Read(change, lane, document, record, accounts)
        now = self._clock.now()
        plain = {realm: account for realm, (_, account) in accounts.items()}
        verdict = decide(change.person, self._policy, plain)
        wished = plan(change.person, self._policy, verdict, plain, now, lane)
        decided = PersonRecord(
            person=change.person,
            revision=change.revision,
            content_hash=change.content_hash,
            refused_at=verdict.refused_at,
            policy=self._policy.name,
            decided_at=now,
            decisions=verdict.decisions,
            realms=sorted({*plain, *(target.realm.name for target in wished.wanted)}),
            frozen=record.frozen if record else False,
        )
        created = self._commit(seen, decided, wished)
        touched = (*created, *wished.changed)
        for account in touched:
            self._enqueue(account)
        return Result(Outcome.DONE)

    def _commit(self, seen: _Read, decided: PersonRecord, wished: Plan) -> Sequence[Account]:
        """Write person, addresses and accounts in one commit; a taken address gives way to the next candidate."""
        attempts = dict.fromkeys((target.realm.name for target in wished.wanted), 0)
        base = bases.base(decided.person.nama) if attempts else ""
        while True:
            created = [self._new(seen, decided, target, base, attempts) for target in wished.wanted]
            try:
                self._store.commit(_writes(seen, decided, wished, created))
            except ConflictError:
                if not attempts or self._has_changed(seen, wished):
                    raise
                self._next_attempts(attempts, created)
            else:
                return created

    def _new(self, seen: _Read, decided: PersonRecord, target: Target, base: str, attempts: dict[str, int]) -> Account:
        realm, person = target.realm.name, decided.person
        attempt = attempts[realm]
        address = addresses.candidate(base, account_id(person.person_id, realm), attempt, realm, self._root_domain)
        return new_account(
            person,
            target,
            address=address,
            attempt=attempt,
            frozen=decided.frozen,
            now=decided.decided_at,
            lane=seen.lane,
        )

    def _has_changed(self, seen: _Read, wished: Plan) -> bool:
        """Tell whether the conflict was over what was read (1 read, and 1 for each account written), not an address."""
        person = self._store.get(Ref("people", seen.change.person.person_id))
        if _version(person) != _version(seen.person):
            return True
        read = [seen.accounts[account.realm][0] for account in wished.changed]
        again = self._store.get_many([document.ref for document in read]) if read else []
        return [_version(document) for document in again] != [_version(document) for document in read]

    def _next_attempts(self, attempts: dict[str, int], created: Sequence[Account]) -> None:
        """Go on to the next candidate of each account whose address is taken; of a single one it is clear."""
        taken = list(created)
        if len(created) > 1:
            found = self._store.get_many([Ref("addresses", account.address) for account in created])
            taken = [account for account, document in zip(created, found, strict=True) if document is not None]
        for account in taken:
            attempts[account.realm] += 1
            if attempts[account.realm] >= ATTEMPTS:
                raise TransientError("addresses_exhausted")

    def _enqueue(self, account: Account) -> None:
        if account.lane == "live":
            self._tasks.enqueue(account.realm, account.account_id, account.version)


def _writes(seen: _Read, decided: PersonRecord, wished: Plan, created: Sequence[Account]) -> list[Write]:
    """Give the commit: the person first, then the addresses and accounts."""
    ref = Ref("people", decided.person.person_id)
    document = decided.to_doc()
    writes: list[Write] = [Update(ref, document, seen.person.version) if seen.person else Create(ref, document)]
    for account in created:
        writes.append(Create(Ref("addresses", account.address), {"account_id": account.account_id}))
        writes.append(Create(Ref("accounts", account.account_id), account.to_doc()))
    for account in wished.changed:
        read, before = seen.accounts[account.realm]
        writes.append(Update(read.ref, before.fields_changed_in(account), read.version))
    return writes


def _revision_only(ref: Ref, change: RosterChange, document: Document | None) -> Update:
    return Update(ref, {"revision": change.revision}, _version(document))


def _account_ref(person_id: str, realm: str) -> Ref:
    return Ref("accounts", account_id(person_id, realm))


def _version(document: Document | None) -> object:
    return document.version if document else None


def _normaliser(content_hash: str) -> str:
    return content_hash.partition(":")[0]
