"""A stand-in for a Pub/Sub push subscription: it delivers messages to an HTTP endpoint as Pub/Sub does.

Acknowledged by 102, 200, 201, 202 or 204; anything else, or no answer within the deadline, is delivered again after
a back-off, and after `max_delivery_attempts` becomes a dead letter. The number of messages in flight starts at one,
doubles with each success and halves with each failure.
"""

from __future__ import annotations

import heapq
import http.client
import json
import random
import re
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from local.push.message import DeadLetter, Message, dead_letter, envelope
from local.tasks.options import clock_offset

_ACKNOWLEDGED = frozenset({102, 200, 201, 202, 204})
_CLOSE_SECONDS = 5.0
_IDLE_SECONDS = 1.0
_SUBSCRIPTION = re.compile(r"projects/[^/]+/subscriptions/[^/]+")


@dataclass(frozen=True)
class PushOptions:
    """How a subscription delivers; times in seconds; the back-off is Pub/Sub's without a retry policy."""

    min_backoff: float = 0.1
    max_backoff: float = 60.0
    ack_deadline: float = 600.0
    max_delivery_attempts: int | None = None
    """None: delivered until acknowledged, without a dead-letter topic."""
    max_outstanding: int = 32
    duplicate_share: float = 0.0
    """Share of the acknowledged messages that are delivered once more."""
    out_of_order: bool = False
    seed: int = 0
    clock_offset: float = field(default_factory=clock_offset)
    """Seconds by which `publishTime` is ahead of real time."""


@dataclass
class PushStats:
    """Counts since the start, and the present state of the flow control."""

    published: int = 0
    attempts: int = 0
    acknowledged: int = 0
    refused: int = 0
    """Attempts that were not acknowledged."""
    duplicated: int = 0
    dead_lettered: int = 0
    waiting: int = 0
    """Messages that wait for their turn or their back-off."""
    in_flight: int = 0
    window: int = 1


class PushSubscription:
    """Delivers what is published to one endpoint, on threads with a kept connection each."""

    def __init__(
        self,
        endpoint: str,
        subscription: str = "projects/local/subscriptions/local",
        options: PushOptions | None = None,
    ) -> None:
        if not _SUBSCRIPTION.fullmatch(subscription):
            raise ValueError("a subscription is named projects/P/subscriptions/S")
        self._endpoint = endpoint
        self._subscription = subscription
        self._options = options or PushOptions()
        self._random = random.Random(self._options.seed)
        lock = threading.Lock()
        self._changed = threading.Condition(lock)
        self._settled = threading.Condition(lock)
        self._order = count()
        self._later: list[tuple[float, int, Message]] = []
        self._ready: list[Message] = []
        self._stats = PushStats()
        self._dead: list[DeadLetter] = []
        self._closed = False
        self._connections: list[http.client.HTTPConnection] = []
        self._threads: list[threading.Thread] = []

    @property
    def stats(self) -> PushStats:
        """The counts at this moment."""
        with self._changed:
            return replace(self._stats, waiting=len(self._later) + len(self._ready))

    @property
    def dead_letters(self) -> list[DeadLetter]:
        """What was given up, oldest first."""
        with self._changed:
            return list(self._dead)

    def publish(self, data: bytes, attributes: Mapping[str, str] | None = None) -> str:
        """Take a message for delivery and return its id."""
        with self._changed:
            if self._closed:
                raise RuntimeError("the subscription is closed")
            self._stats.published += 1
            number = self._stats.published
            message = Message(str(number), data, dict(attributes or {}), time.time() + self._options.clock_offset)
            self._ready.append(message)
            if len(self._threads) < min(self._options.max_outstanding, number):
                self._start_worker()
            self._changed.notify()
        return message.message_id

    def drain(self, timeout: float) -> bool:
        """Wait until everything is acknowledged or a dead letter; False if the seconds ran out."""
        with self._settled:
            return self._settled.wait_for(lambda: self._is_idle() or self._closed, timeout)

    def close(self) -> None:
        """Stop delivering and break what is in flight; a second call does nothing."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._settled.notify_all()
            for connection in self._connections:
                if connection.sock is not None:
                    with suppress(OSError):
                        connection.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            if thread.ident is not None:  # a signal may have come before it was started
                thread.join(_CLOSE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _is_idle(self) -> bool:
        return not (self._later or self._ready or self._stats.in_flight)

    def _start_worker(self) -> None:
        parts = urlsplit(self._endpoint)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=self._options.ack_deadline)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        thread = threading.Thread(target=self._work, args=(connection, path), name="push", daemon=True)
        self._connections.append(connection)
        self._threads.append(thread)
        thread.start()

    def _work(self, connection: http.client.HTTPConnection, path: str) -> None:
        used_at = time.monotonic()
        with closing(connection):
            while (message := self._next()) is not None:
                # A server may close an idle connection at any moment; an old one is not worth a failed delivery.
                if time.monotonic() - used_at > _IDLE_SECONDS:
                    connection.close()
                self._settle(message, acknowledged=self._deliver(connection, path, message))
                used_at = time.monotonic()

    def _next(self) -> Message | None:
        with self._changed:
            while not self._closed:
                wait = self._until_due()
                if wait is None or self._stats.in_flight >= self._stats.window:
                    self._changed.wait()
                elif wait > 0:
                    self._changed.wait(wait)
                else:
                    place = self._random.randrange(len(self._ready)) if self._options.out_of_order else 0
                    message = self._ready.pop(place)
                    self._stats.in_flight += 1
                    self._stats.attempts += 1
                    return replace(message, attempts=message.attempts + 1)
            return None

    def _until_due(self) -> float | None:
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            self._ready.append(heapq.heappop(self._later)[2])
        if self._ready:
            return 0.0
        return self._later[0][0] - now if self._later else None

    def _deliver(self, connection: http.client.HTTPConnection, path: str, message: Message) -> bool:
        body = envelope(message, self._subscription, counted=self._options.max_delivery_attempts is not None)
        headers = {"Content-Type": "application/json", "User-Agent": "CloudPubSub-Google"}
        try:
            connection.request("POST", path, json.dumps(body).encode(), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return False
        if answer.status == http.HTTPStatus.PROCESSING:
            connection.close()
        return answer.status in _ACKNOWLEDGED

    def _settle(self, message: Message, *, acknowledged: bool) -> None:
        stats = self._stats
        with self._changed:
            stats.in_flight -= 1
            if acknowledged:
                stats.acknowledged += 1
                stats.window = min(stats.window * 2, self._options.max_outstanding)
                if not message.duplicate and self._random.random() < self._options.duplicate_share:
                    stats.duplicated += 1
                    self._ready.append(replace(message, attempts=0, duplicate=True))
            else:
                stats.refused += 1
                stats.window = max(1, stats.window // 2)
                self._try_later(message)
            self._changed.notify(max(1, stats.window - stats.in_flight))
            if self._is_idle():
                self._settled.notify_all()

    def _try_later(self, message: Message) -> None:
        options = self._options
        if options.max_delivery_attempts is not None and message.attempts >= options.max_delivery_attempts:
            self._stats.dead_lettered += 1
            self._dead.append(dead_letter(message, self._subscription))
            return
        wait = min(options.max_backoff, options.min_backoff * 2.0 ** min(message.attempts - 1, 60))
        heapq.heappush(self._later, (time.monotonic() + wait, next(self._order), message))
