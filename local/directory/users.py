"""The users noun: insert, get, update, delete, undelete, signOut, makeAdmin."""

from typing import Any

from local.directory import passwords, rules
from local.directory.calls import Answer, Call
from local.directory.errors import DirectoryError, condition_not_met, duplicate, invalid, not_found
from local.directory.state import State, User
from local.directory.views import projected, remember, resource

_NOT_COMPLETE = "User creation is not complete."


def insert(state: State, call: Call) -> Answer:
    """Create a user, after every rule, uniqueness, the user limit and the creation quota."""
    body = call.object()
    email = rules.address(body.get("primaryEmail"))
    fields = rules.merged({}, {"name": None, **body}, patch=False, name_limit=state.options.name_limit)
    passwords.check(body.get("password"), body.get("hashFunction"))
    _check_unit(state, fields)
    _check_licence(state, fields)
    domain = email.rpartition("@")[2]
    if not state.verified(domain):
        raise not_found("domain")
    invited = _settle_conflict(state, call, email)
    if invited:
        return Answer(202, {"kind": "admin#directory#user", "primaryEmail": email})
    if state.taken(email):
        raise duplicate()
    if state.full():
        raise DirectoryError(412, "limitExceeded")
    now = state.clock.now()
    state.usage.admit_creation(state.quotas, domain, now)
    user = User(state.next_id(), email, fields, now, appeared=now)
    _apply_private(state, user, body, now)
    state.add(user)
    state.counters.creations[domain] += 1
    return Answer(200, resource(state, user))


def get(state: State, call: Call) -> Answer:
    """Return a user by primary address, alias or id."""
    user = _visible(state, call.key)
    shown = projected(resource(state, user), call.query)
    if state.within(user.appeared, state.lag.get + state.lag.settle) and state.lag.settle > 0:
        # Right after creation a real answer may lack the name, and its etag changes from read to read.
        user.revision += 1
        shown = {**shown, "name": {}, "etag": f'"{user.id}/{user.revision}"'}
    return Answer(200, shown)


def update(state: State, call: Call) -> Answer:
    """Change the fields given; PUT has patch semantics here too."""
    return _change(state, call, patch=False)


def patch(state: State, call: Call) -> Answer:
    """Change the fields given; unlike update it can't clear an array."""
    return _change(state, call, patch=True)


def delete(state: State, call: Call) -> Answer:
    """Delete a user, restorable for 20 days."""
    user = _writable(state, call.key)
    remember(state, user, state.clock.now())
    state.delete(user)
    state.counters.deletions += 1
    return Answer(204)


def undelete(state: State, call: Call) -> Answer:
    """Restore a deleted user by the immutable id, the only key that undelete takes."""
    user = state.deleted.get(call.key)
    if user is None:
        if call.key in state.users or call.key in state.gone:
            raise condition_not_met("User is not deleted or can no longer be restored.")
        raise not_found()
    path = call.object().get("orgUnitPath") if call.body else None
    if path is not None:
        if not isinstance(path, str) or not known_unit(state, path):
            raise invalid("INVALID_OU_ID")
        user.fields = {**user.fields, "orgUnitPath": path}
    state.restore(user)
    user.revision += 1
    return Answer(204)


def sign_out(state: State, call: Call) -> Answer:
    """End a user's sessions; there is nothing else to see of it."""
    _visible(state, call.key)
    return Answer(204)


def make_admin(state: State, call: Call) -> Answer:
    """Give or take the super administrator's role."""
    user = _writable(state, call.key)
    status = call.object().get("status")
    if not isinstance(status, bool):
        raise invalid("status")
    user.admin = status
    user.revision += 1
    return Answer(204)


def tokens(state: State, call: Call) -> Answer:
    """List third parties' tokens: none, and 403 for a suspended user."""
    if _visible(state, call.key).suspended:
        raise DirectoryError(403, "forbidden")
    return Answer(200, {"kind": "admin#directory#tokenList", "items": []})


def known_unit(state: State, path: str) -> bool:
    """Say whether an org unit exists (every well-formed path does, unless a list was seeded)."""
    if state.any_org_unit:
        return path == "/" or (path.startswith("/") and not path.endswith("/") and "//" not in path)
    return path in state.org_units


def _visible(state: State, key: str) -> User:
    user = state.present(key)
    if state.within(user.appeared, state.lag.get):
        raise not_found()
    return user


def _writable(state: State, key: str) -> User:
    user = state.present(key)
    if state.within(user.appeared, state.lag.get):
        raise condition_not_met(_NOT_COMPLETE)
    return user


def _change(state: State, call: Call, *, patch: bool) -> Answer:
    body = call.object()
    user = _writable(state, call.key)
    state.check_rename_lag(user)
    fields = rules.merged(user.fields, body, patch=patch, name_limit=state.options.name_limit)
    _check_unit(state, fields)
    if fields.get("archived") and not user.fields.get("archived"):
        _check_licence(state, fields)
    if body.get("password") is not None:
        passwords.check(body["password"], body.get("hashFunction"))
    if not body.get("suspended", True) and user.suspended not in ("", "ADMIN"):
        raise DirectoryError(412, "adminCannotUnsuspend")
    email = _new_address(state, user, body)
    now = state.clock.now()
    remember(state, user, now)
    if email is not None:
        state.rename(user, email)
        user.renamed_at = now
    before = (user.fields, user.suspended, email)
    user.fields = fields
    _apply_private(state, user, body, now)
    if before != (user.fields, user.suspended, None):
        user.changed_at = now
    user.revision += 1
    user.updates += 1
    state.counters.updates += 1
    return Answer(200, resource(state, user))


def _new_address(state: State, user: User, body: dict[str, Any]) -> str | None:
    """Return the address a rename asks for, once it is allowed; None if there is no rename."""
    if body.get("primaryEmail") is None:
        return None
    email = rules.address(body["primaryEmail"])
    if email == user.email:
        return None
    if not state.verified(email.rpartition("@")[2]):
        raise DirectoryError(400, "invalid", "New domain name is not a verified secondary domain")
    if state.taken(email):
        raise duplicate()
    return email


def _apply_private(state: State, user: User, body: dict[str, Any], now: float) -> None:
    """Apply what isn't a plain field: password, suspension and the time of archiving."""
    if body.get("password") is not None:
        user.password = body["password"]
        user.hash_function = body.get("hashFunction")
        user.passwords_set += 1
        state.counters.passwords += 1
    suspended = user.fields.pop("suspended", None)
    if suspended and not user.suspended:
        user.suspended, user.suspended_at = "ADMIN", now
    elif not suspended and "suspended" in body:
        user.suspended = ""
    if user.fields.get("archived"):
        user.archived_at = user.archived_at or now
    else:
        user.archived_at = 0


def _check_unit(state: State, fields: dict[str, Any]) -> None:
    path = fields.get("orgUnitPath", "/")
    if not known_unit(state, path):
        raise invalid("INVALID_OU_ID")


def _check_licence(state: State, fields: dict[str, Any]) -> None:
    if fields.get("archived"):
        used = sum(1 for user in state.users.values() if user.fields.get("archived"))
        if used >= state.quotas.archived_licences:
            raise DirectoryError(412, "insufficientArchivedUserLicenses")


def _settle_conflict(state: State, call: Call, email: str) -> bool:
    """Deal with an unmanaged account of this address; True means that it was invited instead of created."""
    outcome = state.unmanaged.get(email)
    if outcome is None or call.query.get("resolveConflictAccount") != "true":
        return False
    if outcome == "keep":
        raise duplicate()
    if outcome == "invite":
        return True
    del state.unmanaged[email]
    return False
