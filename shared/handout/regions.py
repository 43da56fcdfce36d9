"""Province and time zone of a school, by Dapodik's own region codes, which are not those of the Home Ministry."""

from datetime import timedelta, timezone, tzinfo
from typing import Final, NamedTuple

from shared.handout.phrases import WIB

WITA: Final = timezone(timedelta(hours=8), "WITA")
WIT: Final = timezone(timedelta(hours=9), "WIT")


class Region(NamedTuple):
    """A province's name and its clock; the name is "" where the code tells none."""

    name: str
    zone: tzinfo


_UNKNOWN: Final = Region("", WIB)

# The number is the place in the list; Luar Negeri (schools abroad) keeps the capital's time.
_NAMES: Final = (
    "DKI Jakarta", "Jawa Barat", "Jawa Tengah", "DI Yogyakarta", "Jawa Timur", "Aceh", "Sumatera Utara",
    "Sumatera Barat", "Riau", "Jambi", "Sumatera Selatan", "Lampung", "Kalimantan Barat", "Kalimantan Tengah",
    "Kalimantan Selatan", "Kalimantan Timur", "Sulawesi Utara", "Sulawesi Tengah", "Sulawesi Selatan",
    "Sulawesi Tenggara", "Maluku", "Bali", "Nusa Tenggara Barat", "Nusa Tenggara Timur", "Papua", "Bengkulu",
    "Maluku Utara", "Banten", "Kepulauan Bangka Belitung", "Gorontalo", "Kepulauan Riau", "Papua Barat",
    "Sulawesi Barat", "Kalimantan Utara", "Luar Negeri", "Papua Tengah", "Papua Selatan", "Papua Pegunungan",
    "Papua Barat Daya",
)  # fmt: skip
_WITA: Final = frozenset({15, 16, 17, 18, 19, 20, 22, 23, 24, 30, 33, 34})
_WIT: Final = frozenset({21, 25, 27, 32, 36, 37, 38, 39})


def _zone(number: int) -> tzinfo:
    return WITA if number in _WITA else WIT if number in _WIT else WIB


REGIONS: Final = {f"{number:02}": Region(name, _zone(number)) for number, name in enumerate(_NAMES, start=1)}
"""By the first two digits of `kode_wilayah`."""


def of(kode_wilayah: str | None) -> Region:
    """Give the region of a school; one of no name and Jakarta's time where the code is missing or new."""
    return REGIONS.get((kode_wilayah or "")[:2], _UNKNOWN)
