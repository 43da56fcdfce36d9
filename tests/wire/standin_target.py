"""A small HTTP server that stands-ins deliver to, and small helpers around them."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Delivery:
    """One request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class Target:
    """What came in, and how to answer: `answer` gives a status, or None to close without one."""

    url: str = ""
    answer: Callable[[Delivery], int | None] = lambda _: 200
    headers: dict[str, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def bodies(self) -> list[bytes]:
        """The bodies in the order in which they came."""
        return [delivery.body for delivery in self.deliveries]

    def handle(self, delivery: Delivery) -> int | None:
        with self._lock:
            self.deliveries.append(delivery)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            return self.answer(delivery)
        finally:
            with self._lock:
                self._now -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 1024


@contextmanager
def target_server(answer: Callable[[Delivery], int | None] = lambda _: 200) -> Iterator[Target]:
    """Serve a target on a free port."""
    target = Target(answer=answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            delivery = Delivery(self.command, self.path, dict(self.headers), body, time.monotonic())
            status = target.handle(delivery)
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            for key, value in target.headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.answer()

        def log_message(self, *_: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    target.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield target
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def call(url: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Send JSON and return the status and the JSON of the answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        connection.close()


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait, bounded, until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
