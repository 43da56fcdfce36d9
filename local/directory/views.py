"""How a user is shown: the resource, times in Google's form, the public view, and the state that a list trails by."""

from datetime import UTC, datetime
from typing import Any

from local.directory.state import State, User

NEVER = "1970-01-01T00:00:00.000Z"
_PUBLIC = frozenset({"kind", "id", "etag", "primaryEmail", "name", "emails", "organizations", "phones", "relations"})


def moment(seconds: float | None) -> str:
    """Return a time as Google writes it: whole seconds, with .000Z."""
    if seconds is None:
        return NEVER
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def resource(state: State, user: User) -> dict[str, Any]:
    """Return everything the Directory shows of a user; the password never."""
    name = user.fields["name"]
    shown = {
        "kind": "admin#directory#user",
        "id": user.id,
        "etag": f'"{user.id}/{user.revision}"',
        "primaryEmail": user.email,
        "isAdmin": user.admin,
        "isDelegatedAdmin": False,
        "lastLoginTime": moment(user.last_login),
        "creationTime": moment(user.created),
        "agreedToTerms": user.agreed,
        "archived": False,
        "changePasswordAtNextLogin": False,
        "ipWhitelisted": False,
        "customerId": state.options.customer,
        "orgUnitPath": "/",
        "isMailboxSetup": True,
        "isEnrolledIn2Sv": False,
        "isEnforcedIn2Sv": False,
        "includeInGlobalAddressList": True,
        **user.fields,
        "name": {**name, "fullName": f"{name.get('givenName', '')} {name.get('familyName', '')}".strip()},
        "suspended": bool(user.suspended),
        "emails": _emails(user),
    }
    if user.aliases:
        shown["aliases"] = list(user.aliases)
    if user.suspended:
        shown |= {"suspensionReason": user.suspended, "suspensionTime": moment(user.suspended_at)}
    if shown["archived"]:
        shown["archivalTime"] = moment(user.archived_at)
    if user.deleted_at is not None:
        shown["deletionTime"] = moment(user.deleted_at)
    return shown


def _emails(user: User) -> list[dict[str, Any]]:
    own: list[dict[str, Any]] = [
        {"address": user.email, "primary": True},
        *({"address": alias} for alias in user.aliases),
    ]
    known = {user.email, *user.aliases}
    return own + [entry for entry in user.fields.get("emails", []) if entry.get("address") not in known]


def projected(shown: dict[str, Any], query: Any) -> dict[str, Any]:
    """Return the part of a user that the call's projection and view ask for."""
    if query.get("viewType") == "domain_public":
        return {field: value for field, value in shown.items() if field in _PUBLIC}
    projection = query.get("projection", "basic")
    if projection == "full" or "customSchemas" not in shown:
        return shown
    schemas = shown["customSchemas"]
    wanted = query.get("customFieldMask", "").split(",") if projection == "custom" else []
    kept = {schema: values for schema, values in schemas.items() if schema in wanted}
    rest = {field: value for field, value in shown.items() if field != "customSchemas"}
    return {**rest, "customSchemas": kept} if kept else rest


def remember(state: State, user: User, now: float) -> None:
    """Keep the user as lists still show them, before a change, while lists lag."""
    if state.lag.list <= 0:
        return
    horizon = now - state.lag.list
    user.past = [entry for entry in user.past if entry[0] > horizon]
    user.past.append((now, resource(state, user)))


def listed(state: State, user: User, now: float) -> dict[str, Any] | None:
    """Return the user as a list shows them now, or None while a list doesn't know them yet."""
    if state.within(user.appeared, max(state.lag.list, state.lag.get)):
        return None
    for changed_at, before in user.past:
        if now - state.lag.list < changed_at <= now:
            return before
    return resource(state, user)
