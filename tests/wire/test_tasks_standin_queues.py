"""The Cloud Tasks stand-in, called by Google's own client: retries, schedules and queues."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from googleapiclient.errors import HttpError

from local.tasks.options import Options
from tests.wire.standin_target import eventually, target_server
from tests.wire.standin_tasks import QUEUE, Stack, later, refusal, tasks_stack


@pytest.fixture
def stack() -> Iterator[Stack]:
    with tasks_stack() as running:
        yield running


@pytest.mark.parametrize("status", [302, 404, 429, 500, 503, None])
def test_anything_but_2xx_is_tried_again_until_it_succeeds(stack: Stack, status: int | None):
    stack.target.answer = lambda _: status if len(stack.target.deliveries) < 4 else 201
    stack.create()
    counters = stack.drain()["counters"]
    assert (counters["done"], counters["retries"]) == (1, 3)
    assert counters["by_status"] == {str(status or "error"): 3, "201": 1}
    counts = [delivery.headers["X-CloudTasks-TaskRetryCount"] for delivery in stack.target.deliveries]
    assert counts == ["0", "1", "2", "3"]


def test_a_retry_tells_the_answers_so_far(stack: Stack):
    stack.target.answer = lambda _: (500, None, 200)[len(stack.target.deliveries) - 1]
    stack.create()
    stack.drain()
    headers = [delivery.headers for delivery in stack.target.deliveries]
    assert [header["X-CloudTasks-TaskExecutionCount"] for header in headers] == ["0", "1", "1"]
    assert [header.get("X-CloudTasks-TaskPreviousResponse") for header in headers] == [None, "500", None]


def test_a_target_that_does_not_answer_in_time_is_tried_again():
    with tasks_stack(Options(rate=1000, min_backoff=0.01, deadline_cap=0.2, throttle_floor=1.0)) as stack:
        slow: list[bool] = []

        def answer(_: object) -> int:
            if not slow:
                slow.append(True)
                eventually(lambda: len(stack.target.deliveries) > 1)
            return 200

        stack.target.answer = answer
        stack.create()
        assert stack.drain()["counters"]["by_status"] == {"timeout": 1, "200": 1}


def test_a_target_that_is_down_is_tried_again(stack: Stack):
    with target_server() as gone:
        url = gone.url
    stack.tasks.create(parent=QUEUE, body={"task": {"httpRequest": {"url": url}}}).execute()
    assert eventually(lambda: stack.counters()["by_status"].get("error", 0) > 2)
    assert stack.control("tasks", method="GET")["total"] == 1


def test_retry_after_is_waited_for(stack: Stack):
    stack.target.answer = lambda _: 503
    stack.target.headers = {"Retry-After": "120"}
    stack.create()
    assert stack.drain(horizon=60)["scheduled"] == 1
    stack.target.answer = lambda _: 200
    stack.control("fast_forward", {"seconds": 121})
    assert stack.drain()["counters"]["done"] == 1


def test_a_scheduled_task_waits_for_its_time(stack: Stack):
    stack.create(scheduleTime=later(minutes=5))
    left = stack.drain()
    assert (left["scheduled"], left["counters"]["dispatched"]) == (1, 0)
    stack.control("fast_forward", {"seconds": 301})
    assert stack.drain()["counters"]["done"] == 1


def test_scheduled_tasks_can_be_made_due_at_once(stack: Stack):
    for minutes in range(1, 6):
        stack.create(scheduleTime=later(minutes=minutes))
    assert stack.control("fast_forward", {"due": True, "queue": "directory-smp"})["made_due"] == 5
    assert stack.drain()["counters"]["done"] == 5


def test_a_paused_queue_accepts_tasks_and_sends_none(stack: Stack):
    stack.pause()
    assert stack.queues.get(name=QUEUE).execute()["state"] == "PAUSED"
    stack.create()
    assert not stack.control("drain", {"timeout": 0.1})["drained"]
    assert stack.target.deliveries == []
    stack.resume()
    assert stack.drain()["counters"]["done"] == 1


def test_a_purged_queue_is_empty(stack: Stack):
    stack.pause()
    for _ in range(3):
        stack.create()
    assert "purgeTime" in stack.queues.purge(name=QUEUE, body={}).execute()
    stack.resume()
    assert stack.drain()["counters"]["purged"] == 3
    assert stack.target.deliveries == []


def test_a_patch_changes_only_what_its_mask_names(stack: Stack):
    body = {"rateLimits": {"maxDispatchesPerSecond": 9.5, "maxConcurrentDispatches": 7}}
    mask = "rateLimits.maxDispatchesPerSecond"
    queue = stack.queues.patch(name=QUEUE, body=body, updateMask=mask).execute()
    limits = {"maxDispatchesPerSecond": 9.5, "maxConcurrentDispatches": 1000, "maxBurstSize": 10}
    assert queue["rateLimits"] == limits
    assert stack.queues.get(name=QUEUE).execute()["rateLimits"] == limits


def test_a_queue_can_be_created_once_and_is_listed(stack: Stack):
    parent = "projects/p/locations/l"
    body = {"name": f"{parent}/queues/q", "retryConfig": {"minBackoff": "2s", "maxAttempts": 5}}
    created = stack.queues.create(parent=parent, body=body).execute()
    assert (created["retryConfig"]["minBackoff"], created["retryConfig"]["maxAttempts"]) == ("2s", 5)
    with pytest.raises(HttpError) as error:
        stack.queues.create(parent=parent, body=body).execute()
    assert refusal(error) == (409, "ALREADY_EXISTS")
    assert [queue["name"] for queue in stack.queues.list(parent=parent).execute()["queues"]] == [body["name"]]


def test_a_task_is_given_up_only_if_its_queue_limits_attempts(stack: Stack):
    stack.target.answer = lambda _: 500
    stack.queues.patch(name=QUEUE, body={"retryConfig": {"maxAttempts": 3}}, updateMask="retryConfig").execute()
    stack.create()
    counters = stack.drain()["counters"]
    assert (counters["given_up"], counters["by_status"]) == (1, {"500": 3})


def test_strict_queues_must_be_created_first():
    with tasks_stack(Options(rate=1000, strict_queues=True)) as stack:
        with pytest.raises(HttpError) as error:
            stack.create()
        assert refusal(error) == (404, "NOT_FOUND")
        stack.queues.create(parent=QUEUE.rpartition("/queues/")[0], body={"name": QUEUE}).execute()
        stack.create()
        assert stack.drain()["counters"]["done"] == 1


def test_a_reset_forgets_everything(stack: Stack):
    stack.control("faults", {"late": {"count": 9, "seconds": 60}})
    stack.create(name="one", scheduleTime=later(minutes=1))
    stack.control("reset")
    assert stack.control("queues", method="GET") == {"queues": []}
    assert stack.counters()["created"] == 0
    stack.create(name="one")
    assert stack.drain()["counters"]["done"] == 1
