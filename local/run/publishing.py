"""How the roster reaches `provision`: through the push stand-in, or Google's Pub/Sub emulator."""

from collections.abc import Iterable
from typing import Protocol

from local.push import PushOptions, PushSubscription
from local.run.environment import PROJECT, url
from local.run.options import Lane
from local.run.roster import MAX_BYTES, Entry

TOPICS: dict[Lane, str] = {"live": "roster-changes", "bulk": "roster-changes-bulk"}
ATTEMPTS = 10
"""Deliveries of a message before it becomes a dead letter."""
_TWICE = 0.02


class Publisher(Protocol):
    """Sends entries, and knows what has become of them."""

    lines: dict[str, int]
    """Message id -> line."""
    too_large: list[int]
    """Lines that Pub/Sub would refuse."""

    def publish(self, entries: Iterable[Entry], lane: Lane) -> None:
        """Send all entries."""

    def undelivered(self) -> int:
        """Count the messages that are not settled: neither acknowledged nor given up."""

    def given_up(self) -> int:
        """Count the dead letters."""

    def close(self) -> None:
        """Stop delivering."""


class EmbeddedPublisher:
    """Publishes through the push stand-in: a share arrives twice, all out of order."""

    def __init__(self, provision: int) -> None:
        self.lines: dict[str, int] = {}
        self.too_large: list[int] = []
        self._provision = provision
        self._subscriptions: dict[Lane, PushSubscription] = {}

    def publish(self, entries: Iterable[Entry], lane: Lane) -> None:
        """Send all entries; delivery goes on in the background."""
        subscription = self._subscription(lane)
        for entry in entries:
            if len(entry.data) > MAX_BYTES:
                self.too_large.append(entry.line)
            else:
                self.lines[subscription.publish(entry.data, entry.attributes(lane))] = entry.line

    def undelivered(self) -> int:
        """Count what waits or is in flight."""
        stats = [subscription.stats for subscription in self._subscriptions.values()]
        return sum(each.waiting + each.in_flight for each in stats)

    def given_up(self) -> int:
        """Count the dead letters."""
        return sum(len(subscription.dead_letters) for subscription in self._subscriptions.values())

    def close(self) -> None:
        """Stop delivering."""
        for subscription in self._subscriptions.values():
            subscription.close()

    def _subscription(self, lane: Lane) -> PushSubscription:
        if lane not in self._subscriptions:
            name = f"projects/{PROJECT}/subscriptions/{TOPICS[lane]}"
            options = PushOptions(
                min_backoff=1.0,
                max_delivery_attempts=ATTEMPTS,
                max_outstanding=16,
                duplicate_share=_TWICE,
                out_of_order=True,
            )
            self._subscriptions[lane] = PushSubscription(url(self._provision), name, options)
        return self._subscriptions[lane]
