"""The Directory adapter over real HTTP: what it sends."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from local.directory.server import Running
from shared.adapters.directory import GoogleDirectory
from shared.domain.users import Mark
from shared.ports import DirectoryError, Verdict
from tests.contract.test_directory_adapter_support import (
    ACCOUNT,
    ADDRESS,
    PASSWORD,
    Https,
    RawServer,
    profile,
    raw_server,
)

MARKS = [
    {"type": "custom", "customType": "akun", "value": ACCOUNT},
    {"type": "custom", "customType": "akun_kredensial", "value": "k1.1"},
]
SENT = {
    "name": {"givenName": "SITI NUR", "familyName": "AMINAH"},
    "orgUnitPath": "/Peserta Didik/SMP",
    "includeInGlobalAddressList": False,
    "organizations": [{"primary": True, "type": "school", "name": "SMP NEGERI 241", "costCenter": "20106343"}],
    "externalIds": MARKS,
    "password": PASSWORD,
    "changePasswordAtNextLogin": True,
}


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


def inserted(sending: GoogleDirectory, server: RawServer, **changes: Any) -> Any:
    sending.insert(profile(**changes))
    return server.received[-1].json()


def updated(sending: GoogleDirectory, server: RawServer, **changes: Any) -> Any:
    sending.update("1", profile(password=None, **changes))
    return server.received[-1].json()


def test_an_insert_sends_address_name_school_marks_and_password(sending: GoogleDirectory, server: RawServer):
    assert inserted(sending, server) == {"primaryEmail": ADDRESS, **SENT}
    assert (server.received[0].method, server.received[0].headers["content-type"]) == ("POST", "application/json")
    assert server.received[0].target == "/admin/directory/v1/users?fields=id&alt=json"


def test_an_insert_gives_the_immutable_id(directory: GoogleDirectory, google: Running):
    assert directory.insert(profile()) == google.control(f"users/{ADDRESS}")["id"]


def test_a_held_account_is_inserted_suspended_and_says_why(sending: GoogleDirectory, server: RawServer):
    sent = inserted(sending, server, suspended=True, held="left")
    assert sent["suspended"] is True
    assert sent["externalIds"] == MARKS
    assert sent["keywords"] == [{"type": "custom", "customType": "akun_penahanan", "value": "left"}]


def test_an_update_never_sends_the_address_and_clears_a_display_name(sending: GoogleDirectory, server: RawServer):
    sent = {**SENT, "name": {**SENT["name"], "displayName": None}}  # type: ignore[dict-item]
    del sent["password"], sent["changePasswordAtNextLogin"]
    assert updated(sending, server) == sent
    assert (server.received[0].method, server.received[0].target.partition("?")[0]) == (
        "PUT",
        "/admin/directory/v1/users/1",
    )


def test_a_password_is_always_to_be_changed_at_the_next_login(sending: GoogleDirectory, server: RawServer):
    sending.update("1", profile(mark=Mark(key_id="k2", generation=3), password="Bcdf-ghjk-2345"))
    sent = server.received[0].json()
    assert (sent["password"], sent["changePasswordAtNextLogin"]) == ("Bcdf-ghjk-2345", True)
    assert {"type": "custom", "customType": "akun_kredensial", "value": "k2.3"} in sent["externalIds"]


def test_an_update_without_a_mark_leaves_all_external_ids_alone(directory: GoogleDirectory, google: Running):
    key = directory.insert(profile())
    directory.update(key, profile(mark=None, password=None, given_name="SITI"))
    user = google.control(f"users/{ADDRESS}")
    assert (user["externalIds"], user["name"]["givenName"]) == (MARKS, "SITI")
    assert (user["password"], user["passwordsSet"]) == (PASSWORD, 1)


@pytest.mark.parametrize("suspended", [True, False])
def test_a_suspension_is_sent_only_when_given(sending: GoogleDirectory, server: RawServer, suspended: bool):
    assert "suspended" not in updated(sending, server)
    assert updated(sending, server, suspended=suspended)["suspended"] is suspended


def test_an_update_leaves_a_suspension_that_it_does_not_mention(directory: GoogleDirectory):
    key = directory.insert(profile(suspended=True))
    directory.update(key, profile(password=None))
    assert directory.get(key).suspended
    directory.update(key, profile(password=None, suspended=False))
    assert not directory.get(key).suspended


def test_a_name_of_one_word_is_shown_as_that_word_until_there_are_two(directory: GoogleDirectory, google: Running):
    one = profile(given_name="SUTRISNO", family_name="SUTRISNO", display_name="SUTRISNO")
    key = directory.insert(one)
    assert google.control(f"users/{key}")["name"]["displayName"] == "SUTRISNO"
    assert directory.get(key).shows(one)
    directory.update(key, profile(password=None))
    assert "displayName" not in google.control(f"users/{key}")["name"]


@pytest.mark.parametrize("school", [None, "SMP NEGERI 241"])
@pytest.mark.parametrize("cost_center", [None, "20106343"])
def test_what_is_not_known_of_a_school_is_left_out_and_read_as_unknown(
    directory: GoogleDirectory, google: Running, school: str | None, cost_center: str | None
):
    wanted = profile(school=school, cost_center=cost_center)
    key = directory.insert(wanted)
    assert directory.get(key).shows(wanted)
    (sent,) = google.control(f"users/{key}")["organizations"]
    assert [sent.get("name"), sent.get("costCenter")] == [school, cost_center]
    assert None not in sent.values()


def test_a_school_that_is_no_longer_known_is_removed(directory: GoogleDirectory):
    key = directory.insert(profile())
    directory.update(key, profile(password=None, school=None, cost_center=None))
    user = directory.get(key)
    assert (user.school, user.cost_center) == (None, None)


def test_an_org_unit_that_is_missing_is_refused_with_its_field(directory: GoogleDirectory, google: Running):
    google.control("seed", {"orgUnits": ["/Peserta Didik/SD"]})
    with pytest.raises(DirectoryError) as caught:
        directory.insert(profile())
    error = caught.value
    assert (error.verdict, error.code, error.field) == (Verdict.REFUSED, "org_unit_missing", "orgUnitPath")


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        (ADDRESS, "siti.aminah27%40smp.belajar.id"),
        ("a/b", "a%2Fb"),
        ("a b?c=d#e", "a%20b%3Fc%3Dd%23e"),
        ("ñ", "%C3%B1"),
    ],
)
def test_a_key_stays_one_part_of_the_path(sending: GoogleDirectory, server: RawServer, key: str, sent: str):
    sending.get(key)
    sending.update(key, profile(password=None))
    assert [request.target.partition("?")[0] for request in server.received] == [
        f"/admin/directory/v1/users/{sent}"
    ] * 2


CALLS: dict[str, Callable[[GoogleDirectory], object]] = {
    "insert": lambda directory: directory.insert(replace(profile(), address="budi1@smp.belajar.id")),
    "get": lambda directory: directory.get(ADDRESS),
    "update": lambda directory: directory.update(ADDRESS, profile(password=None)),
}


@pytest.mark.parametrize("method", CALLS)
def test_each_method_is_one_call(directory: GoogleDirectory, google: Running, method: str):
    directory.insert(profile())
    google.control("counters/reset", {})
    CALLS[method](directory)
    assert google.control("counters")["calls"] == {method: {"200": 1}}


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("reason", ["backendError", "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"])
def test_nothing_is_tried_again_by_the_client(directory: GoogleDirectory, google: Running, method: str, reason: str):
    directory.insert(profile())
    google.control("counters/reset", {})
    google.control("faults", {"method": method, "reason": reason})
    with pytest.raises(DirectoryError) as caught:
        CALLS[method](directory)
    assert caught.value.verdict is (Verdict.UNAVAILABLE if reason == "backendError" else Verdict.QUOTA)
    assert google.control("counters")["total"] == 1
