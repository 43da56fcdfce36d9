"""One call to the Directory and one answer, whatever brought it: a request or a part of a batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from local.directory.errors import DirectoryError, invalid

ROOT = "/admin/directory/v1/"
_MALFORMED = object()


@dataclass(slots=True)
class Call:
    """A routed call: its method's name, the key in its path, its parameters, body and caller."""

    method: str
    key: str
    query: Mapping[str, str]
    body: Any = None
    caller: str = ""
    within: str = ""

    def object(self) -> dict[str, Any]:
        """Return the body, which must be a JSON object."""
        if self.body is _MALFORMED:
            raise DirectoryError(400, "parseError")
        if not isinstance(self.body, dict):
            raise invalid("resource")
        return self.body

    def address(self) -> str:
        """Return the address or id that the call is about, so that a fault can be aimed at one user."""
        if self.key or not isinstance(self.body, dict):
            return self.key.lower()
        return str(self.body.get("primaryEmail") or self.body.get("email") or "").lower()


@dataclass(slots=True)
class Answer:
    """A status and body, or (`drop`) a connection closed or reset without an answer."""

    status: int
    body: dict[str, Any] | None = None
    reason: str = ""
    drop: str = ""


def refusal(error: DirectoryError) -> Answer:
    """Return the answer that carries an error."""
    return Answer(error.status, error.body(), error.reason)


def decoded(raw: bytes) -> Any:
    """Return the JSON value of a body, None if there is none, and a mark of its own if it is malformed."""
    if not raw:
        return None
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _MALFORMED


_USERS = {"POST": "insert", "GET": "list"}
_USER = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_ACTIONS = {
    ("POST", "undelete"): "undelete",
    ("POST", "signOut"): "signOut",
    ("POST", "makeAdmin"): "makeAdmin",
    ("GET", "aliases"): "aliases.list",
    ("POST", "aliases"): "aliases.insert",
    ("GET", "tokens"): "tokens.list",
}
_UNITS = {"GET": "orgunits.list", "POST": "orgunits.insert"}
_UNIT = {"GET": "orgunits.get", "PUT": "orgunits.update", "PATCH": "orgunits.patch", "DELETE": "orgunits.delete"}
_GROUPS = {"POST": "groups.insert"}
_GROUP = {"GET": "groups.get", "DELETE": "groups.delete"}


def routed(verb: str, path: str) -> tuple[str, str, str]:
    """Return method, key and what the key lies within (customer or user) for a decoded path, or raise 404."""
    parts = path.removeprefix(ROOT).split("/") if path.startswith(ROOT) else []
    found: str | None = None
    key = within = ""
    match parts:
        case ["users"]:
            found = _USERS.get(verb)
        case ["users", key]:
            found = _USER.get(verb)
        case ["users", key, action]:
            found = _ACTIONS.get((verb, action))
        case ["users", within, "aliases", key]:
            found = "aliases.delete" if verb == "DELETE" else None
        case ["customer", within, "orgunits"]:
            found = _UNITS.get(verb)
        case ["customer", within, "orgunits", *rest]:
            key = "/".join(rest)
            found = _UNIT.get(verb)
        case ["groups"]:
            found = _GROUPS.get(verb)
        case ["groups", key]:
            found = _GROUP.get(verb)
    if found is None:
        raise DirectoryError(404, "notFound", "Not Found")
    return found, key, within
