"""A message, how push wraps it, and what is left of it when it is given up."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Message:
    """A published message; `published` is in seconds since 1970."""

    message_id: str
    data: bytes
    attributes: Mapping[str, str]
    published: float
    attempts: int = 0
    duplicate: bool = False
    """A second copy of a message that was acknowledged already."""


@dataclass(frozen=True)
class DeadLetter:
    """A message that was given up, with the attributes that Pub/Sub adds to it."""

    message_id: str
    data: bytes
    attributes: Mapping[str, str]


def envelope(message: Message, subscription: str, *, counted: bool) -> dict[str, Any]:
    """Return the JSON that push sends; attempts are told only by subscriptions with a dead-letter topic."""
    published = _timestamp(message.published)
    body: dict[str, Any] = {
        "message": {
            "data": base64.b64encode(message.data).decode(),
            "attributes": dict(message.attributes),
            "messageId": message.message_id,
            "message_id": message.message_id,
            "publishTime": published,
            "publish_time": published,
        },
        "subscription": subscription,
    }
    if counted:
        body["deliveryAttempt"] = message.attempts
    return body


def dead_letter(message: Message, subscription: str) -> DeadLetter:
    """Return the dead letter of a message of a subscription `projects/P/subscriptions/S`."""
    _, project, _, name = subscription.split("/")
    source = {
        "CloudPubSubDeadLetterSourceSubscription": name,
        "CloudPubSubDeadLetterSourceSubscriptionProject": project,
        "CloudPubSubDeadLetterSourceDeliveryCount": str(message.attempts),
        "CloudPubSubDeadLetterSourceTopicPublishTime": _timestamp(message.published),
    }
    return DeadLetter(message.message_id, message.data, {**message.attributes, **source})


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
