"""What the control API plants or changes behind the Directory's back: users, addresses, sign-ins, suspensions."""

from datetime import datetime
from typing import Any

import msgspec

from local.directory import addresses, passwords, rules
from local.directory.errors import DirectoryError, duplicate, not_found
from local.directory.state import State, User
from local.directory.views import remember, resource

UNMANAGED = ("keep", "invite", "replace")


class Seed(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Everything that one call to /control/seed may plant."""

    domains: list[str] = []
    org_units: list[str] = []
    groups: list[str] = []
    users: list[dict[str, Any]] = []
    aliases: list[dict[str, str]] = []
    unmanaged: dict[str, str] = {}


def plant(state: State, seed: Seed) -> dict[str, int]:
    """Plant everything, visible at once, and return how many of each."""
    state.domains.update(domain.lower() for domain in seed.domains)
    for path in seed.org_units:
        state.any_org_unit = state.options.any_org_unit
        state.add_unit("/" + path.strip("/"))
    for group in seed.groups:
        addresses.add_group(state, _free(state, group))
    for user in seed.users:
        _plant_user(state, user)
    for entry in seed.aliases:
        addresses.add_alias(state, state.present(entry["userKey"]), _free(state, entry["alias"]))
    for address, outcome in seed.unmanaged.items():
        if outcome not in UNMANAGED:
            raise DirectoryError(400, "invalid", f"unmanaged must be one of {UNMANAGED}")
        state.unmanaged[address.lower()] = outcome
    return {field: len(getattr(seed, field)) for field in ("domains", "groups", "users", "aliases", "unmanaged")} | {
        "orgUnits": len(seed.org_units)
    }


def _free(state: State, address: str) -> str:
    checked = rules.address(address)
    if state.taken(checked):
        raise duplicate()
    return checked


def _plant_user(state: State, body: dict[str, Any]) -> User:
    """Store a user as given, read-only fields and all; only the form of the fields is checked."""
    named = {"name": {"givenName": "Contoh", "familyName": "Contoh"}, **body}
    fields = rules.merged({}, named, patch=False, name_limit=60)
    suspended = fields.pop("suspended", False)
    created = _seconds(body.get("creationTime")) or state.clock.now()
    user = User(str(body.get("id") or state.next_id()), _free(state, body.get("primaryEmail", "")), fields, created)
    user.password = str(body.get("password", ""))
    user.hash_function = body.get("hashFunction")
    user.last_login = _seconds(body.get("lastLoginTime"))
    user.agreed = bool(body.get("agreedToTerms", user.last_login is not None))
    user.admin = bool(body.get("isAdmin", False))
    if suspended:
        user.suspended = str(body.get("suspensionReason", "ADMIN"))
        user.suspended_at = _seconds(body.get("suspensionTime")) or state.clock.now()
    if user.id in state.users or user.id in state.deleted:
        raise duplicate()
    state.add(user)
    return user


def _seconds(text: Any) -> float | None:
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text).timestamp() or None
    except ValueError:
        raise DirectoryError(400, "invalid", "times are ISO 8601, like 2021-01-04T07:12:55.000Z") from None


class Login(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A sign-in to act out; without a password it succeeds for anybody who isn't suspended."""

    user_key: str
    password: str | None = None
    new_password: str | None = None


def sign_in(state: State, login: Login) -> dict[str, Any]:
    """Act out a sign-in: check the password, accept the terms, set the time, choose a new password."""
    user = _known(state, login.user_key)
    if user.deleted_at is not None:
        return {"accepted": False, "reason": "deleted"}
    if user.suspended:
        return {"accepted": False, "reason": "suspended"}
    if login.password is not None and not passwords.matches(user.password, user.hash_function, login.password):
        return {"accepted": False, "reason": "password"}
    if login.new_password is not None:
        passwords.check(login.new_password, None)
    now = state.clock.now()
    remember(state, user, now)
    must_change = bool(user.fields.get("changePasswordAtNextLogin"))
    user.fields = {**user.fields, "changePasswordAtNextLogin": False}
    user.last_login = now
    user.agreed = True
    user.revision += 1
    if login.new_password is not None:
        user.password, user.hash_function = login.new_password, None
    return {"accepted": True, "changedPassword": login.new_password is not None, "hadToChange": must_change}


class Suspension(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A suspension from outside: by Google for a reason of its own, or by an administrator by hand."""

    user_key: str
    by: str = "google"
    reason: str | None = None


def suspend(state: State, suspension: Suspension) -> dict[str, Any]:
    """Suspend a user without an API call; Google's own suspensions can't be lifted through the API."""
    if suspension.by not in ("google", "admin"):
        raise DirectoryError(400, "invalid", "by must be google or admin")
    user = _known(state, suspension.user_key)
    now = state.clock.now()
    remember(state, user, now)
    user.suspended = suspension.reason or ("ABUSE" if suspension.by == "google" else "ADMIN")
    user.suspended_at = now
    user.revision += 1
    return dump(state, user)


def dump(state: State, user: User) -> dict[str, Any]:
    """Return a user with what the Directory never shows."""
    hidden = {
        "password": user.password,
        "passwordsSet": user.passwords_set,
        "updates": user.updates,
        "createdAt": user.created,
        "updatedAt": user.created if user.changed_at is None else user.changed_at,
        "deleted": user.deleted_at is not None,
    }
    if user.hash_function is not None:
        hidden["hashFunction"] = user.hash_function
    return {**resource(state, user), **hidden}


def one(state: State, key: str) -> dict[str, Any]:
    """Return the dump of one user, deleted or not yet visible ones too."""
    return dump(state, _known(state, key))


def _known(state: State, key: str) -> User:
    user = state.find(key)
    if user is None:
        raise not_found()
    return user
