"""The floor of an event that changes nothing: a CloudEvent and a read."""

import functions_framework
from cloudevents.http import CloudEvent

from bench.bare.store import store


@functions_framework.cloud_event
def unchanged(event: CloudEvent) -> None:
    """Read the person; the message's id is theirs."""
    store().get("bare_people", f"{event['id']}.smp")
