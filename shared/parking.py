"""What is kept of a message that can never succeed: the contract's own fields, read well, and nothing else."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from shared import events
from shared.domain.roster import Lane
from shared.errors import PermanentError

Entry = dict[str, Any]


def entry(data: bytes, lane: Lane | None, error: PermanentError, now: datetime) -> Entry:
    """Give the document for `parked/{message id}`; `lane` is None where the envelope's was unknown.

    A value that its field's reader refuses is dropped, so nothing foreign can hide in it; `complete` says that
    nothing was dropped. Of what is no JSON object only size and SHA-256 are kept.
    """
    parked: Entry = {"event_id": None, "code": error.code, "field": error.field, "at": now, "lane": lane}
    try:
        reading = events.read(data)
    except PermanentError:
        digest = hashlib.sha256(data).hexdigest()
        return {**parked, "event": None, "complete": False, "size": len(data), "sha256": digest}
    event = msgspec.json.decode(msgspec.json.encode(reading.values))
    return {**parked, "event_id": event["event_id"], "event": event, "complete": reading.is_complete}


def replayable(parked: Entry) -> bytes | None:
    """Give the event as bytes to try again, or None where something was dropped: upstream must send it again."""
    event = parked.get("event")
    return msgspec.json.encode(event) if event and parked.get("complete") else None
