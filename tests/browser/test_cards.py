"""The cards as a browser shows and prints them, sent by the running function under its own headers."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from shared.domain.handout import Remark, Row, Status
from shared.domain.passwords import DIGITS, LETTERS
from shared.handout import cards
from shared.usecases.handout import File
from tests.browser.pages import Operators, faults, operators, overflow, visit
from tests.browser.printing import Word, paper, print_to, with_text
from tests.handed_out import a_row

MM = 96 / 25.4  # CSS pixels
LONG_NAME = "I GUSTI NGURAH AGUNG BAGUS PUTRA WIJAYA KUSUMA ADHI NATHA PERDANA SURY"
LONG_ADDRESS = "ngurahagungbagusputrawijay123@pendidik.kesetaraan.belajar.id"
ROW = a_row(kelas="VII A")
WITHOUT = ROW._replace(nama="BUDI", password="", status=Status.ACTIVE, remark=Remark.IN_USE)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operators]:
    with operators(tmp_path_factory.mktemp("cards")) as serving:
        yield serving


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


def cards_of(there: Operators, **changed: Any) -> str:
    """Give the URL of the cards of a school's pupils; a GET of it counts as a fetch."""
    return there.school(**changed).replace("?", "/peserta_didik/kartu?", 1)


def show(tab: Page, there: Operators, rows: Sequence[Row]) -> None:
    """Show cards of rows that the function's school has not."""
    file = File(
        link=there.link("0a1b2c3d-4e5f-4678-9a0b-c1d2e3f40516"),
        school={"nama": "SMP NEGERI 241", "npsn": "20106343", "kode_wilayah": "010101"},
        category="peserta_didik",
        number="RV6OIR7D-1",
        is_repeat=False,
        now=datetime(2021, 1, 18, 2, 20, tzinfo=UTC),
        rows=iter(()),
    )
    tab.set_content(b"".join(cards.of_rows([rows], file)).decode())


def on_each(sheets: list[list[Word]], text: str = "NISN") -> list[int]:
    return [len(with_text(sheet, text)) for sheet in sheets]


def test_the_cards_of_forty_one_people_take_six_sheets_of_a4(tab: Page, there: Operators, tmp_path: Path):
    show(tab, there, [ROW] * 41)
    assert on_each(print_to(tab, tmp_path / "kartu.pdf")) == [8, 8, 8, 8, 8, 1]
    assert paper(tmp_path / "kartu.pdf") == pytest.approx((210, 297), abs=0.3)


def test_cards_lie_in_two_columns_and_four_rows_of_ninety_by_sixty_five_millimetres(
    tab: Page, there: Operators, tmp_path: Path
):
    show(tab, there, [ROW] * 16)
    for sheet in print_to(tab, tmp_path / "kartu.pdf"):
        places = sorted((word.x, word.y) for word in with_text(sheet, "Kmtw-rqhn-4729"))
        left, top = places[0]
        expected = [(left + 90 * column, top + 65 * line) for column in range(2) for line in range(4)]
        assert places == [pytest.approx(place, abs=0.4) for place in expected]


def test_the_cards_of_all_sheets_lie_at_the_same_places_so_that_a_stack_can_be_cut(
    tab: Page, there: Operators, tmp_path: Path
):
    rows = [ROW] * 9 + [WITHOUT] + [ROW._replace(kelas="VII B")]
    show(tab, there, rows)
    sheets = print_to(tab, tmp_path / "kartu.pdf")
    assert on_each(sheets) == [8, 1, 1]
    assert {(round(w.x, 1), round(w.y, 1)) for s in sheets for w in with_text(s, "Kmtw-rqhn-4729")[:1]} == {
        (round(word.x, 1), round(word.y, 1)) for word in with_text(sheets[0], "Kmtw-rqhn-4729")[:1]
    }


def test_a_class_begins_a_sheet_and_those_without_a_card_stand_below_it(tab: Page, there: Operators, tmp_path: Path):
    show(tab, there, [ROW, WITHOUT, WITHOUT, ROW._replace(kelas="VII B")])
    first, second = print_to(tab, tmp_path / "kartu.pdf")
    card = with_text(first, "Kmtw-rqhn-4729")[0]
    assert [word.y > card.y + 40 for word in with_text(first, "BUDI")] == [True, True]
    assert not with_text(first, "B")
    assert with_text(second, "Kmtw-rqhn-4729")


def test_classes_without_any_card_share_their_sheets_and_come_after_no_card(
    tab: Page, there: Operators, tmp_path: Path
):
    rows = [ROW, *([WITHOUT._replace(kelas=kelas) for kelas in ("VII B", "VII C") for _ in range(3)])]
    show(tab, there, rows)
    sheets = print_to(tab, tmp_path / "kartu.pdf")
    assert on_each(sheets, "BUDI") == [0, 6]


def test_a_long_list_goes_on_beneath_a_margin_and_its_title(tab: Page, there: Operators, tmp_path: Path):
    show(tab, there, [WITHOUT] * 60)
    sheets = print_to(tab, tmp_path / "kartu.pdf")
    assert sum(on_each(sheets, "BUDI")) == 60
    assert len(sheets) > 1
    for sheet in sheets:
        assert [word.y for word in with_text(sheet, "keterangan")] == pytest.approx([12], abs=2)
        assert max(word.y for word in sheet) < 285


