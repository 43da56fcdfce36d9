"""What may be sent to a user who exists: which password mark, and what of `suspended`. Pure."""

from datetime import datetime

from shared.domain.accounts import Account, External
from shared.domain.users import DirectoryUser, Mark


def standing_mark(account: Account, user: DirectoryUser | None) -> Mark | None:
    """Give the mark of the password that the user has and keeps, or None where one is to be sent.

    A password goes only to a generation that the Directory does not have: what is there may be the user's own by
    now. An older mark than the recorded one, or another key's of the same generation, means that an overtaken call
    landed late; then the present password is sent again, unless somebody has signed in with it. One that nobody asked
    for is not sent to whoever came before it.
    """
    credential = account.credential
    seen = user.mark if user is not None else None
    recorded = Mark(key_id=credential.key_id or "", generation=credential.applied_generation)
    if is_spared(account):
        # The mark stays as it is: should the answer or the record be lost, the next look finds the same.
        return seen or recorded
    if account.password_is_due:
        return seen if seen is not None and seen.generation >= credential.generation else None
    landed_late = seen not in (None, recorded) and seen.generation <= recorded.generation
    return None if landed_late and account.is_unused else recorded


def is_spared(account: Account) -> bool:
    """Tell whether the due password is one that nobody asked for, and somebody has come before it was sent."""
    return account.credential.unasked_since is not None and account.password_is_due and not account.is_unused


def foreign_suspension(account: Account, user: DirectoryUser | None, now: datetime) -> External | None:
    """Give the suspension that Google or an admin set, if there is one; without a look, what was known."""
    known = account.external
    if user is None:
        return known if known is not None and known.kind != "deleted" else None
    if not user.suspended or _is_ours(account, user):
        return None
    kind = "admin" if _looks_like_an_admins(user) else "google"
    return known if known is not None and known.kind == kind else External(kind=kind, seen_at=now)


def suspended_to_send(account: Account, user: DirectoryUser | None, external: External | None) -> bool | None:
    """Give what to send of `suspended`: only to set or lift a hold of ours, and only after a look."""
    wanted = bool(account.holds)
    if user is None or external is not None or user.suspended == wanted:
        return None
    return wanted


def _is_ours(account: Account, user: DirectoryUser) -> bool:
    return _looks_like_an_admins(user) and (user.held is not None or account.is_suspended)


def _looks_like_an_admins(user: DirectoryUser) -> bool:
    # A suspension through the API carries the reason of any administrator's.
    return user.suspension_reason in (None, "ADMIN")
