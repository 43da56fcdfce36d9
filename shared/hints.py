"""Creates many tasks in one run: a creation that fails holds up no other, until too many have."""

from datetime import datetime

from shared.errors import QuotaError, TransientError
from shared.ports import Tasks

FAILURES = 3  # in one run; then Cloud Tasks itself is at fault


class Hints:
    """The tasks of one run of `feed` or `stuck`."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._failed: list[TransientError] = []

    def offer(self, realm: str, account_id: str, version: int, *, name: str, at: datetime | None = None) -> bool | None:
        """Create one task: True, False where its name is taken, None where it failed.

        Raises QuotaError at once, and the third TransientError.
        """
        try:
            return self._tasks.enqueue(realm, account_id, version, name=name, at=at)
        except QuotaError:
            raise
        except TransientError as error:
            self._failed.append(error)
            if len(self._failed) == FAILURES:
                raise
            return None

    def check(self) -> None:
        """Raise the first failure, once all else is done: somebody is to hear of it."""
        if self._failed:
            raise self._failed[0]
