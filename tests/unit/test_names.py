import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.domain.names import MAX_PART, DirectoryName, directory_name

# Every person here is invented.


def units(text):
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("nama", "given_name", "family_name"),
    [
        ("Siti Aminah", "Siti", "Aminah"),
        ("SITI NUR AMINAH", "SITI NUR", "AMINAH"),
        ("  Siti \t Nur\u00a0 Aminah\r\n", "Siti Nur", "Aminah"),
        ("Siti\x00Aminah", "Siti", "Aminah"),
        ("Drs. H. Ahmad Fauzi, S.Pd., M.Pd", "Drs. H. Ahmad Fauzi, S.Pd.,", "M.Pd"),
        ("I Gede Putra", "I Gede", "Putra"),
        ("A. Rahman", "A.", "Rahman"),
        ("N B", "N", "B"),
        ("Ma'ruf Pi-Thariq", "Ma'ruf", "Pi-Thariq"),
        ("<Siti> Aminah", "Siti", "Aminah"),
        ("Siti < Aminah >", "Siti", "Aminah"),
        ("Siti <script>Aminah", "Siti", "scriptAminah"),
        ("Siti Aminah -", "Siti", "Aminah"),
        ("- Siti . Aminah ...", "Siti .", "Aminah"),
        ("محمد عبد الله", "محمد عبد", "الله"),
        ("陈 美玲", "陈", "美玲"),
        ("Si\u200bti Ami\u202enah", "Siti", "Aminah"),
        ("Andre\u0301 Mu\u0308ller", "André", "Müller"),
        ("Siti 😀 Aminah", "Siti 😀", "Aminah"),
        ("Si\ud800ti Aminah", "Siti", "Aminah"),
    ],
)
def test_the_last_token_is_the_family_name(nama, given_name, family_name):
    assert directory_name(nama) == DirectoryName(given_name, family_name, None)


@pytest.mark.parametrize("nama", ["Sutrisno", "N", "S.Pd", "陈美玲", "Ma'ruf"])
def test_a_single_word_is_both_names_and_shows_once(nama):
    assert directory_name(nama) == DirectoryName(nama, nama, nama)
    assert directory_name(f" <{nama}>\t") == DirectoryName(nama, nama, nama)


@pytest.mark.parametrize(
    "nama", ["", " ", "\t\n", "<>", "< >", "...", "-", "😀", "\u200b", "\u200d", "\ud800", "\u0301"]
)
def test_where_nothing_is_left_the_name_is_pengguna(nama):
    assert directory_name(nama) == DirectoryName("Pengguna", "Pengguna", "Pengguna")


def test_a_long_given_name_ends_with_a_whole_token():
    nama = "Muhammad Rizky Ramadhan Alfarizi Kusumawardhana Prawiranegara Adiputra"
    assert directory_name(nama) == DirectoryName("Muhammad Rizky Ramadhan Alfarizi", "Adiputra", None)


def test_a_given_name_of_exactly_40_stays_whole():
    forty = "Muhammad Rizky Ramadhan Alfarizi Kusumaa"
    assert len(forty) == 40
    assert directory_name(f"{forty} Putra").given_name == forty
    assert directory_name(f"{forty}n Putra").given_name == "Muhammad Rizky Ramadhan Alfarizi"


def test_nineteen_words_fit():
    words = (
        "Raka Putra Surya Candra Kirana Wijaya Kusuma Adi Nata Jaya Sena Bima Yuda Arya Satria Dharma Bakti "
        "Negara Agung"
    )
    assert directory_name(words) == DirectoryName("Raka Putra Surya Candra Kirana Wijaya", "Agung", None)


def test_a_token_over_40_is_cut_and_still_shown_whole_where_it_is_the_name():
    assert directory_name("A" * 70) == DirectoryName("A" * 40, "A" * 40, "A" * 70)
    assert directory_name(f"{'A' * 70} {'B' * 70}") == DirectoryName("A" * 40, "B" * 40, None)


def test_a_cut_tears_no_mark_pair_or_joined_picture_apart():
    marked = directory_name("x\u0323\u0302" * 30 + " B").given_name
    assert units(marked) <= 40
    assert marked == unicodedata.normalize("NFC", "x\u0323\u0302") * 13
    teacher = "👩🏽\u200d🏫"
    assert directory_name("a" + teacher * 9 + " B").given_name == "a" + teacher * 5
    assert directory_name("a" + "😀" * 30 + " B").given_name == "a" + "😀" * 19


def test_one_letter_under_a_heap_of_marks_is_cut_all_the_same():
    assert directory_name("a" + "\u0323" * 90 + " B").given_name.startswith("\u1ea1")
    assert units(directory_name("a" + "\u0323" * 90 + " B").given_name) == 40


@settings(deadline=None)
@given(st.text(max_size=300))
@example("\u200d" * 90 + "a")
@example("<" + "\u0338" + "a b")
@example("a" + "\u0301" * 100)
def test_any_text_gives_names_that_google_takes(nama):
    name = directory_name(nama)
    for part in (name.given_name, name.family_name):
        assert part.strip() == part != ""
        assert units(part) <= MAX_PART
    for part in (name.given_name, name.family_name, name.display_name or ""):
        assert not set("<>") & set(part)
        assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in part)
        assert "  " not in part
        part.encode()
    if name.display_name is not None:
        assert name.given_name == name.family_name
        assert name.display_name.startswith(name.given_name)
    assert sum(len((part or "").encode()) for part in (name.given_name, name.family_name, name.display_name)) <= 1024


@settings(deadline=None)
@given(st.lists(st.sampled_from(["Siti", "Nur", "Aminah", "I", "A."]), min_size=2, max_size=6))
def test_a_name_that_fits_is_given_back_whole(words):
    name = directory_name("  ".join(words))
    assert f"{name.given_name} {name.family_name}" == " ".join(words)
    assert name.display_name is None
