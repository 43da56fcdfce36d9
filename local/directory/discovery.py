"""Discovery documents that point at the stand-in, and the field names that `fields` may select."""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

_DOCUMENT = "discovery_cache/documents/admin.directory_v1.json"


@cache
def shipped() -> dict[str, Any]:
    """Return the discovery document that comes with the installed client library; empty if there is none."""
    spec = importlib.util.find_spec("googleapiclient")
    if spec is None or not spec.submodule_search_locations:
        return {}
    path = Path(spec.submodule_search_locations[0]) / _DOCUMENT
    if not path.exists():
        return {}
    document: dict[str, Any] = msgspec.json.decode(path.read_bytes())
    return document


def pointed_at(root: str) -> dict[str, Any]:
    """Return the document with its addresses under `root`, which ends in a slash."""
    document = shipped()
    if not document:
        return {}
    local = {"rootUrl": root, "baseUrl": root, "mtlsRootUrl": root, "batchPath": "batch", "servicePath": ""}
    return {**document, **local}


def properties(schema: str) -> dict[str, Any]:
    """Return the properties of a schema; empty if it isn't known."""
    found: dict[str, Any] = shipped().get("schemas", {}).get(schema, {}).get("properties", {})
    return found
