"""A clock that tests set."""

from datetime import UTC, datetime, timedelta

START = datetime(2021, 1, 4, 7, 0, tzinfo=UTC)


class TestClock:
    """The Clock port; time passes when a test says so."""

    __test__ = False

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)
