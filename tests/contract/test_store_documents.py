"""Every store keeps documents alike: what is written is read back, what cannot be kept is refused by name."""

import secrets
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.errors import PermanentError
from shared.ports import Create, Delete, Document, Put, Ref, Store, Update

A = Ref("people", "a")
B = Ref("people", "b")
WIB = timezone(timedelta(hours=7))
NOON = datetime(2021, 6, 30, 12, 0, 0, 123456, tzinfo=UTC)

whole = st.integers(-(2**63), 2**63 - 1)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda name: not name.startswith(("$", "__"))
)
zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(timezones=zones).filter(lambda time: 1 < time.year < 9999)
text = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | whole | st.floats(allow_nan=False, allow_infinity=False) | text | times
maps = st.recursive(
    st.dictionaries(names, scalars, max_size=4),
    lambda inner: st.dictionaries(names, inner | scalars | st.lists(inner | scalars, max_size=3), max_size=3),
    max_leaves=6,
)
fields = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
documents = st.dictionaries(fields, maps | scalars | st.lists(maps | scalars, max_size=3), max_size=4)


def data(store: Store, ref: Ref) -> dict[str, Any]:
    document = store.get(ref)
    assert document is not None
    return document.data


def version(store: Store, ref: Ref) -> object:
    document = store.get(ref)
    assert document is not None
    return document.version


def in_utc(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, dict):
        return {name: in_utc(item) for name, item in value.items()}
    return [in_utc(item) for item in value] if isinstance(value, list) else value


def kinds(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: kinds(item) for name, item in value.items()}
    return [kinds(item) for item in value] if isinstance(value, list) else type(value)


def test_a_document_that_nobody_wrote_is_none(store: Store):
    assert store.get(A) is None


def test_a_created_document_is_read_back_with_its_place(store: Store):
    store.commit([Create(A, {"nama": "SITI AMINAH"})])
    found = store.get(A)
    assert isinstance(found, Document)
    assert (found.ref, found.data) == (A, {"nama": "SITI AMINAH"})


def test_a_document_in_a_nested_collection_is_apart_from_its_namesakes(store: Store):
    nested = Ref("links/l1/reads", "a")
    store.commit([Create(nested, {"n": 1}), Create(A, {"n": 2})])
    assert (data(store, nested), data(store, A)) == ({"n": 1}, {"n": 2})
    assert store.get(Ref("links/l2/reads", "a")) is None


@pytest.mark.parametrize("odd", ["a b", "é", "😀", "a.b@smp.belajar.id", "a'b", "a:b?c#d%2F", "__a", "0123"])
def test_an_id_may_be_any_text_without_a_slash(store: Store, odd: str):
    store.commit([Create(Ref("people", odd), {"n": 1})])
    assert data(store, Ref("people", odd)) == {"n": 1}
    assert [found and found.ref.id for found in store.get_many([Ref("people", odd)])] == [odd]


def test_many_documents_come_in_the_order_asked_missing_and_repeated_ones_too(store: Store):
    store.commit([Create(A, {"n": 1}), Create(B, {"n": 2})])
    found = store.get_many([B, Ref("people", "none"), A, B])
    assert [document and document.data["n"] for document in found] == [2, None, 1, 2]
    assert store.get_many([]) == []


def test_a_put_replaces_the_whole_document(store: Store):
    store.commit([Put(A, {"n": 1, "m": 2})])
    store.commit([Put(A, {"n": 3})])
    assert data(store, A) == {"n": 3}


def test_an_update_replaces_its_fields_whole_and_keeps_the_others(store: Store):
    store.commit([Create(A, {"kept": 1, "map": {"old": 1}, "list": [1, 2], "gone": "x"})])
    store.commit([Update(A, {"map": {"new": {"a.b": NOON}}, "list": [], "gone": None, "more": {}})])
    assert data(store, A) == {"kept": 1, "map": {"new": {"a.b": NOON}}, "list": [], "gone": None, "more": {}}


def test_a_deleted_document_is_gone_and_deleting_it_again_is_no_fault(store: Store):
    store.commit([Create(A, {"n": 1})])
    store.commit([Delete(A)])
    store.commit([Delete(A)])
    assert store.get(A) is None


def test_an_empty_commit_changes_nothing(store: Store):
    store.commit([])
    assert store.get(A) is None


def test_what_is_read_belongs_to_the_reader(store: Store):
    store.commit([Create(A, {"map": {"n": 1}})])
    data(store, A)["map"]["n"] = 2
    assert data(store, A) == {"map": {"n": 1}}


