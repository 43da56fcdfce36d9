"""What a run asks of its Directory stand-in."""

import http.client
import json
from contextlib import suppress
from typing import Any

from local.run import http as local_http
from local.run.errors import RunError
from local.run.folder import Folder

_NOT_SEEDED = frozenset({"passwordsSet", "updates", "createdAt", "updatedAt", "deleted", "hashFunction"})


def user(port: int, address: str) -> dict[str, Any]:
    """Read one user, password included."""
    return local_http.get(port, f"/control/users/{address}")


def keep(port: int, folder: Folder) -> None:
    """Save all users for the next run; where the stand-in is gone, the last saved ones stay."""
    with suppress(OSError, http.client.HTTPException):
        folder.write_private(folder.directory, json.dumps(local_http.get(port, "/control/users")))


def recall(port: int, folder: Folder) -> None:
    """Plant the users that the last run saved."""
    if not folder.directory.exists():
        return
    saved = json.loads(folder.directory.read_text("utf-8"))["users"]
    users = [{k: v for k, v in each.items() if k not in _NOT_SEEDED} for each in saved if not each["deleted"]]
    if local_http.post(port, "/control/seed", {"users": users}) != http.client.OK:
        raise RunError(f"{folder.directory} cannot be read back: run once without KEEP=1")
