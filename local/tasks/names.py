"""The grammar of resource names in Cloud Tasks."""

from __future__ import annotations

import re

from local.tasks.errors import invalid

_PARENT = r"projects/[A-Za-z0-9:.-]+/locations/[A-Za-z0-9-]+"
_LOCATION_NAME = re.compile(_PARENT)
_QUEUE_NAME = re.compile(_PARENT + r"/queues/[A-Za-z0-9-]{1,100}")
_TASK_ID = re.compile(r"[A-Za-z0-9_-]{1,500}")


def location_name(name: str) -> str:
    """Return the name of a location if it is one, or raise the API's 400."""
    if not _LOCATION_NAME.fullmatch(name):
        raise invalid(f'Resource name "{name}" does not match "projects/PROJECT_ID/locations/LOCATION_ID".')
    return name


def queue_name(name: object) -> str:
    """Return the name of a queue if it is one, or raise the API's 400."""
    if not isinstance(name, str) or not _QUEUE_NAME.fullmatch(name):
        raise invalid(
            'Queue name must be formatted: "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID"; '
            "QUEUE_ID holds letters, digits and hyphens, at most 100."
        )
    return name


def task_name(name: object, queue: str) -> str:
    """Return the name of a task of this queue if it is one, or raise the API's 400."""
    prefix = queue + "/tasks/"
    if not isinstance(name, str) or not name.startswith(prefix):
        raise invalid("The queue name from request must be the same as the queue name in the named task.")
    if not _TASK_ID.fullmatch(name.removeprefix(prefix)):
        raise invalid("TASK_ID holds letters, digits, hyphens and underscores, at most 500.")
    return name


def last_part(name: str) -> str:
    """Return what follows the last slash: the id of a queue or a task."""
    return name.rpartition("/")[2]
