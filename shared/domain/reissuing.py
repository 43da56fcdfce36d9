"""The next password of an account that has one, and when it must not have it. Pure; `now` is given."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from shared.domain.accounts import Account


class Fate(StrEnum):
    """What became of an account that a leaked file names."""

    REISSUED = "reissued"
    ALREADY = "already_reissued"  # what was shown is no password any more
    USED = "used"
    NOT_SHOWN = "not_shown"  # the row was without a password
    GONE = "gone"  # no such account: none is ever deleted by us


class Refusal(NamedTuple):
    """Why an account gets no new password: a code, and what it hangs on."""

    code: str
    field: str = ""


def reissued(account: Account, now: datetime, what: str, reason: str = "") -> Account:
    """Wish the next generation of the password; the history keeps `what`, and the reason where one is given.

    Scope and time are set with the generation and never without it; nobody has been shown the new password.
    """
    credential = replace(
        account.credential,
        generation=account.credential.generation + 1,
        scope=account.sekolah_id,
        issued_at=now,
        shown_at=None,
        unasked_since=None,
        asked_at=None,
    )
    after = account.wish(now, "live", what, credential=credential)
    if not reason:
        return after
    *earlier, last = after.history
    return replace(after, history=(*earlier, {**last, "reason": reason}))


def renewed(account: Account, now: datetime) -> Account:
    """Wish the next generation where the present one was shown and never used: nobody asked, so nobody waits for it."""
    former = account.credential
    credential = replace(
        former,
        generation=former.generation + 1,
        scope=account.sekolah_id,
        issued_at=now,
        shown_at=None,
        unasked_since=former.issued_at,
        asked_at=former.asked_at or former.issued_at,
    )
    return account.wish(now, "bulk", "reissued_unused", credential=credential)


def may_be_renewed(account: Account, until: datetime) -> bool:
    """Tell whether a password that was first shown until a moment may get its next generation, unused as it is.

    Not while anything else is under way: what is pending may be this very thing.
    """
    shown_at = account.credential.shown_at
    return (
        account.state == "issued"
        and account.is_unused
        and account.lane is None
        and not account.password_is_due
        and shown_at is not None
        and shown_at <= until
        and refusal(account) is None
    )


def is_closed(account: Account) -> bool:
    """Tell whether the account is closed, or about to be: one that is being re-opened is not, whatever its state."""
    return "left" in account.holds


def refusal(account: Account) -> Refusal | None:
    """Tell why a reset that somebody asks for is refused, or None: then it can be carried out at once."""
    if account.directory_id is None:
        return Refusal("account_not_made", account.state)
    if account.external is not None:
        return Refusal("account_external", account.external.kind)
    if is_closed(account):
        return Refusal("account_closed", "left")
    if account.cause is not None:
        return Refusal("account_held", account.cause)
    if account.is_blocked and account.blocked is not None:
        return Refusal("account_blocked", account.blocked.code)
    return None


def fate(account: Account, shown: int) -> Fate:
    """Tell what is to become of an account whose password of the generation `shown` has leaked."""
    credential = account.credential
    # A next one that nobody asked for is not sent to whoever signs in before it, so it may never end what has leaked.
    spares = credential.unasked_since is not None and account.password_is_due
    if shown != (credential.applied_generation if spares else credential.generation):
        return Fate.ALREADY
    if not account.is_unused:
        return Fate.USED
    return Fate.REISSUED  # a closed account too: on a return its password would be valid again
