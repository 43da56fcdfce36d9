"""Invented names, composed as the regions compose them."""

from collections.abc import Callable

from local.roster.draw import Draw

CULTURES = {
    "02": "sunda",
    "03": "jawa",
    "04": "jawa",
    "05": "jawa",
    "06": "aceh",
    "07": "batak",
    "08": "minang",
    "13": "kalimantan",
    "19": "bugis",
    "21": "timur",
    "22": "bali",
    "24": "timur",
    "25": "timur",
}

ONE_WORD: tuple[str, ...] = ("Sutrisno", "Slamet", "Mulyadi", "Supardi", "Suparman", "Herman", "Ismail", "Sunarto")
ONE_WORD += ("Nurhayati", "Sulastri", "Sumiati", "Sumarni", "Suwarni", "Aminah", "Rohani", "Wagiyem")
IN_FASHION: tuple[str, ...] = (
    "Muhammad Al Fatih",
    "Muhammad Rizky",
    "Muhammad Rafa Azka Putra",
    "Allea Shanum Almahyra",
)
IN_FASHION += ("Aisyah Putri", "Siti Aisyah", "Siti Nurfadilah Ramadhani", "Nabila Azzahra Putri")
MUHAMMADS = ("Muhammad", "Muh.", "Moh.", "M.", "Mhd.", "Moch.", "Mochammad", "Mohamad", "Abd.", "Abdul")
CLANS = ("Siregar", "Nasution", "Harahap", "Lubis", "Simanjuntak", "Sinaga", "Damanik", "Br. Ginting", "Hutabarat")
MINANG = ("Chaniago", "Tanjung", "Koto", "Piliang", "Sikumbang", "Malin Sutan", "St. Marajo")
JAWA = ("Widodo", "Santoso", "Wibowo", "Wijayanti", "Tjokrosoewarno", "Prasetyo", "Rahayu", "Handayani", "Purnomo")
SUNDA = ("Saepudin", "Komariah", "Rukmana", "Suryana", "Kartini", "Hidayat", "Permana", "Sukaesih", "Nugraha")
SUNDA_FIRST = ("Asep", "Ujang", "Dadang", "Cecep", "Euis", "Neneng", "Iis", "Entin", "Tb. Dede", "Rr. Imas")
BALI_ORDER = ("Wayan", "Putu", "Gede", "Made", "Kadek", "Nyoman", "Komang", "Ketut", "Luh")
BALI = ("Suartini", "Sudiarta", "Artawan", "Dewi", "Sukerti", "Suparta", "Adnyani", "Wirawan", "Yasa")
BALI_CASTE = ("I Gusti Ngurah", "I Gusti Ayu", "Ida Bagus", "Ida Ayu", "Anak Agung Gde", "Desak Made", "Dewa Ayu")
BUGIS = ("Daeng Tata", "Mappasomba", "Tenriawaru", "Pallawa", "Besse Nurlia", "Rahmatullah", "Batari Toja")
TIMUR_FIRST = ("Yohanes", "Maria", "Yosep", "Fransiska", "Petrus", "Adolfina", "Melkianus", "Oktovina", "Markus")
TIMUR = ("Bria", "Nahak", "Lamatokan", "Wenda", "Tabuni", "Yikwa", "Matulessy", "Da Lopez", "de Rosari", "Kogoya")
KALIMANTAN = ("Bong", "Tjhin", "Lay", "Djuata", "Anyang", "Usop", "Rahmadi", "Ngau", "Lihan")


def compose(draw: Draw, province: str, *, elder: bool) -> str:
    """Invent a name as people of the province bear it; among elders one word is common."""
    culture = CULTURES.get(province, "kota")
    if draw.chance((0.25 if elder else 0.05) * (1.5 if culture == "jawa" else 1)):
        return draw.one(ONE_WORD)
    if not elder and draw.chance(0.06):
        return draw.one(IN_FASHION)
    if draw.chance(0.06):
        return f"{draw.one(MUHAMMADS)} {draw.faker.first_name_male()}"
    return BY_CULTURE[culture](draw)


def typed(draw: Draw, nama: str) -> str:
    """Give the name as a hurried clerk types it: capitals, stray spaces, tabs, marks of another keyboard."""
    roll = draw.rng.random()
    if roll < 0.35:
        nama = nama.upper()
    elif roll < 0.37:
        nama = nama.lower()
    if draw.chance(0.02):
        nama = draw.one(("  {}", "{} ", "{}\t", "{}\n")).format(nama)
    if draw.chance(0.02):
        nama = nama.replace(" ", draw.one(("  ", "\t", "\u00a0", " \u00a0 ")), 1)
    return nama


def _kota(draw: Draw) -> str:
    first = draw.faker.first_name()
    middle = f" {draw.faker.first_name()}" if draw.chance(0.3) else ""
    return f"{first}{middle} {draw.faker.last_name()}"


def _aceh(draw: Draw) -> str:
    if draw.chance(0.4):
        return f"Cut {draw.one(('Nyak', 'Putri', 'Intan'))} {draw.faker.first_name_female()}"
    return f"{draw.one(('Teuku', 'T.', 'Tgk.', 'Said', 'Fakhrul'))} {draw.faker.first_name_male()}"


def _batak(draw: Draw) -> str:
    return f"{draw.faker.first_name()} {draw.one(CLANS)}"


def _minang(draw: Draw) -> str:
    return f"{draw.faker.first_name()} {draw.one(MINANG)}"


def _sunda(draw: Draw) -> str:
    return f"{draw.one(SUNDA_FIRST)} {draw.one(SUNDA)}"


def _jawa(draw: Draw) -> str:
    lead = "R. " if draw.chance(0.03) else ""
    return f"{lead}{draw.faker.first_name()} {draw.one(JAWA)}"


def _bugis(draw: Draw) -> str:
    lead = draw.one(("Andi", "Andi", "Besse", draw.faker.first_name()))
    return f"{lead} {draw.one(BUGIS)}"


def _bali(draw: Draw) -> str:
    if draw.chance(0.25):
        return f"{draw.one(BALI_CASTE)} {draw.one(BALI)}"
    order = draw.one(BALI_ORDER)
    lead = "Ni" if order == "Luh" or draw.chance(0.5) else "I"
    return f"{lead} {order} {draw.one(BALI)}"


def _timur(draw: Draw) -> str:
    return f"{draw.one(TIMUR_FIRST)} {draw.one(TIMUR)}"


def _kalimantan(draw: Draw) -> str:
    return f"{draw.faker.first_name()} {draw.one(KALIMANTAN)}"


BY_CULTURE: dict[str, Callable[[Draw], str]] = {
    "kota": _kota,
    "aceh": _aceh,
    "batak": _batak,
    "minang": _minang,
    "sunda": _sunda,
    "jawa": _jawa,
    "bugis": _bugis,
    "bali": _bali,
    "timur": _timur,
    "kalimantan": _kalimantan,
}
