"""What the tests of adapters share: Https that are closed, a server that answers what it is told, a profile."""

import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httplib2
import pytest

from shared.domain.users import Mark, UserProfile
from shared.ports import DirectoryError, Verdict

ADDRESS = "siti.aminah27@smp.belajar.id"
ACCOUNT = "0a3f0d52-9f5e-4d1a-8c77-1f0c2b9e7a11.smp"
PASSWORD = "Kmtw-rqhn-4729"
SECONDS = 10.0
FOUND: dict[str, Any] = {"id": "1", "primaryEmail": ADDRESS, "name": {"givenName": "SITI NUR", "familyName": "AMINAH"}}


def profile(**changes: Any) -> UserProfile:
    wanted: dict[str, Any] = {
        "address": ADDRESS,
        "account_id": ACCOUNT,
        "given_name": "SITI NUR",
        "family_name": "AMINAH",
        "display_name": None,
        "org_unit": "/Peserta Didik/SMP",
        "cost_center": "20106343",
        "school": "SMP NEGERI 241",
        "in_address_list": False,
        "mark": Mark(key_id="k1", generation=1),
        "password": PASSWORD,
    }
    return UserProfile(**{**wanted, **changes})


def failure(call: Callable[[], object]) -> tuple[Verdict, str]:
    """Make a call that must fail, and give what the adapter makes of it."""
    with pytest.raises(DirectoryError) as caught:
        call()
    return caught.value.verdict, caught.value.code


@dataclass
class Https:
    """A maker of Https that remembers them, so that their connections end with the test."""

    timeout: float = SECONDS
    made: list[httplib2.Http] = field(default_factory=list)

    def __call__(self) -> httplib2.Http:
        http = httplib2.Http(timeout=self.timeout)
        self.made.append(http)
        return http

    def close(self) -> None:
        for http in self.made:
            http.close()


@dataclass(frozen=True)
class Received:
    """One request as it came: the target is not decoded."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


SILENCE = object()  # no answer, and the connection stays
HANG_UP = object()  # the connection is closed without an answer


def answer(status: int, body: bytes | dict[str, Any], *, length: int | None = None) -> bytes:
    """Give an HTTP answer; a `length` that is not the body's cuts it short."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    size = len(payload) if length is None else length
    return f"HTTP/1.1 {status} X\r\nContent-Length: {size}\r\n\r\n".encode() + payload


def refusal(status: int, reason: str, message: str) -> bytes:
    """Give an answer in the form in which the Directory refuses."""
    detail = {"message": message, "domain": "global", "reason": reason}
    return answer(status, {"error": {"code": status, "message": message, "errors": [detail]}})


class RawServer:
    """Answers each request with the next of its `answers`, one found user when there are none left."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: deque[object] = deque()
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(SECONDS)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            while (request := _read(stream)) is not None:
                self.received.append(request)
                reply = self.answers.popleft() if self.answers else answer(200, FOUND)
                if reply is SILENCE:
                    self._stopped.wait(SECONDS)
                if not isinstance(reply, bytes):
                    return
                connection.sendall(reply)
                if _is_cut_short(reply):
                    return


def _read(stream: Any) -> Received | None:
    try:
        line = stream.readline().decode().split()
    except OSError:
        return None
    if not line:
        return None
    headers: dict[str, str] = {}
    while text := stream.readline().decode().strip():
        name, _, value = text.partition(": ")
        headers[name.lower()] = value
    return Received(line[0], line[1], headers, stream.read(int(headers.get("content-length", "0"))))


def _is_cut_short(reply: bytes) -> bool:
    head, _, body = reply.partition(b"\r\n\r\n")
    return f"Content-Length: {len(body)}".encode() not in head


@contextmanager
def raw_server(*answers: object) -> Iterator[RawServer]:
    """Serve these answers on a free port."""
    with closing(RawServer()) as server:
        server.answers.extend(answers)
        yield server


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Do the work in so many threads that begin together; give what each gave."""
    gate, given = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        gate.wait(SECONDS)
        given[number] = work(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return given
