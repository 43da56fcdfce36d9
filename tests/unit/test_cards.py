"""The cards: who gets one, what is on it, what is not, and that they come a part at a time."""

import base64
import io
import re
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import segno

from shared.domain.handout import Remark, Row, Status
from shared.domain.links import Link
from shared.handout import cards, font, qr
from shared.usecases.handout import File
from tests.handed_out import a_row

LINK = Link(
    sekolah_id="0a1b2c3d-4e5f-4678-9a0b-c1d2e3f40516",
    categories=("peserta_didik",),
    issued_at=1_610_936_400,
    expires_at=1_610_937_300,
    link_id="x" * 20,
    key_id="k1",
)
FILE = File(
    link=LINK,
    school={"nama": "SMP <NEGERI> 1", "npsn": "20106343", "kode_wilayah": "010101"},
    category="peserta_didik",
    number="RV6OIR7D-1",
    is_repeat=False,
    now=datetime(2021, 1, 18, 17, 20, tzinfo=UTC),
    rows=iter(()),
)


def row(nama: str = "SITI AMINAH", **changed: Any) -> Row:
    return a_row(nama=nama, **changed)


def without(nama: str, **changed: Any) -> Row:
    told = {"status": Status.ACTIVE, "remark": Remark.IN_USE, **changed}
    return row(nama, password="", generation=0, **told)


def html(*parts: Sequence[Row], **changed: Any) -> str:
    return b"".join(cards.of_rows(parts, replace(FILE, **changed))).decode()


def articles(text: str) -> list[str]:
    return re.findall(r"<article.*?</article>", text)


def classes(text: str) -> list[str]:
    return re.findall(r"<section.*?</section>", text)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text.replace("<wbr>", ""))).strip()


def test_a_card_tells_name_class_number_user_id_password_steps_and_file():
    (card,) = articles(html([row()]))
    told = words(card)
    for text in ("SITI AMINAH", "Kelas VII B", "NISN …5678", "sitiaminah12@", "smp.belajar.id", "Kmtw-rqhn-4729"):
        assert text in told
    assert "tanda hubung ikut diketik" in told
    assert "Berkas RV6OIR7D-1 - 19 Januari 2021" in told
    assert card.count("<li>") == 3
    assert "mail.google.com" in told
    assert '<use href="#q"/>' in card


def test_only_the_last_four_digits_of_a_number_are_printed():
    assert "0012345678" not in html([row(), without("BUDI")])


def test_the_date_is_that_of_the_schools_clock():
    far_east = {**FILE.school, "kode_wilayah": "250101"}
    text = html([row()], school=far_east, now=datetime(2021, 1, 18, 15, 30, tzinfo=UTC))
    assert "19 Januari 2021, 00.30 WIT." in words(text)
    assert "Berkas RV6OIR7D-1 - 19 Januari 2021" in words(articles(text)[0])


def test_what_the_roster_says_is_text_and_never_markup():
    sly = "<script>alert(1)</script> & 'X' \""
    text = html([row(sly, kelas=sly, id_pengguna=sly), without(sly, kelas=sly, id_pengguna=sly)])
    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#x27;X&#x27; &quot;") == 7
    assert "<NEGERI>" not in text
    assert "<title>Kartu Peserta Didik - SMP &lt;NEGERI&gt; 1 - RV6OIR7D-1</title>" in text


def test_a_school_that_is_named_in_a_remark_is_text_too():
    told = without("BUDI", status=Status.ELSEWHERE, remark=Remark.ELSEWHERE, school="<b>SMA</b>")
    assert "Dikelola oleh &lt;b&gt;SMA&lt;/b&gt;. Kata sandi ada di berkas" in html([told])


@pytest.mark.parametrize(("category", "group"), [("ptk", "PTK"), ("admin", "Admin")])
def test_staff_cards_show_the_group_and_no_number(category: Any, group: str):
    (card,) = articles(html([row(kelas="")], category=category))
    assert f'<p class="w"><b>{group}</b></p>' in card
    assert "NISN" not in card
    assert "5678" not in card


def test_a_pupil_without_class_or_number_gets_a_card_that_is_silent_about_it():
    text = html([row(kelas="", nisn_nuptk="")])
    assert '<p class="w"><b></b></p>' in text
    assert "<b>Belum ada kelas</b>" in text


@pytest.mark.parametrize(("kelas", "title"), [("VII B", "Kelas VII B"), ("Kelas 1A", "Kelas 1A")])
def test_a_class_is_called_a_class_once(kelas: str, title: str):
    assert f"<b>{title}</b>" in articles(html([row(kelas=kelas)]))[0]


