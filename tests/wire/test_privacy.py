"""Nothing that the contract does not name is kept anywhere, and no log line says who somebody is."""

import re
from collections.abc import Iterator

import pytest

from shared import logs
from tests.wire.functions import Servers, lines, place
from tests.wire.privacy import NISN, PEOPLE, PLANTED, TOKEN, Evidence, evidence

pytestmark = pytest.mark.xdist_group("privacy")  # the day passes once
OF_LINES = set(logs.Line.__struct_fields__)
OF_LIBRARIES = {"severity", "message", "logger", "place", "error"}


@pytest.fixture(scope="module")
def left(around: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    with place(tmp_path_factory.mktemp("privacy"), around) as here:
        yield evidence(here)


@pytest.mark.parametrize("field", PLANTED)
def test_what_the_contract_does_not_name_is_nowhere(left: Evidence, field: str):
    text = PLANTED[field]
    places = {
        "database": left.database.decode("utf-8", "replace"),
        "logs": left.out + left.err,
        "Directory": left.directory,
        "tasks": left.tasks.decode(),
    }
    assert [where for where, content in places.items() if text.lower() in content.lower()] == []


@pytest.mark.parametrize("field", PLANTED)
def test_nor_are_the_names_of_fields_that_the_contract_does_not_name(left: Evidence, field: str):
    assert field.encode() not in left.database + left.tasks
    assert field not in left.out + left.err + left.directory


def test_the_search_would_find_what_is_there(left: Evidence):
    for name in PEOPLE:
        assert name.encode() in left.database
    assert PEOPLE[0].split()[0] in left.directory
    assert NISN.encode() in left.database


def test_everything_happened(left: Evidence):
    told = {(line["function"], line["outcome"]) for line in lines(left.out) if "function" in line}
    assert {("provision", what) for what in ("done", "duplicate", "parked", "retry")} <= told
    assert {("converge", what) for what in ("done", "blocked", "waiting", "retry", "unknown_account")} <= told
    codes = {line.get("code") for line in lines(left.out)}
    assert {"revision_conflict", "revision_in_future", "lane_unknown", "message_too_large", "not_utf8"} <= codes
    assert {"name_refused", "quota", "server_error", "store_unavailable", "body_invalid"} <= codes


def test_no_log_line_names_a_person(left: Evidence):
    printed = (left.out + left.err).lower()
    words = {word.lower() for name in PEOPLE for word in name.split()}
    assert [word for word in words if word in printed] == []


def test_no_log_line_holds_an_address_a_number_or_a_password(left: Evidence):
    printed = left.out + left.err
    secrets = {NISN, "@", *left.passwords}
    for address in left.addresses:
        secrets |= {address, address.partition("@")[0]}
    assert left.addresses
    assert left.passwords
    assert [secret for secret in secrets if secret in printed] == []


def test_no_log_line_holds_a_query_string(left: Evidence):
    printed = left.out + left.err
    assert TOKEN not in printed
    assert "?" not in printed


def test_every_line_is_of_the_closed_set_or_a_mute_one(left: Evidence):
    for line in lines(left.out):
        assert set(line) <= (OF_LINES if "function" in line else OF_LIBRARIES), line


def test_beside_them_only_the_server_says_that_it_starts_and_ends(left: Evidence):
    said = {re.sub(r"^\[[^]]+\] \[\d+\] |: .*|\d+.*", "", line).strip() for line in left.err.splitlines()}
    assert all(text.startswith("[INFO]") for text in said), said


def test_no_password_is_in_the_database(left: Evidence):
    assert [password for password in left.passwords if password.encode() in left.database] == []
