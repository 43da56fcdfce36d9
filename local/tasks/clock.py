"""The stand-in's clock, and the time formats of Google's JSON."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from datetime import UTC, datetime

from local.tasks.errors import invalid

_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)s")


class Clock:
    """Real time plus an offset in seconds that the control API can move."""

    def __init__(self, offset: float = 0.0) -> None:
        self._start = offset
        self._offset = offset

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return time.time() + self._offset

    def move(self, seconds: float) -> None:
        """Move the clock by so many seconds."""
        self._offset += seconds

    def reset(self) -> None:
        """Go back to the offset it was started with."""
        self._offset = self._start


def timestamp(seconds: float) -> str:
    """Return seconds since 1970 as an RFC 3339 text in UTC, with microseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_timestamp(value: object, field: str) -> float:
    """Return the seconds since 1970 of an RFC 3339 text, or raise the API's 400."""
    moment = None
    if isinstance(value, str) and "T" in value:
        with suppress(ValueError):
            moment = datetime.fromisoformat(value)
    if moment is None or moment.tzinfo is None:
        raise invalid(f"Invalid value at '{field}' (type.googleapis.com/google.protobuf.Timestamp)")
    return moment.timestamp()


def duration(seconds: float) -> str:
    """Return seconds in the form of a protobuf Duration (`600s`, `0.100s`)."""
    return f"{int(seconds)}s" if seconds == int(seconds) else f"{seconds:.3f}s"


def parse_duration(value: object, field: str) -> float:
    """Return the seconds of a protobuf Duration, or raise the API's 400."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise invalid(f"Invalid value at '{field}' (type.googleapis.com/google.protobuf.Duration)")
    return float(match[1])
