"""How a document is written as JSON: a time is `{"$time": "…Z"}` of fixed width, so that its text sorts as it does."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.documents import MARK, utc

TIME = f"{MARK}time"
WIDTH = len("2021-01-04T07:12:55.000000")


def dump(data: Mapping[str, Any]) -> str:
    """Give the stored text: the same for equal documents, whatever the order of their fields."""
    return _ENCODER.encode(dict(data))


def load(body: str) -> dict[str, Any]:
    """Read the stored text."""
    data: dict[str, Any] = _DECODER.decode(body)
    return data


def operand(value: Any) -> Any:
    """Give a value as SQLite's `->>` gives the stored one."""
    return json.dumps(_tagged(value), separators=(",", ":")) if isinstance(value, datetime) else value


def _tagged(value: datetime) -> dict[str, str]:
    return {TIME: utc(value).isoformat(timespec="microseconds")[:WIDTH] + "Z"}


def _untagged(value: dict[str, Any]) -> Any:
    return datetime.fromisoformat(value[TIME]) if TIME in value else value


_ENCODER = json.JSONEncoder(default=_tagged, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_DECODER = json.JSONDecoder(object_hook=_untagged)
