"""Publishing through Google's Pub/Sub emulator: the topics and subscriptions of the cloud, made by its client."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from google.api_core.exceptions import DeadlineExceeded
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from local.run.environment import PROJECT
from local.run.options import Lane
from local.run.publishing import ATTEMPTS, TOPICS
from local.run.roster import MAX_BYTES, Entry
from shared.boundary import document_id
from shared.intake import PARKED
from shared.outcomes import Outcome
from shared.ports import Ref, Store

DEAD = "roster-changes-dead"
ACK_SECONDS = 60
PUBLISH_SECONDS = 60.0
_LOOKS = 200
"""Messages without an event id, which no log line tells of, and of which a look asks whether they were parked."""


class PubSubPublisher:
    """Publishes to the emulator, and reads from `provision`'s log and the parked entries what was delivered.

    The emulator tells nobody how many messages it holds.
    """

    def __init__(self, provision: str, log: Path, store: Store) -> None:
        self.lines: dict[str, int] = {}
        self.too_large: list[int] = []
        self._provision = provision
        self._log = log
        self._store = store
        self._read = 0
        self.answered = 0
        """Deliveries that ended well, as far as the log was read."""
        self._waiting: dict[str, str | None] = {}
        self._publisher = PublisherClient()
        self._subscriber = SubscriberClient()

    def set_up(self) -> None:
        """Make topics, push subscriptions and a dead-letter topic; without ordering, which the emulator breaks."""
        dead = self._publisher.topic_path(PROJECT, DEAD)
        self._publisher.create_topic(name=dead)
        self._subscriber.create_subscription(name=self._subscriber.subscription_path(PROJECT, DEAD), topic=dead)
        for name in TOPICS.values():
            topic = self._publisher.topic_path(PROJECT, name)
            self._publisher.create_topic(name=topic)
            self._subscriber.create_subscription(
                request={
                    "name": self._subscriber.subscription_path(PROJECT, name),
                    "topic": topic,
                    "push_config": {"push_endpoint": self._provision},
                    "ack_deadline_seconds": ACK_SECONDS,
                    "retry_policy": {"minimum_backoff": timedelta(seconds=1), "maximum_backoff": timedelta(seconds=60)},
                    "dead_letter_policy": {"dead_letter_topic": dead, "max_delivery_attempts": ATTEMPTS},
                }
            )

    def publish(self, entries: Iterable[Entry], lane: Lane) -> None:
        """Send all entries, and return when the emulator has them."""
        with self.sending() as send:
            for entry in entries:
                send(entry, lane)

    @contextmanager
    def sending(self) -> Iterator[Callable[[Entry, Lane], None]]:
        """Give what sends one entry without waiting; at the end of the block the emulator has them all."""
        sent: list[tuple[Entry, Any]] = []

        def send(entry: Entry, lane: Lane) -> None:
            if len(entry.data) > MAX_BYTES:
                self.too_large.append(entry.line)
            else:
                topic = self._publisher.topic_path(PROJECT, TOPICS[lane])
                sent.append((entry, self._publisher.publish(topic, entry.data, **entry.attributes(lane))))

        yield send
        for entry, future in sent:
            message_id = str(future.result(PUBLISH_SECONDS))
            self.lines[message_id] = entry.line
            self._waiting[message_id] = entry.event_id

    def undelivered(self) -> int:
        """Count the messages of which neither the log nor a parked entry tells."""
        told = set(self._told())
        self._waiting = {key: event for key, event in self._waiting.items() if event is None or event not in told}
        looked_at = [key for key, event in self._waiting.items() if event is None][:_LOOKS]
        parked = self._store.get_many([Ref(PARKED, document_id(key)) for key in looked_at]) if looked_at else []
        for key, document in zip(looked_at, parked, strict=True):
            if document is not None:
                del self._waiting[key]
        return len(self._waiting)

    def given_up(self) -> int:
        """Count the dead letters; where everything was delivered there are none."""
        return self.dead_letters() if self._waiting else 0

    def dead_letters(self) -> int:
        """Count the dead letters, whatever was delivered; a look takes some seconds."""
        subscription = self._subscriber.subscription_path(PROJECT, DEAD)
        try:
            return len(
                self._subscriber.pull(subscription=subscription, max_messages=1000, timeout=3.0).received_messages
            )
        except DeadlineExceeded:
            return 0

    def close(self) -> None:
        """Close the clients."""
        self._publisher.stop()
        self._subscriber.close()

    def _told(self) -> Iterator[str]:
        """Give the event ids in the lines that `provision` has written since the last look."""
        with self._log.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read += len(line)
                try:
                    fields = json.loads(line)
                except ValueError:
                    continue
                if isinstance(fields, dict) and fields.get("outcome", Outcome.RETRY) != Outcome.RETRY:
                    self.answered += 1
                    yield str(fields.get("event_id", ""))
