"""Processes that are measured: started alone, their CPU time read from /proc."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.figures import MeasurementError
from local.run.ports import is_open

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 90.0
STOP_SECONDS = 10.0
_TAIL = 2_000  # characters of its log that a failure shows


class Server:
    """A process that listens on a port of 127.0.0.1, with its children."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], port: int, log: Path) -> None:
        self.port = port
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
        deadline = time.monotonic() + START_SECONDS
        while not is_open(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise MeasurementError(f"a server did not start: {self._log.read_text(errors='replace')[-_TAIL:]}")
            time.sleep(pause)

    def cpu(self) -> float:
        """Give the seconds of CPU, user and system, that it and its children have used."""
        tick = os.sysconf("SC_CLK_TCK")
        return sum(sum(int(field) for field in stat[11:13]) for stat in self._family()) / tick

    def stop(self) -> None:
        """End it and its children."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError, PermissionError):  # a child may outlive its parent, as an emulator's does
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _family(self) -> list[list[str]]:
        """Give the fields of /proc/<pid>/stat behind the name, and the pid, of the process and its children."""
        pid = str(self._process.pid)
        found = [stat for stat in _all_stats() if stat[-1] == pid or stat[1] == pid]
        if not found:
            raise MeasurementError("/proc tells nothing of the server: Linux is needed, and the server must run")
        return found


def _all_stats() -> Iterator[list[str]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            yield [*path.read_text(errors="replace").rpartition(") ")[2].split(), path.parent.name]


@contextmanager
def serving(command: Sequence[str], env: Mapping[str, str], port: int, log: Path) -> Iterator[Server]:
    """Run a server until the end of the block."""
    server = Server(command, env, port, log)
    try:
        server.await_open()
        yield server
    finally:
        server.stop()


def framework(source: str, target: str, port: int) -> list[str]:
    """Give the command that serves a function."""
    signature = "http" if target in ("converge", "reconcile") else "cloudevent"
    options = ["--source", source, "--target", target, "--signature-type", signature]
    return [sys.executable, "-m", "functions_framework", *options, "--host", "127.0.0.1", "--port", str(port)]
