"""A day or a moment as a person types it, and the seconds by which a run's clock is moved to be there."""

import argparse
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

JAKARTA = timezone(timedelta(hours=7))


def parse(text: str) -> datetime:
    """Read `2021-07-01`, the beginning of that day in Jakarta, or a time with its zone."""
    with suppress(ValueError):
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=JAKARTA)
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found
    raise argparse.ArgumentTypeError(
        f"{text}: must be a day, 2021-07-01, or a time with its zone, 2021-07-01T08:00+07:00"
    )


def offset_to(moment: datetime) -> int:
    """Give the seconds from the machine's time to a moment."""
    return round(moment.timestamp() - time.time())


def now(offset: float) -> datetime:
    """Give the present of a run whose clock is moved by so many seconds."""
    return datetime.now(UTC) + timedelta(seconds=offset)


def shown(moment: datetime) -> str:
    """Write a moment as people in Jakarta read it."""
    return f"{moment.astimezone(JAKARTA):%Y-%m-%d %H:%M} in Jakarta"
