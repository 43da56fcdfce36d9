"""The CSV files: UTF-8 with BOM, every field quoted, CRLF; sent in parts, so memory stays flat."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from shared.domain.handout import Refused, Remark, Row, Status
from shared.handout import phrases

BOM: Final = "\ufeff"
HEADER: Final = ("nama", "nisn_nuptk", "kelas", "id_pengguna", "kata_sandi_awal", "status", "keterangan")
EXCEPTIONS_HEADER: Final = ("nama", "nisn_nuptk", "kelas", "alasan", "perbaikan", "diperbaiki_oleh")

REMEMBERED: Final = 1_000  # wordings: one for each status and remark, more where they name a date or a school
_ELSEWHERE: Final = Remark.ELSEWHERE
_DATED: Final = frozenset(remark for remark, text in phrases.REMARKS.items() if "{date}" in text)
_FORMULA: Final = ("=", "+", "-", "@")


def of_rows(parts: Iterable[Sequence[Row]], separator: str = ";") -> Iterator[bytes]:
    """Give the file of a category, a part at a time; the header comes before the first row is read."""
    yield from _written(HEADER, (map(line, part) for part in parts), separator)


def of_exceptions(parts: Iterable[Sequence[Refused]], separator: str = ";") -> Iterator[bytes]:
    """Give the file of those who have no account."""
    yield from _written(EXCEPTIONS_HEADER, (map(_exception, part) for part in parts), separator)


def line(row: Row) -> tuple[str, ...]:
    """Give the fields of a row; a spreadsheet must find no formula in what people typed, and no password altered."""
    _, nama, nisn_nuptk, kelas, id_pengguna, password, *_ = row
    if nama.startswith(_FORMULA):
        nama = inert(nama)
    if kelas.startswith(_FORMULA):
        kelas = inert(kelas)
    return (nama, nisn_nuptk, kelas, id_pengguna, password, *words(row))


def words(row: Row) -> tuple[str, str]:
    """Give a row's status and remark in words, remembered: a school has thousands of rows and a dozen wordings."""
    remark = row.remark
    is_elsewhere = remark is _ELSEWHERE
    return _worded(row.status, remark, row.date if remark in _DATED else None, row.school if is_elsewhere else "")


def inert(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula: one apostrophe before `=`, `+`, `-` and `@`."""
    return f"'{text}" if text.startswith(_FORMULA) else text


@lru_cache(REMEMBERED)
def _worded(status: Status, remark: Remark, date: datetime | None, school: str) -> tuple[str, str]:
    row = Row("", "", "", "", "", "", 0, status, remark, date, school)
    return phrases.status(row), phrases.remark(row)


def _exception(person: Refused) -> tuple[str, ...]:
    refusal = phrases.refusal(person.reason)
    return (inert(person.nama), person.nisn_nuptk, inert(person.kelas), refusal.reason, refusal.cure, refusal.by)


def _written(header: Sequence[str], parts: Iterable[Iterable[Sequence[str]]], separator: str) -> Iterator[bytes]:
    between = f'"{separator}"'
    yield (BOM + _record(header, between)).encode()
    for part in parts:
        text = "".join([_record(fields, between) for fields in part])
        if text:
            yield text.encode()


def _record(fields: Sequence[str], between: str) -> str:
    # `csv.writer` looks at each character by itself, which takes longer than all else that is done for a row.
    quoted = [field.replace('"', '""') if '"' in field else field for field in fields]
    return f'"{between.join(quoted)}"\r\n'
