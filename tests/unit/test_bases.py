import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.domain.bases import MAX_LETTERS, NEUTRAL, base

# Every person here is invented.

FIRST_AND_LAST = [
    ("Sutrisno", "sutrisno"),
    ("NURHAYATI", "nurhayati"),
    ("Siti Aminah", "sitiaminah"),
    ("SITI NUR AMINAH PUTRI", "sitiputri"),
    ("Siti  Aminah\tPutri\n", "sitiputri"),
    ("siti aminah", "sitiaminah"),
    ("Cut Meutia Sari", "cutsari"),
    ("Andi Rahmat Daeng", "andidaeng"),
    ("Tb. Hasan Sadili", "tbsadili"),
    ("Sutan Bahar", "sutanbahar"),
    ("Ida Bagus Oka", "idaoka"),
    ("Anak Agung Raka", "anakraka"),
    ("Maria Goreti Siregar", "mariasiregar"),
    ("Jonatan Damanik", "jonatandamanik"),
    ("Rosa br. Sitepu", "rosasitepu"),
    ("Soeparto Tjokro", "soepartotjokro"),
]

INITIALS_STAY = [
    ("A. Rahman", "arahman"),
    ("A.Rahman", "arahman"),
    ("Muh. Ali", "muhali"),
    ("Muh.Ali", "muhali"),
    ("Moh. Natsir Akbar", "mohakbar"),
    ("M. Rizki Pratama", "mpratama"),
    ("M.Rizki", "mrizki"),
    ("Mhd. Yusuf", "mhdyusuf"),
    ("Moch. Ilham", "mochilham"),
    ("Abd. Gani", "abdgani"),
    ("R. Budi Santosa", "rsantosa"),
    ("R.A. Kartika", "rkartika"),
    ("M.H. Tamrin", "mtamrin"),
    ("S.H. Mintarja", "smintarja"),
    ("A. Md. Yusuf", "ayusuf"),
    ("St. Aminah", "staminah"),
    ("T. Umar Johan", "tjohan"),
    ("Budi S.", "budis"),
    ("Rizki P", "rizkip"),
    ("Agus Salim K", "agusk"),
]

PARTICLES = [
    ("I Gede Putra Wijaya", "gedewijaya"),
    ("I GUSTI NGURAH RAKA", "gustiraka"),
    ("I. Wayan Sudira", "wayansudira"),
    ("Ni Luh Ayu Sukma", "luhsukma"),
    ("Ni Wayan", "wayan"),
    ("I Made", "made"),
    ("Si Tumpal", "tumpal"),
    ("Sang Putu Eka", "putueka"),
    ("Drs. I Nyoman Suwirya, M.Pd.", "nyomansuwirya"),
    ("Hj. Ni Ketut Sari", "ketutsari"),
    ("Ni", "ni"),
    ("Sang", "sang"),
    ("Nini Putri", "niniputri"),
    ("Ketut Si", "ketutsi"),
]

JOINED_AND_CUT = [
    ("Ma'ruf Amir", "marufamir"),
    ("Ma’ruf Amir", "marufamir"),
    ("Ma`ruf Amir", "marufamir"),
    ("Maʼruf Amir", "marufamir"),
    ("Ma‘ruf Amir", "marufamir"),
    ("Ma´ruf Amir", "marufamir"),
    ("Ma＇ruf Amir", "marufamir"),
    ("NUR'AINI", "nuraini"),
    ("Ni'matul Husna", "nimatulhusna"),
    ("Pi-Thariq", "pithariq"),
    ("PI-THARIQ AKBAR", "pithariqakbar"),
    ("Pi‐Thariq", "pithariq"),
    ("Pi–Thariq", "pithariq"),
    ("Muhammad Al-Fatih", "muhammadalfatih"),
    ("Siti - Aminah", "sitiaminah"),
    ("Siti/Aminah", "sitiaminah"),
    ("Siti_Aminah", "sitiaminah"),
    ("Siti2 Aminah 3", "sitiaminah"),
    ("Si\u200bti Ami\u00adnah", "sitiaminah"),
    ("Siti Aminah\u202e", "sitiaminah"),
    ("Siti\x00Aminah", "sitiaminah"),
    ("Muthu a/l Samy", "muthusamy"),
    ("Ahmad bin Yusuf", "ahmadyusuf"),
    ("Siti Binti Ahmad", "sitiahmad"),
    ("Siti binti", "siti"),
    ("Binti Khoiriyah", "bintikhoiriyah"),
    ("Alias Wela", "aliaswela"),
    ("H. Alias Wela", "aliaswela"),
    ("Siti Aminah alias Ami", "sitiaminah"),
    ("Siti Aminah S.Pd alias Ami", "sitiaminah"),
    ("Muhammad Alias", "muhammad"),
    ("Siti Aminah (Ami)", "sitiaminah"),
    ("Siti (Ami) Aminah", "sitiaminah"),
    ("Siti Aminah [Ami {A}]", "sitiaminah"),
    ("Siti Aminah (Ami", "sitiaminah"),
    ("Siti Aminah (Ami, S.Pd", "sitiaminah"),
    ('Siti "Ami" Aminah', "sitiaminah"),
    ("Siti “Ami” Aminah", "sitiaminah"),
    ("(Siti Aminah)", "sitiaminah"),
    ("Drs. (Budi)", "budi"),
    ("Siti Aminah, Budi", "sitiaminah"),
]

