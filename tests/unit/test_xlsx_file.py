"""The XLSX files, as a reader of the format finds them: text cells, unaltered, and nothing left of their making."""

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from shared.domain.handout import Row
from shared.domain.links import Link
from shared.errors import AppError, TransientError
from shared.handout import csv_file, xlsx_file
from shared.usecases.handout import File
from tests.handed_out import a_row

SITI = a_row(nama="Siti", id_pengguna="siti08@smp.belajar.id")
LINK = Link(
    sekolah_id="7d3c1f0a-52b6-4e8d-9a41-000006000502",
    categories=("peserta_didik",),
    issued_at=1_609_743_600,
    expires_at=1_609_744_500,
    link_id="l" * 24,
    key_id="p1",
)
SHEET = "xl/worksheets/sheet1.xml"


def a_file(**changed: Any) -> File:
    given: dict[str, Any] = {
        "link": LINK,
        "school": {"npsn": "10100001", "nama": "SMP NEGERI 1"},
        "category": "peserta_didik",
        "number": "ABCDEFGH-2",
        "is_repeat": False,
        "now": datetime(2021, 1, 4, 7, 0, tzinfo=UTC),
        "rows": iter(()),
    }
    return File(**{**given, **changed})


def made(*rows: Row, **changed: Any) -> bytes:
    return b"".join(xlsx_file.of_rows([list(rows)], a_file(**changed)))


def cells(body: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name("Akun").to_python()


def part(body: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read(name).decode()


def names(count: int) -> Iterator[list[Row]]:
    """Give rows in parts that hardly compress."""
    for first in range(0, count, 500):
        texts = (f"{hash((first, number)):x}{hash((number, first)):x}" for number in range(500))
        yield [SITI._replace(nama=text, kelas=text[::-1]) for text in texts]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


# --------------------------------------------------------------------------------------------------------- cells


def test_it_has_the_columns_and_words_of_the_csv():
    assert cells(made(SITI)) == [list(csv_file.HEADER), list(csv_file.line(SITI))]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+62", "-1", "@A1", "{=1}", "'Aisyah", "0012", "1e5", "TRUE", "2021-01-04", 'Budi; "Si" Raja',
        "https://a.test", "mailto:a@a.test", "_x0041_", "#REF!", "\U0001f600 Siti", "<r>Siti</r>", "<r>&</r>",
        "A&B <c>", "<r><t>=1</t></r>", "<r>_x0041_</r>", "<r></r>",
    ],
)  # fmt: skip
def test_whatever_a_name_or_a_class_is_it_is_read_back_unaltered_as_text(text: str):
    body = made(SITI._replace(nama=text, kelas=text, password=text))
    assert cells(body)[1][:5] == [text, "0012345678", text, "siti08@smp.belajar.id", text]
    assert kinds(body) == {"inlineStr"}


def kinds(body: bytes) -> set[str]:
    """Give the types of all cells that hold something; a formula would be one more."""
    sheet = part(body, SHEET)
    assert "<f>" not in sheet
    return set(re.findall(r'<c r="[A-Z]+\d+"[^>]*? t="(\w+)"', sheet)) | set(re.findall(r"<v>", sheet))


def test_cells_stay_text_when_somebody_edits_them():
    body = made(SITI)
    styles = re.findall(r'<xf numFmtId="(\d+)"', part(body, "xl/styles.xml").partition("<cellXfs")[2])
    used = {int(style) for style in re.findall(r'<c r="[A-Z]+\d+" s="(\d+)"', part(body, SHEET))}
    assert {styles[style] for style in used} == {"49"}  # the format's own number for `@`
    assert part(body, SHEET).count("<c ") == part(body, SHEET).count(' s="')


def test_what_is_blank_is_a_blank_cell():
    blank = SITI._replace(nisn_nuptk="", kelas="", id_pengguna="", password="")
    assert cells(made(blank))[1][1:5] == [""] * 4
    assert part(made(blank), SHEET).count("<c ") == len(csv_file.HEADER) + 3


def test_a_text_that_no_cell_takes_whole_is_a_failure_not_a_cut(temporary: Path):
    with pytest.raises(AppError) as raised:
        made(SITI._replace(kelas="A" * 40_000))
    assert (raised.value.code, raised.value.field) == ("xlsx_cell_refused", "kelas")
    assert list(temporary.iterdir()) == []


def test_every_row_of_every_part_is_there_in_order():
    parts = [[SITI._replace(nama=f"Siti {first + number}") for number in range(3)] for first in (0, 3)]
    body = b"".join(xlsx_file.of_rows([*parts, []], a_file()))
    assert [row[0] for row in cells(body)[1:]] == [f"Siti {number}" for number in range(6)]
    assert '<autoFilter ref="A1:G7"/>' in part(body, SHEET)


