import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.bases import NEUTRAL, base
from shared.domain.words import OFFICIAL, RUDE, RUDE_INSIDE

# Every person here is invented.

REFUSED = [
    ("admin", "pengguna"),
    ("ADMIN", "pengguna"),
    ("Ad'min", "pengguna"),
    ("Guru", "pengguna"),
    ("Kepala Sekolah", "pengguna"),
    ("Operator SMP Negeri 1", "pengguna"),
    ("Admin Budi", "budi"),
    ("Guru Siti Aminah", "sitiaminah"),
    ("Postmaster", "pengguna"),
    ("Abuse", "pengguna"),
    ("root", "pengguna"),
    ("Google", "pengguna"),
    ("Ad Min", "ad"),
    ("Gu Ru", "gu"),
    ("Ke Pala", "ke"),
    ("An Jing", "an"),
    ("A. Njing", "njing"),
    ("A. Su", "su"),
    ("Ba Bi", "ba"),
    ("Me Mek", "me"),
    ("Meme Kartika", "meme"),
    ("Niko Ntolib", "niko"),
    ("Dian Jingga", "dian"),
    ("Bang Satya", "bang"),
    ("M. Aling", "aling"),
    ("Anjing", "pengguna"),
    ("Anjing Budi", "budi"),
    ("Bangsat", "pengguna"),
    ("Tolol", "pengguna"),
    ("Kontol Memek", "pengguna"),
    ("Asu", "pengguna"),
]

NOT_REFUSED = [
    ("Anjani", "anjani"),
    ("Anjali Sari", "anjalisari"),
    ("Tololiu", "tololiu"),
    ("Nisa Suryani", "nisasuryani"),
    ("Sita Indra", "sitaindra"),
    ("Shita Laras", "shitalaras"),
    ("Padmini", "padmini"),
    ("Pornomo", "pornomo"),
    ("Juba Bintang", "jubabintang"),
    ("Babil Yusuf", "babilyusuf"),
    ("Gurutno", "gurutno"),
    ("Kepalawati", "kepalawati"),
    ("Siswanto", "siswanto"),
    ("Mekar", "mekar"),
    ("Pengguna", "pengguna"),
    ("Resmi", "resmi"),
    ("Mail", "mail"),
    ("Setiawan", "setiawan"),
    ("Asuki", "asuki"),
    ("Sexta Lina", "sextalina"),
]


@pytest.mark.parametrize(("nama", "expected"), REFUSED)
def test_official_and_rude_words_are_left_out(nama, expected):
    assert base(nama) == expected


@pytest.mark.parametrize(("nama", "expected"), NOT_REFUSED)
def test_usual_names_that_hold_such_words_stay(nama, expected):
    assert base(nama) == expected


@pytest.mark.parametrize("word", sorted(OFFICIAL | RUDE | RUDE_INSIDE))
def test_no_refused_word_is_ever_a_base_however_it_is_split(word):
    assert base(word) == NEUTRAL
    for cut in range(1, len(word)):
        assert base(f"{word[:cut]} {word[cut:]}") != word
        assert base(f"{word[:cut]}-{word[cut:]}") != word


@pytest.mark.parametrize("word", sorted(RUDE_INSIDE))
def test_words_refused_inside_are_in_no_base(word):
    assert word not in base(f"Sa{word}ta Wati")
    assert word not in base(f"{word[:3]} {word[3:]}ta")


def test_the_neutral_word_is_allowed():
    assert NEUTRAL not in OFFICIAL | RUDE | RUDE_INSIDE


SYLLABLES = "a su ad min an jing ba bi ko ntol me mek gu ru bang sat asu admin anjing guru siti wati N. S.Pd ta".split()
NAMES = st.one_of(
    st.text("abdegijklmnorstu ", max_size=20),
    st.lists(st.sampled_from(SYLLABLES), max_size=6).map(" ".join),
    st.lists(st.sampled_from(SYLLABLES), max_size=6).map("".join),
)


@settings(deadline=None)
@given(NAMES)
def test_no_text_gives_a_refused_word(nama):
    found = base(nama)
    assert found not in OFFICIAL
    assert found not in RUDE
    assert not any(word in found for word in RUDE_INSIDE)
