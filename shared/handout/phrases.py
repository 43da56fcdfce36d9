"""The words of the page, the files and the cards: one wording for each status, remark, reason and refusal."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final, NamedTuple

from shared.domain.accounts import Category
from shared.domain.handout import Remark, Row, Status

WIB: Final = timezone(timedelta(hours=7), "WIB")
_MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip

CATEGORIES: Final[Mapping[Category, str]] = {"peserta_didik": "Peserta Didik", "ptk": "PTK", "admin": "Admin"}

STATUSES: Final[Mapping[Status, str]] = {
    Status.UNUSED: "belum diaktifkan",
    Status.ACTIVE: "sudah diaktifkan",
    Status.SUSPENDED: "ditangguhkan",
    Status.PREPARING: "sedang disiapkan",
    Status.ELSEWHERE: "dikelola oleh",
}

COUNTED: Final[Mapping[Status, str]] = {
    Status.UNUSED: "perlu dibagikan",
    Status.ACTIVE: "sudah aktif",
    Status.SUSPENDED: "ditangguhkan",
    Status.PREPARING: "sedang disiapkan",
    Status.ELSEWHERE: "dikelola sekolah lain",
}
"""A status as the page counts it: what there is to do, rather than what the account is."""

CARDS_HOLD: Final = "Satu kartu per orang: nama akun (user ID) dan kata sandi awal."
XLSX_HOLDS: Final = "Tiap baris: nama, {number}, nama akun, kata sandi awal, status, keterangan."
CSV_HOLDS: Final = "Isinya sama dengan XLSX."

REMARKS: Final[Mapping[Remark, str]] = {
    Remark.HAND_OUT: "Bagikan secara pribadi kepada pemiliknya.",
    Remark.HAND_OUT_AGAIN: "Kata sandi baru. Yang lama tidak berlaku lagi.",
    Remark.ENDING: "Akun berakhir {date}. Pemiliknya keluar atau pindah jenjang.",
    Remark.IN_USE: "Pemiliknya sudah masuk. Kata sandi tidak ditampilkan lagi.",
    Remark.DORMANT: "Tidak pernah dibuka sampai batas waktu. Minta pengaktifan kembali ke pusat bantuan.",
    Remark.LEFT: "Tercatat keluar di Dapodik. Jika keliru, perbaiki di Dapodik.",
    Remark.FROZEN: "Dibekukan atas permintaan. Hubungi pusat bantuan.",
    Remark.SUSPENDED_BY_GOOGLE: "Ditangguhkan oleh Google. Hubungi pusat bantuan.",
    Remark.SUSPENDED_BY_ADMIN: "Ditangguhkan oleh pengelola akun. Hubungi pusat bantuan.",
    Remark.DELETED: "Akun dihapus oleh pengelola akun. Hubungi pusat bantuan.",
    Remark.REOPENING: "Sedang dibuka kembali. Unduh lagi dalam satu jam.",
    Remark.SOON: "Akun sedang dibuat. Unduh lagi dalam satu jam.",
    Remark.NEW_PASSWORD_SOON: "Kata sandi baru sedang dibuat. Unduh lagi dalam satu jam.",
    Remark.NAME_REFUSED: "Nama tidak dapat dipakai. Perbaiki nama di Dapodik.",
    Remark.WAITS_FOR_US: "Menunggu perbaikan oleh pusat. Anda tidak perlu berbuat apa-apa.",
    Remark.KEY_MISSING: "Kata sandi belum dapat ditampilkan. Unduh lagi besok.",
    Remark.ELSEWHERE: "Kata sandi ada di berkas satuan pendidikan itu.",
}


class Refusal(NamedTuple):
    """Why a person has no account: the reason, what to mend in Dapodik, and who mends it."""

    reason: str
    cure: str
    by: str


_OPERATOR: Final = "Operator satuan pendidikan"
_NOBODY: Final = "-"

REFUSALS: Final[Mapping[str, Refusal]] = {
    "grade_missing": Refusal(
        "Kelas belum tercatat.", "Masukkan ke rombongan belajar di Dapodik, lalu sinkronkan.", _OPERATOR
    ),
    "grade_not_eligible": Refusal(
        "Kelasnya belum termasuk penerima akun.", "Tidak ada. Jika kelasnya keliru, perbaiki di Dapodik.", _NOBODY
    ),
    "form_grade_mismatch": Refusal(
        "Kelas tidak cocok dengan bentuk pendidikan.", "Perbaiki tingkat rombongan belajar di Dapodik.", _OPERATOR
    ),
    "form_unknown": Refusal(
        "Bentuk pendidikan belum dikenal.", "Tidak ada. Pusat akan menambahkannya.", "Pusat (Pusdatin)"
    ),
    "paud_outside": Refusal("PAUD belum termasuk penerima akun.", "Tidak ada.", _NOBODY),
    "madrasah_outside": Refusal(
        "Madrasah dilayani Kementerian Agama.", "Tanyakan kepada Kementerian Agama.", "Kementerian Agama"
    ),
    "jenis_ptk_missing": Refusal("Jenis PTK belum tercatat.", "Isi jenis PTK di Dapodik, lalu sinkronkan.", _OPERATOR),
    "staff_not_eligible": Refusal(
        "Hanya guru, kepala sekolah, dan operator yang menerima akun.",
        "Tidak ada. Jika tugasnya keliru, perbaiki di Dapodik.",
        _NOBODY,
    ),
}


_UNSAID: Final = Refusal("Alasannya belum tercatat.", "Hubungi pusat bantuan.", "Pusat (Pusdatin)")


def refusal(reason: str) -> Refusal:
    """Give the wording of a reason code."""
    return REFUSALS.get(reason, _UNSAID)


def status(row: Row) -> str:
    """Give a row's status in words."""
    words = STATUSES[row.status]
    if row.status is Status.ELSEWHERE:
        return f"{words} {row.school or 'satuan pendidikan lain'}"
    return words


def remark(row: Row, zone: tzinfo = WIB) -> str:
    """Give the one useful thing to say of a row."""
    return REMARKS[row.remark].format(date=day(row.date, zone) if row.date else "")


def day(moment: datetime, zone: tzinfo = WIB) -> str:
    """Give a date as people write it: `30 Juni 2021`."""
    local = moment.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def minute(moment: datetime, zone: tzinfo = WIB) -> str:
    """Give date and time: `30 Juni 2021, 23.59 WIB`."""
    local = moment.astimezone(zone)
    return f"{day(moment, zone)}, {local:%H.%M} {local.tzname()}"


def number(value: int) -> str:
    """Give a number with dots: `1.234`."""
    return f"{value:,}".replace(",", ".")


def size(count: int) -> str:
    """Give a size in bytes as people say it, of two figures: `9 kB`, `64 kB`, `1,2 MB`."""
    kilobytes = max(1, round(count / 1_000))
    if kilobytes >= 100:
        kilobytes = round(kilobytes, -1)
    if kilobytes < 1_000:
        return f"{kilobytes} kB"
    if kilobytes < 10_000:
        return f"{kilobytes / 1_000:.1f} MB".replace(".", ",")
    return f"{number(round(kilobytes / 1_000))} MB"


def days_left(now: datetime, until: datetime, zone: tzinfo = WIB) -> str:
    """Give how many midnights there are until a moment ahead: `177 hari lagi`, or `hari ini`."""
    days = (until.astimezone(zone).date() - now.astimezone(zone).date()).days
    return f"{number(days)} hari lagi" if days else "hari ini"
