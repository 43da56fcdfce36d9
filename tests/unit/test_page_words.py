"""The operator's page: in which words, that nothing of it runs or is fetched, and the sizes that it tells."""

import re
from collections import Counter
from datetime import UTC, datetime
from html import unescape

import pytest

from shared.domain.handout import Remark, Row, Status
from shared.handout import cards, csv_file, page, xlsx_file
from shared.usecases.handout import File
from tests.unit.page_facts import (
    LINK,
    NOW,
    SCHOOL,
    campaign,
    counts,
    html,
    with_campaigns,
    words,
)

ENGLISH = re.compile(
    r"\b(account|back|browser|card|click|download|email|error|expired|file|home|invalid|link|login|log in|logout|name|"
    r"online|page|portal|print|reload|reset|school|sheet|sign|spreadsheet|submit|upload|username|website)\b",
    re.IGNORECASE,
)
BLOCKS = re.compile(r"</?(?:p|li|h1|h2|dt|dd|div|section|button|a|title|summary|span class=\"(?:sum|task)\")\b[^>]*>")


def test_what_people_typed_is_text_and_nothing_else() -> None:
    evil = "</title><script>alert(1)</script>\" ' &"
    text = html(school={**SCHOOL, "nama": evil}, requested_by=evil, help_contact=evil)
    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4


def test_a_school_without_name_number_or_region_has_a_page_too() -> None:
    text = html(school={**SCHOOL, "nama": None, "npsn": None, "kode_wilayah": None}, requested_by="")
    assert "Satuan pendidikan Anda NPSN belum ada Tautan" in words(text)
    assert "Diminta oleh tidak tercatat" in words(text)


def test_nothing_runs_and_nothing_is_fetched() -> None:
    text = html()
    assert '<html lang="id">' in text
    assert not re.search(r"<(script|img|iframe|object|embed|audio|video)\b|\son\w+=|@import|url\(|https?:", text)
    assert re.findall(r'<link [^>]*href="([^"]*)"', text) == ["data:,"]
    assert len(text.encode()) <= 30_000


def sentences(text: str) -> list[str]:
    blocks = BLOCKS.sub("\n\n", text.partition("<body>")[2])
    plain = (" ".join(unescape(re.sub(r"<[^>]*>", "", block)).split()) for block in blocks.split("\n\n"))
    return [sentence for block in plain for sentence in re.split(r"(?<=[.?!:])\s+", block) if sentence]


def test_sentences_have_at_most_fifteen_words_and_no_english() -> None:
    past = datetime(2021, 7, 1, tzinfo=UTC)
    rolling = with_campaigns(campaign(days=90))
    nobody = html(counts=[counts("ptk")], refused=Counter())
    for text in (html(), html(now=past), html(policy=rolling), html(policy=with_campaigns()), nobody):
        found = sentences(text)
        assert len(found) > 10
        assert [sentence for sentence in found if len(re.findall(r"[^\W_][\w.-]*", sentence)) > 15] == []
        assert [sentence for sentence in found if ENGLISH.search(sentence)] == []


def rows(status: Status, remark: Remark, number: int) -> list[Row]:
    password = "Kmtw-rqhn-4729" if status is Status.UNUSED else ""
    return [
        Row(
            account_id=str(n),
            nama="SITI NUR AMINAH" if n % 2 else "BUDI",
            nisn_nuptk=f"01012{n:05}",
            kelas="VII B",
            id_pengguna=f"sitinuraminah{n}@smp.belajar.id",
            password=password,
            generation=1 if password else 0,
            status=status,
            remark=remark,
            date=None,
            school="SMP NEGERI 241",
        )
        for n in range(number)
    ]


@pytest.mark.parametrize("number", [1, 30, 1000])
@pytest.mark.parametrize("status", list(Status))
def test_the_size_told_is_near_the_real_files(status: Status, number: int) -> None:
    remark = {
        Status.UNUSED: Remark.HAND_OUT,
        Status.ACTIVE: Remark.IN_USE,
        Status.SUSPENDED: Remark.DORMANT,
        Status.PREPARING: Remark.SOON,
        Status.ELSEWHERE: Remark.ELSEWHERE,
    }[status]
    part = rows(status, remark, number)
    file = File(
        link=LINK,
        school=SCHOOL,
        category="peserta_didik",
        number="ABCDEFGH-1",
        is_repeat=False,
        now=NOW,
        rows=iter([]),
    )
    real = {
        "csv": csv_file.of_rows([part]),
        "xlsx": xlsx_file.of_rows([part], file),
        **({"kartu": cards.of_rows([part], file)} if status is Status.UNUSED else {}),
    }
    for form, body in real.items():
        alone, each = page.WEIGHTS[form]
        ratio = (alone + each * number) / sum(map(len, body))
        assert 1 / 1.6 < ratio < 1.6, (form, ratio)
