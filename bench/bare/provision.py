"""The floor of `provision` for a new account: a read, a commit, a task."""

import functions_framework
from cloudevents.http import CloudEvent

from bench.bare import google
from bench.bare.store import sample, store


@functions_framework.cloud_event
def provision(event: CloudEvent) -> None:
    """Make the calls that one new account takes; the message's id stands for the person's."""
    key = str(event["id"])
    store().get("bare_people", key)
    store().create([(f"bare_{collection}", f"{key}.smp", data) for collection, data in sample()["created"]])
    google.create_task(f"{key}.smp")
