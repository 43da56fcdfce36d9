"""A query as SQL: every path and collection in it has been checked, every value is bound."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.adapters.sqlite.values import TIME, operand
from shared.documents import value_at
from shared.ports import Document, Query

# What json_type() calls the values that may equal or follow an operand of this type.
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "'true', 'false'"),
    (int, "'integer', 'real'"),
    (float, "'integer', 'real'"),
    (str, "'text'"),
    (datetime, "'object', 'text'"),  # the map that holds it in a list, the text in that map elsewhere
)

Term = tuple[str, list[Any]]


def select(query: Query, columns: str = "id, body, version") -> Term:
    """Give the statement of a query and its values."""
    terms = [_collection(query.collection), *(_term(*each) for each in query.where)]
    # A document without the field is not part of an order, one with null is.
    terms += [(f"json_type(body, '$.{path}') IS NOT NULL", []) for path in query.order_by]
    if query.start_after is not None:
        terms.append(_behind(query.start_after, query.order_by))
    order = ", ".join([*(_value(path) for path in query.order_by), "id"])
    where = " AND ".join(term for term, _ in terms)
    sql = " ".join(["SELECT", columns, "FROM documents WHERE", where, "ORDER BY", order])
    values = [value for _, values in terms for value in values]
    return (sql, values) if query.limit is None else (f"{sql} LIMIT ?", [*values, query.limit])


def _collection(collection: str) -> Term:
    # SQLite uses an index over part of the table only for a constant.
    if collection.isidentifier():
        return f"collection = '{collection}'", []
    return "collection = ?", [collection]


def _term(path: str, op: str, value: Any) -> Term:
    if value is None:
        return f"json_type(body, '$.{path}') = 'null'", []
    if op == "in":
        terms = [_term(path, "==", each) for each in value]
        return f"({' OR '.join(term for term, _ in terms)})", [each for _, values in terms for each in values]
    kinds = next(kinds for kind, kinds in _KINDS if isinstance(value, kind))
    if op == "array_contains":
        items = f"json_each(CASE json_type(body, '$.{path}') WHEN 'array' THEN {_value(path)} END) AS item"
        found = " ".join(["SELECT 1 FROM", items, "WHERE item.value = ? AND item.type IN", f"({kinds})"])
        return f"EXISTS ({found})", [operand(value)]
    inside = f'."{TIME}"' if isinstance(value, datetime) else ""
    return f"({_value(path)} {op} ? AND json_type(body, '$.{path}{inside}') IN ({kinds}))", [operand(value)]


def _behind(document: Document, order_by: Sequence[str]) -> Term:
    """Give the term for "comes after this document": nulls first, ties by id."""
    term, values = "id > ?", [document.ref.id]
    for path in reversed(order_by):
        value = value_at(document.data, path)
        if value is None:
            term = f"({_value(path)} IS NOT NULL OR ({_value(path)} IS NULL AND {term}))"
        else:
            # The first comparison alone is true of too much, but lets SQLite begin at the right place of an index.
            term = f"({_value(path)} >= ? AND ({_value(path)} > ? OR {term}))"
            values = [operand(value), operand(value), *values]
    return term, values


def _value(path: str) -> str:
    return f"body ->> '$.{path}'"
