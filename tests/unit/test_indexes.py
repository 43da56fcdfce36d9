"""Every query has its index and no index is without its query: production refuses what the emulator lets pass."""

import ast
import dataclasses
import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints

import hcl2
import pytest

from shared import queries
from shared.domain.accounts import Account, Category
from shared.domain.people import PersonRecord
from shared.domain.roster import Kind, Lane
from shared.ports import Document, Query

ROOT = Path(__file__).parents[2]
DEPLOYED = ("shared", "functions", "cli")  # `local` only ever reads a store on the same machine, where a scan is free

# What a parameter of a query may be, as far as the form of the query depends on it.
SAMPLES: Mapping[Any, tuple[Any, ...]] = {
    str: ("x",),
    int: (1,),
    bool: (True, False),
    datetime: (datetime(2021, 6, 30, tzinfo=UTC),),
    Category: ("ptk",),
    Kind: ("ptk",),
    Lane: ("live",),
    Document: (),
    type(None): (None,),
}


class Shape(NamedTuple):
    """The form of a query, which alone decides what index it needs."""

    collection: str
    equal: tuple[str, ...]
    contained: tuple[str, ...]
    ordered: tuple[str, ...]


def samples(kind: Any) -> tuple[Any, ...]:
    if kind in SAMPLES:
        return SAMPLES[kind]
    return tuple(sample for part in get_args(kind) for sample in samples(part))


def asked(function: Callable[..., Query]) -> Iterator[Query]:
    """Give a function's queries for every combination of its parameters."""
    kinds = {name: kind for name, kind in get_type_hints(function).items() if name != "return"}
    for values in itertools.product(*(samples(kind) for kind in kinds.values())):
        yield function(**dict(zip(kinds, values, strict=True)))


def shape(query: Query) -> Shape:
    return Shape(
        query.collection.rpartition("/")[2],
        tuple(sorted({path for path, op, _ in query.where if op in ("==", "in")})),
        tuple(sorted({path for path, op, _ in query.where if op == "array_contains"})),
        query.order_by,
    )


def shapes() -> set[Shape]:
    functions = [f for _, f in inspect.getmembers(queries, inspect.isfunction) if f.__module__ == queries.__name__]
    assert functions
    return {shape(query) for function in functions for query in asked(function)}


def strip(value: Any) -> Any:
    """Take the quotes off that the parser keeps."""
    if isinstance(value, dict):
        return {strip(name): strip(item) for name, item in value.items() if not str(name).startswith("__")}
    if isinstance(value, list):
        return [strip(item) for item in value]
    return value.strip('"') if isinstance(value, str) else value


def declared(name: str) -> dict[str, Any]:
    parsed = strip(hcl2.loads((ROOT / "infra/terraform/data.tf").read_text()))
    found: list[dict[str, Any]] = [block[name] for block in parsed["locals"] if name in block]
    return found[0]


def composites() -> list[tuple[str, tuple[str, ...]]]:
    return [(index["collection"], tuple(index["fields"])) for index in declared("indexes").values()]


def serves(index: tuple[str, tuple[str, ...]], shape: Shape) -> bool:
    """Tell whether an index is the one: equalities and lists in any order, then what the answer is sorted by."""
    collection, fields = index
    fixed = tuple(sorted(shape.equal + shape.contained))
    first, rest = fields[: len(fixed)], fields[len(fixed) :]
    return (collection, tuple(sorted(first)), rest) == (shape.collection, fixed, shape.ordered)


def paths(shape: Shape) -> set[str]:
    return {*shape.equal, *shape.contained, *shape.ordered}


def is_simple(shape: Shape) -> bool:
    """Tell whether Firestore's own index of one field suffices, or that of the ids."""
    return len(paths(shape)) <= 1


@pytest.mark.parametrize("shape", sorted(shapes(), key=repr), ids=repr)
def test_a_query_has_the_index_that_it_needs(shape: Shape):
    assert is_simple(shape) or set(shape.contained) <= set(declared("lists")), "declare the field a list"
    assert is_simple(shape) or any(serves(index, shape) for index in composites())


@pytest.mark.parametrize("index", composites(), ids=repr)
def test_an_index_has_a_query_that_needs_it(index: tuple[str, tuple[str, ...]]):
    assert any(serves(index, shape) for shape in shapes() if not is_simple(shape))


def test_no_index_is_declared_twice():
    assert len(set(composites())) == len(composites())


@pytest.mark.parametrize("shape", [shape for shape in sorted(shapes(), key=repr) if is_simple(shape)], ids=repr)
def test_a_query_of_one_field_asks_for_an_indexed_one(shape: Shape):
    unindexed = declared("unindexed").get(shape.collection, [])
    for path in paths(shape):
        assert path.partition(".")[0] not in unindexed


def risky(record: type) -> set[str]:
    """Give the stored fields that hold a time or a map: what rises with the intake hides in them."""
    hints = get_type_hints(record)
    return {
        field.name
        for field in dataclasses.fields(record)
        if any(mark in repr(hints[field.name]) for mark in ("datetime", "Mapping", "shared.domain"))
    }


@pytest.mark.parametrize(("collection", "record"), [("accounts", Account), ("people", PersonRecord)])
def test_no_stored_time_or_map_is_indexed_by_itself(collection: str, record: type):
    stored_apart = {"person"}  # its fields are stored beside the record's own
    assert risky(record) - stored_apart <= set(declared("unindexed")[collection])


def test_a_persons_revision_and_memberships_are_not_indexed():
    assert {"revision", "memberships"} <= set(declared("unindexed")["people"])


def constructs_a_query(source: str) -> bool:
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return "Query" in {getattr(call, "id", getattr(call, "attr", None)) for call in calls}


def test_queries_are_made_in_one_module_only():
    modules = [path for folder in DEPLOYED for path in (ROOT / folder).rglob("*.py")]
    makers = [path.relative_to(ROOT).as_posix() for path in modules if constructs_a_query(path.read_text())]
    assert makers == ["shared/queries.py"]


def test_the_guard_finds_a_query_made_elsewhere():
    assert constructs_a_query("from shared import ports\nq = ports.Query('people')")
    assert not constructs_a_query("from shared.queries import pending\nq = pending('smp', 'live', limit=1)")
