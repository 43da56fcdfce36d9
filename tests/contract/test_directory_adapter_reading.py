"""The Directory adapter over real HTTP: what it makes of what it reads."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from local.directory.options import Lag, Options
from local.directory.server import Running
from shared.adapters.directory import READ, GoogleDirectory
from shared.domain.users import DirectoryUser, Mark
from tests.contract.test_directory_adapter_support import (
    ACCOUNT,
    ADDRESS,
    FOUND,
    PASSWORD,
    Https,
    RawServer,
    answer,
    profile,
    raw_server,
)


@pytest.fixture(scope="module")
def standin() -> Iterator[Running]:
    with Running() as running:
        yield running


@pytest.fixture
def google(standin: Running) -> Running:
    standin.control("reset", {})
    return standin


@pytest.fixture
def directory(google: Running) -> Iterator[GoogleDirectory]:
    with closing(Https()) as https:
        yield GoogleDirectory(https, google.url)


@pytest.fixture
def server() -> Iterator[RawServer]:
    with raw_server() as server:
        yield server


@pytest.fixture
def sending(server: RawServer) -> Iterator[GoogleDirectory]:
    with closing(Https()) as https:
        yield GoogleDirectory(https, server.url)


def test_a_get_reads_every_field(directory: GoogleDirectory, google: Running):
    key = directory.insert(profile(held="frozen", suspended=True))
    google.control("suspend", {"userKey": key, "by": "google"})
    assert directory.get(ADDRESS) == DirectoryUser(
        id=key,
        address=ADDRESS,
        account_id=ACCOUNT,
        mark=Mark(key_id="k1", generation=1),
        held="frozen",
        given_name="SITI NUR",
        family_name="AMINAH",
        org_unit="/Peserta Didik/SMP",
        in_address_list=False,
        cost_center="20106343",
        school="SMP NEGERI 241",
        suspended=True,
        suspension_reason="ABUSE",
        agreed_to_terms=False,
        last_login=None,
    )
    assert directory.get(key) == directory.get(ADDRESS)


def test_a_login_is_seen_and_none_at_all_is_no_time(directory: GoogleDirectory, google: Running):
    key = directory.insert(profile())
    assert (directory.get(key).last_login, directory.get(key).agreed_to_terms) == (None, False)
    google.control("clock", {"frozen": True})
    now = datetime.fromtimestamp(int(google.control("clock")["now"]), UTC)
    google.control("login", {"userKey": key, "password": PASSWORD, "newPassword": "anak-saya-2019"})
    assert (directory.get(key).last_login, directory.get(key).agreed_to_terms) == (now, True)


def test_somebody_elses_user_has_no_mark(directory: GoogleDirectory, google: Running):
    others = [{"type": "custom", "customType": "nip", "value": "1"}, {"type": "organization", "value": ACCOUNT}]
    google.control("seed", {"users": [{"primaryEmail": ADDRESS, "externalIds": others}]})
    user = directory.get(ADDRESS)
    assert (user.account_id, user.mark, user.held, user.cost_center) == (None, None, None, None)


def test_a_user_too_new_to_have_a_name_shows_none_and_keeps_its_marks():
    with Running(Options(lag=Lag(settle=60))) as google, closing(Https()) as https:
        directory = GoogleDirectory(https, google.url)
        user = directory.get(directory.insert(profile()))
        assert (user.given_name, user.family_name, user.account_id) == ("", "", ACCOUNT)
        assert not user.shows(profile())


@pytest.mark.parametrize(
    "found",
    [
        {**FOUND, "name": None, "externalIds": None, "organizations": None, "lastLoginTime": None},
        {**FOUND, "externalIds": [], "organizations": [], "lastLoginTime": "1970-01-01T00:00:00.000Z"},
        {**FOUND, "organizations": [{"costCenter": "20106343"}], "externalIds": [{"type": "custom"}]},
        {**FOUND, "suspended": False, "agreedToTerms": False, "suspensionReason": None, "brandNew": {"a": [1]}},
    ],
    ids=["nulls", "empty", "secondary", "unknown"],
)
def test_what_google_leaves_out_is_read_as_nothing(sending: GoogleDirectory, server: RawServer, found: dict[str, Any]):
    server.answers.append(answer(200, found))
    user = sending.get("1")
    assert (user.account_id, user.mark, user.cost_center, user.last_login) == (None, None, None, None)
    assert (user.suspended, user.agreed_to_terms) == (False, False)


def test_a_get_asks_only_for_what_is_read(sending: GoogleDirectory, server: RawServer):
    sending.get("1")
    assert parse_qs(urlsplit(server.received[0].target).query) == {"fields": [READ], "alt": ["json"]}
