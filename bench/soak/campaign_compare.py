"""Directory and store after a campaign, and after its undoing, against the model and what they were before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.soak.campaign_model import Acts
from bench.soak.findings import Finding

Fields = Mapping[str, Any]
HELD = {"type": "custom", "customType": "akun_penahanan", "value": "dormant"}
COUNTED = frozenset({"etag", "updates", "updatedAt"})
OF_SUSPENSIONS = frozenset({"suspended", "suspensionReason", "suspensionTime", "keywords"})
OF_SIGN_INS = frozenset({"lastLoginTime", "agreedToTerms", "changePasswordAtNextLogin"})
CAME_BEHIND = ("came_too_late", "came_at_some_time")
OF_THE_WORK = frozenset(
    "accessed_at applied_version cause external history holds lane pending_since state version waiting".split()
)
"""Fields of an account that a campaign may change; all others must be as they were."""


@dataclass(frozen=True, slots=True)
class State:
    """Users as the Directory's dump shows them and accounts as the store holds them, both by account id."""

    users: Mapping[str, Fields]
    accounts: Mapping[str, Fields]

    def suspended(self) -> list[str]:
        """Give the accounts whose users bear our suspension."""
        return [account_id for account_id, user in self.users.items() if is_ours(user)]


def is_ours(user: Fields) -> bool:
    """Tell whether a user is suspended, and by us."""
    return user["suspended"] is True and HELD in (user.get("keywords") or ())


def done(campaign_id: str, acts: Acts, before: State, now: State) -> list[Finding]:
    """Compare once the campaign is done: exactly the right ones are suspended, and nothing else has changed."""
    return [
        Finding(account_id, what)
        for account_id in sorted(before.accounts)
        for what in _there(account_id, before, now) or _done(campaign_id, account_id, acts, before, now)
    ]


def undone(acts: Acts, before: State, now: State) -> list[Finding]:
    """Compare once it is undone: everything is as it was, but for what people and admins did meanwhile."""
    return [
        Finding(account_id, what)
        for account_id in sorted(before.accounts)
        for what in _there(account_id, before, now) or _undone(account_id, acts, before, now)
    ]


def untouched(before: State, now: State) -> list[Finding]:
    """Compare where nothing at all may have been written: no account, and no user by a call."""
    return [
        Finding(account_id, what)
        for account_id in sorted(before.accounts)
        for what in _there(account_id, before, now)
        or _named(
            {
                "has changed": now.accounts[account_id] == before.accounts[account_id],
                "was updated": now.users[account_id]["updates"] == before.users[account_id]["updates"],
            }
        )
    ]


def _there(account_id: str, before: State, now: State) -> list[str]:
    return _named(
        {
            "has no account any more": account_id in now.accounts,
            "has no user any more": account_id in now.users,
            "had no user before": account_id in before.users,
        }
    )


def _done(campaign_id: str, account_id: str, acts: Acts, before: State, now: State) -> Iterator[str]:
    user, account = now.users[account_id], now.accounts[account_id]
    fate = acts.fate(account_id)
    if is_ours(user):
        if not acts.may_be_suspended(account_id, float(user["updatedAt"])):
            yield f"is suspended and must not be: {fate}"
        held = account["holds"].get("dormant") or {}
        right = {
            "is suspended, and its account says otherwise": account["state"] == "suspended",
            "has other holds than the campaign's": list(account["holds"]) == ["dormant"],
            "is held by another campaign": held.get("campaign_id") == campaign_id,
            "is external": account["external"] is None,
            "has another reason of suspension": user.get("suspensionReason") == "ADMIN",
        }
        yield from _named(right)
    else:
        if not acts.may_be_open(account_id):
            yield f"is not suspended and must be: {fate}"
        yield from _open(account_id, acts, before, now)
        # Who came behind the last look was suspended by right, and is let in again where that call is tried once more.
        if fate not in CAME_BEHIND and user["updates"] != before.users[account_id]["updates"]:
            yield f"was updated and must not be: {fate}"
    yield from _settled(account)
    yield from _same(account_id, acts, before, now, suspended=is_ours(user))


def _undone(account_id: str, acts: Acts, before: State, now: State) -> Iterator[str]:
    if is_ours(now.users[account_id]):
        yield "is still suspended"
        return
    spared = acts.fate(account_id) in ("exempt", "external", "came")
    if spared and now.users[account_id]["updates"] != before.users[account_id]["updates"]:
        yield f"was updated and must not be: {acts.fate(account_id)}"
    yield from _open(account_id, acts, before, now)
    yield from _named({"bears a hold": not now.accounts[account_id]["holds"]})
    yield from _settled(now.accounts[account_id])
    yield from _same(account_id, acts, before, now, suspended=False)


def _open(account_id: str, acts: Acts, before: State, now: State) -> Iterator[str]:
    """Give what is wrong of an account that we do not suspend."""
    fate, account = acts.fate(account_id), now.accounts[account_id]
    came = fate in ("came", "came_too_late", "came_at_some_time")
    wanted = "active" if came else "issued"
    kind = acts.suspended_by.get(account_id)
    known = account["external"] and account["external"]["kind"]
    yield from _named(
        {
            f"is {account['state']}, not {wanted}: {fate}": account["state"] == wanted,
            f"bears a hold: {fate}": kind is not None or not account["holds"],
            "was opened, and its account does not say so": not came or account["accessed_at"] is not None,
            "was not opened, and its account says so": came or account["accessed_at"] is None,
            f"is external by {known}, not by {kind}": known == kind,
            "is exempt, and its account has changed": fate != "exempt" or account == before.accounts[account_id],
        }
    )


def _settled(account: Fields) -> list[str]:
    return _named(
        {
            "is pending": account["lane"] is None and account["pending_since"] is None,
            "is not applied": account["applied_version"] == account["version"],
            "is waiting": account["waiting"] is None,
            "is blocked": account["blocked"] is None,
        }
    )


def _same(account_id: str, acts: Acts, before: State, now: State, *, suspended: bool) -> Iterator[str]:
    """Name the fields of user and account that differ, and that nothing of this has to do with."""
    free = COUNTED | (OF_SIGN_INS if account_id in acts.signed_in else frozenset())
    ours = suspended or account_id in acts.suspended_by
    free |= OF_SUSPENSIONS if ours else frozenset()
    yield from _differing("user", before.users[account_id], now.users[account_id], free)
    yield from _differing("account", before.accounts[account_id], now.accounts[account_id], OF_THE_WORK)
    kind = acts.suspended_by.get(account_id)
    if kind is not None:
        user = now.users[account_id]
        reason = "ADMIN" if kind == "admin" else "ABUSE"
        left_alone = user["suspended"] is True and user.get("suspensionReason") == reason and "keywords" not in user
        yield from _named({f"was suspended by {kind}, and that is not left alone": left_alone})


def _differing(what: str, old: Fields, new: Fields, free: frozenset[str]) -> list[str]:
    names = sorted({*old, *new} - free)
    return [f"{what}: {name} is not as it was" for name in names if old.get(name) != new.get(name)]


def _named(right: Mapping[str, bool]) -> list[str]:
    return [what for what, is_right in right.items() if not is_right]
