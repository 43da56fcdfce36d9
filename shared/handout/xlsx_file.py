"""The XLSX files: text cells, unaltered, written row by row into a temporary file and sent when it is complete."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Final

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from shared.domain.handout import Remark, Row
from shared.errors import AppError
from shared.handout import phrases
from shared.handout.csv_file import HEADER, words
from shared.usecases.handout import File

SHEET: Final = "Akun"
WIDTHS: Final = (34, 18, 12, 38, 18, 30, 62)  # characters, of the columns in the order of HEADER
CHUNK: Final = 65_536  # bytes
MAX_SCHOOL: Final = 80  # characters of the page header, which takes 255 in all

_A4: Final = 9
_BEFORE_X: Final = re.compile("(?<=_)(?=x)")
_TEXT: Final = 49  # the format's own number for `@`
_NUMBER: Final = HEADER.index("nisn_nuptk")


def of_rows(parts: Iterable[Sequence[Row]], file: File) -> Iterator[bytes]:
    """Build the file, then give its bytes; it is complete before the first of them is asked for.

    Its temporary files are gone whatever happens: the one that is sent never has a name.
    """
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `_sent`, or here
    try:
        _build(target, parts, file)
        target.seek(0)
    except BaseException:
        target.close()
        raise
    return _sent(target)


def cells(row: Row) -> tuple[str, ...]:
    """Give the texts of a row: those of the CSV, unaltered."""
    _, nama, nisn_nuptk, kelas, id_pengguna, password, *_ = row
    return (nama, nisn_nuptk, kelas, id_pengguna, password, *words(row))


def _sent(target: IO[bytes]) -> Iterator[bytes]:
    with target:
        while chunk := target.read(CHUNK):
            yield chunk


def _build(target: IO[bytes], parts: Iterable[Sequence[Row]], file: File) -> None:
    with _workbook(target) as book:
        # No author and no company: whoever gets a file on is to learn nothing from it but its rows.
        book.set_properties({"title": "Akun Pembelajaran", "created": file.now.replace(tzinfo=None)})
        sheet = book.add_worksheet(SHEET)
        _lay_out(sheet, book.add_format({"num_format": _TEXT}), file)
        _put(sheet, 0, HEADER, book.add_format({"bold": True, "bottom": 1, "num_format": _TEXT}))
        last = 0
        for part in parts:
            for row in part:
                last += 1
                _put(sheet, last, cells(row))
        sheet.autofilter(0, 0, last, len(HEADER) - 1)


@contextmanager
def _workbook(target: IO[bytes]) -> Iterator[Workbook]:
    """Give a workbook that is written at the end; what it keeps on the way lies in a folder that is then removed."""
    with tempfile.TemporaryDirectory(prefix="akun-") as folder:
        book = Workbook(target, {"constant_memory": True, "tmpdir": folder})
        try:
            yield book
        except BaseException:
            with suppress(XlsxWriterException, OSError):  # what is told is why it failed, not that it is in vain
                book.close()
            raise
        book.close()


def _lay_out(sheet: Worksheet, text: Format, file: File) -> None:
    """Set all that is not a cell; widths come before the first row. Cells stay text when somebody edits them."""
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width, text)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    numbers = chr(ord("A") + _NUMBER)
    sheet.ignore_errors({"number_stored_as_text": f"{numbers}1:{numbers}1048576"})
    school = _heading(str(file.school.get("nama") or file.school.get("npsn") or ""))
    sheet.set_header(f"&L{school}, {phrases.CATEGORIES[file.category]}&RBerkas {file.number}")
    sheet.set_footer(f"&L{phrases.REMARKS[Remark.HAND_OUT]}&C{phrases.minute(file.now)}&RHalaman &P dari &N")


def _put(sheet: Worksheet, number: int, texts: Sequence[str], form: Format | None = None) -> None:
    for column, text in enumerate(texts):
        if text and _cell(sheet, number, column, text, form) != 0:
            raise AppError("xlsx_cell_refused", HEADER[column])  # never cut a text: it would look whole


def _cell(sheet: Worksheet, number: int, column: int, text: str, form: Format | None) -> int:
    if text.startswith("<r>") and text.endswith("</r>"):
        # The library takes such a text for XML of its own and writes it as it is. In fragments it is a text; but it
        # escapes what looks like an escape in them twice, so none holds one whole.
        told: int = sheet.write_rich_string(number, column, "<", "r", *_BEFORE_X.split(text[2:]))
    else:
        told = sheet.write_string(number, column, text, form)
    return told


def _heading(text: str) -> str:
    """Give a text for a page header, cut; `&` begins a code there, so its wide form stands in."""
    cut = text if len(text) <= MAX_SCHOOL else f"{text[: MAX_SCHOOL - 1]}…"
    return cut.replace("&", "\uff06")
