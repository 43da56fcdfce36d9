import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.bases import base
from shared.domain.titles import AFTER, DEGREES

# Every person here is invented.

TITLES_BEFORE = [
    "Drs. Ahmad Fauzi",
    "DRS AHMAD FAUZI",
    "Drs.Ahmad Fauzi",
    "Drs.H.Ahmad Fauzi",
    "Drs. H. Ahmad Fauzi",
    "Drs . H . Ahmad Fauzi",
    "Dr. Drs. K.H. Ahmad Fauzi",
    "KH. Ahmad Fauzi",
    "KH Ahmad Fauzi",
    "K. H. Ahmad Fauzi",
    "Prof. Dr. Ir. H. Ahmad Fauzi",
    "Prof Dr Ahmad Fauzi",
    "dr. Ahmad Fauzi",
    "drg. Ahmad Fauzi",
    "drh Ahmad Fauzi",
    "Dr. (H.C.) Ahmad Fauzi",
    "Dr. H.C. Ahmad Fauzi",
    "Ir. Ahmad Fauzi",
    "Ir Ahmad Fauzi",
    "H Ahmad Fauzi",
    "Hi. Ahmad Fauzi",
    "Ust. Ahmad Fauzi",
    "Ustadz Ahmad Fauzi",
    "TGH. Ahmad Fauzi",
    "Tgk. Ahmad Fauzi",
    "Pdt. Ahmad Fauzi",
    "Kyai Haji Ahmad Fauzi",
    "Alm. Ahmad Fauzi",
    "Apt. Ahmad Fauzi",
    "Ns. Ahmad Fauzi",
    "S.Pd. Ahmad Fauzi",
    "S.Pd.I Ahmad Fauzi",
    "Drs., Ahmad Fauzi",
    "H, Ahmad Fauzi",
    "S.Pd, Ahmad Fauzi",
]

DEGREES_BEHIND = [
    "Siti Aminah, S.Pd",
    "Siti Aminah, S.Pd., M.Pd.",
    "Siti Aminah S.Pd.,M.Pd",
    "Siti Aminah,S.Pd",
    "Siti Aminah S.Pd",
    "Siti Aminah S.PD.",
    "Siti Aminah s.pd",
    "Siti Aminah.S.Pd",
    "Siti Aminah. S.Pd",
    "Siti Aminah S. Pd",
    "Siti Aminah S. Pd.",
    "Siti Aminah S Pd",
    "Siti Aminah S·Pd",
    "Siti AminahS.Pd",
    "Siti Aminah-S.Pd",
    "Siti Aminah S,Pd",
    "Siti Aminah S, Pd.",
    "Siti Aminah SPd",
    "Siti Aminah Spd",
    "SITI AMINAH SPD",
    "SITI AMINAH S.PD.SD",
    "Siti Aminah S.Pd.I",
    "Siti Aminah S.PdI",
    "Siti Aminah S. Pd. I.",
    "Siti Aminah S.Pd.I.M.Pd.I",
    "Siti Aminah S.Pd M.Pd",
    "SITI AMINAH SKOM MKOM",
    "Siti Aminah M.Kom",
    "Siti Aminah MKom",
    "Siti Aminah, M.Kom.",
    "Siti Aminah A.Md.Keb",
    "Siti Aminah A.Ma.Pd",
    "Siti Aminah Amd",
    "Siti Aminah S.Ag",
    "Siti Aminah Sag",
    "Siti Aminah S.E.",
    "Siti Aminah SE",
    "SITI AMINAH SE",
    "Siti Aminah SE MM",
    "Siti Aminah S.E., M.M.",
    "Siti Aminah S H",
    "Siti Aminah SH",
    "SITI AMINAH ST",
    "Siti Aminah MA",
    "Siti Aminah, MA",
    "Siti Aminah M.A.",
    "Siti Aminah Ph.D",
    "Siti Aminah PhD",
    "Siti Aminah Ph. D.",
    "Siti Aminah S.I.Kom",
    "Siti Aminah S. E. I.",
    "Siti Aminah Dipl.-Ing.",
    "Siti Aminah Sp.OG",
    "Siti Aminah Gr.",
    "Siti Aminah Lc",
    "Siti Aminah Ners",
    "Siti Aminah, Apt",
    "Siti Aminah Hj.",
    "Siti Aminah Dra.",
    "Siti Aminah (Alm)",
    "Siti Aminah Almh.",
    "Hj. Siti Aminah S.Pd",
    "Dra. Hj. Siti Aminah, M.Pd",
    "Dra.Hj.Siti Aminah M.Pd",
    "dr. Siti Aminah, Sp.A",
    "Siti Aminah; S.Pd",
    "Siti Aminah، S.Pd",
    "Siti Aminah， S.Pd",
]

