"""How a stand-in is served: in the foreground for a command, in the background for a test."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette

_START_SECONDS = 10.0
_STOP_SECONDS = 10.0


KEEP_ALIVE = 240
"""Seconds that an idle connection is kept: minutes, as Google's."""


class Served(uvicorn.Server):
    """A uvicorn server on 127.0.0.1 that says when it listens."""

    def __init__(self, app: Starlette, port: int = 0) -> None:
        config = uvicorn.Config(
            app,
            http="httptools",
            loop="uvloop",
            lifespan="on",
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE,
            log_config=None,
            log_level="critical",
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self.listening = threading.Event()
        self.announce = False
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then tell it."""
        await super().startup(sockets)
        if self.announce:
            print(f"listening on {self.url}", flush=True)
        self.listening.set()

    def serve_until_stopped(self) -> None:
        """Serve in this thread until `should_exit` or a signal."""
        with self._socket:
            self.run(sockets=[self._socket])


def serve_command(app: Starlette, port: int) -> None:
    """Serve in the foreground until SIGTERM or Ctrl-C, and print the address in one line."""
    server = Served(app, port)
    server.announce = True
    with suppress(KeyboardInterrupt):
        server.serve_until_stopped()


class BackgroundServer:
    """A context manager that serves an application in a thread of this process, on a free port."""

    def __init__(self, app: Starlette) -> None:
        self._server = Served(app)
        self._thread = threading.Thread(target=self._server.serve_until_stopped, name="stand-in", daemon=True)
        self._thread.start()
        if not self._server.listening.wait(_START_SECONDS):
            raise RuntimeError("the stand-in did not start")

    @property
    def url(self) -> str:
        """Base URL without a slash at its end."""
        return self._server.url

    def stop(self) -> None:
        """Stop serving; a second call does nothing."""
        self._server.should_exit = True
        self._thread.join(_STOP_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
