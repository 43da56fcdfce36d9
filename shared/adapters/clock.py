"""The machine's clock."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The Clock port; `offset` seconds are added, for the local stack."""

    def __init__(self, offset: float = 0.0) -> None:
        self._offset = timedelta(seconds=offset)

    def now(self) -> datetime:
        """Give the present."""
        return datetime.now(UTC) + self._offset
