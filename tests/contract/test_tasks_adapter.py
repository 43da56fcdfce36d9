"""The Cloud Tasks adapter over real HTTP: what it sends, and what Cloud Tasks makes of it."""

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from local.tasks.options import Options
from local.tasks.server import Running
from shared.adapters.tasks import CloudTasks, queue_name
from shared.errors import TransientError
from tests.contract.test_directory_adapter_support import Https, RawServer, at_once, raw_server
from tests.contract.test_tasks_adapter_support import ACCOUNT, CONVERGE, INVOKER, NAME, QUEUE, adapter
from tests.wire.standin_target import call, target_server

LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)


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


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with Running(Options(rate=1000)) as running:
        yield running


@pytest.fixture
def google(running: Running) -> Running:
    call(running.url, "POST", "/control/reset")
    return running


@pytest.fixture
def tasks(google: Running, https: Https) -> CloudTasks:
    return adapter(google.url, https)


def queued(google: Running) -> list[Any]:
    _, listed = call(google.url, "GET", f"/v2/{QUEUE}/tasks?responseView=FULL")
    found: list[Any] = listed.get("tasks", [])
    return found


def counters(google: Running) -> Any:
    return call(google.url, "GET", "/control/counters")[1]


def test_a_task_is_a_post_to_converge_with_account_and_version(sending: CloudTasks, server: RawServer):
    assert sending.enqueue("guru.smp", ACCOUNT, 7)
    (sent,) = server.received
    assert (sent.method, sent.target.partition("?")[0]) == ("POST", f"/v2/{QUEUE}/tasks")
    request = sent.json()["task"].pop("httpRequest")
    assert json.loads(base64.b64decode(request.pop("body"))) == {"account_id": ACCOUNT, "version": 7}
    assert request == {"url": CONVERGE, "httpMethod": "POST", "headers": {"Content-Type": "application/json"}}
    assert set(sent.json()) == {"task"}
    assert set(sent.json()["task"]) == {"httpRequest"}


def test_an_invoker_calls_with_a_token_for_converge(server: RawServer, https: Https):
    adapter(server.url, https, invoker=INVOKER).enqueue("guru.smp", ACCOUNT, 7)
    token = server.received[0].json()["task"]["httpRequest"]["oidcToken"]
    assert token == {"serviceAccountEmail": INVOKER, "audience": CONVERGE}


def test_a_probe_says_so_in_its_body(sending: CloudTasks, server: RawServer):
    sending.enqueue("guru.smp", ACCOUNT, 7, probe=True)
    body = base64.b64decode(server.received[0].json()["task"]["httpRequest"]["body"])
    assert json.loads(body) == {"account_id": ACCOUNT, "version": 7, "probe": True}


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        (datetime(2021, 1, 4, 7, 0, tzinfo=UTC), "2021-01-04T07:00:00Z"),
        (datetime(2021, 1, 4, 7, 0, 0, 250_000, UTC), "2021-01-04T07:00:00.250000Z"),
        (datetime(2021, 1, 4, 14, 0, tzinfo=timezone(timedelta(hours=7))), "2021-01-04T14:00:00+07:00"),
    ],
)
def test_a_task_for_later_has_its_time_and_a_named_one_its_name(
    sending: CloudTasks, server: RawServer, at: datetime, sent: str
):
    sending.enqueue("guru.smp", ACCOUNT, 7, name=NAME, at=at)
    task = server.received[0].json()["task"]
    assert (task["scheduleTime"], task["name"]) == (sent, f"{QUEUE}/tasks/{NAME}")


@pytest.mark.parametrize(
    ("realm", "queue"),
    [("smp", "directory-smp"), ("guru.smp", "directory-guru-smp"), ("admin.kb", "directory-admin-kb")],
)
def test_each_realm_has_a_queue_with_dashes_for_dots(google: Running, tasks: CloudTasks, realm: str, queue: str):
    assert queue_name(realm) == queue
    tasks.enqueue(realm, ACCOUNT, 7, at=LATER)
    assert [found["id"] for found in call(google.url, "GET", "/control/queues")[1]["queues"]] == [queue]


