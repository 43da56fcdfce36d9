"""The report's CSV files, as a spreadsheet reads them."""

import csv
import io
from dataclasses import replace
from pathlib import Path

from cli.report_csv import SchoolsFile, write_progress, write_provinces, write_realms
from tests.unit.report_facts import REALMS, a_report, a_school


def rows_of(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").split("\r\n")
    assert lines.pop() == ""
    assert all(line.startswith('"') and line.endswith('"') for line in lines)
    return list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";"))


def test_the_files_hold_what_the_page_does(tmp_path):
    report = a_report()
    write_progress(tmp_path / "p.csv", report)
    write_realms(tmp_path / "r.csv", report)
    write_provinces(tmp_path / "v.csv", report)
    progress = {row["step"]: row["accounts"] for row in rows_of(tmp_path / "p.csv")}
    assert (progress["due"], progress["exempt"], progress["suspended_now"], progress["undone"]) == (
        "4050",
        "45",
        "3915",
        "0",
    )
    realms = {row["realm"]: row for row in rows_of(tmp_path / "r.csv")}
    assert set(realms) == set(REALMS)
    assert list(realms["smp"].values()) == [
        "smp",
        "2000",
        "1512",
        "75,6",
        "160",
        "328",
        "2000",
        "180",
        "2",
        "176",
        "174",
    ]
    provinces = rows_of(tmp_path / "v.csv")
    assert list(provinces[1].values()) == ["01", "DKI Jakarta", "900", "870", "96,7", "9", "21", "40", "2"]
    assert (provinces[0]["province_code"], provinces[0]["accounts"]) == ("", "12")
    assert len(provinces) == len(report.provinces)


def test_a_number_that_is_not_known_is_an_empty_cell(tmp_path):
    report = a_report(course=replace(a_report().course, came_in_time=None))
    write_progress(tmp_path / "p.csv", report)
    assert {row["step"]: row["accounts"] for row in rows_of(tmp_path / "p.csv")}["came_in_time"] == ""


def test_no_spreadsheet_finds_a_formula_in_a_schools_name(tmp_path):
    names = ["=1+1", "+62", "-1", "@home", 'SD "HARAPAN"; BANDUNG', "SMP 1"]
    with SchoolsFile(tmp_path / "s.csv") as file:
        for n, nama in enumerate(names):
            file.add(a_school(n, 50, nama))
    written = rows_of(tmp_path / "s.csv")
    assert [row["name"] for row in written] == ["'=1+1", "'+62", "'-1", "'@home", 'SD "HARAPAN"; BANDUNG', "SMP 1"]
    assert written[5]["sekolah_id"] == a_school(5, 0).sekolah_id
    assert list(written[5].values())[1:] == ["20100005", "SMP 1", "01", "DKI Jakarta", "100", "50", "50,0", "25", "25"]
