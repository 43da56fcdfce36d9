"""The Cloud Tasks stand-in's disorder and faults on demand, and its command."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httplib2
import pytest
from googleapiclient.errors import HttpError

from local.tasks.__main__ import parse
from local.tasks.options import Options
from tests.wire.standin_target import call
from tests.wire.standin_tasks import FAST, later, refusal, tasks_stack


def test_tasks_come_in_another_order_than_they_were_created():
    def order(seed: int) -> list[bytes]:
        with tasks_stack(Options(rate=1000, max_concurrent=1, resume_share=1.0, seed=seed)) as stack:
            stack.create()
            stack.drain()
            stack.control("pause")
            for number in range(30):
                stack.create(body=b"%02d" % number)
            stack.control("resume")
            stack.drain()
            return stack.target.bodies()[1:]

    first = order(7)
    assert first != sorted(first)
    assert len(set(first)) == 30
    assert order(7) == first


def test_a_doubled_task_is_delivered_twice():
    with tasks_stack(FAST) as stack:
        stack.control("faults", {"double": {"count": 2, "seconds": 0.05}})
        for body in (b"a", b"b", b"c"):
            stack.create(body=body)
        counters = stack.drain()["counters"]
        assert (counters["doubled"], counters["done"], len(stack.target.deliveries)) == (2, 3, 5)


def test_a_lost_task_is_accepted_and_never_delivered():
    with tasks_stack(FAST) as stack:
        stack.control("faults", {"lost": {"count": 1}})
        stack.create()
        stack.create()
        counters = stack.drain()["counters"]
        assert (counters["lost"], counters["done"], len(stack.target.deliveries)) == (1, 1, 1)


def test_a_late_task_comes_after_its_delay_with_its_first_eta():
    with tasks_stack(FAST) as stack:
        stack.control("faults", {"late": {"count": 1, "seconds": 600}})
        before = time.time()
        stack.create()
        assert stack.drain()["counters"]["dispatched"] == 0
        stack.control("fast_forward", {"seconds": 601})
        assert stack.drain()["counters"]["late"] == 1
        eta = float(stack.target.deliveries[0].headers["X-CloudTasks-TaskETA"])
        assert before - 1 < eta < before + 60


def test_a_share_of_faults_is_the_same_for_the_same_seed():
    def lost() -> int:
        with tasks_stack(FAST) as stack:
            stack.control("faults", {"lost": {"share": 0.5}, "seed": 3})
            for _ in range(40):
                stack.create()
            return int(stack.drain()["counters"]["lost"])

    assert 5 < lost() < 35
    assert lost() == lost()


def test_a_creation_can_be_refused_with_503():
    with tasks_stack(FAST) as stack:
        stack.control("faults", {"create_503": {"count": 1}})
        with pytest.raises(HttpError) as error:
            stack.create()
        assert refusal(error) == (503, "UNAVAILABLE")
        stack.create()
        assert stack.drain()["counters"]["created"] == 1


def test_the_answer_to_a_creation_can_be_lost():
    with tasks_stack(FAST) as stack:
        stack.control("faults", {"create_answer_lost": {"count": 1}})
        with pytest.raises((http.client.HTTPException, httplib2.HttpLib2Error, OSError)):
            stack.create()
        assert stack.drain()["counters"]["done"] == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"slow": {}}),
        ("faults", {"lost": {"share": 2}}),
        ("faults", {"lost": 1}),
        ("rates", {"smp": 0}),
        ("rates", {"smp": "x"}),
        ("drain", {"timeout": "long"}),
    ],
)
def test_nonsense_on_the_control_api_answers_400(path: str, body: object):
    with tasks_stack(FAST) as stack:
        assert call(stack.url, "POST", f"/control/{path}", body)[0] == 400


@contextmanager
def command(*arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    line = [sys.executable, "-m", "local.tasks", "--port", "0", *arguments]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            process.terminate()


def test_the_command_prints_its_address_serves_and_ends_at_sigterm():
    rates = json.dumps({"smp": 9.5, "*": 0.5})
    with command(QUEUE_RATES=rates, CLOCK_OFFSET="86400") as (process, line):
        match = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", line)
        assert match is not None
        body = {"task": {"httpRequest": {"url": "http://127.0.0.1"}, "scheduleTime": later(hours=25)}}
        status, task = call(match[1], "POST", "/v2/projects/p/locations/l/queues/directory-smp/tasks", body)
        assert status == 200
        ahead = datetime.fromisoformat(task["createTime"]) - datetime.now(UTC)
        assert timedelta(hours=23) < ahead < timedelta(hours=25)
        assert call(match[1], "GET", "/control/queues")[1]["queues"][0]["rate"] == 9.5
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) in (0, -signal.SIGTERM)


def test_the_command_takes_its_options():
    port, options = parse(["--port", "8", "--rate", "3", "--strict-queues", "--min-backoff", "0.5"], {})
    assert (port, options) == (8, Options(rate=3, strict_queues=True, min_backoff=0.5))
