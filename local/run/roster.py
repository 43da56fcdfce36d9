"""What is published: the sample roster, or a person's own file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from local.roster import sample
from local.run.errors import RunError
from shared import events
from shared.contract import SCHEMA
from shared.errors import PermanentError

MAX_BYTES = 10_000_000
"""Pub/Sub's limit on a message."""
_WRITTEN_BEFORE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is sent; `line` is its place in a file, or in the sample, from 1."""

    line: int
    data: bytes
    event_id: str | None
    person_id: str | None

    def attributes(self, lane: str) -> dict[str, str]:
        """Give the message's attributes."""
        known = {"schema": SCHEMA} | ({"person_id": self.person_id} if self.person_id else {})
        return known | ({"lane": lane} if lane == "bulk" else {})


def invented(people: int, now: datetime) -> list[Entry]:
    """Give the sample roster, in its order of arrival; all of it was written some hours ago."""
    written = sample.events(people, now=now - _WRITTEN_BEFORE)
    return [entry(number, json.dumps(event).encode()) for number, event in enumerate(written, 1)]


def of_file(path: Path) -> list[Entry]:
    """Read a file, one event a line; blank lines are passed over, bad ones are sent all the same."""
    try:
        entries = list(_lines(path))
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror})") from None
    if not entries:
        raise RunError(f"{path} holds no events: it needs one roster-change/1 a line")
    return entries


def _lines(path: Path) -> Iterator[Entry]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            data = line.strip()
            if data:
                yield entry(number, data)


def entry(line: int, data: bytes) -> Entry:
    """Give an event's entry, with its ids as the door reads them; what is no event has none, and is parked later."""
    try:
        values = events.read(data).values
    except PermanentError:
        return Entry(line, data, None, None)
    return Entry(line, data, values["event_id"], values["person"].get("person_id"))
