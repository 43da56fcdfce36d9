"""The operator's whole way, over real processes: the portal's button, the page, each of its buttons, printed cards."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from local.portal.__main__ import build
from local.tasks.serving import BackgroundServer
from tests.rosters import member, pupil, school, staff
from tests.wire import linking
from tests.wire.functions import place, servers
from tests.wire.handout import arrive, cells
from tests.wire.programs import program

SCHOOL = school()
PEOPLE = (
    pupil("SITI AMINAH", member(SCHOOL, tingkat_pendidikan_id=7, rombel="VII B")),
    pupil("BUDI", member(SCHOOL, tingkat_pendidikan_id=8, rombel="VIII A"), who="budi"),
    staff("NURHAYATI", member(SCHOOL, jenis_ptk_id=4), who="nurhayati"),
    staff("SRI REJEKI", member(SCHOOL, jenis_ptk_id=20), who="sri"),
    pupil("TANPA KELAS", member(SCHOOL, tingkat_pendidikan_id=None), who="tanpa"),
)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The portal, `link` and `download`, behind which five people have arrived; gives the portal's address."""
    folder: Path = tmp_path_factory.mktemp("walk")
    with servers() as around, place(folder, around) as here:
        here.env["LINK_KEYS"] = linking.LINK_KEYS
        arrive(here, *PEOPLE)
        with program(here, "download") as download, program(here, "link", PUBLIC_URL=download.url()) as link:
            schools = {SCHOOL["sekolah_id"]: SCHOOL["nama"]}
            with BackgroundServer(build(schools, link.url())) as running:
                yield running.url


def opened(tab: Page, portal: str) -> None:
    """Log in and press the button."""
    tab.goto(portal)
    tab.get_by_role("link", name=f"Operator {SCHOOL['nama']}").click()
    tab.get_by_role("button", name="Unduh Akun").click()


def fetched(tab: Page, name: str) -> tuple[str, bytes]:
    """Press a button behind which a file comes, and give its name and what is in it."""
    with tab.expect_download() as coming:
        tab.get_by_role("button", name=name).or_(tab.get_by_role("link", name=name)).click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


def test_every_button_brings_its_file(chromium: Browser, portal: str):
    context = chromium.new_context(accept_downloads=True, java_script_enabled=False)
    tab = context.new_page()
    opened(tab, portal)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/unduh/[0-9a-f-]{36}\?k=.*", tab.url)
    names = set()
    for group, who in (("Peserta Didik", ["SITI AMINAH", "BUDI"]), ("PTK", ["NURHAYATI"]), ("Admin", ["SRI REJEKI"])):
        name, text = fetched(tab, f"Unduh CSV {group}")
        found = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""), delimiter=";"))
        assert [row["nama"] for row in found] == who
        assert all(re.fullmatch(r"\w{4}-\w{4}-\d{4}", row["kata_sandi_awal"]) for row in found)
        names.add(name)
        name, book = fetched(tab, f"Unduh XLSX {group}")
        assert [row[0] for row in cells(book)] == ["nama", *who]
        names.add(name)
    name, text = fetched(tab, "Unduh daftar")
    assert "TANPA KELAS" in text.decode()
    assert len(names) == 6
    context.close()


def test_from_the_link_to_printed_cards_it_takes_one_press(chromium: Browser, portal: str, tmp_path: Path):
    context = chromium.new_context()
    tab = context.new_page()
    opened(tab, portal)
    tab.get_by_role("button", name="Cetak kartu Peserta Didik").click()
    tab.wait_for_load_state()
    assert tab.get_by_role("article").count() == 2
    assert "SITI AMINAH" in tab.content()
    printed = tmp_path / "kartu.pdf"
    tab.pdf(path=printed, prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) == 2  # a class a sheet
    context.close()
