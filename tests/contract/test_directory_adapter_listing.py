"""The Directory adapter over real HTTP: pages of a domain's users."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from local.directory.server import Running
from shared.adapters.directory import READ, GoogleDirectory
from shared.ports import DirectoryError, UserPage, Verdict
from tests.contract.test_directory_adapter_support import (
    FOUND,
    HANG_UP,
    PASSWORD,
    Https,
    RawServer,
    answer,
    failure,
    profile,
    raw_server,
    refusal,
)

DOMAIN = "smp.belajar.id"
NEVER = "1970-01-01T00:00:00.000Z"
MONDAY, TUESDAY = "2021-01-04T07:12:55.000Z", "2021-01-05T07:12:55.000Z"


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


def people(google: Running, count: int, domain: str = DOMAIN) -> None:
    google.control("seed", {"users": [{"primaryEmail": f"siti{n:04}@{domain}"} for n in range(count)]})


def test_pages_hold_500_users_of_the_domain_each_and_every_user_once(directory: GoogleDirectory, google: Running):
    people(google, 1001)
    people(google, 3, "sma.belajar.id")
    google.control("counters/reset", {})
    found, token, sizes = list[str](), None, list[int]()
    while True:
        page = directory.list(DOMAIN, token)
        assert page.complete
        found += [user.whole().address for user in page.users]
        sizes.append(len(page.users))
        token = page.next_token
        if token is None:
            break
    assert sizes == [500, 500, 1]
    assert found == [f"siti{n:04}@{DOMAIN}" for n in range(1001)]
    assert sum(google.control("counters")["calls"]["list"].values()) == 3


def test_a_listed_user_is_read_as_a_get_reads_it(directory: GoogleDirectory, google: Running):
    key = directory.insert(profile(held="dormant", suspended=True))
    google.control("suspend", {"userKey": key, "by": "admin"})
    (listed,) = directory.list(DOMAIN, None).users
    assert (listed.id, listed.whole()) == (key, directory.get(key))


def test_a_list_asks_only_for_what_is_read(sending: GoogleDirectory, server: RawServer):
    server.answers.extend([answer(200, {"users": []})] * 2)
    for token in (None, "t1"):
        sending.list(DOMAIN, token)
    asked = [parse_qs(urlsplit(each.target).query) for each in server.received]
    first = {"domain": [DOMAIN], "maxResults": ["500"], "orderBy": ["email"], "alt": ["json"]}
    first["fields"] = [f"nextPageToken,users({READ})"]
    assert asked == [first, {**first, "pageToken": ["t1"]}]


def listed(sending: GoogleDirectory, server: RawServer, body: dict[str, Any] | bytes) -> UserPage:
    server.answers.append(answer(200, body))
    return sending.list(DOMAIN, None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"nextPageToken": "t"},
        {"users": None},
        {"users": {"id": "1"}},
        {"users": [FOUND, {"primaryEmail": "a@b.id"}]},
        {"users": [FOUND, "text"]},
        {"users": [{"id": 7}]},
    ],
)
def test_an_answer_that_lacks_users_is_never_taken_for_whole(sending: GoogleDirectory, server: RawServer, body):
    page = listed(sending, server, body)
    assert (page.complete, page.next_token) == (False, body.get("nextPageToken"))


def test_what_an_answer_has_is_kept_though_it_is_not_whole(sending: GoogleDirectory, server: RawServer):
    page = listed(sending, server, {"users": [FOUND, {}], "nextPageToken": ""})
    assert ([user.id for user in page.users], page.next_token) == (["1"], None)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"text"', b"\xff", b"[" * 100_000, b'{"users": [', b"null"])
def test_what_is_no_answer_of_a_list_is_told_as_such(sending: GoogleDirectory, server: RawServer, body: bytes):
    server.answers.append(answer(200, body))
    verdict, code = failure(lambda: sending.list(DOMAIN, None))
    assert verdict is Verdict.UNAVAILABLE
    assert code in ("no_answer", "answer_incomplete")


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (refusal(503, "backendError", "Service unavailable."), Verdict.UNAVAILABLE),
        (refusal(403, "userRateLimitExceeded", "Quota exceeded"), Verdict.QUOTA),
        (refusal(404, "notFound", "Resource Not Found: domain"), Verdict.MISCONFIGURED),
        (refusal(400, "invalid", "Invalid Input: pageToken"), Verdict.REFUSED),
        (HANG_UP, Verdict.UNAVAILABLE),
    ],
)
def test_a_refused_list_is_classified(sending: GoogleDirectory, server: RawServer, reply: object, verdict: Verdict):
    server.answers.extend([reply] * 2)
    assert failure(lambda: sending.list(DOMAIN, "t"))[0] is verdict


def test_a_token_of_more_than_three_days_is_refused(directory: GoogleDirectory, google: Running):
    people(google, 501)
    token = directory.list(DOMAIN, None).next_token
    google.control("clock", {"offset": 3 * 86400 + 60})
    assert failure(lambda: directory.list(DOMAIN, token)) == (Verdict.REFUSED, "token_refused")


def prints(sending: GoogleDirectory, server: RawServer, **shown: Any) -> tuple[str, str, bool]:
    (user,) = listed(sending, server, {"users": [{**FOUND, **shown}]}).users
    return user.fingerprint(exact=False), user.fingerprint(exact=True), user.has_signed_in


def test_a_fingerprint_is_the_same_for_the_same_user_in_any_order_of_fields(sending, server):
    turned = dict(reversed(FOUND.items()))
    server.answers.extend([answer(200, {"users": [each]}) for each in (FOUND, turned)])
    (one,), (other,) = sending.list(DOMAIN, None).users, sending.list(DOMAIN, None).users
    assert one.fingerprint(exact=False) == other.fingerprint(exact=False)
    assert len(one.fingerprint(exact=True)) == 16


@pytest.mark.parametrize(
    "changed",
    [
        {"suspended": True},
        {"agreedToTerms": True},
        {"orgUnitPath": "/Lain"},
        {"name": {"givenName": "S", "familyName": "AMINAH"}},
        {"externalIds": [{"type": "custom", "customType": "akun", "value": "x"}]},
        {"keywords": []},
        {"includeInGlobalAddressList": True},
        {"organizations": []},
        {"primaryEmail": "lain@smp.belajar.id"},
        {"suspensionReason": "ABUSE"},
        {"lastLoginTime": MONDAY},
    ],
)
def test_whatever_a_list_shows_changes_the_fingerprint(sending, server, changed):
    before, after = prints(sending, server), prints(sending, server, **changed)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_of_sign_ins_the_fingerprint_tells_whether_and_the_exact_one_when(sending, server):
    none, never = prints(sending, server), prints(sending, server, lastLoginTime=NEVER)
    monday = prints(sending, server, lastLoginTime=MONDAY)
    tuesday = prints(sending, server, lastLoginTime=TUESDAY)
    assert none == never
    assert (never[2], monday[2]) == (False, True)
    assert never[0] == never[1] != monday[0]
    assert monday[0] == tuesday[0]
    assert monday[1] != tuesday[1]


def test_a_user_that_cannot_be_read_is_told_only_when_it_is(sending: GoogleDirectory, server: RawServer):
    page = listed(sending, server, {"users": [{"id": "1"}, FOUND]})
    assert page.complete
    with pytest.raises(DirectoryError) as caught:
        page.users[0].whole()
    assert caught.value.verdict is Verdict.UNAVAILABLE
    assert page.users[1].whole().id == FOUND["id"]


def test_a_sign_in_is_seen_in_a_list(directory: GoogleDirectory, google: Running):
    key = directory.insert(profile())
    google.control("login", {"userKey": key, "password": PASSWORD, "newPassword": "anak-saya-2019"})
    (user,) = directory.list(DOMAIN, None).users
    assert user.has_signed_in
    assert user.whole().last_login == directory.get(key).last_login
