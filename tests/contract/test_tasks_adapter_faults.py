"""The Cloud Tasks adapter when it is refused, or not answered at all."""

import traceback
from collections.abc import Iterator
from contextlib import closing

import httplib2
import pytest
from google.auth.exceptions import RefreshError

from shared.adapters.tasks import CloudTasks
from shared.errors import QuotaError, TransientError
from tests.contract.test_directory_adapter_support import (
    HANG_UP,
    SECONDS,
    SILENCE,
    Https,
    RawServer,
    answer,
    raw_server,
    refusal,
)
from tests.contract.test_tasks_adapter_support import ACCOUNT, NAME, adapter


@pytest.fixture
def https() -> Iterator[Https]:
    with closing(Https()) as https:
        yield https


@pytest.fixture
def server() -> Iterator[RawServer]:
    with raw_server() as server:
        yield server


@pytest.fixture
def sending(server: RawServer, https: Https) -> CloudTasks:
    return adapter(server.url, https)


def test_a_conflict_over_no_name_is_tried_again(sending: CloudTasks, server: RawServer):
    server.answers.append(refusal(409, "alreadyExists", "Requested entity already exists"))
    with pytest.raises(TransientError):
        sending.enqueue("guru.smp", ACCOUNT, 7)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        *((status, "enqueue_refused") for status in (400, 401, 408, 500, 502, 503, 504)),
        (403, "enqueue_forbidden"),
        (404, "queue_missing"),
    ],
)
def test_a_refused_task_is_tried_again_later_and_not_by_the_client(sending, server, status, code):
    server.answers.append(refusal(status, "any", ACCOUNT))
    with pytest.raises(TransientError) as caught:
        sending.enqueue("guru.smp", ACCOUNT, 7, name=NAME)
    assert (type(caught.value), caught.value.code) == (TransientError, code)
    assert len(server.received) == 1


def test_a_refused_quota_is_told_apart_and_tried_again(sending: CloudTasks, server: RawServer):
    server.answers.append(refusal(429, "rateLimitExceeded", "Quota exceeded"))
    with pytest.raises(QuotaError) as caught:
        sending.enqueue("guru.smp", ACCOUNT, 7)
    assert isinstance(caught.value, TransientError)
    assert len(server.received) == 1


def test_a_connection_closed_without_an_answer_is_tried_once_more(sending: CloudTasks, server: RawServer):
    server.answers.extend([HANG_UP, refusal(409, "alreadyExists", "Requested entity already exists")])
    assert not sending.enqueue("guru.smp", ACCOUNT, 7, name=NAME)  # its own: False means queued all the same
    server.answers.extend([HANG_UP, HANG_UP])
    with pytest.raises(TransientError):
        sending.enqueue("guru.smp", ACCOUNT, 7, name=NAME)


@pytest.mark.parametrize(
    "reply", [SILENCE, answer(200, {}, length=100), answer(200, b"\xff")], ids=["silence", "cut", "bytes"]
)
def test_without_an_answer_the_next_call_has_a_connection_of_its_own(server: RawServer, reply: object):
    server.answers.append(reply)
    with closing(Https(timeout=0.5)) as https:
        tasks = adapter(server.url, https)
        with pytest.raises(TransientError):
            tasks.enqueue("guru.smp", ACCOUNT, 7)
        https.timeout = SECONDS
        assert tasks.enqueue("guru.smp", ACCOUNT, 7)
        assert len(https.made) == 2


def test_without_a_token_no_call_is_made_and_the_next_one_works(server: RawServer, https: Https):
    errors = [RefreshError("no token")]

    def new_http() -> httplib2.Http:
        if errors:
            raise errors.pop()
        return https()

    tasks = adapter(server.url, new_http)
    with pytest.raises(TransientError):
        tasks.enqueue("guru.smp", ACCOUNT, 7)
    assert server.received == []
    assert tasks.enqueue("guru.smp", ACCOUNT, 7)


def test_nothing_of_the_account_is_kept_in_an_error(sending: CloudTasks, server: RawServer):
    server.answers.append(refusal(400, "invalid", ACCOUNT))
    with pytest.raises(TransientError) as caught:
        sending.enqueue("guru.smp", ACCOUNT, 7)
    assert ACCOUNT not in "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
