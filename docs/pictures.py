"""Take the pictures of the guide and of README, with invented people: `python -m docs.pictures`, from the root.

It takes Chromium, and `pdftoppm` of poppler-utils for the sheet of cards.
"""

import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from shared import policies
from shared.domain import passwords
from shared.domain.accounts import Category
from shared.domain.handout import Counts, Remark, Row, Status
from shared.domain.links import Link
from shared.handout import cards, page
from shared.usecases.handout import File, Page

FOLDER = Path(__file__).parent / "pictures"
NOW = datetime(2021, 1, 18, 2, 20, tzinfo=UTC)
SCHOOL = {"nama": "SMP NEGERI CONTOH 1", "npsn": "00000001", "kode_wilayah": "016000", "bentuk_pendidikan_id": 6}
NAMES = (
    "ADE RIZKY PRATAMA", "BUNGA LESTARI", "DEWI SEKAR AYU", "EKO", "FAJAR NUGROHO", "I GUSTI AYU MADE SARASWATI",
    "NURHAYATI", "YOHANES BAPTISTA TUKAN",
)  # fmt: skip
LINK = Link(
    sekolah_id="0a1b2c3d-4e5f-4678-9a0b-c1d2e3f40516",
    categories=("admin", "peserta_didik", "ptk"),
    issued_at=int(NOW.timestamp()),
    expires_at=int(NOW.timestamp()) + 900,
    link_id="contoh-contoh-contoh-1",
    key_id="contoh",
)


def main() -> None:
    """Take all three."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        html = page.render(
            operators_page(), LINK.query("contoh"), policies.load("launch_2020"), "pusatinformasi.belajar.id"
        )
        shot(browser, html, "halaman.png", width=760, height=1000)
        shot(browser, html, "halaman-ponsel.png", width=360, height=640)
        sheet(browser, b"".join(cards.of_rows([rows()], file())), "kartu.png")
        browser.close()


def operators_page() -> Page:
    """Give a school's page."""
    found: Sequence[tuple[Category, dict[Status, int]]] = (
        ("admin", {Status.UNUSED: 1, Status.ACTIVE: 1}),
        ("peserta_didik", {Status.UNUSED: 412, Status.ACTIVE: 96, Status.SUSPENDED: 2, Status.PREPARING: 3}),
        ("ptk", {Status.UNUSED: 19, Status.ACTIVE: 12, Status.ELSEWHERE: 1}),
    )
    return Page(
        link=LINK,
        school=SCHOOL,
        requested_by="operator-0001",
        counts=[counted(category, by) for category, by in found],
        uses_left={"admin": 5, "peserta_didik": 4, "ptk": 5},
        refused=Counter({"grade_missing": 7, "staff_not_eligible": 4}),
        now=NOW,
    )


def counted(category: Category, by: dict[Status, int]) -> Counts:
    """Give the counts of a category."""
    counts = Counts(category)
    counts.by.update(by)
    return counts


def rows() -> list[Row]:
    """Give a class of invented pupils; their passwords come from a key of zeros."""
    key = passwords.school_key(bytes(32), LINK.sekolah_id)
    found = []
    for number, nama in enumerate(NAMES):
        address = f"{nama.split()[0].lower()}{nama.split()[-1].lower()}{number + 11}@smp.belajar.id"
        password = passwords.password(key, str(number), 1)
        nisn = f"00{number + 71:08}"
        found.append(
            Row(str(number), nama, nisn, "VII A", address, password, 1, Status.UNUSED, Remark.HAND_OUT, None, "")
        )
    return found


def file() -> File:
    """Give the file that the cards are of."""
    number = f"{LINK.file_mark}-1"
    return File(
        link=LINK, school=SCHOOL, category="peserta_didik", number=number, is_repeat=False, now=NOW, rows=iter(())
    )


def shot(browser: Browser, html: bytes, name: str, *, width: int, height: int) -> None:
    """Take what a screen of this size shows first."""
    tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
    tab.set_content(html.decode())
    tab.screenshot(path=FOLDER / name)
    tab.close()


def sheet(browser: Browser, html: bytes, name: str) -> None:
    """Print to PDF, and take its first page."""
    tab = browser.new_page()
    tab.set_content(html.decode())
    with TemporaryDirectory() as folder:
        pdf = Path(folder, "kartu.pdf")
        tab.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
        command = ["pdftoppm", "-r", "80", "-png", "-singlefile", str(pdf), str(FOLDER / name.removesuffix(".png"))]
        subprocess.run(command, check=True)  # noqa: S603 - a list made here, no shell
    tab.close()


if __name__ == "__main__":
    main()
