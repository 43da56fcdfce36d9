"""Runs the stand-in: in this process by a background thread (`Running`), or as a program of its own (`serve`)."""

import contextlib
import http.client
import signal
import socket
import sys
import threading
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
import uvicorn

from local.directory.app import make_app
from local.directory.options import Options
from local.directory.state import State
from local.directory.wire import Protocol

KEEP_ALIVE = 240
"""Seconds that an idle connection is kept: minutes, as Google's."""


class Server(uvicorn.Server):
    """uvicorn's server, which says when it is ready and lets held calls go when it stops."""

    def __init__(self, state: State, *, announce: str = "") -> None:
        config = uvicorn.Config(
            make_app(state),
            http=Protocol,
            loop="uvloop",
            ws="none",
            lifespan="off",
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE,
            log_config=None,
            log_level="critical",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self._state = state
        self._announce = announce
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self._announce:
            print(self._announce, flush=True)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let held calls go unapplied, then stop."""
        self._state.faults.clear()
        await super().shutdown(sockets)


def bound(port: int = 0) -> socket.socket:
    """Return a listening socket on 127.0.0.1; port 0 means a free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the base URL under which a socket answers."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def serve(options: Options, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C, and end with 0 then."""
    listener = bound(port)
    # uvicorn raises the signal once more after it has shut down, under the handler that was there before.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt):
        Server(State(options), announce=f"listening on {url_of(listener)}").run([listener])


class Running:
    """The stand-in in a background thread on a free port, as a context manager."""

    def __init__(self, options: Options | None = None, port: int = 0) -> None:
        self.state = State(options or Options())
        listener = bound(port)
        self.url = url_of(listener)
        self._server = Server(self.state)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()
        if not self._server.ready.wait(30):
            raise RuntimeError("the Directory stand-in did not start")

    def stop(self) -> None:
        """Stop the server and wait for its thread."""
        self._server.should_exit = True
        self._thread.join(30)

    def control(self, path: str, body: dict[str, Any] | None = None, *, method: str = "") -> Any:
        """Make a control call, such as `control("faults", {"method": "insert", "kind": "lost"})`."""
        return control(self.url, path, body, method=method)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class ControlError(Exception):
    """A control call that was refused, with the stand-in's sentence."""


def control(url: str, path: str, body: dict[str, Any] | None = None, *, method: str = "") -> Any:
    """Make a control call to any running stand-in: GET without a body, POST with one, unless `method` says else."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        payload = None if body is None else msgspec.json.encode(body)
        connection.request(method or ("GET" if body is None else "POST"), f"/control/{path}", payload)
        response = connection.getresponse()
        answer = msgspec.json.decode(response.read())
    finally:
        connection.close()
    if response.status >= 400:
        raise ControlError(str(answer.get("error", response.status)))
    return answer
