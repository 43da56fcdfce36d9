"""The stand-in for a Pub/Sub push subscription: what it sends, and when it sends it again."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from local.push import PushOptions, PushSubscription
from tests.wire.standin_target import Target, eventually, target_server

SUBSCRIPTION = "projects/local/subscriptions/roster-changes"
QUICK = PushOptions(min_backoff=0.01, max_backoff=0.05)


@pytest.fixture
def target() -> Iterator[Target]:
    with target_server() as server:
        yield server


def subscribe(target: Target, options: PushOptions = QUICK) -> PushSubscription:
    return PushSubscription(target.url + "/", SUBSCRIPTION, options)


def sent(target: Target) -> list[str]:
    return [base64.b64decode(json.loads(body)["message"]["data"]).decode() for body in target.bodies()]


def test_a_message_is_wrapped_as_push_wraps_it(target: Target):
    with subscribe(target) as push:
        message_id = push.publish(b"{}", {"lane": "bulk"})
        assert push.drain(20)
    body = json.loads(target.bodies()[0])
    message = body["message"]
    assert body["subscription"] == SUBSCRIPTION
    assert "deliveryAttempt" not in body
    assert (base64.b64decode(message["data"]), message["attributes"]) == (b"{}", {"lane": "bulk"})
    assert message["messageId"] == message["message_id"] == message_id
    assert message["publishTime"] == message["publish_time"]
    assert abs(datetime.fromisoformat(message["publishTime"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert target.deliveries[0].headers["Content-Type"] == "application/json"


def test_publish_time_obeys_the_clock_of_the_local_stack(target: Target, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CLOCK_OFFSET", "86400")
    with subscribe(target, PushOptions()) as push:
        push.publish(b"x")
        assert push.drain(20)
    published = datetime.fromisoformat(json.loads(target.bodies()[0])["message"]["publishTime"])
    assert timedelta(hours=23) < published - datetime.now(UTC) < timedelta(hours=25)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_an_acknowledged_message_is_delivered_once(target: Target, status: int):
    target.answer = lambda _: status
    with subscribe(target) as push:
        push.publish(b"x")
        assert push.drain(20)
        assert (push.stats.acknowledged, push.stats.attempts, len(target.deliveries)) == (1, 1, 1)


@pytest.mark.parametrize("status", [206, 302, 400, 429, 500, 503, None])
def test_anything_else_is_delivered_again_until_it_is_acknowledged(target: Target, status: int | None):
    target.answer = lambda _: status if len(target.deliveries) < 4 else 200
    with subscribe(target) as push:
        push.publish(b"x")
        assert push.drain(20)
        assert (push.stats.refused, push.stats.acknowledged, sent(target)) == (3, 1, ["x"] * 4)


def test_a_redelivery_waits_for_its_growing_back_off(target: Target):
    target.answer = lambda _: 500 if len(target.deliveries) < 4 else 200
    with subscribe(target, PushOptions(min_backoff=0.05, max_backoff=0.1)) as push:
        push.publish(b"x")
        assert push.drain(20)
    times = [delivery.at for delivery in target.deliveries]
    waits = [after - before for before, after in pairwise(times)]
    assert [wait >= least for wait, least in zip(waits, (0.05, 0.1, 0.1), strict=True)] == [True] * 3


def test_an_endpoint_that_is_down_is_tried_until_it_is_up():
    with target_server() as gone:
        endpoint = gone.url
    with PushSubscription(endpoint, SUBSCRIPTION, QUICK) as push:
        push.publish(b"x")
        assert eventually(lambda: push.stats.refused > 2)
        assert not push.drain(0.01)


def test_an_endpoint_that_does_not_answer_in_time_is_tried_again(target: Target):
    target.answer = lambda _: 200 if eventually(lambda: len(target.deliveries) > 1) else 500
    with subscribe(target, PushOptions(min_backoff=0.01, ack_deadline=0.1)) as push:
        push.publish(b"x")
        assert push.drain(20)
        assert push.stats.refused >= 1


def test_after_its_last_attempt_a_message_is_a_dead_letter(target: Target):
    target.answer = lambda _: 500
    with subscribe(target, PushOptions(min_backoff=0.01, max_backoff=0.01, max_delivery_attempts=5)) as push:
        message_id = push.publish(b"x", {"person_id": "p"})
        assert push.drain(20)
        [letter] = push.dead_letters
    assert [json.loads(body)["deliveryAttempt"] for body in target.bodies()] == [1, 2, 3, 4, 5]
    assert (letter.message_id, letter.data, letter.attributes["person_id"]) == (message_id, b"x", "p")
    assert letter.attributes["CloudPubSubDeadLetterSourceSubscription"] == "roster-changes"
    assert letter.attributes["CloudPubSubDeadLetterSourceSubscriptionProject"] == "local"
    assert letter.attributes["CloudPubSubDeadLetterSourceDeliveryCount"] == "5"
    assert datetime.fromisoformat(letter.attributes["CloudPubSubDeadLetterSourceTopicPublishTime"])


def test_a_dead_letter_does_not_hold_up_the_others(target: Target):
    target.answer = lambda delivery: 500 if b'"bad": "1"' in delivery.body else 200
    with subscribe(target, PushOptions(min_backoff=0.01, max_backoff=0.01, max_delivery_attempts=3)) as push:
        for number in range(20):
            push.publish(b"x", {"bad": "1"} if number == 0 else {})
        assert push.drain(20)
        assert (push.stats.acknowledged, push.stats.dead_lettered) == (19, 1)


def test_the_window_doubles_with_success_and_halves_with_failure(target: Target):
    windows = []
    statuses = iter((200, 200, 200, 500, 500, 500, 500))
    target.answer = lambda _: next(statuses)
    with subscribe(target, PushOptions(min_backoff=0.01, max_outstanding=6, max_delivery_attempts=1)) as push:
        for _ in range(7):
            push.publish(b"x")
            assert push.drain(20)
            windows.append(push.stats.window)
    assert windows == [2, 4, 6, 3, 1, 1, 1]


def test_no_more_messages_are_in_flight_than_allowed(target: Target):
    target.answer = lambda _: 200 if len(target.deliveries) < 3 or eventually(lambda: target.most_at_once > 2) else 500
    with subscribe(target, PushOptions(max_outstanding=3)) as push:
        for _ in range(30):
            push.publish(b"x")
        assert push.drain(20)
    assert target.most_at_once == 3


def test_duplicates_are_delivered_once_more(target: Target):
    with subscribe(target, PushOptions(duplicate_share=1.0)) as push:
        for number in range(5):
            push.publish(b"%d" % number)
        assert push.drain(20)
        assert push.stats.duplicated == 5
    assert sorted(sent(target)) == sorted("0123401234")


def order_of_delivery(target: Target, options: PushOptions) -> list[str]:
    released = threading.Event()
    target.deliveries.clear()
    target.answer = lambda _: 200 if released.wait(20) else 500
    with subscribe(target, options) as push:
        push.publish(b"first")
        assert eventually(lambda: bool(target.deliveries))
        for number in range(10, 40):
            push.publish(b"%d" % number)
        released.set()
        assert push.drain(20)
    return sent(target)[1:]


def test_messages_come_in_order_of_publication_one_at_a_time(target: Target):
    order = order_of_delivery(target, PushOptions(max_outstanding=1))
    assert order == sorted(order)


def test_messages_can_come_out_of_order_by_a_seed(target: Target):
    options = PushOptions(max_outstanding=1, out_of_order=True, seed=5)
    order = order_of_delivery(target, options)
    assert order != sorted(order)
    assert len(set(order)) == 30
    assert order_of_delivery(target, options) == order


def test_closing_breaks_what_is_in_flight_and_refuses_more(target: Target):
    closed = threading.Event()
    target.answer = lambda _: 200 if closed.wait(20) else 500
    push = subscribe(target)
    push.publish(b"x")
    assert eventually(lambda: push.stats.in_flight == 1)
    push.close()
    closed.set()
    assert push.stats.acknowledged == 0
    with pytest.raises(RuntimeError):
        push.publish(b"y")


def test_a_subscription_must_have_its_full_name():
    with pytest.raises(ValueError):
        PushSubscription("http://127.0.0.1:1", "roster-changes")


FUNCTION = """
import json, os
def provision(event):
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(json.dumps([event["type"], event.data["message"]]) + "\\n")
"""


@contextmanager
def framework(source: Path, seen: Path) -> Iterator[str]:
    source.write_text(FUNCTION)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    line = [sys.executable, "-m", "functions_framework", "--target", "provision", "--source", str(source)]
    line += ["--signature-type", "cloudevent", "--host", "127.0.0.1", "--port", port]
    with subprocess.Popen(line, env={**os.environ, "SEEN": str(seen)}, stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}/projects/local/topics/roster-changes"
        finally:
            process.terminate()


def test_the_functions_framework_makes_a_cloud_event_of_a_pushed_message(tmp_path: Path):
    seen = tmp_path / "seen.jsonl"
    with framework(tmp_path / "main.py", seen) as endpoint, PushSubscription(endpoint, SUBSCRIPTION, QUICK) as push:
        push.publish(b"{}", {"lane": "bulk"})
        assert push.drain(60)
    [(kind, message)] = [json.loads(line) for line in seen.read_text().splitlines()]
    assert kind == "google.cloud.pubsub.topic.v1.messagePublished"
    assert (base64.b64decode(message["data"]), message["attributes"]) == (b"{}", {"lane": "bulk"})
