"""multipart/mixed batches: up to 1,000 calls in one request, each answered, counted and refused on its own."""

import secrets
from dataclasses import dataclass
from email.message import Message

from local.directory.errors import DirectoryError

MAX_PARTS = 1000


@dataclass(frozen=True)
class Part:
    """One call of a batch as it was written."""

    content_id: str
    verb: str
    target: str
    headers: dict[str, str]
    body: bytes


def parts(content_type: str, body: bytes) -> list[Part]:
    """Return the calls of a batch, or refuse it whole."""
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if header.get_content_maintype() != "multipart" or not isinstance(boundary, str):
        raise DirectoryError(400, "badRequest")
    pieces = (b"\r\n" + _newlines(body)).split(b"\r\n--" + boundary.encode())
    chunks = [piece for piece in pieces[1:] if not piece.startswith(b"--")]
    if not chunks:
        raise DirectoryError(400, "badRequest")
    if len(chunks) > MAX_PARTS:
        raise DirectoryError(400, "badRequest", f"The batch request exceeds the limit of {MAX_PARTS} calls.")
    return [_part(chunk) for chunk in chunks]


def rendered(answers: list[tuple[str, int, bytes]]) -> tuple[str, bytes]:
    """Return content type and body that carry the answers (content id, status, JSON), in the order of the calls."""
    boundary = f"batch_{secrets.token_hex(8)}"
    pieces = []
    for content_id, status, payload in answers:
        reply = f"<response-{content_id[1:]}" if content_id.startswith("<") else f"response-{content_id}"
        head = (
            f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: {reply}\r\n\r\n"
            f"HTTP/1.1 {status} {'OK' if status < 400 else 'Error'}\r\n"
            f"Content-Type: application/json; charset=UTF-8\r\nContent-Length: {len(payload)}\r\n\r\n"
        )
        pieces += [head.encode(), payload, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return f"multipart/mixed; boundary={boundary}", b"".join(pieces)


def _newlines(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _part(chunk: bytes) -> Part:
    outer, _, inner = chunk.lstrip(b"\r\n").partition(b"\r\n\r\n")
    head, _, body = inner.partition(b"\r\n\r\n")
    request, _, lines = head.partition(b"\r\n")
    words = request.decode("latin-1").split(" ")
    if len(words) < 2:
        raise DirectoryError(400, "badRequest")
    content_id = _headers(outer).get("content-id", "")
    return Part(content_id, words[0], words[1], _headers(lines), body.strip())


def _headers(raw: bytes) -> dict[str, str]:
    found = {}
    for line in raw.decode("latin-1").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            found[name.strip().lower()] = value.strip()
    return found
