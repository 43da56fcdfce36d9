"""The other holders of addresses: users' aliases and groups."""

from typing import Any

from local.directory import rules
from local.directory.calls import Answer, Call
from local.directory.errors import DirectoryError, duplicate, not_found
from local.directory.state import State, User

MAX_ALIASES = 30


def list_aliases(state: State, call: Call) -> Answer:
    """Return a user's aliases."""
    user = state.present(call.key)
    body: dict[str, Any] = {"kind": "admin#directory#aliases", "etag": f'"{user.revision}"'}
    if user.aliases:
        body["aliases"] = [_alias(user, alias) for alias in user.aliases]
    return Answer(200, body)


def insert_alias(state: State, call: Call) -> Answer:
    """Give a user one more address."""
    user = state.present(call.key)
    alias = rules.address(call.object().get("alias"), "alias")
    if not state.verified(alias.rpartition("@")[2]):
        raise not_found("domain")
    if state.taken(alias):
        raise duplicate()
    if len(user.aliases) >= MAX_ALIASES:
        raise DirectoryError(412, "limitExceeded", "User alias limit reached.")
    add_alias(state, user, alias)
    return Answer(200, _alias(user, alias))


def delete_alias(state: State, call: Call) -> Answer:
    """Take an alias away; for a moment its address still counts as taken."""
    user = state.present(call.within)
    alias = call.key.lower()
    if alias not in user.aliases:
        raise not_found("alias")
    user.aliases.remove(alias)
    user.revision += 1
    del state.owners[alias]
    state.cooling[alias] = state.clock.now()
    return Answer(204)


def get_group(state: State, call: Call) -> Answer:
    """Return a group, once it has become usable after its creation."""
    return Answer(200, _group(state, call.key))


def insert_group(state: State, call: Call) -> Answer:
    """Create a group, which holds its address like a user does."""
    address = rules.address(call.object().get("email"), "email")
    if not state.verified(address.rpartition("@")[2]):
        raise not_found("domain")
    if state.taken(address):
        raise duplicate()
    return Answer(200, _shown(add_group(state, address, state.clock.now())))


def delete_group(state: State, call: Call) -> Answer:
    """Delete a group and free its address."""
    del state.groups[_group(state, call.key)["email"]]
    return Answer(204)


def add_alias(state: State, user: User, alias: str) -> None:
    """Record an alias that has been found free."""
    user.aliases.append(alias)
    user.revision += 1
    state.owners[alias] = user


def add_group(state: State, address: str, appeared: float = 0) -> dict[str, Any]:
    """Record a group whose address has been found free."""
    group = {"kind": "admin#directory#group", "id": state.next_id(), "email": address, "appeared": appeared}
    state.groups[address] = group
    return group


def _alias(user: User, alias: str) -> dict[str, Any]:
    return {"kind": "admin#directory#alias", "id": user.id, "primaryEmail": user.email, "alias": alias}


def _group(state: State, key: str) -> dict[str, Any]:
    group = state.groups.get(key.lower())
    if group is None or state.within(group["appeared"], state.lag.group):
        raise not_found("groupKey")
    return _shown(group)


def _shown(group: dict[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in group.items() if field != "appeared"}
