"""Schedule -> end what has come to its end, and work on the campaigns."""

import os
from functools import partial

import functions_framework
from flask import Request

from shared import boundary, config, logs, wiring
from shared.budget import within
from shared.usecases.suspend import Suspend

SECONDS = 40.0  # of work in one run, every minute
CONFIG = config.suspend(os.environ)
logs.mute_libraries()


@wiring.once
def use_case() -> Suspend:
    """Wire the use case, on the first run: the framework forks after import."""
    return Suspend(
        store=wiring.store(CONFIG.store),
        clock=wiring.clock(CONFIG.clock_offset),
        policy=CONFIG.policy,
        rates=CONFIG.rates,
        new_budget=partial(within, SECONDS),
    )


@functions_framework.http
def suspend(_: Request) -> tuple[str, int]:
    """Do a minute's worth; what the body says does not matter."""
    return boundary.run_alone("suspend", use_case)
