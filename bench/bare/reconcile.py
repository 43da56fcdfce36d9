"""The floor of a `reconcile` run that finds nothing: the switches, and a query for each realm, some at once."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import functions_framework
from flask import Request

from bench.bare import google
from bench.bare.store import store

LIBRARIES = (google,)  # imported as ours imports them; a run that finds nothing builds no client of Cloud Tasks
PATIENCE = timedelta(minutes=3)
LIMIT = 285
_AT_ONCE = ThreadPoolExecutor(6)


@functions_framework.http
def reconcile(_: Request) -> tuple[str, int]:
    """Look for what has been pending too long, realm by realm."""
    store().switches()
    before = datetime.now(UTC) - PATIENCE
    realms = json.loads(os.environ["BENCH_REALMS"])
    list(_AT_ONCE.map(lambda realm: store().pending(realm, before, LIMIT), realms))
    return "done", 200
