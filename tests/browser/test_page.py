"""The operator's page in a browser: on a phone, by keyboard, in the dark, without scripts, on a bad line."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import LONG_NAME, LONG_WORD, Operators, faults, operators, overflow, visit

BUTTONS = [
    f"{form} {group}"
    for group in ("Peserta Didik", "PTK", "Admin")
    for form in ("Cetak kartu", "Unduh XLSX", "Unduh CSV")
]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operators]:
    with operators(tmp_path_factory.mktemp("page")) as serving:
        yield serving


@pytest.fixture(scope="module")
def url(there: Operators) -> str:
    return there.school()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_anybody(chromium: Browser, url: str, scheme: str):
    with visit(chromium, url, color_scheme=scheme) as seen:
        assert faults(seen.page) == []
        assert seen.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nor_does_anything_where_a_link_is_dead(chromium: Browser, there: Operators, scheme: str):
    with visit(chromium, there.dead_link(), color_scheme=scheme) as seen:
        assert "Tautan sudah tidak berlaku." in seen.page.content()
        assert faults(seen.page) == []


@pytest.mark.parametrize(
    "school",
    [
        {"nama": LONG_NAME, "requested_by": LONG_WORD},
        {"used": 5},
        {"accounts": {}, "refused": {}},
        {"accounts": {"peserta_didik": 1}, "refused": {"grade_missing": 12}},
    ],
    ids=["long", "used_up", "nobody", "one"],
)
def test_every_school_fits_a_phone_and_twice_the_size(chromium: Browser, there: Operators, school: dict[str, Any]):
    link = there.school(**school)
    for width, height in ((320, 640), (683, 384)):  # a phone; 1366 x 768 at 200 %
        with visit(chromium, link, width=width, height=height) as seen:
            assert overflow(seen.page) <= 0
            assert faults(seen.page) == []


def test_no_number_breaks_where_letters_are_set_larger_on_a_phone(chromium: Browser, url: str):
    with visit(chromium, url, width=320, height=640) as seen:
        lines = """size => {
            document.documentElement.style.fontSize = size
            return [...document.querySelectorAll('.counts dd, .sum')].map(e => {
                const text = document.createRange()
                text.selectNodeContents(e)
                return text.getClientRects().length
            })
        }"""
        for size in ("130%", "200%"):
            assert set(seen.page.evaluate(lines, size)) == {1}, size
            assert overflow(seen.page) <= 0


def test_it_comes_whole_in_one_small_request(chromium: Browser, url: str):
    with visit(chromium, url) as seen:
        assert len(seen.requests) == 1
        assert seen.weight <= 30_000  # 0.6 s at 400 kbit/s


def test_at_four_hundred_kilobits_it_is_there_before_two_seconds_are_over(chromium: Browser, url: str):
    context = chromium.new_context()
    tab = context.new_page()
    network = context.new_cdp_session(tab)
    line = {"offline": False, "latency": 150, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    network.send("Network.emulateNetworkConditions", line)
    tab.goto(url, wait_until="load")
    timing = tab.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    assert timing["encodedBodySize"] / 50_000 + 2 * 0.150 < 2  # of the line's own time, whatever the machine adds
    assert tab.get_by_role("button", name="Cetak kartu Peserta Didik").is_enabled()
    context.close()


def test_looking_uses_up_nothing(chromium: Browser, there: Operators, url: str):
    before = there.uses()
    for _ in range(3):
        with visit(chromium, url) as seen:
            assert "Sisa jatah: 5 unduhan" in re.sub(r"<[^>]*>", "", seen.page.content())
    assert there.uses() == before


def test_the_keyboard_reaches_every_button_in_order_and_enter_presses_it(chromium: Browser, there: Operators):
    with visit(chromium, there.school()) as seen:
        reached = []
        for _ in range(len(BUTTONS) + 3):  # the list, and two that fold
            seen.page.keyboard.press("Tab")
            focused = seen.page.evaluate(
                "(e => [e.tagName, e.innerText, getComputedStyle(e).outlineStyle])(document.activeElement)"
            )
            reached.append(re.sub(r"\s+", " ", focused[1]).strip())
            assert focused[2] != "none", focused
        assert reached[: len(BUTTONS)] == BUTTONS
        assert reached[len(BUTTONS)].startswith("Unduh daftar")
        seen.page.get_by_role("button", name="Unduh CSV Admin").focus()
        with seen.page.expect_download() as coming:
            seen.page.keyboard.press("Enter")
        assert coming.value.suggested_filename.endswith(".csv")


def test_what_is_pressed_is_large_enough_for_a_thumb(chromium: Browser, url: str):
    with visit(chromium, url, width=320, height=640) as seen:
        for place in seen.page.locator("button, a.button, summary").all():
            box = place.bounding_box()
            assert box
            assert (box["width"] >= 44, box["height"] >= 44) == (True, True)


def test_on_paper_there_are_no_buttons(chromium: Browser, url: str):
    with visit(chromium, url) as seen:
        seen.page.emulate_media(media="print")
        assert [place for place in seen.page.locator("button, a.button").all() if place.is_visible()] == []
        assert seen.page.get_by_role("heading", level=1).is_visible()


def test_a_button_pressed_twice_counts_once(chromium: Browser, there: Operators):
    link = there.school()
    before = there.uses()["ptk"]
    with visit(chromium, link, java_script_enabled=False) as seen:
        for _ in range(2):
            with seen.page.expect_download():
                seen.page.get_by_role("button", name="Unduh XLSX PTK").click()
    assert there.uses()["ptk"] == before + 1
