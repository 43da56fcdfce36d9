"""The query language of users.list: clauses `field op value`, joined by AND, over what a list shows of a user."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from local.directory.errors import DirectoryError

Shown = dict[str, Any]
Test = Callable[[Shown], bool]

_CLAUSE = re.compile(r"""\s*([A-Za-z_][\w.]*)\s*(=|:|>=|<=|>|<)\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s]+)""")
_BOOLEANS = {"isSuspended": "suspended", "isArchived": "archived", "isAdmin": "isAdmin"}


def refused() -> DirectoryError:
    """Return the 400 for a query that the Directory doesn't take."""
    return DirectoryError(400, "invalid", "Invalid Input: query")


def parsed(query: str) -> list[Test]:
    """Return the tests of a query; a user is listed if all hold."""
    tests: list[Test] = []
    at = 0
    text = query.strip()
    while at < len(text):
        clause = _CLAUSE.match(text, at)
        if clause is None:
            raise refused()
        at = clause.end()
        tests.append(_test(clause[1], clause[2], _unquoted(clause[3])))
    return tests


def _unquoted(value: str) -> str:
    if value[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def _test(field: str, op: str, value: str) -> Test:
    if field in _BOOLEANS:
        if op != "=" or value.lower() not in ("true", "false"):
            raise refused()
        shown_as, wanted = _BOOLEANS[field], value.lower() == "true"
        return lambda shown: shown[shown_as] is wanted
    if field == "orgUnitPath":
        if op != "=" or not value.startswith("/"):
            raise refused()
        below = value.rstrip("/") + "/"
        return lambda shown: (shown["orgUnitPath"].rstrip("/") + "/").startswith(below)
    if op not in ("=", ":"):
        raise refused()
    texts = _TEXTS.get(field)
    if texts is None:
        if "." not in field:
            raise refused()
        schema, _, name = field.partition(".")
        return _matching(lambda shown: [str(shown.get("customSchemas", {}).get(schema, {}).get(name, ""))], op, value)
    return _matching(texts, op, value)


def _matching(texts: Callable[[Shown], Iterable[str]], op: str, value: str) -> Test:
    """Return a test by whole value (=), beginning (:x*), or words (:x)."""
    wanted = value.lower()
    if op == "=":
        return lambda shown: any(text.lower() == wanted for text in texts(shown))
    if wanted.endswith("*"):
        start = wanted[:-1]
        return lambda shown: any(text.lower().startswith(start) for text in texts(shown))
    return lambda shown: any(_holds_words(text.lower(), wanted) for text in texts(shown))


def _holds_words(text: str, wanted: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text) is not None


def _of(field: str, key: str) -> Callable[[Shown], Iterable[str]]:
    return lambda shown: [str(item.get(key, "")) for item in shown.get(field, [])]


_TEXTS: dict[str, Callable[[Shown], Iterable[str]]] = {
    "email": lambda shown: [shown["primaryEmail"], *shown.get("aliases", [])],
    "givenName": lambda shown: [shown["name"].get("givenName", "")],
    "familyName": lambda shown: [shown["name"].get("familyName", "")],
    "name": lambda shown: [
        shown["name"]["fullName"],
        shown["name"].get("givenName", ""),
        shown["name"].get("familyName", ""),
    ],
    "externalId": _of("externalIds", "value"),
    "orgName": _of("organizations", "name"),
    "orgDepartment": _of("organizations", "department"),
    "orgCostCenter": _of("organizations", "costCenter"),
    "orgTitle": _of("organizations", "title"),
    "phone": _of("phones", "value"),
}
