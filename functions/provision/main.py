"""Roster change -> accounts wished, committed and enqueued; or parked."""

import os

import functions_framework
from cloudevents.http import CloudEvent

from shared import boundary, config, logs, wiring
from shared.intake import Intake
from shared.schools import Schools
from shared.usecases.provision import Provision

CONFIG = config.provision(os.environ)
logs.mute_libraries()


@wiring.once
def intake() -> Intake:
    """Wire the use case, on the first event: the framework forks after import."""
    store, clock = wiring.store(CONFIG.store), wiring.clock(CONFIG.clock_offset)
    use_case = Provision(
        store=store,
        tasks=wiring.tasks(CONFIG.tasks),
        clock=clock,
        policy=CONFIG.policy,
        root_domain=CONFIG.root_domain,
        schools=Schools(store),
    )
    return Intake(store, clock, use_case)


@functions_framework.cloud_event
def provision(event: CloudEvent) -> None:
    """Take one message of `roster-changes` or `roster-changes-bulk`."""
    told = boundary.Told("provision")
    boundary.run(told, lambda: intake().take(event["id"], event.data, told))
