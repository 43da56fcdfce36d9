"""What every store takes: names, values and queries, checked before a store sees them, so that all refuse the same."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from math import isfinite
from typing import Any

from shared.errors import PermanentError
from shared.ports import Create, Delete, Put, Query, Ref, Update, Write

# Firestore's limits (bytes, levels, values); the others follow them.
MAX_DOCUMENT = 1_048_576
MAX_VALUE = MAX_DOCUMENT - 89
MAX_COMMIT = 8_000_000  # 10 MiB on the wire, where every write repeats its full path
MAX_NAME = 1_500
MAX_DEPTH = 20
MAX_IN = 30
REMEMBERED = 1_000  # names of fields, which are few, against millions of documents
MARK = "$"  # a store may keep a type of its own as {"$type": …}: no document has such a name

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = re.compile(r"__.*__", re.DOTALL)
_SCALARS = (str, int, float, bool, datetime)


def check_ref(ref: Ref) -> None:
    """Refuse a place that a store could not keep."""
    check_collection(ref.collection)
    _check_id(ref.id)


@lru_cache(REMEMBERED)
def check_collection(collection: str) -> None:
    """Refuse a path that does not name a collection."""
    parts = collection.split("/")
    if len(parts) % 2 == 0:
        raise PermanentError("store_collection_invalid")
    for part in parts:
        _check_id(part)


def check_writes(writes: Sequence[Write]) -> None:
    """Refuse a commit that no store could keep, before anything is sent."""
    if len({write.ref for write in writes}) < len(writes):
        raise PermanentError("store_written_twice")
    size = 0
    for write in writes:
        check_ref(write.ref)
        match write:
            case Create(_, data) | Put(_, data):
                size += check_data(data)
            case Update(_, fields):
                if not fields:
                    raise PermanentError("store_update_empty")
                size += check_data(fields)
            case Delete():
                pass
    if size > MAX_COMMIT:
        raise PermanentError("store_commit_too_large")


def check_data(data: Mapping[str, Any]) -> int:
    """Give the size in bytes as Firestore counts it; refuse what cannot be kept, naming the top-level field."""
    size = 32
    for name, value in data.items():
        if not _is_field(name):
            raise PermanentError("store_field_name_invalid")
        size += len(name) + 1 + (1 if value is None else _size(value, name, 0))
    if size > MAX_DOCUMENT:
        raise PermanentError("store_document_too_large")
    return size


def check_query(query: Query) -> None:
    """Refuse a query that the stores would answer differently, or not at all."""
    check_collection(query.collection)
    if query.limit is not None and query.limit < 1:
        raise PermanentError("store_query_invalid", "limit")
    ranges = set()
    for path, op, value in query.where:
        _check_path(path)
        if op == "in":
            if not 1 <= len(value) <= MAX_IN:
                raise PermanentError("store_query_invalid", path)
            for each in value:
                _check_operand(each, path)
        elif not (op == "==" and value is None):
            _check_operand(value, path)
        if op not in ("==", "in", "array_contains"):
            ranges.add(path)
    for path in query.order_by:
        _check_path(path)
    _check_fields(query)
    # Firestore sorts by the field of a range first, asked or not.
    if ranges and ranges != set(query.order_by[:1]):
        raise PermanentError("store_query_invalid", min(ranges))


def _check_fields(query: Query) -> None:
    for name in query.fields:
        if not _is_field(name):
            raise PermanentError("store_query_invalid", "fields")
    if query.fields and not {path.partition(".")[0] for path in query.order_by} <= set(query.fields):
        raise PermanentError("store_query_invalid", "fields")  # the next page could not begin behind this one


def utc(value: datetime) -> datetime:
    """Give the same moment as a plain `datetime` in UTC, without what is finer than microseconds."""
    moment = value.astimezone(UTC)
    if type(moment) is datetime:
        return moment
    return datetime.combine(moment.date(), moment.timetz())


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """Give the value at a dotted path that a query ordered by, so it is there."""
    value: Any = data
    for part in path.split("."):
        value = value[part]
    return value


@lru_cache(REMEMBERED)
def _is_field(name: object) -> bool:
    return isinstance(name, str) and bool(_IDENTIFIER.fullmatch(name)) and not _RESERVED.fullmatch(name)


def _check_id(name: str) -> None:
    if not name or name in (".", "..") or "/" in name or (name[:2] == "__" and _RESERVED.fullmatch(name)):
        raise PermanentError("store_id_invalid")
    if _bytes(name, "") > MAX_NAME:
        raise PermanentError("store_id_invalid")


def _check_path(path: str) -> None:
    if not all(_IDENTIFIER.fullmatch(part) for part in path.split(".")):
        raise PermanentError("store_query_invalid", "path")


def _check_operand(value: object, path: str) -> None:
    if not isinstance(value, _SCALARS):
        raise PermanentError("store_query_invalid", path)
    _size(value, path, 0)


def _size(value: Any, field: str, depth: int) -> int:  # noqa: C901  # one branch a type, the most frequent first
    if type(value) is str and value.isascii() and len(value) < MAX_VALUE:  # nearly all of them
        return len(value) + 1
    match value:
        case str():
            size = _bytes(value, field) + 1
            if size > MAX_VALUE:
                raise PermanentError("store_document_too_large", field)
            return size
        case None | bool():
            return 1
        case int():
            if not -(2**63) <= value < 2**63:
                raise PermanentError("store_number_out_of_range", field)
            return 8
        case float():
            if not isfinite(value):
                raise PermanentError("store_number_out_of_range", field)
            return 8
        case datetime():
            _check_time(value, field)
            return 8
        case dict() | list():
            if depth == MAX_DEPTH:
                raise PermanentError("store_value_too_deep", field)
            return _size_of_many(value, field, depth + 1)
        case _:
            raise PermanentError("store_value_type", field)


def _size_of_many(value: dict[Any, Any] | list[Any], field: str, depth: int) -> int:
    if isinstance(value, list):
        size = 0
        for item in value:
            if isinstance(item, list):
                raise PermanentError("store_list_in_list", field)
            size += _size(item, field, depth)
        return size
    size = 32
    for key, item in value.items():
        size += _name(key, field) + 1 + (1 if item is None else _size(item, field, depth))
    return size


@lru_cache(REMEMBERED)
def _name(key: object, field: str) -> int:
    if not isinstance(key, str) or not key or key.startswith(MARK) or _RESERVED.fullmatch(key):
        raise PermanentError("store_field_name_invalid", field)
    size = _bytes(key, field)
    if size > MAX_NAME:
        raise PermanentError("store_field_name_invalid", field)
    return size


def _check_time(value: datetime, field: str) -> None:
    if value.tzinfo is UTC:
        return
    if value.utcoffset() is None:
        raise PermanentError("store_time_without_zone", field)
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise PermanentError("store_time_out_of_range", field) from None


def _bytes(text: str, field: str) -> int:
    if text.isascii():
        return len(text)
    try:
        return len(text.encode())
    except UnicodeEncodeError:  # a lone surrogate; its text would quote the value
        raise PermanentError("store_text_invalid", field) from None