TITLE_OR_NAME = [
    ("Ma Ling", "ma"),  # not "ling", and not the glued word for a thief
    ("Ma Liong", "maliong"),
    ("Lim Ma", "limma"),
    ("LIM MA", "limma"),
    ("Sri Ma", "srima"),
    ("Sri Ir", "sriir"),
    ("SRI IR", "sriir"),
    ("Ir Lina", "irlina"),
    ("Yohanes Petrus Se", "yohanesse"),
    ("Budi Sip", "budisip"),
    ("Lin Shi", "linshi"),
    ("Tan M. Ling", "tanling"),
    ("Tan M Ling", "tanling"),
    ("M. Ling", "mling"),
    ("M.Ling", "mling"),
    ("Ma", "ma"),
    ("Se", "se"),
    ("Dra", "dra"),
    ("Prof", "prof"),
    ("Haji", "haji"),
    ("Ma, S.Pd", "ma"),
    ("MA, S.Pd", "ma"),
    ("Supardi ST", "supardi"),
    ("Supardi, S.T.", "supardi"),
    ("Supardi S.Pd", "supardi"),
    ("Dra. Sumiati", "sumiati"),
    ("H. Slamet", "slamet"),
    ("Hj Sumarni", "sumarni"),
    ("Budi Santosa III", "budisantosa"),
    ("H.M. Yusuf", "myusuf"),
    ("Dr. A. Rahman", "arahman"),
    ("Ahmad H. Yusuf", "ahmadyusuf"),
]


@pytest.mark.parametrize("nama", TITLES_BEFORE)
def test_titles_before_a_name_go(nama):
    assert base(nama) == "ahmadfauzi"


@pytest.mark.parametrize("nama", DEGREES_BEHIND)
def test_degrees_and_titles_behind_a_name_go(nama):
    assert base(nama) == "sitiaminah"


@pytest.mark.parametrize(("nama", "expected"), TITLE_OR_NAME)
def test_what_may_be_a_name_stays_one(nama, expected):
    assert base(nama) == expected


@pytest.mark.parametrize("degree", sorted(".".join(parts) for parts in DEGREES))
def test_every_degree_goes_dotted_behind_a_comma_and_as_capitals(degree):
    for nama in (
        f"Siti Aminah, {degree}",
        f"Siti Aminah {degree}",
        f"Siti Aminah {degree}.",
        f"siti aminah {degree}",
        f"SITI AMINAH {degree.upper()}",
        f"SITI AMINAH {degree.replace('.', '').upper()}",
        f"Siti Aminah {degree.replace('.', '').upper()}",
        f"Siti Aminah {degree.replace('.', '. ')}.",
    ):
        assert base(nama) == "sitiaminah", nama


@settings(deadline=None)
@given(
    st.sampled_from(["Supardi", "Siti Aminah", "Andi Baso"]),
    st.lists(st.sampled_from(sorted(AFTER - {"h"})), max_size=3),
)
def test_any_chain_of_degrees_behind_a_comma_changes_nothing(nama, codes):
    assert base(f"{nama}, {' '.join(codes)}") == base(nama)
