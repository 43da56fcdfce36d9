"""The floor of a `suspend` run that finds nothing: the lease, a query for each realm, the campaigns."""

import json
import os
from datetime import UTC, datetime

import functions_framework
from flask import Request

from bench.bare.store import store

LEASE = ("bare_leases", "suspend")


@functions_framework.http
def suspend(_: Request) -> tuple[str, int]:
    """Look for what has come to its end, realm by realm, and for campaigns to work on."""
    now = datetime.now(UTC)
    _write_lease(now)
    for realm in json.loads(os.environ["BENCH_REALMS"]):
        store().pending(realm, now, 1)  # of the same form as the query for ends that have come
    store().get("bare_campaigns", "2021-06-30")
    store().switches()  # as small a collection as the campaigns
    _write_lease(datetime.now(UTC))
    return "done", 200


def _write_lease(until: datetime) -> None:
    data, version = store().get(*LEASE)
    if data:
        store().update(*LEASE, {"until": str(until)}, version)
    else:
        store().create([(*LEASE, {"until": str(until)})])