def test_cloud_tasks_takes_a_task_with_everything(google: Running, https: Https):
    tasks = adapter(google.url, https, invoker=INVOKER)
    assert tasks.enqueue("guru.smp", ACCOUNT, 7, name=NAME, at=LATER, probe=True)
    (task,) = queued(google)
    assert task["name"] == f"{QUEUE}/tasks/{NAME}"
    assert datetime.fromisoformat(task["scheduleTime"]) == LATER
    assert task["httpRequest"]["oidcToken"] == {"serviceAccountEmail": INVOKER, "audience": CONVERGE}


def test_converge_gets_the_task(google: Running, https: Https):
    with target_server() as target:
        adapter(google.url, https, converge_url=f"{target.url}/converge").enqueue("guru.smp", ACCOUNT, 7)
        assert call(google.url, "POST", "/control/drain", {"timeout": 30})[1]["drained"]
        (delivery,) = target.deliveries
    assert (delivery.method, delivery.path) == ("POST", "/converge")
    assert (json.loads(delivery.body), delivery.headers["Content-Type"]) == (
        {"account_id": ACCOUNT, "version": 7},
        "application/json",
    )


def test_a_name_is_taken_once_and_no_name_never(google: Running, tasks: CloudTasks):
    assert tasks.enqueue("guru.smp", ACCOUNT, 7, name=NAME, at=LATER)
    assert not tasks.enqueue("guru.smp", ACCOUNT, 7, name=NAME, at=LATER)
    assert tasks.enqueue("guru.smp", ACCOUNT, 7, at=LATER)
    assert tasks.enqueue("guru.smp", ACCOUNT, 7, at=LATER)
    assert len(queued(google)) == 3


def test_a_queue_that_is_missing_is_tried_again(https: Https):
    with Running(Options(strict_queues=True)) as google, pytest.raises(TransientError):
        adapter(google.url, https).enqueue("guru.smp", ACCOUNT, 7)


def test_a_503_creates_nothing_and_the_next_call_works(google: Running, tasks: CloudTasks):
    call(google.url, "POST", "/control/faults", {"create_503": {"count": 1}})
    with pytest.raises(TransientError):
        tasks.enqueue("guru.smp", ACCOUNT, 7, at=LATER)
    assert queued(google) == []
    assert tasks.enqueue("guru.smp", ACCOUNT, 7, at=LATER)


def test_after_a_lost_answer_a_named_task_is_there_and_the_same_name_says_so(google: Running, tasks: CloudTasks):
    call(google.url, "POST", "/control/faults", {"create_answer_lost": {"count": 1}})
    with pytest.raises(TransientError) as caught:
        tasks.enqueue("guru.smp", ACCOUNT, 7, name=NAME, at=LATER)
    assert caught.value.code == "enqueue_failed"
    assert not tasks.enqueue("guru.smp", ACCOUNT, 7, name=NAME, at=LATER)
    assert (counters(google)["created"], len(queued(google))) == (1, 1)


def test_a_closed_client_opens_another_connection(google: Running, tasks: CloudTasks, https: Https):
    tasks.close()
    assert tasks.enqueue("guru.smp", ACCOUNT, 7, at=LATER)
    tasks.close()
    tasks.close()
    assert tasks.enqueue("guru.smp", ACCOUNT, 8, at=LATER)
    assert (len(queued(google)), len(https.made)) == (2, 2)


def test_threads_each_create_their_own_tasks_over_their_own_connection(
    google: Running, tasks: CloudTasks, https: Https
):
    def create(thread: int) -> list[bool]:
        return [
            tasks.enqueue("guru.smp", ACCOUNT, thread * 100 + number, name=f"t{thread}-{number}", at=LATER)
            for number in range(25)
        ]

    assert at_once(6, create) == [[True] * 25] * 6
    found = {
        task["name"].rpartition("/")[2]: json.loads(base64.b64decode(task["httpRequest"]["body"]))["version"]
        for task in queued(google)
    }
    assert found == {f"t{thread}-{number}": thread * 100 + number for thread in range(6) for number in range(25)}
    assert len(https.made) == 6
