"""The floor of `provision` for a new account: a read, a commit, a task; the school is read once."""

from functools import cache

import functions_framework
from cloudevents.http import CloudEvent

from bench.bare import google
from bench.bare.store import sample, store


@cache
def school() -> None:
    """Read the school: once for each process."""
    store().get("bare_schools", "one")


@functions_framework.cloud_event
def provision(event: CloudEvent) -> None:
    """Make the calls that one new account takes; the message's id stands for the person's."""
    key = str(event["id"])
    store().get("bare_people", key)
    school()
    store().create([(f"bare_{collection}", f"{key}.smp", data) for collection, data in sample()["created"]])
    google.create_task(f"{key}.smp")
