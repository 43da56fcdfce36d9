"""What a day of downloads leaves in files, log lines and pages: no password anywhere, nobody's name in a line."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from shared import logs
from shared.domain.accounts import Account
from shared.domain.links import Link
from tests.rosters import pupil, staff
from tests.wire.functions import Place, Servers, lines, place
from tests.wire.handout import (
    a_link,
    address,
    an_account,
    arrive,
    derived,
    download_program,
    plant,
    reset,
    settle,
    sig,
)
from tests.wire.programs import Program
from tests.wire.raw import get

PEOPLE = (pupil("SITI AMINAH"), pupil("JOKO PURWANTO", who="joko"), staff("BAYU KUSUMA"))
NAMES = ("SITI", "AMINAH", "JOKO", "PURWANTO", "BAYU", "KUSUMA", "SMP NEGERI", "PRATIWI", "RUSAK")


# -------------------------------------------------------------------------------------------------- what is left over


pytestmark = pytest.mark.xdist_group("left")  # the day passes once


@dataclass
class Left:
    """What a day leaves behind: all that was printed, the store's files, the links that were used, the passwords."""

    printed: str
    out: str
    files: dict[str, bytes]
    links: list[Link]
    accounts: list[Account]
    passwords: set[str]
    pages: str


@pytest.fixture(scope="module")
def left(around: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    folder = tmp_path_factory.mktemp("left")
    with place(folder, around) as here:
        arrive(here, *PEOPLE)
        issued = {user["password"] for user in here.users()}
        reset(here, here.accounts()[0])
        settle(here)
        issued |= {user["password"] for user in here.users()}
        plant(here.store, *(an_account(f"kawan{number}") for number in range(600)))
        plant(here.store, an_account("rusak", category="ptk", sort_key="~", address="rusak@guru.belajar.id"))
        with download_program(here, LOG_EXECUTION_ID="true") as running:
            links, pages = a_day(here, running)
            files = {path.name: path.read_bytes() for path in folder.glob("akun.db*")}
        accounts = here.accounts()
        issued |= {derived(account) for account in accounts}
        yield Left(running.printed(), running.out.read_text(), files, links, accounts, issued, pages)


def a_day(here: Place, running: Program) -> tuple[list[Link], str]:
    """Do all that a link can do, and let much of it go wrong; give the links, and all but the files that came."""
    links = [a_link() for _ in range(4)]
    pages = ""
    for link in links[:2]:
        for way in ("", "/ptk.csv", "/peserta_didik.xlsx", "/peserta_didik/kartu", "/pengecualian.csv"):
            answer = get(running.url(), address(link, way))
            assert (answer.status, answer.whole) == (200, True)
            pages += str(answer.headers) + (answer.body.decode() if way == "" else "")
    for path in (
        address(links[0]) + "x",
        address(links[0], "/x"),
        address(links[0], "%0a"),
        address(links[0]) + "&k=SITI",
    ):
        pages += get(running.url(), path).body.decode()
    get(running.url(), address(links[0]), "TRACE")
    for _ in range(6):
        pages += str(get(running.url(), address(links[2], "/admin.csv")).headers)
    # What no program of ours writes: a row in the second part of a list that cannot be read.
    with closing(sqlite3.connect(here.path, timeout=30)) as connection:
        spoilt = "UPDATE documents SET body = json_remove(body, '$.nama') WHERE collection = 'accounts' AND id = ?"
        last = max(
            (a for a in here.accounts() if a.category == "peserta_didik"), key=lambda a: (a.sort_key, a.account_id)
        )
        connection.execute(spoilt, [last.account_id])
        connection.commit()
        for way in ("/peserta_didik.csv", "/peserta_didik/kartu"):
            answer = get(running.url(), address(links[3], way))
            assert (answer.status, answer.whole) == (200, False)
        answer = get(running.url(), address(links[3], "/peserta_didik.xlsx"))
        assert (answer.status, answer.headers["retry-after"]) == (503, "30")
        connection.execute("ALTER TABLE documents RENAME TO away")
        assert get(running.url(), address(links[3], "/ptk.csv")).status == 503
        connection.execute("ALTER TABLE away RENAME TO documents")
        connection.execute("UPDATE documents SET body = json_set(body, '$.nama', 'X') WHERE id = ?", [last.account_id])
        connection.commit()
    return links, pages


def test_no_password_is_in_the_stores_files(left: Left):
    assert set(left.files) >= {"akun.db", "akun.db-wal"}
    everything = b"".join(left.files.values())
    assert b"AMINAH" in everything  # the search would find what is there
    assert left.links[0].link_id.encode() in everything
    assert len(left.passwords) > 600
    assert [password for password in left.passwords if password.encode() in everything] == []


def test_no_password_is_in_a_log_line_a_page_a_header_or_an_address(left: Left):
    assert [password for password in left.passwords if password in left.printed + left.pages] == []


def test_no_log_line_names_a_person_or_a_school(left: Left):
    printed = left.printed.lower()
    assert [name for name in NAMES if name.lower() in printed] == []
    assert [account.address for account in left.accounts if account.address in left.printed] == []
    assert "0101234567" not in left.printed


def test_no_log_line_holds_a_query_string_or_what_a_link_could_be_made_of(left: Left):
    for link in left.links:
        assert link.link_id not in left.printed
        assert sig(link) not in left.printed
    assert [part for part in ("?", "sig=", "lid=", "iat=", "/unduh", "127.0.0.1/") if part in left.printed] == []


def test_each_request_is_told_in_one_line_of_the_closed_set(left: Left):
    told = lines(left.out)
    labels = "logging.googleapis.com/labels"
    ours = [line for line in told if "function" in line]
    assert all(set(line) - {labels} <= set(logs.Line.__struct_fields__) for line in ours)
    outcomes = [line["outcome"] for line in ours]
    assert outcomes.count("sent") == 15
    assert outcomes.count("retry") == 4
    assert {line.get("code") for line in ours if line["outcome"] == "refused"} == {
        "link_signature", "path_unknown", "link_incomplete", "method_not_allowed", "link_used_up",
    }  # fmt: skip
    sent = {line["rows"] for line in ours if line["outcome"] == "sent" and "rows" in line}
    assert sent == {602, 2}
