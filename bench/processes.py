"""Processes that are measured: started alone, their CPU time and memory read from the system."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.figures import MeasurementError
from bench.proc import cpu_seconds, family, memory_of
from local.run.ports import is_open

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 90.0
STOP_SECONDS = 10.0
_TAIL = 2_000  # characters of its log that a failure shows


class Server:
    """A process that listens on a port of 127.0.0.1, with its children."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], port: int, log: Path) -> None:
        self.port = port
        self.started = time.monotonic()
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def await_open(self, pause: float = 0.02) -> None:
        """Wait until it takes connections."""
        while not is_open(self.port):
            self.check_starting()
            time.sleep(pause)

    def check_starting(self) -> None:
        """Raise MeasurementError if it has ended, or takes too long to start."""
        if self._process.poll() is not None or time.monotonic() > self.started + START_SECONDS:
            raise MeasurementError(f"a server did not start: {self.tail()}")

    def tail(self) -> str:
        """Give the end of its log."""
        return self._log.read_text(errors="replace")[-_TAIL:]

    def cpu(self) -> float:
        """Give the seconds of CPU, user and system, that it and its children have used."""
        return sum(cpu_seconds(pid) for pid in family(self._process.pid))

    def memory(self) -> dict[str, float]:
        """Give `peak` and `held` MiB of its one worker.

        The worker alone: what it shares with gunicorn's master, from which it was forked, is counted in it already,
        and a proportional share (PSS) would change with every other process that has the same libraries open.
        """
        _, *workers = family(self._process.pid)
        if len(workers) != 1:
            raise MeasurementError(f"the server has {len(workers)} workers, not one")
        return memory_of(workers[0])

    def stop(self) -> None:
        """End it and its children."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError, PermissionError):  # a child may outlive its parent, as an emulator's does
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def serving(
    command: Sequence[str], env: Mapping[str, str], port: int, log: Path, *, wait: bool = True
) -> Iterator[Server]:
    """Run a server until the end of the block, which begins when it takes connections, or at once."""
    server = Server(command, env, port, log)
    try:
        if wait:
            server.await_open()
        yield server
    finally:
        server.stop()


def framework(source: str, target: str, port: int) -> list[str]:
    """Give the command that serves a function."""
    options = ["--source", source, "--target", target, "--signature-type", signature(target)]
    return [sys.executable, "-m", "functions_framework", *options, "--host", "127.0.0.1", "--port", str(port)]


def signature(target: str) -> str:
    """Give the framework's word for how a function of this name is called."""
    return "cloudevent" if target in ("provision", "unchanged") else "http"
