"""Schedule -> feed bulk work, and enqueue again what got stuck."""

import os

import functions_framework
from flask import Request

from shared import boundary, config, logs, wiring
from shared.switchboard import Switchboard
from shared.usecases.feed import Feed
from shared.usecases.stuck import Stuck

CONFIG = config.reconcile(os.environ)
JOBS: dict[str, type[Feed | Stuck]] = {"feed": Feed, "stuck": Stuck}
logs.mute_libraries()


@wiring.once
def use_case(job: str) -> Feed | Stuck:
    """Wire a job, on its first run: the framework forks after import."""
    store, clock = wiring.store(CONFIG.store), wiring.clock(CONFIG.clock_offset)
    return JOBS[job](
        store=store,
        tasks=wiring.tasks(CONFIG.tasks),
        clock=clock,
        rates=CONFIG.rates,
        switchboard=Switchboard(store, clock),
    )


@functions_framework.http
def reconcile(request: Request) -> tuple[str, int]:
    """Run one job for every realm: JSON `{"job": "feed"}` or `{"job": "stuck"}`."""
    return boundary.run_job(request, JOBS, use_case, CONFIG.policy.realms)
