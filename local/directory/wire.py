"""The ASGI endpoints of the Directory itself: single calls and batches."""

import asyncio
import socket
import struct
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from local.directory import batch
from local.directory.calls import Answer, Call, decoded, refusal, routed
from local.directory.engine import perform
from local.directory.errors import DirectoryError
from local.directory.state import State

_JSON = b"application/json; charset=UTF-8"
# Lingering for zero seconds makes the kernel send RST instead of FIN.
_RESET = struct.pack("ii", 1, 0)


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, which also hands its transport to the app, so that an answer can be lost on purpose."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["state"]["transport"] = self.transport


class DirectoryEndpoint:
    """Answers single calls under /admin/directory/v1/."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await _read(receive)
        if body is None:
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        answer = await _called(self._state, scope["method"], scope["path"], scope["query_string"], headers, body)
        if answer.drop:
            await _drop(scope, receive, reset=answer.drop == "lostReset")
            return
        await _send(send, answer.status, _JSON, _encoded(answer))


class BatchEndpoint:
    """Answers batches; the parts run side by side, as they begin in order."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one batch."""
        body = await _read(receive)
        if body is None:
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            found = batch.parts(headers.get("content-type", ""), body)
        except DirectoryError as error:
            await _send(send, error.status, _JSON, msgspec.json.encode(error.body()))
            return
        self._state.counters.batches += 1
        answers = await asyncio.gather(*(self._part(part, headers) for part in found))
        if any(answer.drop for answer in answers):
            await _drop(scope, receive, reset=any(answer.drop == "lostReset" for answer in answers))
            return
        ids = [part.content_id for part in found]
        replies = [(ids[at], answer.status, _encoded(answer)) for at, answer in enumerate(answers)]
        content_type, payload = batch.rendered(replies)
        await _send(send, 200, content_type.encode(), payload)

    async def _part(self, part: batch.Part, headers: dict[str, str]) -> Answer:
        target = urlsplit(part.target)
        own = {"authorization": headers.get("authorization", ""), **part.headers}
        return await _called(self._state, part.verb, unquote(target.path), target.query.encode(), own, part.body)


async def _called(
    state: State, verb: str, path: str, query_string: bytes, headers: dict[str, str], body: bytes
) -> Answer:
    override = headers.get("x-http-method-override")
    if override and verb == "POST":
        # Clients send a GET with a very long query as a POST with the query as its body.
        verb = override.upper()
        if verb == "GET":
            query_string, body = query_string + b"&" + body, b""
    try:
        method, key, within = routed(verb, path)
    except DirectoryError as error:
        state.counters.note("unknown", str(error.status), error.reason)
        return refusal(error)
    query = dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True))
    call = Call(method, key, query, decoded(body), headers.get("authorization", ""), within)
    return await perform(state, call)


async def _read(receive: Receive) -> bytes | None:
    """Return the whole body, or None if the client went away in the middle of it."""
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body


def _encoded(answer: Answer) -> bytes:
    return b"" if answer.body is None else msgspec.json.encode(answer.body)


async def _send(send: Send, status: int, content_type: bytes, payload: bytes) -> None:
    headers = [(b"content-length", str(len(payload)).encode())]
    if status != 204:
        headers.append((b"content-type", content_type))
    else:
        headers = []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": payload})


async def _drop(scope: Scope, receive: Receive, *, reset: bool) -> None:
    """Close the connection without a word, and wait until it is closed."""
    transport: Any = scope["state"]["transport"]
    if reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
