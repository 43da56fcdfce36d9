"""How often a link gives a category's files: looking uses up nothing, and one moment is no way around the limit."""

import re
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.adapters.firestore import FirestoreStore
from shared.domain.links import Link
from shared.ports import Query, Ref, Store
from tests.rosters import school
from tests.wire.functions import Place
from tests.wire.handout import (
    FILES,
    a_link,
    address,
    an_account,
    download,
    download_program,
    plant,
    plant_school,
)
from tests.wire.raw import Raw, get

PUPILS = "/peserta_didik"


@pytest.fixture
def client(here: Place) -> FlaskClient:
    plant_school(here.store)
    plant(here.store, an_account())
    return download(here)


def fetch(client: FlaskClient, link: Link, way: str = PUPILS + ".csv", method: str = "GET") -> TestResponse:
    return client.open(address(link, way), method=method)


def uses(here: Place, link: Link) -> dict[str, int]:
    found: dict[str, int] = here.get("links", link.link_id)["uses"]
    return found


def number(answer: TestResponse | Raw) -> int:
    """Give the number in a file's name."""
    name = re.search(r'filename="([^"]+)"', dict(answer.headers).get("Content-Disposition", "") or str(answer.headers))
    assert name is not None
    return int(name[1].rpartition("-")[2].partition(".")[0])


# ------------------------------------------------------------------------------------------------------- the limit


def test_ten_link_previews_use_up_nothing(here: Place, client: FlaskClient):
    link = a_link()
    for agent in (
        "WhatsApp/2.23",
        "TelegramBot (like TwitterBot)",
        "facebookexternalhit/1.1",
        "Mozilla/5.0",
        "curl/8",
    ) * 2:
        assert client.get(address(link), headers={"User-Agent": agent}).status_code == 200
    assert client.head(address(link)).status_code == 200
    assert client.get(address(link, "/pengecualian.csv")).status_code == 200
    assert here.all("links") == {}
    assert [fetch(client, link).status_code for _ in range(5)] == [200] * 5


def test_the_sixth_fetch_of_a_category_is_gone_whatever_its_form_and_the_page_stays(here: Place, client: FlaskClient):
    link = a_link()
    ways = [PUPILS + form for form in (*FILES, ".csv", "/kartu")]
    assert [fetch(client, link, way).status_code for way in ways] == [200] * 5
    assert [fetch(client, link, PUPILS + form).status_code for form in FILES] == [410] * 3
    assert [fetch(client, link, PUPILS + form, "POST").status_code for form in FILES] == [410] * 3
    assert uses(here, link) == {"peserta_didik": 5}
    assert fetch(client, link, "").status_code == 200
    assert fetch(client, link, "/pengecualian.csv").status_code == 200
    assert fetch(client, link, "/ptk.csv").status_code == 200
    assert uses(here, link) == {"peserta_didik": 5, "ptk": 1}
    assert fetch(client, a_link()).status_code == 200


def test_the_limit_is_the_configured_one(here: Place, client: FlaskClient):
    strict, link = download(here, LINK_MAX_USES="1"), a_link()
    assert [fetch(strict, link).status_code for _ in range(2)] == [200, 410]


def test_a_refused_fetch_is_not_counted(here: Place, client: FlaskClient):
    link = a_link("ptk")
    assert fetch(client, link).status_code == 403
    assert client.head(address(link, "/ptk.csv")).status_code == 405
    assert client.get(address(link, "/ptk.csv") + "x").status_code == 403
    assert here.all("links") == {}


def test_files_bear_school_category_link_and_number(here: Place, client: FlaskClient):
    link = a_link()
    names = [fetch(client, link, way).headers["Content-Disposition"] for way in (PUPILS + ".csv", "/ptk.xlsx")]
    npsn = school()["npsn"]
    assert names == [
        f'attachment; filename="akun-{npsn}-peserta-didik-{link.file_mark}-1.csv"',
        f'attachment; filename="akun-{npsn}-ptk-{link.file_mark}-2.xlsx"',
    ]
    assert all(link.link_id not in name for name in names)


class Shared(NamedTuple):
    """A store that several processes share, and what they are to be told of it."""

    store: Store
    env: dict[str, str]


@pytest.fixture(params=["sqlite", pytest.param("firestore", marks=pytest.mark.emulator)])
def shared(request: pytest.FixtureRequest, here: Place, monkeypatch: pytest.MonkeyPatch) -> Shared:
    if request.param == "sqlite":
        return Shared(here.store, {})
    host, project = request.getfixturevalue("firestore_host"), f"demo-{secrets.token_hex(8)}"
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
    env = {"STORE": "firestore://", "FIRESTORE_EMULATOR_HOST": host, "GOOGLE_CLOUD_PROJECT": project}
    return Shared(FirestoreStore(project=project), env)


@pytest.fixture
def urls(here: Place, shared: Shared) -> Iterator[list[str]]:
    plant_school(shared.store)
    plant(shared.store, an_account())
    with ExitStack() as stack:
        programs = [stack.enter_context(download_program(here, **shared.env)) for _ in range(2)]
        yield [running.url() for running in programs]


def at_one_moment(urls: list[str], link: Link, ways: list[str], method: str = "GET") -> list[Raw]:
    """Let one client for each way wait until all are there, then ask, by turns at each process."""
    barrier = threading.Barrier(len(ways))

    def one(turn: int, way: str) -> Raw:
        barrier.wait(60)
        return get(urls[turn % len(urls)], address(link, way), method, "Content-Length: 0")

    with ThreadPoolExecutor(len(ways)) as pool:
        return list(pool.map(one, range(len(ways)), ways))


def test_of_eight_fetches_at_one_moment_five_get_the_file(shared: Shared, urls: list[str]):
    for ways in ([PUPILS + ".csv"] * 8, [PUPILS + form for form in (*FILES, *FILES, ".csv", ".xlsx")]):
        link = a_link()
        answers = at_one_moment(urls, link, ways)
        assert sorted(answer.status for answer in answers) == [200] * 5 + [410] * 3
        assert all(answer.whole for answer in answers)
        known = shared.store.get(Ref("links", link.link_id))
        assert known is not None
        assert known.data["uses"] == {"peserta_didik": 5}
        assert sorted(fetch["number"] for fetch in known.data["fetches"]) == [1, 2, 3, 4, 5]
        reads = list(shared.store.query(Query(f"links/{link.link_id}/reads")))
        assert sorted(read.data["number"] for read in reads) == [1, 2, 3, 4, 5]


def test_of_eight_equal_buttons_pressed_at_one_moment_one_is_counted(shared: Shared, urls: list[str]):
    link = a_link()
    answers = at_one_moment(urls, link, [PUPILS + ".csv"] * 8, "POST")
    assert [answer.status for answer in answers] == [200] * 8
    assert {number(answer) for answer in answers} == {1}
    known = shared.store.get(Ref("links", link.link_id))
    assert known is not None
    assert known.data["uses"] == {"peserta_didik": 1}
