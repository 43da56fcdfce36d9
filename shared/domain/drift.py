"""What a listed user says of its account: whose it is, who came, what has drifted from the wish. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from shared.domain import applying, sending
from shared.domain.accounts import Account
from shared.domain.policy import Realm
from shared.domain.roster import Lane
from shared.domain.users import DirectoryUser, Mark, profile_of

WHAT: Final = "drift"  # the entry in the account's history
_ACCOUNT_ID = re.compile(r"[0-9a-f-]{36}\.([a-z]+(?:\.[a-z]+)?)")


class Standing(StrEnum):
    """How a user of one of our domains stands to the account that it names, if it names one."""

    UNMARKED = "unmarked"  # nobody's: never touched
    MARK_UNKNOWN = "mark_unknown"  # a mark of ours, and no such account in the realm
    MARK_TWICE = "mark_twice"  # the account has another user already
    UNCONFIRMED = "unconfirmed"  # there is the user, and the account does not know yet
    PENDING = "pending"  # its task does what is to be done
    BLOCKED = "blocked"  # nothing can be sent before somebody mends something
    SETTLED = "settled"


def named_account(user: DirectoryUser, realm: str) -> str | None:
    """Give the id of the account that a user's mark names, if it can be one of the realm; the mark is foreign text."""
    found = _ACCOUNT_ID.fullmatch(user.account_id) if user.account_id is not None else None
    return user.account_id if found is not None and found[1] == realm else None


def standing(account: Account | None, user: DirectoryUser) -> Standing:
    """Tell how a user stands to the account of its mark; None: there is no such account."""
    if user.account_id is None:
        return Standing.UNMARKED
    if account is None:
        return Standing.MARK_UNKNOWN
    if account.directory_id is None:
        return Standing.UNCONFIRMED if account.address == user.address else Standing.MARK_TWICE
    if account.directory_id != user.id:
        return Standing.MARK_TWICE
    if account.lane is not None:
        return Standing.PENDING
    return Standing.SETTLED if account.applied_version == account.version else Standing.BLOCKED


def came(account: Account, user: DirectoryUser, now: datetime) -> Account:
    """Record a sign-in that counts; a hold `dormant` of somebody who came is wrong, and is lifted.

    A user without any sign-in changes nothing: a listing may show "never" of somebody who came.
    """
    after = applying.came(account, user, now)
    if "dormant" not in after.holds or not after.is_suspended or after.is_unused:
        return after
    return after.wish(now, "live", "came_after_all", holds=after.holds_without("dormant"))


def needs_a_look(account: Account, user: DirectoryUser, now: datetime) -> bool:
    """Tell whether a list shows what a fresh look must prove: a suspension, or a password, that is not the recorded."""
    foreign = sending.foreign_suspension(account, user, now)
    known = account.external.kind if account.external is not None else None
    if known != (foreign.kind if foreign is not None else None):
        return True
    return user.suspended != (account.is_suspended or foreign is not None) or _password_is_behind(account, user)


def as_seen(account: Account, user: DirectoryUser, now: datetime, lane: Lane) -> Account:
    """Give the account with what a fresh look saw of suspension and password.

    What somebody else suspended is `external`; where a suspension of ours is there or not there against the wish, the
    state is what was seen, so that `converge` looks, and suspends or lifts by its own rules.
    """
    foreign, after = sending.foreign_suspension(account, user, now), account
    if foreign != account.external:
        known = "external" if foreign is not None else "external_over"
        after = replace(after, external=foreign, history=after.noted(now, known))
    if foreign is None and user.suspended != after.is_suspended:
        after = replace(after, state="suspended" if user.suspended else "issued" if after.is_unused else "active")
    behind = _password_is_behind(after, user) and user.mark is not None
    if behind and user.mark is not None:
        # Then the password is due, and `converge` looks before it sends anything.
        there = min(user.mark.generation, after.credential.generation - 1)
        after = replace(after, credential=replace(after.credential, applied_generation=there))
    if behind or (foreign is None and bool(after.holds) != after.is_suspended):
        return after.wish(now, lane, WHAT)
    return after


def drifted(account: Account, user: DirectoryUser, realm: Realm) -> bool:
    """Tell whether name, org unit, cost centre, school or address list are not what the account wishes."""
    return not user.shows(profile_of(account, realm, None))


def is_gone_already(data: Mapping[str, object]) -> bool:
    """Tell from a stored account's `external` whether it is known that somebody deleted its user."""
    external = data.get("external")
    return isinstance(external, Mapping) and external["kind"] == "deleted"


def _password_is_behind(account: Account, user: DirectoryUser) -> bool:
    """Tell whether an older password than the recorded one, or another key's, is there, and nobody has used it.

    An overtaken call landed after a newer one: the file of the school shows what does not open the account.
    """
    credential, seen = account.credential, user.mark
    recorded = Mark(key_id=credential.key_id or "", generation=credential.applied_generation)
    if seen is None or seen == recorded or account.password_is_due:
        return False
    return account.is_unused and seen.generation <= recorded.generation