def test_who_has_no_password_gets_a_line_at_the_end_of_the_class_and_no_card():
    text = html([without("BUDI"), row("SITI"), row("TUTI"), row("ADE", kelas="VIII A")])
    assert len(articles(text)) == 3
    first, second = classes(text)
    assert first.index("TUTI") < first.index("Kelas VII B: tanpa kartu") < first.index("BUDI")
    assert "Sudah diaktifkan. Pemiliknya sudah masuk." in first
    assert "tanpa kartu" not in second
    assert "3 kartu dan 1 orang tanpa kartu." in words(text)


def test_a_user_id_can_be_broken_behind_its_at_sign_and_nowhere_else():
    assert "<span>sitiaminah12@</span><wbr><span>smp.belajar.id</span>" in articles(html([row()]))[0]
    assert html([row(), without("BUDI")]).count("<wbr>") == 2


def test_somebody_without_a_user_yet_gets_a_line_without_user_id():
    text = html([without("BUDI", id_pengguna="", status=Status.PREPARING, remark=Remark.SOON)])
    assert "<td>BUDI<td>Sedang disiapkan. Akun sedang dibuat." in text


def test_a_sheet_has_eight_cards_and_says_which_of_its_class_it_is():
    text = html([row(str(n)) for n in range(17)])
    sheets = text.split('<div class="s">')[1:]
    assert [len(articles(sheet)) for sheet in sheets] == [8, 8, 1]
    assert [re.findall("<h2><b>(.*?)</b>", sheet) for sheet in sheets] == [
        ["Kelas VII B"], ["Kelas VII B, lembar 2"], ["Kelas VII B, lembar 3"],
    ]  # fmt: skip


def test_a_class_that_goes_on_in_the_next_part_stays_one_class():
    text = html([row("A"), without("B")], [row("C"), row("D", kelas="VIII A")])
    assert [len(articles(part)) for part in classes(text)] == [2, 1]
    assert classes(text)[0].index(">C<") < classes(text)[0].index(">B<")
    assert text.count('<div class="s">') == 2


def test_all_that_is_opened_is_closed():
    text = html([row("A"), without("B"), without("C", kelas="VIII A"), row("D", kelas="IX"), row("E", kelas="IX")])
    for tag in ("section", "article", "div", "table", "span", "main", "header", "footer", "svg", "h2", "dl", "ol"):
        assert len(re.findall(f"<{tag}[ >]", text)) == text.count(f"</{tag}>") > 0, tag


def test_a_school_with_nobody_gets_a_page_that_says_so():
    text = html([])
    assert classes(text) == []
    assert "Belum ada akun di kelompok ini." in words(text)


def test_the_cards_of_one_part_come_before_the_next_part_is_read():
    asked = []

    def parts() -> Iterator[list[Row]]:
        for name in ("A", "B"):
            asked.append(name)
            yield [row(name)]

    sent = cards.of_rows(parts(), FILE)
    assert b"<style>" in next(sent)
    assert asked == []
    assert b">A</h3>" in next(sent)
    assert asked == ["A"]


@pytest.mark.parametrize("password", ["Kmtw-rqhn-4729", ""])
def test_ten_thousand_people_of_one_class_take_next_to_no_memory(password: str):
    def parts() -> Iterator[list[Row]]:
        for part in range(20):
            yield [row(f"ORANG KE {part} {n}", password=password) for n in range(500)]

    tracemalloc.start()
    try:
        sent = sum(len(piece) for piece in cards.of_rows(parts(), FILE))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sent > 10_000 * 100
    assert peak < 4 << 20


@pytest.mark.parametrize(("name", "is_long"), [("N", False), ("X" * 30, False), ("X" * 31, True)])
def test_a_long_name_is_set_smaller(name: str, is_long: bool):
    assert (f'<article class="m"><h3>{name}<' in html([row(name)])) == is_long


def test_the_code_leads_to_the_sign_in_page():
    drawn = io.BytesIO()
    made = segno.make("https://mail.google.com/", error="m", micro=False)
    made.save(drawn, kind="svg", border=0, xmldecl=False, svgns=False)
    assert re.findall(r' d="([^"]*)"', drawn.getvalue().decode()) == [qr.PATH]
    assert ("https://mail.google.com/", made.symbol_size(border=0)[0]) == (qr.TARGET, qr.SIZE)


def test_the_typeface_is_small_and_its_licence_goes_with_it():
    data = base64.b64decode(font.WOFF2, validate=True)
    assert data[:4] == b"wOF2"
    assert len(data) <= 6_000
    licence = (Path(__file__).parents[2] / "docs" / "fonts" / "OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Copyright 2020-2024 The Atkinson Hyperlegible Mono Project Authors" in licence
    assert "Copyright 2020-2024 The Atkinson Hyperlegible Mono Project Authors" in (font.__doc__ or "")
