"""Pages printed by Chromium to PDF, and where their words are, in mm."""

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

from tests.require import require

POINT = 25.4 / 72  # mm


class Word(NamedTuple):
    """A word on paper, with the left upper corner of its box in mm."""

    sheet: int
    x: float
    y: float
    text: str


def print_to(page: Page, path: Path) -> list[list[Word]]:
    """Print as a person does who changes nothing, headers and footers of the browser on; give each sheet's words."""
    require(None if shutil.which("pdftotext") else "pdftotext is not installed (Debian's package poppler-utils)")
    page.pdf(path=path, prefer_css_page_size=True, display_header_footer=True)
    told = subprocess.run(["pdftotext", "-bbox", str(path), "-"], check=True, capture_output=True, text=True).stdout
    sheets: list[list[Word]] = []
    for line in told.splitlines():
        if "<page " in line:
            sheets.append([])
        elif place := re.search(r'<word xMin="([\d.]+)" yMin="([\d.]+)".*>(.*)</word>', line):
            x, y = (float(value) * POINT for value in place.groups()[:2])
            sheets[-1].append(Word(len(sheets), x, y, unescape(place[3])))
    return sheets


def paper(path: Path) -> tuple[float, float]:
    """Give width and height of the sheets, in mm."""
    told = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True).stdout
    found = re.search(r"Page size:\s+([\d.]+) x ([\d.]+) pts", told)
    assert found
    return float(found[1]) * POINT, float(found[2]) * POINT


def with_text(sheet: list[Word], text: str) -> list[Word]:
    """Give the places of a word on a sheet."""
    return [word for word in sheet if word.text == text]
