"""What the Directory's answers make of an account. Pure; `now` is given."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared.domain import addresses, sending
from shared.domain.accounts import Account, Blocked, External, State, Waiting
from shared.domain.users import DirectoryUser, Mark

OUT_OF_SIGHT = timedelta(hours=1)  # what no get shows for so long: an address is a group's, a user is deleted
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=5)


def confirmed(
    account: Account, now: datetime, *, user_id: str, mark: Mark | None, external: External | None
) -> Account:
    """Record that the Directory has the account's present version; nothing is pending any more.

    A password that was not sent because somebody came before it counts as applied, and used.
    """
    credential = account.credential
    if mark is not None:
        applied = credential.generation if sending.is_spared(account) else mark.generation
        credential = replace(credential, key_id=mark.key_id, applied_generation=applied)
    settled = replace(
        account,
        directory_id=user_id,
        credential=credential,
        external=external,
        issued_at=account.issued_at or now,
        **_settled(account),
    )
    state = _state(settled)
    if state == account.state:
        return settled
    return replace(settled, state=state, history=settled.noted(now, state))


def gone(account: Account, now: datetime) -> Account:
    """Record that somebody deleted the user: reported, and not made anew."""
    if account.external is not None and account.external.kind == "deleted":
        return replace(account, **_settled(account))
    seen = External(kind="deleted", seen_at=now)
    return replace(account, external=seen, history=account.noted(now, "deleted_by_others"), **_settled(account))


def blocked(account: Account, now: datetime, code: str, field: str) -> Account:
    """Record that no call can succeed until the wish changes or somebody replays it."""
    changes = _settled(account) | {
        "applied_version": account.applied_version,
        "blocked": Blocked(code=code, field=field),
    }
    return replace(account, history=account.noted(now, "blocked"), **changes)


def waits(account: Account, now: datetime, code: str) -> Account:
    """Record what the account waits for; written once for the same thing."""
    if account.waiting is not None and account.waiting.code == code:
        return account
    return replace(account, waiting=Waiting(code=code, since=now))


def next_look(account: Account, now: datetime) -> datetime:
    """Give the time of the next try: after as long as it has waited already, 10 seconds to 5 minutes."""
    waited = now - account.waiting.since if account.waiting else timedelta()
    return now + min(max(waited, FIRST_WAIT), LONGEST_WAIT)


def next_minute(now: datetime) -> datetime:
    """Give the beginning of the next minute."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def next_address(account: Account, root_domain: str, now: datetime) -> Account:
    """Give the account its next candidate; the one it had stays reserved for ever."""
    attempt = account.address_attempt + 1
    base = addresses.base_of(account.address)
    address = addresses.candidate(base, account.account_id, attempt, account.realm, root_domain)
    return replace(
        account, address=address, address_attempt=attempt, waiting=None, history=account.noted(now, "next_address")
    )


def signed_in(account: Account, user: DirectoryUser, now: datetime) -> Account:
    """Record a sign-in that ends an unused password; of later ones nothing is kept."""
    at = user.accessed_at(account, now) if account.is_unused else None
    return account if at is None else replace(account, accessed_at=at)


def came(account: Account, user: DirectoryUser, now: datetime) -> Account:
    """Record a sign-in of an account at rest, which is active from then on; nothing is wished, nothing is sent."""
    after = signed_in(account, user, now)
    if after is account or after.state != "issued":
        return after
    return replace(after, state="active", history=after.noted(now, "active"))


def last_look(account: Account, user: DirectoryUser, now: datetime) -> Account:
    """Drop the hold `dormant` of somebody who came after all, be it with a password that was replaced since."""
    if "dormant" not in account.holds or account.is_suspended or (account.is_unused and not user.has_come):
        return account
    return replace(
        account,
        holds=account.holds_without("dormant"),
        accessed_at=account.accessed_at or user.last_login or account.issued_at,
        history=account.noted(now, "came_in_time"),
    )


def _settled(account: Account) -> dict[str, Any]:
    return {
        "applied_version": account.version,
        "lane": None,
        "pending_since": None,
        "waiting": None,
        "blocked": None,
    }


def _state(account: Account) -> State:
    if account.external is not None and account.holds:
        return account.state if account.is_suspended else _open_state(account)
    if account.holds:
        return "closed" if "left" in account.holds else "suspended"
    return _open_state(account)


def _open_state(account: Account) -> State:
    return "issued" if account.is_unused else "active"