OTHER_LETTERS = [
    ("Andréa Gonçalves", "andreagoncalves"),
    ("Weiß Łukas", "weisslukas"),
    ("Øystein Đức", "oysteinduc"),
    (unicodedata.normalize("NFD", "André Müller"), "andremuller"),
    ("ＳＩＴＩ　ＡＭＩＮＡＨ", "sitiaminah"),
    ("𝐁𝐮𝐝𝐢", "budi"),
    ("محمد عبد الله", "mhmdllh"),
    ("陈美玲", "chenmeiling"),
    ("陈 美玲", "chenmeiling"),
    ("김 민수", "gimminsu"),
    ("Иван Петров", "ivanpetrov"),
    ("ꦱꦸꦠꦿꦶꦱ꧀ꦤ", "sutrisn"),
    ("Siti 😀 Aminah", "sitiaminah"),
    ("Siti😀Aminah", "sitiaminah"),
    ("Siti Aminah 👩🏽‍🏫", "sitiaminah"),
]

NOTHING_LEFT = [
    "",
    " ",
    "\t\n",
    "123",
    "-",
    "...",
    ", S.Pd",
    "😀",
    "👩🏽‍🏫",
    "\ud800",
    "()",
    '""',
    "'",
    "I",
    "N",
    "B.",
    "E",
    "H",
    "H. N",
    "N, S.Pd",
    "N, SE",
    "S.Pd",
    "S.Pd., M.Pd",
    "Dr. H.",
]


@pytest.mark.parametrize(
    ("nama", "expected"),
    [
        *FIRST_AND_LAST,
        *INITIALS_STAY,
        *PARTICLES,
        *JOINED_AND_CUT,
        *OTHER_LETTERS,
        *((nama, NEUTRAL) for nama in NOTHING_LEFT),
    ],
)
def test_a_name_gives_this_base(nama, expected):
    assert base(nama) == expected


def test_a_base_of_more_than_24_letters_is_the_first_token_alone():
    assert base("Christophorus Nainggolan") == "christophorusnainggolan"
    assert base("Christophorus Nainggolanta") == "christophorus"
    assert base("Bartholomeus Situmorangta") == "bartholomeussitumorangta"
    assert base("Bartholomeus Situmorangtak") == "bartholomeus"


def test_a_single_token_is_cut_at_24_letters():
    assert base("Abcdefghijklmnopqrstuvwxyz") == "abcdefghijklmnopqrstuvwx"
    assert base("A" * 70) == "a" * 24


def test_a_name_of_70_characters_and_one_of_19_words_give_their_ends():
    seventy = "Muhammad Rizky Ramadhan Alfarizi Kusumawardhana Prawiranegara Adiputra"
    assert len(seventy) == 70
    assert base(seventy) == "muhammadadiputra"
    words = (
        "Raka Putra Surya Candra Kirana Wijaya Kusuma Adi Nata Jaya Sena Bima Yuda Arya Satria Dharma Bakti "
        "Negara Agung"
    )
    assert len(words.split()) == 19
    assert base(words) == "rakaagung"


FORM = re.compile(r"[a-z]{2,24}")
MESS = "Siti I Ni N H. Drs. S.Pd SE Ma , bin alias ( ) [ \" ' - . Admin asu jing An"
PIECES = st.sampled_from(MESS.split())
NAMES = st.one_of(
    st.text(max_size=120), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=12).map("".join)
)


@settings(deadline=None)
@given(NAMES)
@example("\u0301")
@example("ﷺ")
@example("a" * 300)
def test_any_text_gives_2_to_24_plain_letters_and_its_own_base(nama):
    found = base(nama)
    assert FORM.fullmatch(found)
    assert len(found) <= MAX_LETTERS
    assert base(found) == found
    assert base(found.upper()) == found


@settings(deadline=None)
@given(st.text(max_size=60))
def test_composed_and_decomposed_text_are_the_same_name(nama):
    assert base(unicodedata.normalize("NFC", nama)) == base(unicodedata.normalize("NFD", nama))


@settings(deadline=None)
@given(st.lists(st.sampled_from(["Siti", "Aminah", "Wayan", "Andi", "Cut", "Budi", "Rahman"]), min_size=1, max_size=5))
def test_plain_names_lose_nothing_of_their_ends(words):
    whole = words[0] + words[-1] if len(words) > 1 else words[0]
    assert base(" ".join(words)) == base("\u00a0".join(words).upper()) == whole.lower()