def test_a_school_with_nobody_gets_a_header():
    assert cells(made()) == [list(csv_file.HEADER)]


# -------------------------------------------------------------------------------------------------------- layout


def test_the_header_is_bold_frozen_and_repeated_on_each_printed_page():
    sheet = part(made(SITI), SHEET)
    style = int(re.findall(r'<c r="A1" s="(\d+)"', sheet)[0])
    fonts = re.findall(r'<xf numFmtId="\d+" fontId="(\d+)"', part(made(SITI), "xl/styles.xml").partition("<cellXfs")[2])
    assert "<b/>" in re.findall(r"<font>(.*?)</font>", part(made(SITI), "xl/styles.xml"))[int(fonts[style])]
    assert re.search(r'<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>', sheet)
    assert "Akun!$1:$1</definedName>" in part(made(SITI), "xl/workbook.xml")


def test_it_prints_on_a4_across_and_one_page_wide():
    sheet = part(made(SITI), SHEET)
    assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert '<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/>' in sheet


def test_each_column_has_a_width():
    widths = [float(width) for width in re.findall(r'<col [^>]*width="([\d.]+)"', part(made(SITI), SHEET))]
    assert len(widths) == len(csv_file.HEADER)
    assert min(widths) > 10


@pytest.mark.parametrize(
    ("nama", "shown"),
    [
        ("SMP NEGERI 1", "SMP NEGERI 1"),
        ("SMK A&G", "SMK A\uff06G"),
        ("&" * 300, "\uff06" * 79 + "…"),
        ("A" * 80, "A" * 80),
        (None, "10100001"),
    ],
)
def test_each_printed_page_names_school_category_and_file(nama: str | None, shown: str):
    body = made(SITI, school={"npsn": "10100001", "nama": nama})
    [(header, footer)] = re.findall(r"<oddHeader>(.*)</oddHeader><oddFooter>(.*)</oddFooter>", part(body, SHEET))
    assert header == f"&amp;L{shown}, Peserta Didik&amp;RBerkas ABCDEFGH-2"
    assert "4 Januari 2021, 14.00 WIB" in footer
    assert footer.endswith("&amp;RHalaman &amp;P dari &amp;N")


def test_the_documents_properties_tell_of_nobody():
    body = made(SITI)
    core, app = part(body, "docProps/core.xml"), part(body, "docProps/app.xml")
    assert re.findall(r">([^<\n]+)<", core) == ["Akun Pembelajaran", *["2021-01-04T07:00:00Z"] * 2]
    assert "<Company></Company>" in app
    assert "SMP" not in core + app


# ---------------------------------------------------------------------------------------------- whole, or not at all


def test_it_is_complete_before_its_first_byte_is_asked_for():
    read: list[int] = []

    def parts() -> Iterator[Sequence[Row]]:
        for number in range(3):
            read.append(number)
            yield [SITI]

    body = xlsx_file.of_rows(parts(), a_file())
    assert read == [0, 1, 2]
    assert len(cells(b"".join(body))) == 4


def test_it_is_sent_in_chunks_of_64_kb_and_leaves_no_file(temporary: Path):
    body = xlsx_file.of_rows(names(5_000), a_file())
    first = next(body)
    assert list(temporary.iterdir()) == []  # what is being sent has no name
    chunks = [first, *body]
    assert {len(chunk) for chunk in chunks[:-1]} == {65_536}
    assert len(cells(b"".join(chunks))) == 5_001


def test_whoever_breaks_off_leaves_no_file(temporary: Path):
    body = xlsx_file.of_rows(names(5_000), a_file())
    next(body)
    body.close()  # type: ignore[attr-defined]  # as the server does
    assert next(body, None) is None
    assert list(temporary.iterdir()) == []


def test_its_parts_lie_in_a_folder_of_nobodys_name_while_it_is_made(temporary: Path):
    seen: list[str] = []

    def parts() -> Iterator[Sequence[Row]]:
        yield [SITI] * 500
        seen.extend(str(path.relative_to(temporary)) for path in temporary.rglob("*"))

    list(xlsx_file.of_rows(parts(), a_file()))
    assert [name for name in seen if re.fullmatch(r"akun-\w+/\w+", name)]
    assert not [name for name in seen if "SMP" in name or "Siti" in name]
    assert list(temporary.iterdir()) == []


def test_a_failure_on_the_way_is_raised_at_once_and_leaves_no_file(temporary: Path):
    def parts() -> Iterator[Sequence[Row]]:
        yield [SITI] * 500
        raise TransientError("store_unavailable")

    with pytest.raises(TransientError):
        xlsx_file.of_rows(parts(), a_file())
    assert list(temporary.iterdir()) == []
