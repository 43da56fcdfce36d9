"""Gives one account a new first password because somebody asked for it; the old one ends when it is sent."""

from typing import NamedTuple

from shared.domain import reissuing
from shared.domain.accounts import Account
from shared.errors import ConflictError, PermanentError, TransientError
from shared.ports import Clock, Ref, Store, Tasks, Update

TRIES = 8  # lost races before it is given up


class Done(NamedTuple):
    """The account with its new wish; `unqueued` is the code of an enqueue that failed, which `reconcile` makes up."""

    account: Account
    unqueued: str = ""


class Reset:
    """The use case of `akun account reset`."""

    def __init__(self, *, store: Store, tasks: Tasks, clock: Clock) -> None:
        self._store = store
        self._tasks = tasks
        self._clock = clock

    def __call__(self, account_id: str, reason: str) -> Done:
        """Raise the generation (1 read and 1 commit), then enqueue; the reason is kept in the account's history.

        Raises PermanentError with a code where the account may not have one, TransientError where others kept writing.
        """
        ref = Ref("accounts", account_id)
        for _ in range(TRIES):
            document = self._store.get(ref)
            if document is None:
                raise PermanentError("account_unknown")
            account = Account.from_doc(document.data)
            refused = reissuing.refusal(account)
            if refused is not None:
                raise PermanentError(refused.code, refused.field)
            after = reissuing.reissued(account, self._clock.now(), "reset", reason)
            try:
                self._store.commit([Update(ref, account.fields_changed_in(after), document.version)])
            except ConflictError:
                continue
            return Done(after, self._unqueued(after))
        raise TransientError("contention")

    def _unqueued(self, account: Account) -> str:
        """Enqueue; what fails is told and not raised: the reset is done, and its task only late."""
        try:
            self._tasks.enqueue(account.realm, account.account_id, account.version)
        except TransientError as error:
            return error.code
        return ""
