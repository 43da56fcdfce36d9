"""The words: one for each status, remark, reason and refusal; short, plain; numbers and dates as people write them."""

import re
from datetime import UTC, datetime

import pytest

from local.roster.schools import registered
from shared.domain.decide import REASONS
from shared.domain.handout import Remark, Row, Status
from shared.handout import phrases, refusals, regions
from shared.handout.regions import WIT, WITA

AT = datetime(2021, 6, 30, 16, 59, 59, tzinfo=UTC)
ACCOUNT_REASONS = {"pupil", "teacher", "head", "operator", "duty_elsewhere"}
NOT_OF_THIS_SCHOOL = {"left", "deleted"}
ENGLISH = {
    "the",
    "and",
    "download",
    "file",
    "link",
    "error",
    "account",
    "login",
    "email",
    "username",
    "upload",
    "click",
}


def said() -> list[str]:
    """Give every text that operators read in files and refusals."""
    refused = [text for refusal in phrases.REFUSALS.values() for text in refusal]
    told = [text for pair in refusals.TEXTS.values() for text in pair]
    return [*phrases.REMARKS.values(), *phrases.STATUSES.values(), *refused, *told]


def row(**changed) -> Row:
    given = Row("a", "SITI", "", "", "", "", 0, Status.ELSEWHERE, Remark.ELSEWHERE, None, "SMP NEGERI 2")
    return given._replace(**changed)


def test_every_status_remark_and_reason_has_its_words():
    assert set(phrases.STATUSES) == set(Status)
    assert set(phrases.REMARKS) == set(Remark)
    assert set(phrases.REFUSALS) == set(REASONS) - ACCOUNT_REASONS - NOT_OF_THIS_SCHOOL


def test_each_reason_says_what_is_to_be_mended_and_by_whom():
    assert all(all(refusal) for refusal in phrases.REFUSALS.values())
    assert phrases.refusal("of a later version").reason == "Alasannya belum tercatat."


def test_no_two_reasons_are_told_alike():
    assert len({refusal.reason for refusal in phrases.REFUSALS.values()}) == len(phrases.REFUSALS)


@pytest.mark.parametrize("text", said())
def test_a_sentence_has_at_most_fifteen_words_and_none_of_english(text: str):
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        assert len(sentence.split()) <= 15
    assert not ENGLISH & set(re.findall(r"[a-z]+", text.lower()))


def test_the_five_statuses_are_worded_as_everywhere():
    assert list(phrases.STATUSES.values()) == [
        "belum diaktifkan",
        "sudah diaktifkan",
        "ditangguhkan",
        "sedang disiapkan",
        "dikelola oleh",
    ]


def test_a_row_of_another_school_names_it():
    assert phrases.status(row()) == "dikelola oleh SMP NEGERI 2"
    assert phrases.status(row(school="")) == "dikelola oleh satuan pendidikan lain"
    assert phrases.status(row(status=Status.ACTIVE)) == "sudah diaktifkan"


def test_a_remark_with_a_date_tells_it():
    ending = row(status=Status.UNUSED, remark=Remark.ENDING, date=AT)
    assert phrases.remark(ending) == "Akun berakhir 30 Juni 2021. Pemiliknya keluar atau pindah jenjang."
    assert phrases.remark(ending, WIT).startswith("Akun berakhir 1 Juli 2021.")


def test_dates_numbers_and_sizes_are_written_as_people_write_them():
    assert phrases.minute(AT) == "30 Juni 2021, 23.59 WIB"
    assert phrases.minute(AT, WITA) == "1 Juli 2021, 00.59 WITA"
    assert [phrases.number(n) for n in (0, 999, 1_234, 1_000_000)] == ["0", "999", "1.234", "1.000.000"]
    assert [phrases.size(n) for n in (10, 9_400, 123_000, 1_240_000)] == ["1 kB", "9 kB", "120 kB", "1,2 MB"]


def test_days_are_counted_by_midnights_at_the_school():
    late = datetime(2021, 6, 29, 16, 0, tzinfo=UTC)  # 23.00 in Jakarta, the next day in Papua
    assert phrases.days_left(late, AT) == "1 hari lagi"
    assert phrases.days_left(late, AT, WIT) == "1 hari lagi"
    assert phrases.days_left(AT, AT) == "hari ini"


@pytest.mark.parametrize(
    ("code", "name", "clock"),
    [
        ("016000", "DKI Jakarta", "WIB"),
        ("226005", "Bali", "WITA"),
        ("256001", "Papua", "WIT"),
        ("296000", "Kepulauan Bangka Belitung", "WIB"),
        ("346000", "Kalimantan Utara", "WITA"),
        ("350101", "Luar Negeri", "WIB"),
        ("360101", "Papua Tengah", "WIT"),
        ("390101", "Papua Barat Daya", "WIT"),
        ("99", "", "WIB"),
        (None, "", "WIB"),
    ],
)
def test_a_region_has_a_name_and_a_clock(code: str | None, name: str, clock: str):
    region = regions.of(code)
    assert (region.name, region.zone.tzname(None)) == (name, clock)


def test_every_province_has_the_clock_of_its_islands():
    clocks = {region.name: region.zone.tzname(None) for region in regions.REGIONS.values()}
    east = {name for name in clocks if name.startswith(("Papua", "Maluku"))}
    middle = {name for name in clocks if name.startswith(("Sulawesi", "Nusa Tenggara", "Bali", "Gorontalo"))}
    middle |= {f"Kalimantan {part}" for part in ("Selatan", "Timur", "Utara")}
    assert len(clocks) == len(regions.REGIONS) == 39
    assert {name for name, clock in clocks.items() if clock == "WIT"} == east
    assert {name for name, clock in clocks.items() if clock == "WITA"} == middle


def test_every_school_of_the_sample_roster_is_in_a_province_that_has_a_name():
    assert {regions.of(school.kode_wilayah).name for school in registered()} >= {"DKI Jakarta", "Maluku", "Papua"}
    assert "" not in {regions.of(school.kode_wilayah).name for school in registered()}
