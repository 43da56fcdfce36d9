"""Names that break careless systems, all invented, and titles typed into the name field."""

from unicodedata import normalize

from local.roster.draw import Draw

WORDS: tuple[str, ...] = (
    "Wening",
    "Puspita",
    "Dewi",
    "Larasati",
    "Ayu",
    "Kinanti",
    "Pramesti",
    "Gayatri",
    "Cahya",
    "Mentari",
)
WORDS += ("Kirana", "Maheswari", "Widya")

HARD = (
    "N",
    "B",
    "E",
    "Ma'ruf Hidayatullah",
    "Ma\u2019ruf Hidayatullah",
    "Ma\u2018ruf Hidayatullah",
    "Ma`ruf Hidayatullah",
    "Nur'aini",
    "NUR`AINI",
    "Nur Aini",
    "Muhammad Ihsan Nurrahman Wicaksono Adiputra Kusumawardhana Satria Bima",
    " ".join(("Raden Ajeng Kusumaningrum Sekar Arum", *WORDS, "Sari")),
    "Adiwijayakusumanegaratjokroningratsastrodiprajamangkunegaran",
    "Pi-Thariq Al-Ghifari",
    "Anne-Marie Tjoeng-Lim",
    "I Gede Ari",
    "Ni Luh",
    "Ni Luh Sri Adi",
    "I",
    "Andi",
    "Cut Intan Sari",
    "Si Poltak Nainggolan",
    "A. B. Siahaan",
    "Dr Sutanto",
    "Abdullah bin Abdul Karim",
    "Halimah binti Usman alias Imah",
    "Sri Wahyuni (Yuni)",
    "Budi <Santoso>",
    "=Sari Dewi",
    "+Agus",
    "-Rahmawati",
    "@Dian",
    "Dewi; Ratna",
    'Jarot "Jack" Susilo',
    "Siti  Aminah   Zahra",
    "Siti\tAminah",
    "Siti\u00a0Aminah",
    "siti aminah",
    "SITI AMINAH",
    normalize("NFD", "José Renée Müller"),
    normalize("NFC", "José Renée Müller"),
    normalize("NFD", "Tjÿntje Weïnardus"),
    "Ægir Øystein Łukasz",
    "محمد رحمن",
    "王小明",
    "Li Wei 李伟",
    "Admin Sekolah",
    "Guru Kepala",
    "Bego Maulana",
    "Anak 2",
    "Dina\u200b Lestari",
    "Rina 😀 Marlina",
    "'Aisyah",
    ".Sumarno.",
    "M",
    "Muh Abd Rahman",
)

TITLED = (
    "{}, S.Pd.",
    "{}, S.Pd",
    "{} S.Pd",
    "{},S.Kom.,M.Kom",
    "{}, S.PD.I",
    "Drs. {}",
    "Drs. H. {}, M.M.",
    "Dra. Hj. {}",
    "Hj. {}, S.Pd.SD.",
    "H. {}",
    "dr. {}",
    "Dr. {}, M.Pd.",
    "Ir. {}",
    "Prof. Dr. {}, Ph.D",
    "{}, M.Kom",
)


def hard(number: int) -> str:
    """Give the hard names in turn."""
    return HARD[number % len(HARD)]


def with_title(draw: Draw, nama: str, number: int) -> str:
    """Add titles as a proud clerk types them, each kind in turn; a title of men or women gets a name that fits."""
    title = TITLED[number % len(TITLED)]
    if "Hj." in title or "Dra." in title:
        nama = f"{draw.faker.first_name_female()} {draw.faker.last_name()}"
    elif "H." in title or "Drs." in title:
        nama = f"{draw.faker.first_name_male()} {draw.faker.last_name()}"
    return title.format(nama)
