"""The `fields` parameter: parsing, checking against the API's schemas, and cutting an answer down to it."""

from functools import lru_cache
from typing import Any, TypeAlias

from local.directory.discovery import properties
from local.directory.errors import DirectoryError

_MAX_DEPTH = 20

# Field to the mask of what lies below it; None selects the whole field.
Mask: TypeAlias = dict[str, Any]

SCHEMAS = {
    "list": "Users",
    "orgunits.list": "OrgUnits",
    "orgunits.get": "OrgUnit",
    "orgunits.insert": "OrgUnit",
    **dict.fromkeys(("get", "insert", "update", "patch"), "User"),
}


@lru_cache(maxsize=256)
def parsed(text: str, schema: str) -> Mask:
    """Return a mask such as `nextPageToken,users(id,name/givenName)`; unknown fields are refused."""
    if text.count("(") > _MAX_DEPTH:
        raise refused(text)
    mask, at = _selection(text, 0)
    if at != len(text) or not mask:
        raise refused(text)
    _check(mask, schema)
    return mask


def refused(what: str) -> DirectoryError:
    """Return the 400 for a selection that can't be read or names an unknown field."""
    return DirectoryError(400, "invalidParameter", f"Invalid field selection {what[:60]}", "fields")


def cut(value: Any, mask: Mask) -> Any:
    """Return only the selected fields of an object, or of every object of an array."""
    if isinstance(value, list):
        return [cut(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    if "*" in mask:
        inner = mask["*"]
        return value if inner is None else {field: cut(item, inner) for field, item in value.items()}
    result = {}
    for field, inner in mask.items():
        if field in value:
            result[field] = value[field] if inner is None else cut(value[field], inner)
    return result


def _selection(text: str, at: int) -> tuple[Mask, int]:
    """Parse names separated by commas from `at` on, up to a closing bracket or the end."""
    mask: Mask = {}
    while True:
        path, at = _path(text, at)
        inner: Mask | None = None
        if at < len(text) and text[at] == "(":
            inner, at = _selection(text, at + 1)
            if at >= len(text) or text[at] != ")":
                raise refused(text)
            at += 1
        _merge(mask, path, inner)
        if at >= len(text) or text[at] != ",":
            return mask, at
        at += 1


def _path(text: str, at: int) -> tuple[list[str], int]:
    end = at
    while end < len(text) and text[end] not in ",()":
        end += 1
    path = [name.strip() for name in text[at:end].split("/")]
    if not all(path):
        raise refused(text)
    return path, end


def _merge(mask: Mask, path: list[str], inner: Mask | None) -> None:
    name, *rest = path
    if rest:
        below = mask.get(name) or {}
        _merge(below, rest, inner)
        mask[name] = below
    elif inner is None:
        mask[name] = None
    else:
        mask[name] = {**(mask.get(name) or {}), **inner}


def _check(mask: Mask, schema: str) -> None:
    known = properties(schema)
    if not known:
        return
    for name, inner in mask.items():
        if name == "*":
            continue
        if name not in known:
            raise refused(name)
        reference = known[name].get("$ref") or known[name].get("items", {}).get("$ref")
        if inner is not None and reference is not None:
            _check(inner, reference)
