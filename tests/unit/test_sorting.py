import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.sorting import sort_key

PUPILS = [
    ("ANI", "VII A", 7),
    ("BUDI", "VII A", 7),
    ("ANI", "VII B", 7),
    ("ZAHRA", "VII B", 7),
    ("ANI", None, 7),
    ("ANI", "VIII A", 8),
    ("ANI", "IX A", 9),
    ("ANI", "X IPA 1", 10),
    ("ANI", "X IPA 2", 10),
    ("ANI", "X IPA 10", 10),
    ("ANI", "KELAS 2", None),
    ("ANI", None, None),
    ("ZAHRA", None, None),
]


def ordered(people):
    return sorted(people, key=lambda person: sort_key(*person))


def test_a_list_is_by_grade_then_class_as_people_count_then_name_and_no_class_comes_last():
    assert ordered(reversed(PUPILS)) == PUPILS


@pytest.mark.parametrize(
    "names",
    [
        ["ADE", "Ádi", "AEP"],
        ["andi", "ANDI A", "Andika"],
        ["Ma'ruf", "Ma’ruf"],
        ["SITI", "SITI AMINAH", "SITIA"],
    ],
    ids=["accents", "case", "apostrophes", "shorter first"],
)
def test_names_are_in_the_order_of_their_plain_letters(names):
    assert [name for name, *_ in ordered([(name, "VII A", 7) for name in reversed(names)])] == names


def test_a_class_is_the_same_in_either_case():
    assert sort_key("ANI", "vii b", 7) == sort_key("ANI", "VII B", 7)


@given(st.integers(0, 999_999), st.integers(0, 999_999))
def test_numbers_in_the_names_of_classes_are_in_order(one, other):
    smaller = sort_key("A", f"KELAS {one}", 1) < sort_key("A", f"KELAS {other}", 1)
    assert smaller == (one < other)


@given(st.text(max_size=30), st.none() | st.text(max_size=30), st.none() | st.integers(0, 999_999))
def test_any_name_class_and_grade_has_a_key_that_ends_with_the_name(nama, rombel, tingkat):
    assert sort_key(nama, rombel, tingkat).endswith(f"\t{nama}")
