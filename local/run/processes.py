"""The processes of a run: each in a group and a log file of its own, all stopped whatever way the run ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.run.errors import RunError

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 6.0
TAIL_LINES = 12
_TAIL_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Child:
    """A process that was started."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Processes:
    """Starts, watches and stops; a reaper beside them stops them if this process is killed outright."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []
        self._reaper: subprocess.Popen[bytes] | None = None

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start one process, at the root of the project."""
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - a list made in this package, no shell
                command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._children.append(Child(name, process, log))
        self._tell_reaper(f"{process.pid}\n")

    def check(self) -> None:
        """Raise RunError if one of them has ended."""
        for child in self._children:
            status = child.process.poll()
            if status is not None:
                raise RunError(f"{child.name} ended by itself ({_ending(status)}). {_tail(child.log)}")

    def stop(self) -> None:
        """Ask every group to end, and end what has not after some seconds."""
        for child in reversed(self._children):
            _signal(child.process.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
        for child in self._children:  # the group may outlive its first process, as that of an emulator does
            _signal(child.process.pid, signal.SIGKILL)
            child.process.wait()
        self._children.clear()
        self._dismiss_reaper()

    def _tell_reaper(self, line: str) -> None:
        if self._reaper is None:
            self._reaper = subprocess.Popen(
                [sys.executable, "-m", "local.run.reaper"], cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True
            )
        if self._reaper.stdin is not None:
            with suppress(BrokenPipeError):
                self._reaper.stdin.write(line.encode())
                self._reaper.stdin.flush()

    def _dismiss_reaper(self) -> None:
        if self._reaper is not None:
            self._tell_reaper("done\n")
            with suppress(BrokenPipeError):
                self._reaper.communicate()
            self._reaper = None


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit {status}"


def _tail(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()[-TAIL_LINES:]
    if not lines:
        return f"It wrote nothing to {log}."
    return "\n".join([f"The last lines of {log}:", *(f"  {line[:400]}" for line in lines)])
