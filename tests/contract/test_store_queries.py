"""Every store answers a query alike: the same documents, in the same order, page by page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.errors import PermanentError
from shared.ports import Create, Delete, Document, Op, Put, Query, Ref, Store

T0 = datetime(2021, 1, 4, 7, 12, 55, tzinfo=UTC)
FOUND_BY_TYPE = {
    "null": None,
    "true": True,
    "one": 1,
    "real": 1.0,
    "two": 2,
    "text": "1",
    "time": T0,
    "list": [1, "1", T0, True],
    "map": {"in": 1},
}


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def fill(store: Store, values: dict[str, Any], collection: str = "things") -> None:
    store.commit([Create(Ref(collection, name), {"value": value}) for name, value in values.items()])
    store.commit([Create(Ref(collection, "missing"), {"other": 1})])


def ids(store: Store, query: Query) -> list[str]:
    return [document.ref.id for document in store.query(query)]


def where(path: str, op: Op, value: Any, *order_by: str) -> Query:
    return Query("things", ((path, op, value),), order_by)


def pages(store: Store, query: Query, size: int) -> list[list[str]]:
    found: list[list[Document]] = []
    after: Document | None = None
    while page := list(store.query(Query(query.collection, query.where, query.order_by, size, after))):
        found.append(page)
        after = page[-1]
    return [[document.ref.id for document in page] for page in found]


def test_an_empty_collection_answers_nothing(store: Store):
    assert ids(store, Query("things")) == []


def test_a_collection_comes_whole_in_the_order_of_its_ids(store: Store):
    for name in ("b", "a", "Z", "é", "😀", "\uffff", "10", "9"):
        store.commit([Put(Ref("things", name), {})])
    assert ids(store, Query("things")) == ["10", "9", "Z", "a", "b", "é", "\uffff", "😀"]


def test_found_documents_carry_their_place_data_and_version(store: Store):
    ref = Ref("links/l1/reads", "1")
    store.commit([Create(ref, {"at": T0}), Create(Ref("links/l2/reads", "1"), {})])
    assert list(store.query(Query("links/l1/reads"))) == [store.get(ref)]


@pytest.mark.parametrize(
    ("op", "value", "found"),
    [
        ("==", None, ["null"]),
        ("==", True, ["true"]),
        ("==", False, []),
        ("==", 1, ["one", "real"]),
        ("==", 1.0, ["one", "real"]),
        ("==", "1", ["text"]),
        ("==", T0, ["time"]),
        ("in", [1, "1", "none"], ["one", "real", "text"]),
        ("in", [T0], ["time"]),
        ("in", [True, 2], ["true", "two"]),
        ("array_contains", 1, ["list"]),
        ("array_contains", "1", ["list"]),
        ("array_contains", T0, ["list"]),
        ("array_contains", True, ["list"]),
        ("array_contains", 0, []),
        ("array_contains", False, []),
    ],
)
def test_a_value_equals_its_own_kind_only(store: Store, op: Op, value: Any, found: list[str]):
    fill(store, FOUND_BY_TYPE)
    assert ids(store, where("value", op, value)) == found


@pytest.mark.parametrize(
    ("op", "value", "found"),
    [
        ("<", 2, ["one", "real"]),
        ("<=", 2, ["one", "real", "two"]),
        (">", 1, ["two"]),
        (">=", 0.5, ["one", "real", "two"]),
        (">=", "", ["text"]),
        ("<", "~", ["text"]),
        ("<", at(1), ["time"]),
        (">=", at(0), ["time"]),
        (">", at(0), []),
        (">=", False, ["true"]),
    ],
)
def test_a_range_finds_its_own_kind_only_and_never_null_or_missing(store: Store, op: Op, value: Any, found: list[str]):
    fill(store, FOUND_BY_TYPE)
    assert ids(store, where("value", op, value, "value")) == found


def test_an_order_has_null_first_and_leaves_out_who_lacks_the_field(store: Store):
    fill(store, {"c": at(1), "b": None, "a": at(2), "d": at(0.5)})
    assert ids(store, Query("things", order_by=("value",))) == ["b", "d", "c", "a"]


def test_times_are_ordered_to_the_microsecond_and_across_centuries(store: Store):
    times = {"e": datetime(9999, 1, 1, tzinfo=UTC), "c": at(0), "d": at(0.000001), "b": at(-0.5)}
    fill(store, times | {"a": datetime(33, 1, 1, tzinfo=UTC)})
    assert ids(store, Query("things", order_by=("value",))) == ["a", "b", "c", "d", "e"]
    assert ids(store, where("value", "<", at(0.000001), "value")) == ["a", "b", "c"]


def test_texts_are_ordered_by_their_code_points(store: Store):
    texts = ["", " ", "A", "a", "a b", 'a"', "ab", "z", "é", "\uffff", "😀"]
    fill(store, {str(100 - n): value for n, value in enumerate(texts)})
    found = store.query(Query("things", order_by=("value",)))
    assert [document.data["value"] for document in found] == texts


def test_numbers_are_ordered_whatever_their_kind(store: Store):
    numbers = [-(2**63), -1.5, -1, 0, 0.5, 1, 2**53, 2**53 + 1, 2**63 - 1, 1e300]
    fill(store, {str(100 - n): value for n, value in enumerate(numbers)})
    found = store.query(Query("things", order_by=("value",)))
    assert [document.data["value"] for document in found] == numbers


def test_a_path_reaches_into_maps(store: Store):
    fill(store, {"a": {"in": 2}, "b": {"in": 1}, "c": {"in": None}, "d": {}, "e": "in"})
    assert ids(store, where("value.in", "==", 1)) == ["b"]
    assert ids(store, Query("things", order_by=("value.in",))) == ["c", "b", "a"]
    assert pages(store, Query("things", order_by=("value.in",)), 1) == [["c"], ["b"], ["a"]]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pages_join_without_gap_or_overlap_through_ties_and_nulls(store: Store, size: int):
    values = {"d": at(1), "a": at(1), "c": at(1), "b": at(0), "e": at(2), "n2": None, "n1": None, "n3": None}
    fill(store, values)
    found = pages(store, Query("things", order_by=("value",)), size)
    assert [name for page in found for name in page] == ["n1", "n2", "n3", "b", "a", "c", "d", "e"]
    assert all(len(page) == size for page in found[:-1])


@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages_join_in_an_order_of_two_fields(store: Store, size: int):
    rows = {"a": (1, None), "b": (1, "x"), "c": (1, "x"), "d": (1, "y"), "e": (0, "z"), "f": (2, None)}
    store.commit([Create(Ref("things", name), {"one": one, "two": two}) for name, (one, two) in rows.items()])
    found = pages(store, Query("things", order_by=("one", "two")), size)
    assert [name for page in found for name in page] == ["e", "a", "b", "c", "d", "f"]


def test_a_page_continues_behind_a_document_that_has_changed_or_gone(store: Store):
    fill(store, {"a": 1, "b": 2, "c": 3})
    query = Query("things", order_by=("value",), limit=2)
    last = list(store.query(query))[-1]
    store.commit([Delete(Ref("things", "b")), Put(Ref("things", "a"), {"value": 4})])
    assert ids(store, Query("things", order_by=("value",), start_after=last)) == ["c", "a"]


def test_a_query_may_be_left_early_and_writes_may_go_on_meanwhile(store: Store):
    fill(store, dict.fromkeys("abcdef", 1))
    for document in store.query(Query("things", order_by=("value",))):
        store.commit([Put(document.ref, {"value": 2})])
        if document.ref.id == "c":
            break
    assert ids(store, where("value", "==", 2)) == ["a", "b", "c"]


def test_documents_moved_behind_a_running_query_are_not_met_twice(store: Store):
    fill(store, dict.fromkeys("abc", 1))
    met = []
    for document in store.query(Query("things", order_by=("value",))):
        store.commit([Put(document.ref, {"value": 2})])
        met.append(document.ref.id)
    assert met == ["a", "b", "c"]


@pytest.mark.parametrize(
    "query",
    [
        Query("things", limit=0),
        Query("things/a"),
        Query("things", order_by=("a-b",)),
        Query("things", order_by=("a'",)),
        where("", "==", 1),
        where("value", "in", []),
        where("value", "in", list(range(31))),
        where("value", "in", [None]),
        where("value", "<", None, "value"),
        where("value", "==", [1]),
        where("value", "==", {"a": 1}),
        where("value", "==", float("nan")),
        where("value", "==", T0.replace(tzinfo=None)),
        where("value", "array_contains", None),
        where("value", "<", 1),
        where("value", "<", 1, "other"),
        Query("things", (("a", "<", 1), ("b", "<", 1)), ("a", "b")),
    ],
)
def test_a_query_that_stores_would_answer_differently_is_refused_before_it_is_sent(store: Store, query: Query):
    with pytest.raises(PermanentError):
        store.query(query)


def test_only_the_fields_asked_for_come_and_the_next_page_goes_on(store: Store):
    for name, place in (("a", 3), ("b", 1), ("c", 2)):
        store.commit([Create(Ref("things", name), {"place": place, "inner": {"x": 1}, "secret": "s"})])
    query = Query("things", (), ("place",), 2, None, ("place", "inner", "absent"))
    first = list(store.query(query))
    assert [(d.ref.id, d.data) for d in first] == [
        ("b", {"place": 1, "inner": {"x": 1}}),
        ("c", {"place": 2, "inner": {"x": 1}}),
    ]
    rest = list(store.query(Query("things", (), ("place",), 2, first[-1], query.fields)))
    assert [(d.ref.id, d.data["place"]) for d in rest] == [("a", 3)]
    whole = store.get(first[0].ref)
    assert whole is not None
    assert whole.version == first[0].version


@pytest.mark.parametrize("fields", [("place", "in.ner"), ("",), ("other",)])
def test_fields_that_no_store_could_give_are_refused(store: Store, fields: tuple[str, ...]):
    with pytest.raises(PermanentError) as caught:
        list(store.query(Query("things", (), ("place",), None, None, fields)))
    assert (caught.value.code, caught.value.field) == ("store_query_invalid", "fields")
