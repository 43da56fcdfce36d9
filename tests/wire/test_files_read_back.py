"""The files of people whose names were made to do harm, read by csv, by a reader of XLSX, and by LibreOffice.

The people come as events do, so that what is left of a name is what the door leaves of it.
"""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from python_calamine import CalamineWorkbook

from shared import normalise
from shared.handout.csv_file import HEADER
from tests.require import require
from tests.rosters import member, pupil
from tests.wire.functions import Place, Servers, place
from tests.wire.handout import a_link, address, arrive, cells, derived, download, rows

pytestmark = pytest.mark.xdist_group("files_read_back")  # the files are made and converted once

NAMES = (
    "=1+1", "+62812", "-Budi", "@SUM(A1)", '=HYPERLINK("http://a.test";"Siti")', "=cmd|'/C calc'!A0", "{=1+1}",
    "'Aisyah", 'Budi; "Si" Raja, Jr.', '";=1+1;"', "\U0001f600 Ayu", "Gothic \U00010348\U00010330", "Ad\u0303i",
    "A\tB", "A\r\nB\rC\nD", "A\0B", "\r=1+1", "\t@SUM(A1)", "\n+1", "\0-1", "\u200b=1+1", "A\u2028B\u2029C\x85D",
    "  Siti  ", "0012", "1e5", "2021-01-04", "TRUE", "#REF!1", "_x0041_", "<r>Siti</r>", "<b>&amp;</b>1", "\uff1d1+1",
)  # fmt: skip
STARTS = ("=", "+", "-", "@")
NISN = "0012345678"
CSV_AS_EXCEL = "--infilter=Text - txt - csv (StarCalc):59,34,76,1,,0,false,true"  # `;`, `"`, UTF-8, numbers found
CSV_WHOLE = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false"
SECONDS = 120


class Fetched(NamedTuple):
    """Both files of the school, and the password of each pupil as it is derived by hand, by user id."""

    csv: bytes
    xlsx: bytes
    passwords: dict[str, str]

    @property
    def rows(self) -> list[dict[str, str]]:
        return rows(self.csv.decode())


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory, around: Servers) -> Iterator[Fetched]:
    with place(tmp_path_factory.mktemp("school"), around) as here:
        yield _fetched(here)


def _fetched(here: Place) -> Fetched:
    people = []
    for number, name in enumerate(NAMES):
        at = member(tingkat_pendidikan_id=7, rombel=f"{name}-{number:02}", induk=True)
        people.append(pupil(name, at, who=f"p{number}", nisn=NISN))
    arrive(here, *people)
    assert not here.all("parked")
    function, link = download(here), a_link("peserta_didik")
    found = [function.get(address(link, f"/peserta_didik.{form}")) for form in ("csv", "xlsx")]
    assert [answer.status_code for answer in found] == [200, 200]
    passwords = {account.address: derived(account) for account in here.accounts()}
    return Fetched(found[0].data, found[1].data, passwords)


def sorted_apart(names: Iterator[str]) -> list[str]:
    """Give names in an order that no file has a say in."""
    return sorted(names)


def expected(text: str, *, inert: bool) -> str:
    plain = normalise.tidy(text)
    return f"'{plain}" if inert and plain.startswith(STARTS) else plain


def classes(*, inert: bool) -> list[str]:
    return sorted_apart(expected(f"{name}-{number:02}", inert=inert) for number, name in enumerate(NAMES))


def names(*, inert: bool) -> list[str]:
    return sorted_apart(expected(name, inert=inert) for name in NAMES)


# ------------------------------------------------------------------------------------------------ csv, and XLSX


def test_the_csv_has_each_name_and_class_with_an_apostrophe_where_a_formula_would_begin(fetched: Fetched):
    assert sorted_apart(row["nama"] for row in fetched.rows) == names(inert=True)
    assert sorted_apart(row["kelas"] for row in fetched.rows) == classes(inert=True)
    assert not [row for row in fetched.rows if row["nama"].startswith(STARTS)]


def test_the_csv_has_one_line_a_person_whatever_breaks_were_in_their_names(fetched: Fetched):
    assert fetched.csv.count(b"\n") == fetched.csv.count(b"\r\n") == len(fetched.csv.decode().splitlines())
    assert len(fetched.csv.splitlines()) == len(NAMES) + 1


def test_the_xlsx_has_each_name_and_class_unaltered(fetched: Fetched):
    header, *found = cells(fetched.xlsx)
    assert header == list(HEADER)
    assert sorted_apart(row[0] for row in found) == names(inert=False)
    assert sorted_apart(row[2] for row in found) == classes(inert=False)


