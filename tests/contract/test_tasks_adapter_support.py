"""What the tests of the Cloud Tasks adapter share."""

from collections.abc import Callable
from typing import Any

import httplib2

from shared.adapters.tasks import CloudTasks

ACCOUNT = "0a3f0d52-9f5e-4d1a-8c77-1f0c2b9e7a11.guru.smp"
PARENT = "projects/p/locations/asia-southeast2"
QUEUE = f"{PARENT}/queues/directory-guru-smp"
CONVERGE = "https://converge.example.org/converge"
INVOKER = "converge-caller@p.iam.gserviceaccount.com"
NAME = "0123456789abcdef0123456789abcdef01234567"


def adapter(url: str, new_http: Callable[[], httplib2.Http], **changes: Any) -> CloudTasks:
    wanted = {"parent": PARENT, "converge_url": CONVERGE, "invoker": None, "endpoint": url}
    return CloudTasks(new_http, **{**wanted, **changes})
