"""Makes the Directory match one account: the only writer of the Directory."""

from datetime import datetime

from shared.directory_steps import ADDRESS_UNSEEN, DirectorySteps, Step, parked_ref
from shared.domain import applying
from shared.domain.accounts import Account
from shared.domain.policy import Policy
from shared.domain.tasks import MINUTE, task_name
from shared.errors import ConflictError, PassingError, QuotaError, TransientError
from shared.outcomes import Outcome, Result
from shared.ports import Clock, DirectoryError, Document, Put, Ref, Store, Tasks, Update, Verdict
from shared.switchboard import Switchboard

ROUNDS = 8  # of read, call, record within one task: overtaken records, and addresses that others hold

_WAITS = {
    Verdict.NOT_FOUND: "not_visible",
    Verdict.NOT_READY: "not_ready",
    Verdict.CONFLICT: "conflict",
    Verdict.DELETED: "not_visible",  # between the look at an address and the adoption
    Verdict.DUPLICATE: "conflict",  # of an update that the user does not show yet
}


class Converge:
    """The use case of one task."""

    def __init__(
        self,
        *,
        store: Store,
        steps: DirectorySteps,
        tasks: Tasks,
        clock: Clock,
        policy: Policy,
        switchboard: Switchboard,
    ) -> None:
        self._store = store
        self._steps = steps
        self._tasks = tasks
        self._clock = clock
        self._policy = policy
        self._switchboard = switchboard

    def __call__(self, account_id: str, version: int, *, retries: int = 0, probe: bool = False) -> Result:
        """Bring one account to its present version; `retries` is the task's X-CloudTasks-TaskRetryCount.

        Raises QuotaError when Google refuses for its quota, PassingError when one call failed, TransientError for
        what else may pass.
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
            return Result(Outcome.BLOCKED, account.blocked.code, field=account.blocked.field)
        if account.applied_version == account.version and not overtaken:
            return Result(Outcome.UNCHANGED)
        held = self._switchboard.switches().holds_back(account)
        if held is not None and not (probe and held == "licences_full"):
            return Result(Outcome.HELD, held)
        return None

    def _step(self, account: Account, overtaken: bool) -> Step:
        realm = self._policy.realms.get(account.realm)
        if realm is None:
            return self._blocked(account, "realm_unknown", "realm")
        try:
            return self._steps.take(account, realm, overtaken=overtaken)
        except DirectoryError as error:
            return self._failed(account, error)

    def _failed(self, account: Account, error: DirectoryError) -> Step:
        """Turn a refusal into waiting, blocked, or an error that the platform retries."""
        code = _WAITS.get(error.verdict)
        if code is not None:
            return self._waits(account, error.code if error.code == ADDRESS_UNSEEN else code)
        if error.verdict is Verdict.REFUSED:
            return self._blocked(account, error.code, error.field)
        if error.verdict is Verdict.QUOTA:
            raise QuotaError(error.code) from None
        kind = PassingError if error.verdict is Verdict.UNAVAILABLE else TransientError
        raise kind(error.code) from None

    def _waits(self, account: Account, code: str) -> Step:
        """Ask for another task later: one account's wait must not slow its queue."""
        if account.applied_version == account.version:
            # Overtaken, and not yet applied once more: only this task's own retry knows of it.
            raise TransientError("overtaken")
        after = applying.waits(account, self._clock.now(), code)
        now = self._clock.now()
        at = applying.next_look(after, now)
        if not self._look_again(account, at) and at < applying.next_minute(now):
            # This minute's name is used up, and Google remembers it: the next minute's is not.
            self._look_again(account, applying.next_minute(now))
        return Step(after, Result(Outcome.WAITING, code))

    def _look_again(self, account: Account, at: datetime) -> bool:
        name = task_name("wait", account.account_id, account.version, at, MINUTE)
        return self._tasks.enqueue(account.realm, account.account_id, account.version, name=name, at=at)

    def _blocked(self, account: Account, code: str, field: str) -> Step:
        now = self._clock.now()
        entry = {"code": code, "field": field, "at": now, "account_id": account.account_id, "event": None}
        blocked = applying.blocked(account, now, code, field)
        return Step(
            blocked, Result(Outcome.BLOCKED, code, loud=True, field=field), extras=(Put(parked_ref(account), entry),)
        )

    def _recorded(self, document: Document, before: Account, step: Step) -> bool:
        """Record the step under the precondition of what was read; False if somebody wrote in between."""
        fields = before.fields_changed_in(step.account)
        if not fields and not step.extras:
            return not step.sent or self._read_again(document.ref).version == document.version
        try:
            self._store.commit([Update(document.ref, fields, document.version), *step.extras])
        except ConflictError:
            return False
        return True
