"""The Directory adapter when answers are lost, cut short or senseless, and when threads call at once."""

import gc
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import httplib2
import pytest
from google.auth.exceptions import DefaultCredentialsError, RefreshError, TransportError
from googleapiclient.discovery import Resource

from local.directory.server import Running, bound
from shared.adapters.directory import GoogleDirectory
from shared.ports import DirectoryError, Verdict
from tests.contract.test_directory_adapter_support import (
    ACCOUNT,
    ADDRESS,
    FOUND,
    HANG_UP,
    PASSWORD,
    SECONDS,
    SILENCE,
    Https,
    answer,
    at_once,
    failure,
    profile,
    raw_server,
    refusal,
)

UNHEARD = (Verdict.UNAVAILABLE, "no_answer")
INCOMPLETE = (Verdict.UNAVAILABLE, "answer_incomplete")
OTHER = "budi.santoso3@smp.belajar.id"
CALLS: dict[str, Callable[[GoogleDirectory], object]] = {
    "insert": lambda directory: directory.insert(profile()),
    "get": lambda directory: directory.get(ADDRESS),
    "update": lambda directory: directory.update(ADDRESS, profile(password=None)),
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


def test_an_insert_whose_answer_is_lost_is_sent_again_and_meets_its_own_user(
    directory: GoogleDirectory, google: Running
):
    google.control("faults", {"method": "insert", "kind": "lost"})
    assert failure(lambda: directory.insert(profile())) == (Verdict.DUPLICATE, "duplicate")
    assert google.control("counters")["calls"] == {"insert": {"lost": 1, "409": 1}}
    assert directory.get(ADDRESS).shows(profile())


def test_an_update_whose_answer_is_lost_is_sent_again_and_changes_nothing_more(
    directory: GoogleDirectory, google: Running
):
    key = directory.insert(profile())
    google.control("faults", {"method": "update", "kind": "lost"})
    directory.update(key, profile(school="SMP NEGERI 242", password=None))
    assert google.control("counters")["calls"]["update"] == {"lost": 1, "200": 1}
    assert directory.get(key).school == "SMP NEGERI 242"


@pytest.mark.parametrize("kind", ["lostReset", "lost", "dropped"])
@pytest.mark.parametrize("method", CALLS)
def test_without_any_answer_nobody_knows_and_the_next_call_works(
    directory: GoogleDirectory, google: Running, method: str, kind: str
):
    if method != "insert":
        directory.insert(profile())
    google.control("faults", {"method": method, "kind": kind, "count": 1 if kind == "lostReset" else 2})
    assert failure(lambda: CALLS[method](directory)) == UNHEARD
    if kind == "dropped" and method == "insert":  # alone in that it did nothing
        directory.insert(profile())
    assert directory.get(ADDRESS).account_id == ACCOUNT


def test_a_reset_connection_is_not_called_again(directory: GoogleDirectory, google: Running):
    google.control("faults", {"method": "insert", "kind": "lostReset"})
    assert failure(lambda: directory.insert(profile())) == UNHEARD
    assert google.control("counters")["calls"] == {"insert": {"lostReset": 1}}


def test_a_connection_that_the_server_closed_meanwhile_is_opened_anew():
    with raw_server() as server, closing(Https()) as https:
        directory = GoogleDirectory(https, server.url)
        server.answers.extend([answer(200, FOUND), HANG_UP, answer(200, FOUND)])
        assert directory.get("1") == directory.get("1")
        assert len(server.received) == 3


@pytest.mark.parametrize("method", CALLS)
def test_after_a_timeout_the_next_call_has_a_connection_of_its_own(method: str):
    with raw_server(SILENCE, answer(200, FOUND)) as server, closing(Https(timeout=0.5)) as https:
        directory = GoogleDirectory(https, server.url)
        assert failure(lambda: CALLS[method](directory)) == UNHEARD
        https.timeout = SECONDS
        CALLS[method](directory)
        assert (len(server.received), len(https.made)) == (2, 2)


STRANGE = {
    "cut short": (answer(200, FOUND, length=10_000), UNHEARD),
    "no status line": (b"rubbish rubbish\r\n\r\n", UNHEARD),
    "bytes": (answer(200, b"\xff\xfe\x00"), UNHEARD),
    "deep": (answer(200, b'{"id":' * 100_000), UNHEARD),
    "html": (answer(200, b"<!DOCTYPE html><p>One moment"), INCOMPLETE),
    "nothing": (answer(200, b""), INCOMPLETE),
    "no content": (answer(204, b""), INCOMPLETE),
    "half of json": (answer(200, b'{"id": "1'), INCOMPLETE),
    "list": (answer(200, b"[]"), INCOMPLETE),
    "no id": (answer(200, {"primaryEmail": ADDRESS}), INCOMPLETE),
    "empty id": (answer(200, {"id": "", "primaryEmail": ADDRESS}), INCOMPLETE),
    "no object": (answer(200, b"null"), INCOMPLETE),
}


@pytest.mark.parametrize(("strange", "expected"), STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("method", CALLS)
def test_an_answer_that_cannot_be_read_is_none_and_the_next_call_works(
    method: str, strange: bytes, expected: tuple[Verdict, str]
):
    times = 2 if strange.startswith(b"rubbish") else 1  # httplib2 asks again
    with raw_server(*[strange] * times) as server, closing(Https()) as https:
        directory = GoogleDirectory(https, server.url)
        assert failure(lambda: CALLS[method](directory)) == expected
        server.answers.append(answer(200, FOUND))
        CALLS[method](directory)


@pytest.mark.parametrize(
    "changes",
    [{"primaryEmail": None}, {"name": 7}, {"externalIds": [7]}, {"lastLoginTime": "yesterday"}, {"organizations": "x"}],
    ids=str,
)
def test_a_user_of_which_parts_cannot_be_read_is_nobodys(changes: dict[str, object]):
    found = {field: value for field, value in {**FOUND, **changes}.items() if value is not None}
    with raw_server(answer(200, found)) as server, closing(Https()) as https:
        assert failure(lambda: GoogleDirectory(https, server.url).get(ADDRESS)) == INCOMPLETE


def test_where_nobody_listens_there_is_no_answer():
    listener = bound()
    port = listener.getsockname()[1]
    listener.close()
    with closing(Https()) as https:
        directory = GoogleDirectory(https, f"http://127.0.0.1:{port}")
        assert failure(lambda: directory.get(ADDRESS)) == UNHEARD


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (DefaultCredentialsError("no credentials"), (Verdict.MISCONFIGURED, "no_token")),
        (RefreshError("unauthorized_client"), (Verdict.MISCONFIGURED, "no_token")),
        (TransportError("metadata server unavailable"), UNHEARD),
    ],
)
@pytest.mark.parametrize("method", CALLS)
def test_without_a_token_no_call_is_made_and_the_next_one_works(
    google: Running, method: str, error: Exception, expected: tuple[Verdict, str]
):
    with closing(Https()) as https:
        errors = [error]

        def new_http() -> httplib2.Http:
            if errors:
                raise errors.pop()
            return https()

        directory = GoogleDirectory(new_http, google.url)
        assert failure(lambda: CALLS[method](directory)) == expected
        assert google.control("counters")["total"] == 0
        directory.insert(profile())


