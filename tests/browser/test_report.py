"""The campaign report in a browser: in light and dark, on a phone, by keyboard, on paper, without a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from cli.report_page import render
from tests.browser.pages import faults, overflow
from tests.browser.printing import print_to, with_text
from tests.unit.report_facts import LONG_NAME, a_record, a_report

Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "2021-06-30.html"
    path.write_text(render(a_report()), encoding="utf-8")
    return path


@contextmanager
def opened(chromium: Browser, report: Path, *, width: int = 1366, scheme: Scheme = "light") -> Iterator[Page]:
    """Open the file as a double click does; whatever it asks for, or says to the console, fails the test."""
    context = chromium.new_context(viewport={"width": width, "height": 768}, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: None if request.url.startswith("data:") else asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(report.as_uri())
    try:
        yield page
        assert (asked, said) == ([report.as_uri()], [])
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 320])
def test_nothing_stands_in_the_way_of_anybody(chromium: Browser, report: Path, scheme: Scheme, width: int):
    with opened(chromium, report, width=width, scheme=scheme) as page:
        assert faults(page) == []


@pytest.mark.parametrize("width", [320, 683, 1366])
def test_it_is_never_wider_than_the_window(chromium: Browser, report: Path, width: int):
    with opened(chromium, report, width=width) as page:
        assert overflow(page) <= 0


def test_nor_where_nothing_is_known_yet(chromium: Browser, tmp_path: Path):
    record = a_record(state="planned", approval=None, planned_at=None, results={}, history=(), tallies={})
    course = replace(a_report().course, realms={}, held_ever=None, came_in_time=None, left_alone=None)
    empty = a_report(record=record, course=course, realms={}, provinces={}, best=[], worst=[], competing=0)
    path = tmp_path / "empty.html"
    path.write_text(render(empty), encoding="utf-8")
    with opened(chromium, path, width=320) as page:
        assert faults(page) == []
        assert overflow(page) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_are_told_from_their_ground_and_from_each_other(chromium: Browser, report: Path, scheme: Scheme):
    luminances = """() => {
        const luminance = colour => {
            const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(v => v / 255)
                .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            return 0.2126 * r + 0.7152 * g + 0.0722 * b
        }
        const style = (selector, name) => luminance(getComputedStyle(document.querySelector(selector))[name])
        return {
            sheet: style('section', 'backgroundColor'), activated: style('rect.activated', 'fill'),
            stripe: style('.stripe', 'stroke'), ground: style('.ground', 'fill'),
            track: style('rect.track', 'fill'), edge: style('rect.track', 'stroke'),
        }
    }"""
    with opened(chromium, report, scheme=scheme) as page:
        found = page.evaluate(luminances)

    def contrast(one: str, other: str) -> float:
        low, high = sorted((found[one], found[other]))
        return float((high + 0.05) / (low + 0.05))

    pairs = [("activated", "sheet"), ("activated", "track"), ("stripe", "ground"), ("edge", "sheet")]
    assert {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < 3} == {}


def test_no_bar_leaves_its_chart_and_no_word_runs_into_another(chromium: Browser, report: Path):
    with opened(chromium, report, width=320) as page:
        wrong = page.evaluate("""() => [...document.querySelectorAll('svg.chart')].flatMap(chart => {
            const all = chart.getBoundingClientRect()
            const words = [...chart.querySelectorAll('text')].map(word => word.getBoundingClientRect())
            const bars = [...chart.querySelectorAll('rect')].map(bar => bar.getBoundingClientRect())
            const out = [...words, ...bars].filter(box => box.left < all.left - 1 || box.right > all.right + 1)
            const over = words.filter((box, n) => n % 2 && box.left < words[n - 1].right)
            return [...out, ...over].map(box => [chart.id, box.left, box.right])
        })""")
        assert wrong == []


def test_a_reader_of_the_screen_hears_each_chart_in_words(chromium: Browser, report: Path):
    with opened(chromium, report) as page:
        assert page.get_by_role("img", name="Activation by realm").count() == 1
        assert page.get_by_role("img", name="smp: 75.6%").count() == 1
        assert page.get_by_role("table").count() == 7
        assert page.get_by_role("rowheader", name=LONG_NAME).count() == 1


def test_the_keyboard_reaches_every_table_that_may_have_to_be_scrolled(chromium: Browser, report: Path):
    with opened(chromium, report, width=320) as page:
        regions = page.locator("[role=region]")
        for n in range(regions.count()):
            page.keyboard.press("Tab")
            assert page.evaluate("n => document.querySelectorAll('[role=region]')[n] === document.activeElement", n)
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_on_paper_it_is_black_on_white_and_no_chart_is_torn_or_parted_from_its_heading(
    chromium: Browser, report: Path, tmp_path: Path
):
    with opened(chromium, report, scheme="dark") as page:
        page.emulate_media(media="print", color_scheme="dark")
        colours = "getComputedStyle(document.body).color + getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(colours) == "rgb(0, 0, 0)rgb(255, 255, 255)"
        sheets = print_to(page, tmp_path / "report.pdf")
    for heading, last in (("Best:", "20"), ("Worst:", "119")):
        first = next(sheet for sheet in sheets if with_text(sheet, heading))
        assert with_text(first, last), heading  # the last school's bar
    assert len(sheets) <= 12
