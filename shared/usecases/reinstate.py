"""Gives an account back that a campaign suspended, because somebody asked for it, and spares its person for a while."""

from typing import Final, NamedTuple

from shared.domain.accounts import Account
from shared.domain.campaigns import CAUSE
from shared.domain.exemptions import REINSTATED, Exemption
from shared.errors import ConflictError, PermanentError, TransientError
from shared.exempting import exempting, read_exemption
from shared.exemption_records import exemption_ref
from shared.ports import Clock, Ref, Store, Tasks, Update, Write

TRIES: Final = 8  # lost races before it is given up


class Done(NamedTuple):
    """The account with its new wish and the person's exemption; `unqueued` is the code of an enqueue that failed."""

    account: Account
    exemption: Exemption
    unqueued: str = ""


class Reinstate:
    """The use case of `akun account reinstate`."""

    def __init__(self, *, store: Store, tasks: Tasks, clock: Clock) -> None:
        self._store = store
        self._tasks = tasks
        self._clock = clock

    def __call__(self, account_id: str, reason: str, author: str) -> Done:
        """Lift the campaign's hold in the live lane and exempt the person for 30 days, in one commit; then enqueue.

        Raises PermanentError with a code where there is nothing to lift, TransientError where others kept writing.
        """
        ref = Ref("accounts", account_id)
        for _ in range(TRIES):
            document = self._store.get(ref)
            if document is None:
                raise PermanentError("account_unknown")
            account = Account.from_doc(document.data)
            refuse(account)
            now = self._clock.now()
            after = account.wish(now, "live", "reinstated", holds=account.holds_without(CAUSE))
            exemption, writes = self._exempt(account.person_id, reason, author)
            try:
                self._store.commit([Update(ref, account.fields_changed_in(after), document.version), *writes])
            except ConflictError:
                continue
            return Done(after, exemption, self._unqueued(after))
        raise TransientError("contention")

    def _exempt(self, person_id: str, reason: str, author: str) -> tuple[Exemption, list[Write]]:
        """Give the person's exemption; one that lasts longer stays as it is."""
        now, document = self._clock.now(), self._store.get(exemption_ref("person", person_id))
        before = read_exemption(document) if document is not None else None
        until = now + REINSTATED
        if before is not None and before.is_in_force(now) and before.until >= until:
            return before, []
        exemption = Exemption(
            kind="person", id=person_id, reason=reason, author=author, until=until, added_at=now
        )  # fmt: skip
        return exemption, exempting(self._store, exemption, document)

    def _unqueued(self, account: Account) -> str:
        """Enqueue; what fails is told and not raised: the hold is lifted, and its task only late."""
        try:
            self._tasks.enqueue(account.realm, account.account_id, account.version)
        except TransientError as error:
            return error.code
        return ""


def refuse(account: Account) -> None:
    """Raise PermanentError where an account can not be given back: not held by a campaign, closed, or others' doing."""
    if "left" in account.holds:
        raise PermanentError("account_closed", "left")
    if account.external is not None:
        raise PermanentError("account_external", account.external.kind)
    if CAUSE not in account.holds:
        raise PermanentError("account_not_dormant", account.cause or account.state)
