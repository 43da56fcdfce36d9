"""A school of thousands: its files come in parts, and whoever breaks one off leaves nothing behind."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shared.handout import csv_file, xlsx_file
from shared.usecases.handout import PART
from tests.wire.functions import Place, Servers, place
from tests.wire.handout import a_link, address, cells, download_program, plant, plant_school, rows
from tests.wire.programs import Program
from tests.wire.raw import get
from tests.wire.standin_target import eventually
from tests.wire.streams import WatchedStore, fetched, outcomes, pupil, whole

pytestmark = pytest.mark.xdist_group("streaming")  # the school is planted once

PUPILS = 5_000


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory, around: Servers) -> Iterator[Place]:
    """A place with a school of 5,000 pupils that nobody changes."""
    with place(tmp_path_factory.mktemp("school"), around) as here:
        plant_school(here.store)
        plant(here.store, *(pupil(number) for number in range(PUPILS)))
        yield here


@pytest.fixture(scope="module")
def temporary(big: Place) -> Path:
    """The folder for temporary files of the program."""
    folder = big.path.parent / "tmp"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def running(big: Place, temporary: Path) -> Iterator[Program]:
    """The function in a process of its own."""
    with download_program(big, TMPDIR=str(temporary)) as program:
        yield program


# ------------------------------------------------------------------------------------------------------ whole files


def sizes(body: bytes) -> list[int]:
    """Give the sizes of the chunks of a body as it came over the wire, the last one 0."""
    found = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        found.append(int(size, 16))
        body = rest[found[-1] + 2 :]
    return found


def test_a_csv_comes_in_chunks_one_for_each_part(running: Program):
    answer = get(running.url(), address(a_link(), "/peserta_didik.csv"))
    assert (answer.status, answer.whole) == (200, True)
    assert answer.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in answer.headers
    assert len(sizes(answer.body)) == 1 + PUPILS // PART + 1  # the header, the parts, the end


def test_a_csv_has_everybody_in_order(running: Program):
    found = rows(whole(running.url(), address(a_link(), "/peserta_didik.csv")).decode())
    assert [row["nama"] for row in found] == [f"SITI {number:04}" for number in range(PUPILS)]
    assert len({row["kata_sandi_awal"] for row in found}) == PUPILS


def test_an_xlsx_comes_in_chunks_has_everybody_and_leaves_nothing(running: Program, temporary: Path):
    answer = get(running.url(), address(a_link(), "/peserta_didik.xlsx"))
    assert (answer.status, answer.whole) == (200, True)
    assert max(sizes(answer.body)) == xlsx_file.CHUNK
    assert len(sizes(answer.body)) > 3
    found = cells(whole(running.url(), address(a_link(), "/peserta_didik.xlsx")))
    assert [row[0] for row in found[1:]] == [f"SITI {number:04}" for number in range(PUPILS)]
    assert list(temporary.iterdir()) == []


def test_the_first_byte_comes_before_the_thousandth_row_is_read(big: Place):
    store = WatchedStore(big.store)
    body = csv_file.of_rows(fetched(store).rows)
    assert next(body)
    assert 0 < store.rows < 1_000
    assert sum(part.count(b"\r\n") for part in body) == store.rows == PUPILS


# ------------------------------------------------------------------------------------------------------ breaking off


@contextmanager
def asking(url: str, path: str) -> Iterator[socket.socket]:
    """Send a request, and break the connection off at the end of the block, without a word."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), 60) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: akun.test\r\n\r\n".encode())
        yield connection


def test_whoever_breaks_a_csv_off_is_told_of_in_the_log(running: Program):
    link = a_link()
    with asking(running.url(), address(link, "/peserta_didik.csv")) as connection:
        assert connection.recv(9) == b"HTTP/1.1 "
    assert eventually(lambda: outcomes(running, link.file_mark) != [])
    assert outcomes(running, link.file_mark) == ["broken_off"]


def test_whoever_breaks_an_xlsx_off_leaves_no_file(running: Program, temporary: Path):
    link = a_link()
    with asking(running.url(), address(link, "/peserta_didik.xlsx")):
        assert eventually(lambda: list(temporary.glob("akun-*/*")) != [])  # it is being made
    assert eventually(lambda: outcomes(running, link.file_mark) != [])
    assert outcomes(running, link.file_mark) == ["broken_off"]
    assert list(temporary.iterdir()) == []


def test_a_file_that_was_broken_off_can_be_fetched_again(running: Program):
    link = a_link()
    with asking(running.url(), address(link, "/peserta_didik.csv")) as connection:
        connection.recv(1)
    assert get(running.url(), address(link, "/peserta_didik.csv")).whole
