"""The sample's schools: an extract of the national register and invented places that the register lacks."""

import csv
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

REGISTER = Path(__file__).with_name("schools.csv")

FORMS = {"SD": 5, "SMP": 6, "SDLB": 7, "SMPLB": 8, "SMA": 13, "SMLB": 14, "SMK": 15, "SLB": 29}

LEVELS = {
    "sd": (5, 53),
    "smp": (6, 54),
    "sma": (13, 55),
    "smk": (15,),
    "slb": (29, 7, 8, 14),
    "kesetaraan": (11, 12, 18, 27, 40),
}
LEVEL_OF = {form: level for level, forms in LEVELS.items() for form in forms}

GRADES: dict[int, range] = {
    **dict.fromkeys((5, 7, 9, 53), range(1, 7)),
    **dict.fromkeys((6, 8, 10, 54), range(7, 10)),
    **dict.fromkeys((13, 14, 16, 55), range(10, 13)),
    1: range(71, 73),
    11: range(31, 37),
    12: range(37, 40),
    15: range(10, 14),
    18: range(40, 43),
    27: range(34, 43),
    29: range(1, 13),
    40: range(37, 43),
    999: range(1, 7),
}

# (form, name, sub-district, has an NPSN)
INVENTED = (
    (27, "PKBM CONTOH MELATI", "026006", True),
    (27, "PKBM CONTOH TUNAS HARAPAN", "241509", False),
    (27, "PKBM CONTOH CAHAYA NUR'AINI", "190408", True),
    (40, "SKB CONTOH KOTA UTARA", "036302", True),
    (40, "SPNF SKB CONTOH LEMBAH BARU", "253403", False),
    (11, "PAKET A CONTOH KENANGA", "051117", True),
    (12, "PAKET B CONTOH KENANGA", "051117", False),
    (18, "PAKET C CONTOH KENANGA", "051117", True),
    (1, "TK CONTOH PELANGI", "040115", True),
    (9, "MIS CONTOH AL-HIKMAH", "060318", True),
    (10, "MTSS CONTOH AL-HIKMAH", "060318", True),
    (16, "MAS CONTOH AL-HIKMAH", "060318", False),
    (53, "SD SPK CONTOH NUSANTARA", "016309", True),
    (54, "SMP SPK CONTOH NUSANTARA", "016309", True),
    (55, "SMA SPK CONTOH NUSANTARA", "016309", True),
    (999, "SEKOLAH CONTOH BENTUK BARU", "220402", True),
)


@dataclass(frozen=True, slots=True)
class School:
    """A school as the roster names it."""

    sekolah_id: str
    npsn: str | None
    nama: str
    form: int
    kode_wilayah: str
    invented: bool = False

    @property
    def province(self) -> str:
        """The first two digits of the region's code."""
        return self.kode_wilayah[:2]

    @property
    def level(self) -> str:
        """The level whose accounts its people get, or `outside`."""
        return LEVEL_OF.get(self.form, "outside")

    @property
    def grades(self) -> range:
        """The grades that it teaches, as `tingkat_pendidikan_id`."""
        return GRADES[self.form]


def registered() -> list[School]:
    """Read the extract of the national register."""
    with REGISTER.open(encoding="utf-8", newline="") as lines:
        return [
            School(row["sekolah_id"], row["npsn"], row["nama"], FORMS[row["bentuk"]], row["kode_kec"])
            for row in csv.DictReader(lines)
        ]


def invented() -> list[School]:
    """Make the places that the register lacks, with NPSN that no school has."""
    return [
        School(
            str(uuid5(NAMESPACE_URL, f"contoh/{form}/{nama}")).upper(),
            f"000000{number:02}" if numbered else None,
            nama,
            form,
            district,
            invented=True,
        )
        for number, (form, nama, district, numbered) in enumerate(INVENTED, start=1)
    ]
