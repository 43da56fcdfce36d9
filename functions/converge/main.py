"""Task -> the Directory matches one account."""

import os

import functions_framework
from flask import Request

from shared import boundary, config, logs, wiring
from shared.credentials import Credentials
from shared.directory_steps import DirectorySteps
from shared.switchboard import Switchboard
from shared.usecases.converge import Converge

CONFIG = config.converge(os.environ)
logs.mute_libraries()


@wiring.once
def use_case() -> Converge:
    """Wire the use case, on the first task: the framework forks after import."""
    store, clock = wiring.store(CONFIG.store), wiring.clock(CONFIG.clock_offset)
    switchboard = Switchboard(store, clock)
    steps = DirectorySteps(
        store=store,
        directory_of=wiring.directory_of(CONFIG.directory_endpoint, CONFIG.subjects),
        credentials=Credentials(wiring.keyring(CONFIG.keys, CONFIG.kms_endpoint)),
        clock=clock,
        root_domain=CONFIG.root_domain,
        switchboard=switchboard,
    )
    tasks = wiring.tasks(CONFIG.tasks)
    return Converge(store=store, steps=steps, tasks=tasks, clock=clock, policy=CONFIG.policy, switchboard=switchboard)


@functions_framework.http
def converge(request: Request) -> tuple[str, int]:
    """Take one task of Cloud Tasks."""
    return boundary.take_task(request, use_case)
