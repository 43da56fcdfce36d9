"""A client that sends what it is given, byte by byte, and tells whether an answer came whole."""

import socket
from typing import NamedTuple
from urllib.parse import urlsplit

TIMEOUT = 60.0  # seconds for an answer


class Raw(NamedTuple):
    """An answer as it came over the wire; `whole` is False where the server broke it off."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool


def raw(url: str, head: bytes, body: bytes = b"") -> Raw:
    """Send a request byte by byte as given; `head` is its first line and what comes after, without Host."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), TIMEOUT) as connection:
        connection.sendall(head + b"\r\nHost: akun.test\r\nConnection: close\r\n\r\n" + body)
        received = b""
        while part := connection.recv(65_536):
            received += part
    first, _, content = received.partition(b"\r\n\r\n")
    status, *lines = first.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    chunked = headers.get("transfer-encoding") == "chunked"
    whole = content.endswith(b"0\r\n\r\n") if chunked else len(content) == int(headers.get("content-length", "0"))
    return Raw(int(status.split(" ")[1]), headers, content, whole)


def get(url: str, path: str, method: str = "GET", *headers: str) -> Raw:
    """Send an ordinary request over the wire."""
    return raw(url, "\r\n".join([f"{method} {path} HTTP/1.1", *headers]).encode())
