"""The orgunits noun: list, get, insert, update and delete, at most 40,000 units, 35 deep."""

from typing import Any

from local.directory.calls import Answer, Call
from local.directory.errors import DirectoryError, condition_not_met, invalid
from local.directory.state import State

MAX_UNITS = 40_000
MAX_DEPTH = 35


def list_units(state: State, call: Call) -> Answer:
    """Return the units below a path: its children, or with `type=all` (or `allIncludingParent`) everything."""
    _check_customer(state, call)
    base = "/" + call.query.get("orgUnitPath", "/").strip("/")
    kind = call.query.get("type", "children")
    if base not in state.org_units:
        raise _unknown()
    units = [unit for path, unit in sorted(state.org_units.items()) if _listed(path, base, kind)]
    body: dict[str, Any] = {"kind": "admin#directory#orgUnits", "etag": f'"{len(units):x}"'}
    if units:
        body["organizationUnits"] = units
    return Answer(200, body)


def get(state: State, call: Call) -> Answer:
    """Return a unit by path or `id:…`."""
    _check_customer(state, call)
    return Answer(200, _found(state, call.key))


def insert(state: State, call: Call) -> Answer:
    """Create a unit below one that exists."""
    _check_customer(state, call)
    body = call.object()
    name = body.get("name")
    if not isinstance(name, str) or not name.strip() or "/" in name:
        raise invalid("INVALID_OU_NAME")
    parent = _parent(state, body)
    path = f"{parent.rstrip('/')}/{name}"
    if path in state.org_units:
        raise DirectoryError(400, "invalid", "Invalid Ou Id")
    if path.count("/") > MAX_DEPTH or len(state.org_units) > MAX_UNITS:
        raise DirectoryError(412, "limitExceeded", "Org unit limit reached.")
    state.usage.admit_org_unit(state.quotas, state.clock.now())
    unit = state.add_unit(path)
    unit["description"] = str(body.get("description", ""))
    return Answer(200, unit)


def update(state: State, call: Call) -> Answer:
    """Change a unit's description; moving and renaming aren't offered."""
    _check_customer(state, call)
    body = call.object()
    unit = _found(state, call.key)
    if body.get("name", unit["name"]) != unit["name"]:
        raise invalid("INVALID_OU_NAME")
    state.usage.admit_org_unit(state.quotas, state.clock.now())
    unit["description"] = str(body.get("description", unit.get("description", "")))
    return Answer(200, unit)


def delete(state: State, call: Call) -> Answer:
    """Delete a unit without units or users in it."""
    _check_customer(state, call)
    path = _found(state, call.key)["orgUnitPath"]
    inside = any(other.startswith(path.rstrip("/") + "/") and other != path for other in state.org_units)
    if inside or any(user.fields.get("orgUnitPath", "/") == path for user in state.users.values()):
        raise condition_not_met("Org unit is not empty.")
    state.usage.admit_org_unit(state.quotas, state.clock.now())
    del state.org_units[path]
    return Answer(204)


def _check_customer(state: State, call: Call) -> None:
    if call.within not in ("my_customer", state.options.customer):
        raise DirectoryError(403, "forbidden")


def _unknown() -> DirectoryError:
    return DirectoryError(404, "notFound", "Org unit not found")


def _found(state: State, key: str) -> dict[str, Any]:
    if key.startswith("id:"):
        for unit in state.org_units.values():
            if unit["orgUnitId"] == key:
                return unit
        raise _unknown()
    path = "/" + key.strip("/")
    if path not in state.org_units:
        raise _unknown()
    return state.org_units[path]


def _parent(state: State, body: dict[str, Any]) -> str:
    """Return the path of the parent that a new unit names by path or id."""
    if isinstance(body.get("parentOrgUnitId"), str):
        for path, unit in state.org_units.items():
            if unit["orgUnitId"] == body["parentOrgUnitId"]:
                return path
    parent = body.get("parentOrgUnitPath")
    if isinstance(parent, str) and "/" + parent.strip("/") in state.org_units:
        return "/" + parent.strip("/")
    raise DirectoryError(400, "invalid", "Invalid Parent Orgunit Id")


def _listed(path: str, base: str, kind: str) -> bool:
    if path == base:
        return kind == "allIncludingParent"
    below = base.rstrip("/") + "/"
    if path == "/" or not path.startswith(below):
        return False
    return kind != "children" or "/" not in path[len(below) :]
