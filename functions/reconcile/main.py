"""Schedule -> feed bulk work, enqueue again what got stuck, and compare the Directory with our accounts."""

import os
from typing import Any

import functions_framework
from flask import Request

from shared import config, jobs, logs, wiring
from shared.switchboard import Switchboard
from shared.usecases.feed import Feed
from shared.usecases.stuck import Stuck

CONFIG = config.reconcile(os.environ)
logs.mute_libraries()


@wiring.once
def job_of(name: str) -> jobs.Job:
    """Wire a job, on its first run: the framework forks after import."""
    store, clock, realms = wiring.store(CONFIG.store), wiring.clock(CONFIG.clock_offset), CONFIG.policy.realms
    given: dict[str, Any] = {"store": store, "clock": clock}
    queues: dict[str, Any] = {"tasks": wiring.tasks(CONFIG.tasks), "rates": CONFIG.rates}
    queues["switchboard"] = Switchboard(store, clock)
    if name != "listing":
        return jobs.minutely(name, (Feed if name == "feed" else Stuck)(**given, **queues), realms)
    from shared.usecases.listing import Listing  # which the jobs of every minute do not need
    from shared.usecases.shown import Shown

    given |= {"policy": CONFIG.policy}
    given["directory_of"] = wiring.directory_of(CONFIG.directory_endpoint, CONFIG.subjects, reads_only=True)
    return jobs.daily(Listing(**given, **queues, root_domain=CONFIG.root_domain), Shown(**given), realms)


@functions_framework.http
def reconcile(request: Request) -> tuple[str, int]:
    """Run one job for every realm: JSON `{"job": "feed"}`, `{"job": "stuck"}` or `{"job": "listing"}`."""
    return jobs.run_job(request, ("feed", "listing", "stuck"), job_of)
