"""Events and their Pub/Sub envelope: bytes in, the domain's types or a `PermanentError` out."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from shared.contract import (
    CURES,
    EVENT_FIELDS,
    MAX_BYTES,
    MAX_MEMBERSHIPS,
    MEMBERSHIP_FIELDS,
    PERSON_FIELDS,
    SCHEMA,
    SEKOLAH_FIELDS,
    Field,
)
from shared.domain.roster import Lane, Membership, Person, RosterChange, Sekolah
from shared.errors import PermanentError
from shared.normalise import Fault

__all__ = ["CURES", "NORMALISER", "Message", "Reading", "content_hash", "message", "parse", "payload", "problems"]
__all__ += ["read", "render"]

NORMALISER: Final = 1  # raise it when equal bytes would give another `content_hash`
MAX_AHEAD: Final = timedelta(hours=24)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_CANONICAL: Final = msgspec.json.Encoder(order="sorted")


@dataclass(slots=True)
class Reading:
    """What the contract knows of a message: normalised values, every fault as (field, code), and what got lost."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    is_complete: bool = True

    def refuse(self, path: str, code: str) -> None:
        """Note a fault whose value is dropped."""
        self.faults.append((path, code))
        self.is_complete = False

    def fields(self, raw: Any, table: tuple[Field, ...], path: str) -> dict[str, Any]:
        """Read the known fields of one object; unknown ones are not looked at."""
        if type(raw) is not dict:
            self.refuse(path[:-1], "field_missing" if raw is None else "object_expected")
            return {}
        values = {}
        for name, read, required, default in table:
            value = raw.get(name)
            if value is not None:
                try:
                    value = read(value)
                except Fault as fault:
                    self.faults.append((path + name, fault.code))
                    self.is_complete &= fault.kept is not None
                    values[name] = fault.kept
                    continue
            if value is None:
                if required:
                    self.refuse(path + name, "field_missing")
                value = default
            values[name] = value
        return values


def parse(data: bytes, *, now: datetime) -> RosterChange:
    """Give the normalised event, or raise `PermanentError` with the code and path of the first fault."""
    reading = read(data)
    faults = reading.faults or _ahead(reading.values, now)
    if faults:
        path, code = faults[0]
        raise PermanentError(code, path)
    return _change(reading.values)


def problems(data: bytes, *, now: datetime) -> list[tuple[str, str]]:
    """Give every fault of a message as (field, code), for those who mend it."""
    try:
        reading = read(data)
    except PermanentError as error:
        return [(error.field, error.code)]
    return reading.faults + _ahead(reading.values, now)


def read(data: bytes) -> Reading:
    """Read what the contract knows, faults noted; raises `PermanentError` only where there is no JSON object."""
    raw = _decode(data)
    reading = Reading()
    reading.values = reading.fields(raw, EVENT_FIELDS, "")
    raw_person = raw.get("person")
    person = reading.values["person"] = reading.fields(raw_person, PERSON_FIELDS, "person.")
    if isinstance(raw_person, dict):
        person["memberships"] = _memberships(raw_person.get("memberships"), reading)
    return reading


def _memberships(raw: Any, reading: Reading) -> list[dict[str, Any]]:
    path = "person.memberships"
    if type(raw) is not list:
        reading.refuse(path, "field_missing" if raw is None else "list_expected")
        return []
    if len(raw) > MAX_MEMBERSHIPS:
        reading.refuse(path, "memberships_too_many")
    memberships = []
    seen = set()
    for index, item in enumerate(raw[:MAX_MEMBERSHIPS]):
        at = f"{path}[{index}]."
        membership = reading.fields(item, MEMBERSHIP_FIELDS, at)
        if not membership:
            continue
        membership["sekolah"] = reading.fields(item.get("sekolah"), SEKOLAH_FIELDS, at + "sekolah.")
        memberships.append(membership)
        membership_id = membership["membership_id"]
        if membership_id in seen:
            reading.faults.append((at + "membership_id", "membership_duplicate"))
        elif membership_id is not None:
            seen.add(membership_id)
    memberships.sort(key=lambda membership: membership["membership_id"] or "")
    return memberships


def _decode(data: bytes) -> dict[str, Any]:
    if not data:
        raise PermanentError("message_empty")
    if len(data) > MAX_BYTES:
        raise PermanentError("message_too_large")
    try:
        raw = msgspec.json.decode(data)
    except UnicodeDecodeError:
        raise PermanentError("not_utf8") from None
    except RecursionError:
        raise PermanentError("nested_too_deep") from None
    except msgspec.MsgspecError:
        raise PermanentError("not_json") from None
    if type(raw) is not dict:
        raise PermanentError("not_object")
    return raw


def _ahead(values: Mapping[str, Any], now: datetime) -> list[tuple[str, str]]:
    revision = values["revision"]
    limit = (now + MAX_AHEAD - _EPOCH) // _MICROSECOND
    return [("revision", "revision_in_future")] if revision is not None and revision > limit else []


def _change(values: Mapping[str, Any]) -> RosterChange:
    memberships = tuple(
        Membership(**{**membership, "sekolah": Sekolah(**membership["sekolah"])})
        for membership in values["person"]["memberships"]
    )
    person = Person(**{**values["person"], "memberships": memberships})
    return RosterChange(
        event_id=values["event_id"],
        revision=values["revision"],
        occurred_at=values["occurred_at"],
        person=person,
        content_hash=content_hash(person),
    )


def content_hash(person: Person) -> str:
    """Give the mark of a normalised person: equal for equal content, led by the normaliser's version."""
    return f"{NORMALISER}:{hashlib.sha256(_CANONICAL.encode(person)).hexdigest()}"


def render(change: RosterChange) -> bytes:
    """Give an event in the contract's own form; parsing it gives the same event."""
    head = {"schema": SCHEMA, "event_id": change.event_id, "revision": change.revision}
    return msgspec.json.encode({**head, "occurred_at": change.occurred_at, "person": change.person})


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One Pub/Sub message; `message_id` is blank where the envelope has none (the CloudEvent's id is the same)."""

    data: bytes
    lane: Lane
    message_id: str
    attributes: dict[str, str]


def message(cloud_event_data: object) -> Message:
    """Open the envelope that a push subscription or Eventarc delivers; raises `PermanentError`."""
    envelope = _envelope(cloud_event_data)
    data = _data(envelope)
    raw = envelope.get("attributes")
    attributes = {key: value for key, value in raw.items() if type(value) is str} if isinstance(raw, dict) else {}
    lane = raw.get("lane") if isinstance(raw, dict) else None
    if lane not in (None, "live", "bulk"):
        raise PermanentError("lane_unknown", "attributes.lane")
    message_id = envelope.get("messageId") or envelope.get("message_id") or ""
    return Message(data=data, lane=lane or "live", message_id=str(message_id), attributes=attributes)


def payload(cloud_event_data: object) -> bytes:
    """Give a message's data, or nothing where it has none: what can be parked of an envelope that was refused."""
    try:
        return _data(_envelope(cloud_event_data))
    except PermanentError:
        return b""


def _envelope(cloud_event_data: object) -> dict[str, Any]:
    inner = cloud_event_data.get("message") if isinstance(cloud_event_data, dict) else None
    return inner if isinstance(inner, dict) else {}


def _data(envelope: Mapping[str, Any]) -> bytes:
    encoded = envelope.get("data")
    if encoded is None or encoded == "":
        raise PermanentError("data_missing", "message.data")
    try:
        return base64.b64decode(encoded, validate=True)
    except (ValueError, TypeError):
        raise PermanentError("data_invalid", "message.data") from None
