"""A small HTTP/1.1 client on asyncio streams, with connections that are kept open."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_IDLE_SECONDS = 1.0
_MAX_HEAD = 64 * 1024
_BODILESS = frozenset({204, 304})


@dataclass(frozen=True)
class Answer:
    """What the target said: status, and the wait it asked for in seconds."""

    status: int
    retry_after: float = 0.0


class ProtocolError(ConnectionError):
    """The target did not speak HTTP/1.1, or ended early."""


@dataclass
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    idle_since: float = 0.0

    def is_usable(self) -> bool:
        fresh = time.monotonic() - self.idle_since < _IDLE_SECONDS
        return fresh and not self.reader.at_eof() and not self.writer.is_closing()


class HttpClient:
    """Sends requests and throws the answers' bodies away."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, str], list[_Connection]] = defaultdict(list)

    async def send(self, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
        """Send one request; raises OSError (ProtocolError) if no whole answer came."""
        parts = urlsplit(url)
        request = _head(method, url, headers, len(body)) + body
        place = (parts.scheme, parts.netloc)
        connection = self._take(place) or await _connect(parts.scheme, parts.hostname or "", parts.port)
        return await self._exchange(connection, method, request, place)

    def close(self) -> None:
        """Close the kept connections."""
        for connections in self._idle.values():
            for connection in connections:
                connection.writer.transport.abort()
        self._idle.clear()

    def _take(self, place: tuple[str, str]) -> _Connection | None:
        idle = self._idle[place]
        while idle:
            connection = idle.pop()
            if connection.is_usable():
                return connection
            connection.writer.transport.abort()
        return None

    async def _exchange(self, connection: _Connection, method: str, request: bytes, place: tuple[str, str]) -> Answer:
        keep = False
        try:
            connection.writer.write(request)
            await connection.writer.drain()
            answer, keep = await _read_answer(connection.reader, method)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
            raise ProtocolError(type(error).__name__) from None
        finally:
            if keep:
                connection.idle_since = time.monotonic()
                self._idle[place].append(connection)
            else:
                connection.writer.transport.abort()
        return answer


async def _connect(scheme: str, host: str, port: int | None) -> _Connection:
    context = ssl.create_default_context() if scheme == "https" else None
    reader, writer = await asyncio.open_connection(host, port or (443 if context else 80), ssl=context, limit=_MAX_HEAD)
    return _Connection(reader, writer)


def _head(method: str, url: str, headers: Iterable[tuple[str, str]], length: int) -> bytes:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}", f"Content-Length: {length}"]
    lines += [f"{key}: {value}" for key, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _read_answer(reader: asyncio.StreamReader, method: str) -> tuple[Answer, bool]:
    status = 100
    while status < 200:
        version, status, headers = await _read_head(reader)
    keep = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    if method == "HEAD" or status in _BODILESS:
        pass
    elif headers.get("transfer-encoding", "").lower() == "chunked":
        await _skip_chunks(reader)
    elif "content-length" in headers:
        await reader.readexactly(int(headers["content-length"]))
    else:
        await reader.read()
        keep = False
    return Answer(status, _retry_after(headers.get("retry-after", ""))), keep


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, int, dict[str, str]]:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    version, _, rest = lines[0].partition(" ")
    headers = {}
    for line in lines[1:-2]:
        key, _, value = line.partition(":")
        headers[key.strip().lower()] = value.strip()
    return version, int(rest[:3]), headers


async def _skip_chunks(reader: asyncio.StreamReader) -> None:
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        await reader.readexactly(size + 2)
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass


def _retry_after(value: str) -> float:
    return float(value) if value.isdecimal() else 0.0
