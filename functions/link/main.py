"""A portal's request -> a signed and registered link to one school's files.

Only IAM protects it: in the cloud nobody but the portal's service account may invoke it, and whoever may invoke it may
read every school's first passwords.
"""

import os

import flask
import functions_framework

from shared import config, logs, portal_door, wiring
from shared.usecases.link import Mint

CONFIG = config.link(os.environ)
logs.mute_libraries()


@wiring.once
def mint() -> Mint:
    """Wire the use case, on the first request: the framework forks after import."""
    return Mint(
        store=wiring.store(CONFIG.store),
        clock=wiring.clock(CONFIG.clock_offset),
        keys=CONFIG.keys,
        public_url=CONFIG.public_url,
    )


@functions_framework.http
def link(request: flask.Request) -> flask.Response:
    """Sign one link."""
    return portal_door.take(request, lambda wanted: mint()(wanted), CONFIG.ttl_seconds)