@pytest.mark.parametrize(
    "reply",
    [refusal(409, "duplicate", f"{ADDRESS} exists"), answer(503, f"<p>{ADDRESS}".encode()), HANG_UP],
    ids=["refused", "html", "lost"],
)
def test_nothing_of_request_or_answer_is_kept_in_an_error(reply: object):
    with raw_server(reply, reply) as server, closing(Https()) as https:
        with pytest.raises(DirectoryError) as caught:
            GoogleDirectory(https, server.url).insert(profile())
        error = caught.value
        printed = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
        assert (error.__cause__, error.__suppress_context__) == (None, True)
        assert not [text for text in (ADDRESS, PASSWORD, server.url, "exists") if text in printed]


def test_a_closed_client_opens_another_connection(google: Running):
    with closing(Https()) as https:
        directory = GoogleDirectory(https, google.url)
        directory.close()
        directory.insert(profile())
        directory.close()
        assert directory.get(ADDRESS).account_id == ACCOUNT
        assert len(https.made) == 2


def test_nothing_is_made_before_the_first_call_and_the_client_only_once(google: Running):
    google.control("seed", {"users": [{"primaryEmail": ADDRESS}]})
    gc.collect()
    gc.disable()
    try:
        before = clients()
        with closing(Https()) as https:
            directory = GoogleDirectory(https, google.url)
            assert (clients() - before, https.made) == (0, [])
            at_once(8, lambda _: [directory.get(ADDRESS) for _ in range(3)])
            assert clients() - before == 2  # the service and its users
            assert len(https.made) == 8
    finally:
        gc.enable()


def clients() -> int:
    return sum(type(found) is Resource for found in gc.get_objects())


def test_threads_get_each_their_own_user(directory: GoogleDirectory, google: Running):
    names = [f"nama{number}" for number in range(8)]
    for name in names:
        directory.insert(replace(profile(given_name=name), address=f"{name}@smp.belajar.id"))

    def read(number: int) -> set[tuple[str, str]]:
        users = [directory.get(f"{names[number]}@smp.belajar.id") for _ in range(50)]
        return {(user.given_name, user.address) for user in users}

    assert at_once(8, read) == [{(name, f"{name}@smp.belajar.id")} for name in names]
    assert google.control("counters")["calls"]["get"] == {"200": 400}