def test_no_address_of_the_page_gets_onto_paper(chromium: Browser, there: Operators, tmp_path: Path):
    with visit(chromium, cards_of(there)) as seen:
        printed = [word.text for sheet in print_to(seen.page, tmp_path / "kartu.pdf") for word in sheet]
    assert "mail.google.com." in printed
    assert [text for text in printed if "unduh" in text or "http" in text or "sig=" in text] == []


@pytest.mark.parametrize("name", ["N", LONG_NAME, "W" * 70, "W" * 300])
@pytest.mark.parametrize("address", [ROW.id_pengguna, LONG_ADDRESS])
def test_a_card_holds_whatever_is_on_it(tab: Page, there: Operators, name: str, address: str):
    show(tab, there, [ROW._replace(nama=name, id_pengguna=address, kelas="X" * 80)] * 2)
    tab.emulate_media(media="print")
    box = tab.locator("article").first.bounding_box()
    assert box
    assert (box["width"] / MM, box["height"] / MM) == pytest.approx((90, 65), abs=0.3)  # with its lines
    inside = [tab.locator(f"article >> nth=0 >> {part}").bounding_box() for part in ("h3", "dd.p", "ol", ".f", "svg")]
    places = [place for place in inside if place]
    assert len(places) == 5
    for place in places:
        assert box["x"] + 3 * MM <= place["x"]
        assert place["x"] + place["width"] <= box["x"] + box["width"] - 3 * MM
        assert place["y"] + place["height"] <= box["y"] + box["height"] - 2 * MM
    password, steps, code = places[1], places[2], places[4]
    assert password["y"] + password["height"] <= min(steps["y"], code["y"])
    assert steps["x"] + steps["width"] + 3 * MM <= code["x"]
    assert "NISN …5678" in tab.locator(".w").first.inner_text()


def test_a_name_that_is_cut_short_ends_in_an_ellipsis_and_a_real_one_is_not_cut(tab: Page, there: Operators):
    show(tab, there, [ROW._replace(nama="W" * 300), ROW._replace(nama=LONG_NAME)])
    tab.emulate_media(media="print")
    hidden = tab.evaluate("[...document.querySelectorAll('h3')].map(h => h.scrollHeight - h.clientHeight > 1)")
    clamped = tab.evaluate("getComputedStyle(document.querySelector('h3')).webkitLineClamp")
    assert (hidden, clamped) == ([True, False], "3")


def test_a_user_id_breaks_behind_the_at_sign_only(tab: Page, there: Operators):
    show(tab, there, [ROW._replace(id_pengguna=LONG_ADDRESS)])
    tab.evaluate("document.querySelector('dd').style.width = '10mm'")
    lines = tab.evaluate("[...document.querySelectorAll('dd:first-of-type span')].map(s => s.getClientRects().length)")
    assert lines == [1, 1]


def test_the_code_is_large_enough_and_has_white_around_it(tab: Page, there: Operators):
    show(tab, there, [ROW])
    tab.emulate_media(media="print")
    card, code = tab.locator("article").bounding_box(), tab.locator("article svg").bounding_box()
    assert card
    assert code
    quiet = code["width"] / 25 * 4
    assert code["width"] / MM >= 20
    assert card["x"] + card["width"] - code["x"] - code["width"] >= quiet
    assert card["y"] + card["height"] - code["y"] - code["height"] >= 3.1 * MM


def test_passwords_are_set_in_the_typeface_that_is_sent(chromium: Browser, there: Operators):
    with visit(chromium, cards_of(there)) as seen:
        seen.page.evaluate("document.fonts.ready")
        assert seen.page.evaluate("[...document.fonts].map(f => [f.family, f.status])") == [
            ["Atkinson Hyperlegible Mono", "loaded"]
        ]
        assert seen.page.evaluate("parseFloat(getComputedStyle(document.querySelector('.p')).fontSize) * 0.75") >= 14
        assert seen.errors == []
        assert len(seen.requests) == 1


def test_the_typeface_has_all_that_passwords_and_user_ids_are_written_with(chromium: Browser, there: Operators):
    written = f"{LETTERS}{LETTERS.upper()}{DIGITS}-abcdefghijklmnopqrstuvwxyz01@._"
    with visit(chromium, cards_of(there)) as seen:
        seen.page.evaluate("document.fonts.ready")
        widths = seen.page.evaluate(
            """written => {
                const pen = document.createElement('canvas').getContext('2d')
                pen.font = 'bold 1000px "Atkinson Hyperlegible Mono", "Liberation Sans"'
                return [...written].map(letter => [letter, Math.round(pen.measureText(letter).width)])
            }""",
            written,
        )
    assert [letter for letter, width in widths if width != 632] == []


def test_nothing_stands_in_the_way_of_anybody(chromium: Browser, there: Operators):
    with visit(chromium, cards_of(there, accounts={"peserta_didik": 33})) as seen:
        assert seen.page.get_by_role("article").count() >= 15
        assert seen.page.get_by_role("row").count() > 1
        assert faults(seen.page) == []


def test_on_a_phone_nothing_is_wider_than_the_screen(chromium: Browser, there: Operators):
    with visit(chromium, cards_of(there), width=320, height=640) as seen:
        assert overflow(seen.page) <= 0
        assert seen.page.locator("article").first.is_visible()


def test_the_bar_is_for_the_screen_only(tab: Page, there: Operators):
    show(tab, there, [ROW])
    bar = tab.locator("header, footer")
    assert [each.is_visible() for each in bar.all()] == [True, True]
    tab.emulate_media(media="print")
    assert [each.is_visible() for each in bar.all()] == [False, False]
