"""The Cloud Tasks adapter pauses and resumes queues over real HTTP."""

import traceback
from collections.abc import Iterator
from contextlib import closing

import pytest

from local.tasks.options import Options
from local.tasks.server import Running
from shared.errors import TransientError
from tests.contract.test_directory_adapter_support import HANG_UP, SILENCE, Https, RawServer, raw_server, refusal
from tests.contract.test_tasks_adapter_support import ACCOUNT, PARENT, QUEUE, adapter
from tests.wire.standin_target import call, target_server


@pytest.fixture
def https() -> Iterator[Https]:
    with closing(Https()) as https:
        yield https


@pytest.fixture
def server() -> Iterator[RawServer]:
    with raw_server() as server:
        yield server


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_a_queue_is_moved_by_its_name(server: RawServer, https: Https, verb: str):
    getattr(adapter(server.url, https), verb)("guru.smp")
    (sent,) = server.received
    assert (sent.method, sent.target.partition("?")[0], sent.json()) == ("POST", f"/v2/{QUEUE}:{verb}", {})


def test_a_paused_queue_keeps_its_tasks_until_it_is_resumed(https: Https):
    with Running(Options(rate=1000)) as google, target_server() as target:
        tasks = adapter(google.url, https, converge_url=f"{target.url}/converge")
        tasks.pause("guru.smp")
        tasks.pause("guru.smp")
        assert tasks.enqueue("guru.smp", ACCOUNT, 7)
        assert tasks.enqueue("smp", ACCOUNT, 7)
        assert call(google.url, "GET", f"/v2/{QUEUE}")[1]["state"] == "PAUSED"
        assert call(google.url, "GET", f"/v2/{PARENT}/queues/directory-smp")[1]["state"] == "RUNNING"
        assert not call(google.url, "POST", "/control/drain", {"timeout": 0.2})[1]["drained"]
        assert len(target.deliveries) == 1
        tasks.resume("guru.smp")
        tasks.resume("guru.smp")
        assert call(google.url, "POST", "/control/drain", {"timeout": 30})[1]["drained"]
        assert len(target.deliveries) == 2


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "queue_forbidden"),
        (404, "queue_missing"),
        (429, "queue_quota"),
        *((status, "queue_refused") for status in (400, 401, 409, 500, 503)),
    ],
)
def test_a_refusal_has_a_code_of_its_own(server: RawServer, https: Https, status: int, code: str):
    server.answers.append(refusal(status, "any", "directory-guru-smp"))
    with pytest.raises(TransientError) as caught:
        adapter(server.url, https).pause("guru.smp")
    assert caught.value.code == code
    assert "directory-guru-smp" not in "".join(traceback.format_exception(caught.value))


def test_without_an_answer_the_next_call_has_a_connection_of_its_own(server: RawServer):
    server.answers.extend([HANG_UP, SILENCE])
    with closing(Https(timeout=0.5)) as https:
        tasks = adapter(server.url, https)
        with pytest.raises(TransientError, match="queue_unanswered"):
            tasks.pause("guru.smp")
        https.timeout = 10
        tasks.pause("guru.smp")
        assert len(https.made) == 2
