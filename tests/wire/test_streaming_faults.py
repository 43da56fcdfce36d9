"""A file that cannot be made whole never looks as if it were: it is broken off, or it is a page that says later."""

import http.client
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from local.kms.server import Running as RunningKms
from shared.adapters.sqlite import SqliteStore
from shared.errors import TransientError
from shared.handout import csv_file, xlsx_file
from shared.usecases.handout import PART
from tests.rosters import some_id
from tests.wire.functions import Servers, lines, place
from tests.wire.handout import HERE, a_link, address, an_account, download_program, plant, plant_school, sig
from tests.wire.programs import Program
from tests.wire.raw import get
from tests.wire.standin_target import call, eventually
from tests.wire.streams import WatchedStore, fetched, outcomes, pupil, whole

PUPILS = 3 * PART
MOVED = 1_200  # in the third part; the first passwords of those from here on were issued at another school
KMS_KEYS = '{"m1": "kms:projects/p/locations/l/keyRings/r/cryptoKeys/c/cryptoKeyVersions/1"}'


@pytest.fixture(scope="module")
def kms() -> Iterator[RunningKms]:
    with RunningKms() as started:
        yield started


@pytest.fixture
def failing(tmp_path: Path, around: Servers, kms: RunningKms) -> Iterator[Program]:
    """The function, which has its own school's key; Cloud KMS answers no more, and from some row on others' are due."""
    with place(tmp_path, around) as here:
        plant_school(here.store)
        elsewhere = replace(an_account().credential, key_id="m1", scope=some_id("elsewhere"))
        credentials = replace(elsewhere, scope=HERE), elsewhere
        plant(here.store, *(pupil(n, credential=credentials[n >= MOVED]) for n in range(PUPILS)))
        own = {"CREDENTIAL_KEYS": KMS_KEYS, "KMS_ENDPOINT": kms.url, "TMPDIR": str(tmp_path)}
        with download_program(here, **own) as program:
            call(kms.url, "POST", "/control/reset")
            assert get(program.url(), address(a_link(), "/ptk.csv")).status == 200
            assert call(kms.url, "POST", "/control/faults", {"macsign_503": 1_000})[0] == 200
            yield program


def test_a_fault_in_mid_stream_breaks_the_connection(failing: Program):
    answer = get(failing.url(), address(a_link(), "/peserta_didik.csv"))
    assert (answer.status, answer.whole) == (200, False)
    assert b"SITI 0999" in answer.body
    assert b"SITI 1000" not in answer.body  # a part is sent whole or not at all
    with pytest.raises(http.client.IncompleteRead):
        whole(failing.url(), address(a_link(), "/peserta_didik.csv"))


def test_a_fault_in_mid_stream_is_told_by_its_code_alone(failing: Program):
    link = a_link()
    get(failing.url(), address(link, "/peserta_didik.csv"))
    assert eventually(lambda: outcomes(failing, link.file_mark) != [])
    (told,) = [line for line in lines(failing.out.read_text()) if line.get("file_mark") == link.file_mark]
    assert (told["severity"], told["outcome"], told["code"]) == ("ERROR", "retry", "kms_unavailable")
    for secret in (sig(link), link.link_id, "SITI", "p0001", "0101234567"):
        assert secret not in failing.printed()


def test_an_xlsx_that_cannot_be_made_whole_is_a_page_that_says_later(failing: Program, tmp_path: Path):
    answer = get(failing.url(), address(a_link(), "/peserta_didik.xlsx"))
    assert (answer.status, answer.whole) == (503, True)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["retry-after"]
    assert "content-disposition" not in answer.headers
    assert list(tmp_path.glob("akun-*")) == []


# ---------------------------------------------------------------------------------------------------------- the store


@pytest.fixture
def school(sqlite_store: SqliteStore) -> SqliteStore:
    """A store with the school."""
    plant_school(sqlite_store)
    plant(sqlite_store, *(pupil(number) for number in range(PUPILS)))
    return sqlite_store


def test_a_store_that_fails_at_the_third_page_ends_no_file(school: SqliteStore):
    body = csv_file.of_rows(fetched(WatchedStore(school, fails_at=3)).rows)
    sent = [next(body) for _ in range(3)]
    assert b"".join(sent).count(b"\r\n") == 1 + 2 * PART
    with pytest.raises(TransientError):
        next(body)


def test_a_store_that_fails_at_the_first_page_fails_before_anything_is_sent(school: SqliteStore):
    with pytest.raises(TransientError):
        fetched(WatchedStore(school, fails_at=1))


def test_a_store_that_fails_at_the_third_page_makes_no_xlsx(
    school: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    file = fetched(WatchedStore(school, fails_at=3))
    with pytest.raises(TransientError):
        xlsx_file.of_rows(file.rows, file)
    assert list(temporary.iterdir()) == []
