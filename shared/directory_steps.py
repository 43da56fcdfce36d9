"""One round of calls for one account: create, adopt, bring up to date, suspend; what came of it, not yet recorded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from shared.credentials import Credentials
from shared.domain import applying, sending
from shared.domain.accounts import Account, External
from shared.domain.policy import Realm
from shared.domain.users import DirectoryUser, Mark, UserProfile, profile_of
from shared.outcomes import Outcome, Result
from shared.ports import Clock, Create, Delete, Directory, DirectoryError, Ref, Store, Verdict, Write
from shared.switchboard import Switchboard

ADDRESS_UNSEEN = "address_unseen"  # an address is taken, and no get shows by whom


@dataclass(frozen=True, slots=True)
class Step:
    """What one round came to: the account to record and what the caller is told.

    `again`: another round is due; `sent`: a call may have changed the Directory.
    """

    account: Account
    result: Result
    extras: Sequence[Write] = ()
    again: bool = False
    sent: bool = False


class DirectorySteps:
    """Makes the calls; raises DirectoryError for what the caller must wait for, retry or block."""

    def __init__(
        self,
        *,
        store: Store,
        directory_of: Callable[[str], Directory],
        credentials: Credentials,
        clock: Clock,
        root_domain: str,
        switchboard: Switchboard,
    ) -> None:
        self._store = store
        self._directory_of = directory_of
        self._credentials = credentials
        self._clock = clock
        self._root_domain = root_domain
        self._switchboard = switchboard

    def take(self, account: Account, realm: Realm, *, overtaken: bool) -> Step:
        """Take the step that the account needs; `overtaken`: an older call may have landed after a newer one."""
        if account.is_confirmed:
            return self._bring(account, realm, overtaken)
        return self._create(account, realm)

    def _create(self, account: Account, realm: Realm) -> Step:
        """Insert the user; where the address is taken, look whose it is."""
        if account.waiting is not None and account.waiting.code == ADDRESS_UNSEEN:
            return self._look_at_address(account, realm)
        mark, password = self._credentials.wished(account)
        held = account.cause
        profile = profile_of(account, realm, mark, password=password, held=held, suspended=True if held else None)
        try:
            user_id = self._directory_of(account.realm).insert(profile)
        except DirectoryError as error:
            if error.verdict in (Verdict.DUPLICATE, Verdict.DELETED):
                return self._look_at_address(account, realm)
            if error.verdict is Verdict.LICENCES_FULL:
                return Step(account, Result(Outcome.HELD, error.code, loud=self._switchboard.licences_are_full()))
            raise
        self._switchboard.licences_are_free()
        return self._done(account, user_id, mark, None)

    def _look_at_address(self, account: Account, realm: Realm) -> Step:
        """Find out whose the address is: ours (adopt), somebody's (next candidate), or not to be seen yet (wait)."""
        try:
            user = self._directory_of(account.realm).get(account.address)
        except DirectoryError as error:
            if error.verdict is Verdict.NOT_FOUND and not self._has_waited_long(account, ADDRESS_UNSEEN):
                raise DirectoryError(Verdict.NOT_FOUND, ADDRESS_UNSEEN) from None
            if error.verdict in (Verdict.NOT_FOUND, Verdict.DELETED):
                return self._next_candidate(account)
            raise
        if user.account_id is None and not user.given_name and not self._has_waited_long(account, ADDRESS_UNSEEN):
            # Just created, it shows neither name nor mark: it may well be ours.
            raise DirectoryError(Verdict.NOT_FOUND, ADDRESS_UNSEEN)
        if user.account_id != account.account_id:
            return self._next_candidate(account)
        return self._update(account, realm, user.id, user)

    def _next_candidate(self, account: Account) -> Step:
        """Reserve the next free candidate, then go another round."""
        after = applying.next_address(account, self._root_domain, self._clock.now())
        while self._store.get(Ref("addresses", after.address)) is not None:
            after = applying.next_address(after, self._root_domain, self._clock.now())
        reserve = Create(Ref("addresses", after.address), {"account_id": account.account_id})
        return Step(after, Result(Outcome.DONE), extras=(reserve,), again=True)

    def _bring(self, account: Account, realm: Realm, overtaken: bool) -> Step:
        """Update a user of ours; look first where a password or a suspension may have to be sent.

        And where somebody else has suspended it: such a user is left alone as long as it shows what it is to show.
        """
        user_id = account.directory_id or ""
        differs = account.password_is_due or bool(account.holds) != account.is_suspended
        looks = overtaken or differs or account.external is not None
        try:
            user = self._directory_of(account.realm).get(user_id) if looks else None
            return self._update(account, realm, user_id, user)
        except DirectoryError as error:
            lost = error.verdict is Verdict.NOT_FOUND and self._has_waited_long(account, "not_visible")
            if lost or error.verdict is Verdict.DELETED:
                return Step(applying.gone(account, self._clock.now()), Result(Outcome.EXTERNAL, "deleted", loud=True))
            raise

    def _has_waited_long(self, account: Account, code: str) -> bool:
        waiting = account.waiting
        if waiting is None or waiting.code != code:
            return False
        return self._clock.now() - waiting.since >= applying.OUT_OF_SIGHT

    def _update(self, account: Account, realm: Realm, user_id: str, user: DirectoryUser | None) -> Step:
        """Send the profile, with password and suspension only as what was seen allows."""
        now = self._clock.now()
        if user is not None:
            hangs_on_it = (account.holds and not account.is_suspended) or user.awaits_unasked(account)
            if hangs_on_it and not user.tells_sign_ins:
                raise DirectoryError(Verdict.UNAVAILABLE, "answer_incomplete")
            account = applying.last_look(applying.signed_in(account, user, now), user, now)
        mark, password = (sending.standing_mark(account, user), None) if user is not None else (None, None)
        if user is not None and mark is None:
            mark, password = self._credentials.wished(account)
        external = sending.foreign_suspension(account, user, now)
        suspended = sending.suspended_to_send(account, user, external)
        held = account.cause if suspended else None
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

    def _done(self, account: Account, user_id: str, mark: Mark | None, external: External | None) -> Step:
        after = applying.confirmed(account, self._clock.now(), user_id=user_id, mark=mark, external=external)
        freed = (Delete(parked_ref(account)),) if account.blocked is not None else ()
        outcome = Outcome.DONE if external is None else Outcome.EXTERNAL
        return Step(after, Result(outcome, external.kind if external else ""), extras=freed, sent=True)


def parked_ref(account: Account) -> Ref:
    """Give the place of a blocked account's parked entry."""
    return Ref("parked", f"account.{account.account_id}")