def test_both_files_have_each_password_and_number_as_it_is(fetched: Fetched):
    by_csv = {row["id_pengguna"]: (row["nisn_nuptk"], row["kata_sandi_awal"]) for row in fetched.rows}
    by_xlsx = {row[3]: (row[1], row[4]) for row in cells(fetched.xlsx)[1:]}
    assert by_csv == by_xlsx == {user: (NISN, password) for user, password in fetched.passwords.items()}
    assert len(by_csv) == len(NAMES)


def test_both_files_are_sorted_alike(fetched: Fetched):
    assert [row["id_pengguna"] for row in fetched.rows] == [row[3] for row in cells(fetched.xlsx)[1:]]


def test_the_xlsx_has_no_formula_and_no_number(fetched: Fetched):
    assert kinds(fetched.xlsx) == {"inlineStr"}


# ---------------------------------------------------------------------------------------------------- LibreOffice


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> "Office":
    require(None if shutil.which("soffice") else "soffice (LibreOffice) is not on PATH")
    return Office(tmp_path_factory.mktemp("office"))


class Office:
    """LibreOffice without a window, with settings of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def converted(self, body: bytes, suffix: str, to: str, *options: str) -> bytes:
        """Open a file as a user does, and give it saved in another format."""
        self._count += 1
        source = self._folder / f"in{self._count}.{suffix}"
        source.write_bytes(body)
        settings = f"-env:UserInstallation={(self._folder / 'settings').as_uri()}"
        command = ["soffice", "--headless", settings, *options, "--convert-to", to]
        command += ["--outdir", str(self._folder / "out"), str(source)]
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        target = self._folder / "out" / f"{source.stem}.{to.partition(':')[0]}"
        assert target.exists(), done.stderr
        return target.read_bytes()


@pytest.fixture(scope="module")
def opened_csv(fetched: Fetched, office: "Office") -> bytes:
    """The CSV, opened by double click and saved as XLSX."""
    return office.converted(fetched.csv, "csv", "xlsx", CSV_AS_EXCEL)


def kinds(xlsx: bytes) -> set[str]:
    """Give the types of all cells that hold something; "formula" is one, "number" another."""
    with zipfile.ZipFile(io.BytesIO(xlsx)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    found = set()
    for attributes, inside in re.findall(r"<c ([^>]*[^/])>(.*?)</c>", sheet):
        kind = re.search(r't="(\w+)"', attributes)
        found.add("formula" if re.search("<f[ />]", inside) else kind[1] if kind and kind[1] != "n" else "number")
    return found


def texts(xlsx: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(xlsx)).get_sheet_by_index(0).to_python()


def test_libreoffice_would_take_such_a_name_for_a_formula(office: "Office"):
    unguarded = "\ufeff" + "".join(f'"{name}";"1"\r\n' for name in ("nama", "=1+1", "+1+1"))
    assert "formula" in kinds(office.converted(unguarded.encode(), "csv", "xlsx", CSV_AS_EXCEL))


def test_libreoffice_finds_no_formula_in_the_csv(opened_csv: bytes):
    assert "formula" not in kinds(opened_csv)


def test_libreoffice_reads_the_csv_with_all_columns_and_each_name(opened_csv: bytes, fetched: Fetched):
    header, *found = texts(opened_csv)
    assert header == list(HEADER)
    assert len(found) == len(NAMES)
    by_user = {row["id_pengguna"]: row for row in fetched.rows}
    for row in found:
        of_csv = by_user[row[3]]
        assert row[4] == of_csv["kata_sandi_awal"] == fetched.passwords[row[3]]
        if isinstance(row[0], str):  # what looks like a number or a date, it reads as one
            assert row[0] == of_csv["nama"]
    assert len([row for row in found if isinstance(row[0], str)]) >= len(NAMES) - 4


def test_libreoffice_reads_the_xlsx_as_text_and_nothing_altered(fetched: Fetched, office: "Office"):
    opened = office.converted(fetched.xlsx, "xlsx", "xlsx")
    assert texts(opened) == texts(fetched.xlsx)
    assert kinds(opened) <= {"s", "inlineStr"}


def test_libreoffice_saves_the_xlsx_as_csv_with_every_zero(fetched: Fetched, office: "Office"):
    saved = rows(office.converted(fetched.xlsx, "xlsx", CSV_WHOLE).decode("utf-8-sig"), ",")
    assert [list(row.values()) for row in saved] == cells(fetched.xlsx)[1:]
    assert {row["nisn_nuptk"] for row in saved} == {NISN}
