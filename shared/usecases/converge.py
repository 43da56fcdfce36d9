"""Makes the Directory match one account: the only writer of the Directory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from shared.credentials import Credentials
from shared.domain import applying, sending
from shared.domain.accounts import Account, External
from shared.domain.policy import Policy, Realm
from shared.domain.tasks import MINUTE, task_name
from shared.domain.users import DirectoryUser, Mark, UserProfile, profile_of
from shared.errors import ConflictError, QuotaError, TransientError
from shared.outcomes import Outcome, Result
from shared.ports import (
    Clock,
    Create,
    Delete,
    Directory,
    DirectoryError,
    Document,
    Put,
    Ref,
    Store,
    Tasks,
    Update,
    Verdict,
    Write,
)
from shared.switchboard import Switchboard

ROUNDS = 8  # of read, call, record within one task: overtaken records, and addresses that others hold

_WAITS = {
    Verdict.NOT_FOUND: "not_visible",
    Verdict.NOT_READY: "not_ready",
    Verdict.CONFLICT: "conflict",
    Verdict.DUPLICATE: "conflict",  # of an update that the user does not show yet
}
_UNSEEN = "address_unseen"


@dataclass(frozen=True, slots=True)
class _Step:
    """What one round came to: the account to record and what the caller is told.

    `again`: another round is due; `sent`: a call may have changed the Directory.
    """

    account: Account
    result: Result
    extras: Sequence[Write] = ()
    again: bool = False
    sent: bool = False


class Converge:
    """The use case of one task."""

    def __init__(
        self,
        *,
        store: Store,
        directory_of: Callable[[str], Directory],
        tasks: Tasks,
        credentials: Credentials,
        clock: Clock,
        policy: Policy,
        root_domain: str,
        switchboard: Switchboard,
    ) -> None:
        self._store = store
        self._directory_of = directory_of
        self._tasks = tasks
        self._credentials = credentials
        self._clock = clock
        self._policy = policy
        self._root_domain = root_domain
        self._switchboard = switchboard

    def __call__(self, account_id: str, version: int, *, retries: int = 0, probe: bool = False) -> Result:
        """Bring one account to its present version; `retries` is the task's X-CloudTasks-TaskRetryCount.

        Raises QuotaError when Google refuses for its quota, TransientError for what may pass.
        """
        ref = Ref("accounts", account_id)
        document = self._store.get(ref)
        if document is None:
            return Result(Outcome.UNKNOWN)
        overtaken = retries > 0 and version < Account.from_doc(document.data).version
        for _ in range(ROUNDS):
            account = Account.from_doc(document.data)
            still = self._still(account, overtaken, probe)
            if still is not None:
                return still
            step = self._step(account, overtaken)
            recorded = self._recorded(document, account, step)
            if recorded and not step.again:
                return step.result
            # A call was sent on a state that has changed since: apply the present one once more.
            overtaken = overtaken or not recorded
            document = self._read_again(ref)
        raise TransientError("contention")

    def _read_again(self, ref: Ref) -> Document:
        document = self._store.get(ref)
        if document is None:
            raise TransientError("account_vanished")
        return document

    def _still(self, account: Account, overtaken: bool, probe: bool) -> Result | None:
        """Answer what needs no call: nothing to do, blocked, or held by a switch."""
        if account.is_blocked and account.blocked is not None:
            return Result(Outcome.BLOCKED, account.blocked.code)
        if account.applied_version == account.version and not overtaken:
            return Result(Outcome.UNCHANGED)
        held = self._switchboard.switches().holds_back(account)
        if held is not None and not (probe and held == "licences_full"):
            return Result(Outcome.HELD, held)
        return None

    def _step(self, account: Account, overtaken: bool) -> _Step:
        realm = self._policy.realms.get(account.realm)
        if realm is None:
            return self._blocked(account, "realm_unknown", "realm")
        try:
            if account.is_confirmed:
                return self._bring(account, realm, overtaken)
            return self._create(account, realm)
        except DirectoryError as error:
            return self._failed(account, error)

    def _create(self, account: Account, realm: Realm) -> _Step:
        """Insert the user; where the address is taken, look whose it is."""
        if account.waiting is not None and account.waiting.code == _UNSEEN:
            return self._look_at_address(account, realm)
        mark, password = self._credentials.wished(account)
        held = account.cause
        profile = profile_of(account, realm, mark, password=password, held=held, suspended=True if held else None)
        try:
            user_id = self._directory_of(account.realm).insert(profile)
        except DirectoryError as error:
            if error.verdict is Verdict.DUPLICATE:
                return self._look_at_address(account, realm)
            if error.verdict is Verdict.LICENCES_FULL:
                return _Step(account, Result(Outcome.HELD, error.code, loud=self._switchboard.licences_are_full()))
            raise
        self._switchboard.licences_are_free()
        return self._done(account, user_id, mark, None)

    def _look_at_address(self, account: Account, realm: Realm) -> _Step:
        """Find out whose the address is: ours (adopt), somebody's (next candidate), or not to be seen yet (wait)."""
        try:
            user = self._directory_of(account.realm).get(account.address)
        except DirectoryError as error:
            if error.verdict is Verdict.NOT_FOUND and not self._has_waited_long(account, _UNSEEN):
                return self._waits(account, _UNSEEN)
            if error.verdict in (Verdict.NOT_FOUND, Verdict.DELETED):
                return self._next_candidate(account)
            raise
        if user.account_id != account.account_id:
            return self._next_candidate(account)
        return self._update(account, realm, user.id, user)

    def _next_candidate(self, account: Account) -> _Step:
        """Reserve the next free candidate, then go another round."""
        after = applying.next_address(account, self._root_domain, self._clock.now())
        while self._store.get(Ref("addresses", after.address)) is not None:
            after = applying.next_address(after, self._root_domain, self._clock.now())
        reserve = Create(Ref("addresses", after.address), {"account_id": account.account_id})
        return _Step(after, Result(Outcome.DONE), extras=(reserve,), again=True)

    def _bring(self, account: Account, realm: Realm, overtaken: bool) -> _Step:
        """Update a user of ours; look first where a password or a suspension may have to be sent."""
        user_id = account.directory_id or ""
        looks = overtaken or account.password_is_due or bool(account.holds) != account.is_suspended
        try:
            user = self._directory_of(account.realm).get(user_id) if looks else None
            return self._update(account, realm, user_id, user)
        except DirectoryError as error:
            lost = error.verdict is Verdict.NOT_FOUND and self._has_waited_long(account, "not_visible")
            if lost or error.verdict is Verdict.DELETED:
                return _Step(applying.gone(account, self._clock.now()), Result(Outcome.EXTERNAL, "deleted", loud=True))
            raise

    def _has_waited_long(self, account: Account, code: str) -> bool:
        waiting = account.waiting
        if waiting is None or waiting.code != code:
            return False
        return self._clock.now() - waiting.since >= applying.OUT_OF_SIGHT

    def _update(self, account: Account, realm: Realm, user_id: str, user: DirectoryUser | None) -> _Step:
        """Send the profile, with password and suspension only as what was seen allows."""
        now = self._clock.now()
        if user is not None:
            account = applying.last_look(applying.signed_in(account, user, now), now)
        mark, password = sending.standing_mark(account, user), None
        if mark is None:
            mark, password = self._credentials.wished(account)
        external = sending.foreign_suspension(account, user, now)
        suspended = sending.suspended_to_send(account, user, external)
        held = sending.held_mark(account, external)
        profile = profile_of(account, realm, mark, password=password, held=held, suspended=suspended)
        if password is not None or user is None or not user.shows(profile):
            external = self._send(account, user_id, profile) or external
        return self._done(account, user_id, mark, external)

    def _send(self, account: Account, user_id: str, profile: UserProfile) -> External | None:
        """Update; give what Google would not undo. A 409 `duplicate` may hide an update that was applied."""
        try:
            self._directory_of(account.realm).update(user_id, profile)
        except DirectoryError as error:
            if error.verdict is Verdict.CANNOT_UNSUSPEND:
                self._directory_of(account.realm).update(user_id, replace(profile, suspended=None))
                return External(kind="google", seen_at=self._clock.now())
            if error.verdict is Verdict.DUPLICATE and self._directory_of(account.realm).get(user_id).shows(profile):
                return None
            raise
        return None

    def _done(self, account: Account, user_id: str, mark: Mark, external: External | None) -> _Step:
        after = applying.confirmed(account, self._clock.now(), user_id=user_id, mark=mark, external=external)
        freed = (Delete(_parked(account)),) if account.blocked is not None else ()
        outcome = Outcome.DONE if external is None else Outcome.EXTERNAL
        return _Step(after, Result(outcome, external.kind if external else ""), extras=freed, sent=True)

    def _failed(self, account: Account, error: DirectoryError) -> _Step:
        """Turn a refusal into waiting, blocked, or an error that the platform retries."""
        code = _WAITS.get(error.verdict)
        if code is not None:
            return self._waits(account, code)
        if error.verdict is Verdict.REFUSED:
            return self._blocked(account, error.code, error.field)
        if error.verdict is Verdict.QUOTA:
            raise QuotaError(error.code) from None
        raise TransientError(error.code) from None

    def _waits(self, account: Account, code: str) -> _Step:
        """Ask for another task later: one account's wait must not slow its queue."""
        after = applying.waits(account, self._clock.now(), code)
        at = applying.next_look(after, self._clock.now())
        name = task_name("wait", account.account_id, account.version, at, MINUTE)
        self._tasks.enqueue(account.realm, account.account_id, account.version, name=name, at=at)
        return _Step(after, Result(Outcome.WAITING, code))

    def _blocked(self, account: Account, code: str, field: str) -> _Step:
        now = self._clock.now()
        entry = {"code": code, "field": field, "at": now, "account_id": account.account_id, "event": None}
        blocked = applying.blocked(account, now, code, field)
        return _Step(blocked, Result(Outcome.BLOCKED, code), extras=(Put(_parked(account), entry),))

    def _recorded(self, document: Document, before: Account, step: _Step) -> bool:
        """Record the step under the precondition of what was read; False if somebody wrote in between."""
        fields = before.fields_changed_in(step.account)
        if not fields and not step.extras:
            return not step.sent or self._read_again(document.ref).version == document.version
        try:
            self._store.commit([Update(document.ref, fields, document.version), *step.extras])
        except ConflictError:
            return False
        return True


def _parked(account: Account) -> Ref:
    return Ref("parked", f"account.{account.account_id}")
