"""How fast the Cloud Tasks stand-in dispatches, and how it slows and recovers."""

from __future__ import annotations

import pytest

from local.tasks.options import Options, queue_rates, rate_of
from local.tasks.settings import default_settings
from local.tasks.throttle import Throttle, ThrottleSettings
from tests.wire.standin_target import eventually
from tests.wire.standin_tasks import QUEUE, tasks_stack


def test_a_queue_dispatches_no_faster_than_its_rate():
    with tasks_stack(Options(rate=50, burst=1)) as stack:
        for _ in range(20):
            stack.create()
        stack.drain()
        times = [delivery.at for delivery in stack.target.deliveries]
    # 20 tasks are 19 intervals of 20 ms; a quarter is left for uneven arrival.
    assert len(times) == 20
    assert max(times) - min(times) >= 19 * 0.02 * 0.75


def test_no_more_than_the_allowed_number_runs_at_once():
    with tasks_stack(Options(rate=1000, max_concurrent=2)) as stack:
        stack.target.answer = lambda _: 200 if eventually(lambda: stack.target.most_at_once > 1, 5) else 500
        for _ in range(10):
            stack.create()
        assert stack.drain()["counters"]["done"] == 10
        assert stack.target.most_at_once == 2


def test_the_rate_of_a_queue_comes_from_the_table_by_realm():
    rates = queue_rates('{"smp": 9.5, "guru.smp": 2, "*": 0.5}')
    found = [rate_of(queue, rates) for queue in ("directory-smp", "directory-guru-smp", "directory-sd")]
    assert found == [9.5, 2, 0.5]
    assert rate_of("directory-smp", {}) == 500


@pytest.mark.parametrize("text", ["[]", '{"smp": 0}', '{"smp": "x"}', "{"])
def test_a_bad_table_of_rates_is_refused(text: str):
    with pytest.raises(ValueError):
        queue_rates(text)


def test_rates_can_be_changed_while_running():
    with tasks_stack(Options(queue_rates={"*": 0.001}, burst=1)) as stack:
        stack.create()
        stack.create()
        assert stack.control("rates", {"smp": 400}) == {"*": 0.001, "smp": 400}
        assert stack.drain()["counters"]["done"] == 2


def test_the_back_off_doubles_then_grows_evenly_up_to_the_maximum():
    options = Options(min_backoff=10, max_backoff=300, max_doublings=3)
    waits = [default_settings(1, options).backoff(failures) for failures in range(1, 9)]
    assert waits == [10, 20, 40, 80, 160, 240, 300, 300]


SETTINGS = ThrottleSettings(floor=0.05, interval=1.0, ramp_seconds=5.0, resume_share=0.1)


def test_a_bucket_allows_a_burst_and_then_the_rate():
    throttle = Throttle(10, 3, SETTINGS, now=0)
    for _ in range(3):
        assert throttle.ready_in(0) == 0
        throttle.take(0)
    assert throttle.ready_in(0) == pytest.approx(0.1)
    assert throttle.ready_in(0.1) == 0


def test_overload_halves_the_rate_once_an_interval_down_to_the_floor():
    throttle = Throttle(100, 100, SETTINGS, now=0)
    rates = []
    for moment in (10, 10.5, 11, 12, 13, 14, 15):
        throttle.failed(moment, overloaded=True)
        rates.append(throttle.effective_rate)
    assert rates == [50, 50, 25, 12.5, 6.25, 5, 5]


def test_a_single_error_does_not_slow_a_queue_but_a_high_share_does():
    throttle = Throttle(100, 100, SETTINGS, now=0)
    for moment in range(5):
        throttle.succeeded(moment)
        throttle.failed(moment, overloaded=False)
    assert throttle.effective_rate == 50


def test_a_slowed_queue_recovers_by_doubling_while_tasks_succeed():
    throttle = Throttle(100, 100, SETTINGS, now=0)
    for moment in (1, 2, 3):
        throttle.failed(moment, overloaded=True)
    assert throttle.effective_rate == 12.5
    for moment in range(4, 9):
        throttle.succeeded(moment)
    assert throttle.effective_rate == pytest.approx(25)
    throttle.succeeded(100)
    assert throttle.effective_rate == 100


def test_a_resumed_queue_starts_slowly_and_without_a_burst():
    throttle = Throttle(100, 100, SETTINGS, now=0)
    throttle.resumed(10)
    assert throttle.effective_rate == pytest.approx(10)
    throttle.take(10)
    assert throttle.ready_in(10) == pytest.approx(0.1)


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_of_the_target_slows_the_whole_queue(status: int):
    with tasks_stack(Options(rate=400, ramp_seconds=3600, min_backoff=0.01)) as stack:
        stack.target.answer = lambda _: status if len(stack.target.deliveries) == 1 else 200
        stack.create()
        assert stack.drain()["counters"]["by_status"] == {str(status): 1, "200": 1}
        assert 200 <= stack.state()["effective_rate"] < 210


def test_a_slowed_queue_gets_its_rate_back():
    with tasks_stack(Options(rate=400, ramp_seconds=0.01, min_backoff=0.05)) as stack:
        stack.target.answer = lambda _: 429 if len(stack.target.deliveries) == 1 else 200
        stack.create()
        stack.drain()
        assert stack.state()["effective_rate"] == 400


def test_a_queue_ramps_up_after_a_pause():
    with tasks_stack(Options(rate=400, ramp_seconds=3600)) as stack:
        stack.create()
        stack.control("pause", {"queue": "directory-smp"})
        stack.control("resume", {"queue": QUEUE})
        assert stack.state()["effective_rate"] == pytest.approx(40, rel=0.05)
