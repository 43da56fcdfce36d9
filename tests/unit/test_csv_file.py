"""The CSV files, byte by byte: what design 8 says of them, and what a spreadsheet is to find in them."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import normalise
from shared.domain.handout import Refused, Remark, Row, Status
from shared.handout import csv_file, phrases
from tests.handed_out import a_row

BOM = b"\xef\xbb\xbf"
SITI = a_row(nama="Siti", id_pengguna="siti08@smp.belajar.id")
HEADER = '"nama";"nisn_nuptk";"kelas";"id_pengguna";"kata_sandi_awal";"status";"keterangan"\r\n'
REMARK = "Bagikan secara pribadi kepada pemiliknya."
STARTS = ("=", "+", "-", "@")


def written(*rows: Row, separator: str = ";") -> bytes:
    return b"".join(csv_file.of_rows([list(rows)], separator))


def read(body: bytes, separator: str = ";") -> list[list[str]]:
    """Give the rows of a file without its header, as a program reads them."""
    text = body.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))[1:]


def test_a_file_is_utf_8_with_bom_semicolons_crlf_and_every_field_quoted():
    row = f'"Siti";"0012345678";"VII B";"siti08@smp.belajar.id";"Kmtw-rqhn-4729";"belum diaktifkan";"{REMARK}"\r\n'
    assert written(SITI) == BOM + (HEADER + row).encode()


def test_another_separator_is_between_all_fields_and_changes_nothing_else():
    rows = SITI._replace(nama="Budi; Siti, Adi"), SITI._replace(kelas="VII, B")
    body = written(*rows, separator=",")
    assert body.startswith(BOM + HEADER.replace(";", ",").encode())
    assert [fields[:3] for fields in read(body, ",")] == [
        ["Budi; Siti, Adi", "0012345678", "VII B"],
        ["Siti", "0012345678", "VII, B"],
    ]


def test_what_is_blank_is_quoted_too():
    blank = SITI._replace(nisn_nuptk="", kelas="", id_pengguna="", password="")
    assert written(blank).splitlines()[1].startswith(b'"Siti";"";"";"";"";"belum')


@pytest.mark.parametrize("start", STARTS)
def test_a_name_and_a_class_get_one_apostrophe_before_what_begins_a_formula(start: str):
    [fields] = read(written(SITI._replace(nama=f"{start}1", kelas=f"{start}{start}2")))
    assert (fields[0], fields[2]) == (f"'{start}1", f"'{start}{start}2")


@pytest.mark.parametrize("start", STARTS)
def test_no_password_number_or_user_id_is_ever_altered(start: str):
    row = SITI._replace(nisn_nuptk=f"{start}1", id_pengguna=f"{start}2", password=f'{start}3"')
    assert read(written(row))[0][1:5] == [f"{start}1", "VII B", f"{start}2", f'{start}3"']


@pytest.mark.parametrize("text", ["1=1", "Siti-Ani", "'Aisyah", "", " =1"])
def test_no_other_text_gets_an_apostrophe(text: str):
    assert csv_file.inert(text) == text


@pytest.mark.parametrize("remark", Remark)
def test_no_wording_of_ours_begins_a_formula(remark: Remark):
    for status in Status:
        texts = csv_file.words(SITI._replace(status=status, remark=remark, school="=1", date=datetime.now(UTC)))
        assert all(texts)
        assert not [text for text in texts if text.startswith(STARTS)]


@given(st.text(max_size=40), st.text(max_size=20), st.sampled_from([";", ","]))
def test_whatever_is_left_of_a_name_by_the_door_is_read_back(nama: str, kelas: str, separator: str):
    row = SITI._replace(nama=normalise.tidy(nama), kelas=normalise.tidy(kelas))
    [fields] = read(written(row, separator=separator), separator)
    assert fields[0].removeprefix("'" if row.nama.startswith(STARTS) else "") == row.nama
    assert fields[2].removeprefix("'" if row.kelas.startswith(STARTS) else "") == row.kelas
    assert fields[5:] == ["belum diaktifkan", REMARK]


def test_the_header_comes_before_the_first_row_is_read_and_each_part_by_itself():
    asked: list[int] = []

    def parts() -> Iterator[list[Row]]:
        for number in (1, 2):
            asked.append(number)
            yield [SITI._replace(nama=f"Siti {number}")] * 2

    body = csv_file.of_rows(parts())
    assert (next(body), asked) == (BOM + HEADER.encode(), [])
    assert (next(body).count(b"Siti 1"), asked) == (2, [1])
    assert (next(body).count(b"Siti 2"), asked) == (2, [1, 2])
    assert next(body, None) is None


def test_a_part_in_which_nobody_is_listed_is_no_end():
    parts = list(csv_file.of_rows([[], [SITI], []]))
    assert [b"Siti" in part for part in parts] == [False, True]


def test_a_school_with_nobody_gets_a_header():
    assert b"".join(csv_file.of_rows([])) == BOM + HEADER.encode()


def test_rows_that_stand_alike_but_for_date_or_school_are_worded_each_by_its_own():
    dates = datetime(2021, 6, 29, 17, tzinfo=UTC), datetime(2021, 6, 30, 17, tzinfo=UTC)
    ending = [SITI._replace(remark=Remark.ENDING, date=date) for date in dates]
    elsewhere = [
        SITI._replace(status=Status.ELSEWHERE, remark=Remark.ELSEWHERE, school=school) for school in ("A", "B", "")
    ]
    told = [fields[5:] for fields in read(written(*ending, *elsewhere))]
    assert [told[0][1][:27], told[1][1][:26]] == ["Akun berakhir 30 Juni 2021.", "Akun berakhir 1 Juli 2021."]
    schools = [status for status, _ in told[2:]]
    assert schools == ["dikelola oleh A", "dikelola oleh B", "dikelola oleh satuan pendidikan lain"]


def test_those_without_an_account_are_listed_with_reason_and_cure():
    people = [Refused("=Siti", "0012345678", "-", "grade_missing"), Refused("Budi", "", "", "a new one")]
    body = b"".join(csv_file.of_exceptions([people]))
    assert body.splitlines()[0] == BOM + b'"nama";"nisn_nuptk";"kelas";"alasan";"perbaikan";"diperbaiki_oleh"'
    first, second = read(body)
    assert first[:3] == ["'=Siti", "0012345678", "'-"]
    assert first[3:] == list(phrases.REFUSALS["grade_missing"])
    assert second[:3] == ["Budi", "", ""]
    assert all(second[3:])