def test_times_come_back_as_plain_datetimes_in_utc(store: Store):
    store.commit([Create(A, {"at": NOON.astimezone(WIB), "in": [{"at": NOON}]})])
    found = data(store, A)
    assert found == {"at": NOON, "in": [{"at": NOON}]}
    assert (type(found["at"]), found["at"].tzinfo, type(found["in"][0]["at"])) == (datetime, UTC, datetime)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@example({"n": 1, "x": 1.0, "b": True, "big": 2**63 - 1, "small": 5e-324})
@example({"text": "\0\ufffe\U0001f600 ' \" \\ $.a", "map": {"a.b": {"'": 1, '"': 2, "`": 3}}})
@example({"first": datetime(1, 1, 1, tzinfo=UTC), "last": datetime.max.replace(tzinfo=UTC)})
@given(written=documents)
def test_every_value_comes_back_as_it_was_and_of_its_type(store: Store, written: dict[str, Any]):
    ref = Ref("any", secrets.token_hex(8))
    store.commit([Create(ref, written)])
    assert data(store, ref) == in_utc(written)
    assert kinds(data(store, ref)) == kinds(written)


def nested(levels: int) -> Any:
    value: Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"in": value}
    return value


def test_twenty_levels_are_kept(store: Store):
    store.commit([Create(A, {"value": nested(20)})])
    assert data(store, A) == {"value": nested(20)}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([[1]], "store_list_in_list"),
        ({"in": [1, [2]]}, "store_list_in_list"),
        (nested(21), "store_value_too_deep"),
        (datetime(2021, 1, 1), "store_time_without_zone"),  # noqa: DTZ001  # naive on purpose
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), "store_time_out_of_range"),
        (2**63, "store_number_out_of_range"),
        (float("nan"), "store_number_out_of_range"),
        (float("inf"), "store_number_out_of_range"),
        ("secret \ud800", "store_text_invalid"),
        (b"secret", "store_value_type"),
        ((1, 2), "store_value_type"),
        ({"": 1}, "store_field_name_invalid"),
        ({"__a__": 1}, "store_field_name_invalid"),
        ({"$time": "2021"}, "store_field_name_invalid"),
        ({"x" * 1501: 1}, "store_field_name_invalid"),
        ({1: 1}, "store_field_name_invalid"),
        ("x" * 1_048_488, "store_document_too_large"),
        (["x" * 524_288] * 2, "store_document_too_large"),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused_with_its_field_and_never_quoted(store: Store, value: Any, code: str):
    for write in (Create(A, {"field": value}), Put(A, {"field": value}), Update(A, {"field": value})):
        with pytest.raises(PermanentError) as refusal:
            store.commit([Put(B, {"n": 1}), write])
        assert (refusal.value.code, refusal.value.field or "field") == (code, "field")
        assert "secret" not in str(refusal.value)
    assert store.get_many([A, B]) == [None, None]


@pytest.mark.parametrize("name", ["", "a.b", "a-b", "1a", "é", "__a__", "$a", "a b", "`a`", "a'"])
def test_a_field_name_must_be_an_identifier(store: Store, name: str):
    with pytest.raises(PermanentError, match="store_field_name_invalid"):
        store.commit([Create(A, {name: 1})])


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "__a__", "x" * 1501, "é" * 751, "\ud800"])
def test_an_id_that_cannot_be_kept_is_refused(store: Store, name: str):
    with pytest.raises(PermanentError, match=r"store_(id|text)_invalid"):
        store.commit([Create(Ref("people", name), {"n": 1})])
    with pytest.raises(PermanentError, match=r"store_(id|text)_invalid"):
        store.get(Ref("people", name))


@pytest.mark.parametrize("collection", ["", "links/l1", "/a/b", "a//b", "links/../reads", "people/"])
def test_a_path_that_names_no_collection_is_refused(store: Store, collection: str):
    with pytest.raises(PermanentError, match=r"store_(id|collection)_invalid"):
        store.get(Ref(collection, "a"))


def test_a_document_of_nearly_a_mebibyte_is_kept_and_cannot_grow_beyond(store: Store):
    store.commit([Create(A, {"one": "x" * 1_000_000})])
    with pytest.raises(PermanentError):
        store.commit([Update(A, {"two": "x" * 100_000})])
    assert data(store, A) == {"one": "x" * 1_000_000}


def test_a_commit_that_no_request_could_carry_is_refused(store: Store):
    with pytest.raises(PermanentError, match="store_commit_too_large"):
        store.commit([Put(Ref("people", str(n)), {"x": "x" * 900_000}) for n in range(9)])


def test_a_document_is_written_once_in_a_commit(store: Store):
    with pytest.raises(PermanentError, match="store_written_twice"):
        store.commit([Create(A, {"n": 1}), Update(A, {"n": 2})])


def test_an_update_of_nothing_is_refused(store: Store):
    with pytest.raises(PermanentError, match="store_update_empty"):
        store.commit([Update(A, {})])
