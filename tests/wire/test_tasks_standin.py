"""The Cloud Tasks stand-in, called by Google's own client: creating, naming, reading and sending tasks."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.wire.standin_tasks import QUEUE, Stack, later, refusal, tasks_stack


@pytest.fixture
def stack() -> Iterator[Stack]:
    with tasks_stack() as running:
        yield running


def test_a_task_is_posted_to_its_url_with_its_body_and_headers(stack: Stack):
    url = stack.target.url + "/converge?x=1"
    request = {"url": url, "headers": {"Content-Type": "application/json"}, "body": base64.b64encode(b"[1]").decode()}
    stack.tasks.create(parent=QUEUE, body={"task": {"httpRequest": request}}).execute()
    stack.drain()
    [delivery] = stack.target.deliveries
    assert (delivery.method, delivery.path, delivery.body) == ("POST", "/converge?x=1", b"[1]")
    assert delivery.headers["Content-Type"] == "application/json"
    assert delivery.headers["User-Agent"] == "Google-Cloud-Tasks"


def test_a_delivery_carries_the_headers_of_cloud_tasks(stack: Stack):
    task = stack.create(name="one")
    stack.drain()
    headers = stack.target.deliveries[0].headers
    assert headers["X-CloudTasks-QueueName"] == "directory-smp"
    assert headers["X-CloudTasks-TaskName"] == "one"
    assert headers["X-CloudTasks-TaskRetryCount"] == "0"
    assert headers["X-CloudTasks-TaskExecutionCount"] == "0"
    eta = datetime.fromtimestamp(float(headers["X-CloudTasks-TaskETA"]), UTC)
    assert abs(eta - datetime.fromisoformat(task["scheduleTime"])) < timedelta(milliseconds=1)


def test_headers_that_only_cloud_tasks_may_set_are_replaced(stack: Stack):
    headers = {"X-CloudTasks-TaskRetryCount": "9", "Host": "elsewhere", "X-Other": "kept"}
    request = {"url": stack.target.url, "headers": headers}
    stack.tasks.create(parent=QUEUE, body={"task": {"httpRequest": request}}).execute()
    stack.drain()
    sent = stack.target.deliveries[0].headers
    assert (sent["X-CloudTasks-TaskRetryCount"], sent["X-Other"]) == ("0", "kept")
    assert stack.target.url.endswith(sent["Host"])


def test_an_oidc_token_names_account_and_audience(stack: Stack):
    token = {"serviceAccountEmail": "invoker@p.iam.gserviceaccount.com", "audience": "https://converge"}
    request = {"url": stack.target.url, "oidcToken": token}
    stack.tasks.create(parent=QUEUE, body={"task": {"httpRequest": request}}).execute()
    stack.drain()
    claims = stack.target.deliveries[0].headers["Authorization"].removeprefix("Bearer ").split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert (claims["email"], claims["aud"]) == (token["serviceAccountEmail"], token["audience"])


def test_a_task_without_a_name_gets_one(stack: Stack):
    assert stack.create()["name"].startswith(QUEUE + "/tasks/")


def test_the_basic_view_hides_the_body_and_the_full_view_shows_it(stack: Stack):
    stack.pause()
    name = stack.create(body=b"secret")["name"]
    basic = stack.tasks.get(name=name).execute()
    full = stack.tasks.get(name=name, responseView="FULL").execute()
    assert (basic["view"], "body" in basic["httpRequest"]) == ("BASIC", False)
    assert base64.b64decode(full["httpRequest"]["body"]) == b"secret"


def test_a_name_is_refused_while_its_task_is_queued(stack: Stack):
    stack.pause()
    stack.create(name="one")
    with pytest.raises(HttpError) as error:
        stack.create(name="one")
    assert refusal(error) == (409, "ALREADY_EXISTS")
    assert stack.counters()["refused_by_name"] == 1


def test_a_name_is_refused_for_an_hour_after_its_task_ran(stack: Stack):
    stack.create(name="one")
    stack.drain()
    with pytest.raises(HttpError) as error:
        stack.create(name="one")
    assert refusal(error) == (409, "ALREADY_EXISTS")
    stack.control("fast_forward", {"seconds": 3601})
    assert stack.create(name="one")["name"].endswith("/one")


def test_a_deleted_task_is_not_sent_and_its_name_stays_taken(stack: Stack):
    stack.pause()
    name = stack.create(name="one")["name"]
    stack.tasks.delete(name=name).execute()
    with pytest.raises(HttpError) as error:
        stack.create(name="one")
    assert refusal(error) == (409, "ALREADY_EXISTS")
    stack.resume()
    stack.drain()
    assert stack.target.deliveries == []


@pytest.mark.parametrize(
    "task",
    [
        {"name": f"{QUEUE}/tasks/a b"},
        {"name": f"{QUEUE}/tasks/a/b"},
        {"name": f"{QUEUE}/tasks/{'x' * 501}"},
        {"name": f"{QUEUE}-other/tasks/a"},
        {"httpRequest": {"url": "ftp://x"}},
        {"httpRequest": {"url": "http://x/a b"}},
        {"httpRequest": {"url": "http://x", "body": "%%%"}},
        {"httpRequest": {"url": "http://x", "httpMethod": "GET", "body": "YQ=="}},
        {"httpRequest": {"url": "http://x", "body": "A" * 110_000}},
        {"httpRequest": {"url": "http://x", "headers": {"A": "b\nc"}}},
        {"httpRequest": {"url": "http://x", "oidcToken": {}}},
        {"httpRequest": {"url": "http://x", "Body": ""}},
        {"httpRequest": None},
        {"scheduleTime": "tomorrow"},
        {"scheduleTime": "2021-01-01T00:00:00"},
        {"scheduleTime": later(days=31)},
        {"dispatchDeadline": "10s"},
        {"dispatchDeadline": "600"},
        {"retries": 3},
    ],
    ids=lambda task: next(iter(task)),
)
def test_a_task_that_google_would_refuse_answers_400(stack: Stack, task: dict[str, Any]):
    with pytest.raises(HttpError) as error:
        stack.tasks.create(parent=QUEUE, body={"task": {"httpRequest": {"url": "http://x"}, **task}}).execute()
    assert refusal(error) == (400, "INVALID_ARGUMENT")
    assert stack.counters()["created"] == 0


def test_a_bad_queue_name_answers_400(stack: Stack):
    with pytest.raises(HttpError) as error:
        stack.create(queue="projects/p/locations/l/queues/guru.smp")
    assert refusal(error) == (400, "INVALID_ARGUMENT")


def test_tasks_are_listed_page_by_page(stack: Stack):
    stack.pause()
    for number in range(5):
        stack.create(name=f"t{number}")
    request, seen = stack.tasks.list(parent=QUEUE, pageSize=2), []
    while request is not None:
        page = request.execute()
        seen.append([task["name"].rpartition("/")[2] for task in page["tasks"]])
        request = stack.tasks.list_next(request, page)
    assert seen == [["t0", "t1"], ["t2", "t3"], ["t4"]]


def test_a_task_that_ran_is_gone(stack: Stack):
    name = stack.create()["name"]
    stack.drain()
    for request in (stack.tasks.get(name=name), stack.tasks.delete(name=name)):
        with pytest.raises(HttpError) as error:
            request.execute()
        assert refusal(error) == (404, "NOT_FOUND")
