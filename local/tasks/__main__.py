"""`python -m local.tasks --port N` starts the Cloud Tasks stand-in; `QUEUE_RATES` and `CLOCK_OFFSET` are obeyed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence

from local.tasks.app import build
from local.tasks.options import Options, clock_offset, queue_rates
from local.tasks.serving import serve_command


def parse(arguments: Sequence[str] | None, environment: Mapping[str, str]) -> tuple[int, Options]:
    """Return the port and the options of a command line."""
    default = Options()
    parser = argparse.ArgumentParser(prog="local.tasks", description="Cloud Tasks stand-in on 127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--rate", type=float, help="dispatches a second of every queue, instead of QUEUE_RATES")
    parser.add_argument("--burst", type=int, help="token bucket of every queue, instead of its rate rounded up")
    parser.add_argument("--max-concurrent", type=int, default=default.max_concurrent)
    parser.add_argument("--min-backoff", type=float, default=default.min_backoff, help="seconds")
    parser.add_argument("--max-backoff", type=float, default=default.max_backoff, help="seconds")
    parser.add_argument("--max-doublings", type=int, default=default.max_doublings)
    parser.add_argument("--dedup-seconds", type=float, default=default.dedup_seconds)
    parser.add_argument("--deadline-cap", type=float, help="seconds; upper bound of every dispatch deadline")
    parser.add_argument("--throttle-floor", type=float, default=default.throttle_floor, help="share of the rate")
    parser.add_argument("--throttle-interval", type=float, default=default.throttle_interval, help="seconds")
    parser.add_argument("--ramp-seconds", type=float, default=default.ramp_seconds)
    parser.add_argument("--resume-share", type=float, default=default.resume_share)
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--strict-queues", action="store_true", help="404 for a queue that nobody created")
    given = vars(parser.parse_args(arguments))
    port = int(given.pop("port"))
    rates = queue_rates(environment.get("QUEUE_RATES", ""))
    return port, Options(queue_rates=rates, clock_offset=clock_offset(environment), **given)


def main() -> None:
    """Serve until stopped."""
    port, options = parse(None, os.environ)
    serve_command(build(options), port)


if __name__ == "__main__":
    main()
