"""The processes of a run: each in a group and a log file of its own, all stopped whatever way the run ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from local.run.errors import RunError

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 6.0
TAIL_LINES = 12
_TAIL_BYTES = 16_384
_THREADS = 17


@dataclass(frozen=True, slots=True)
class Child:
    """A process that was started."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
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
        self._children.append(self._started(name, command, environment))

    def crash(self, name: str, **changed: str) -> None:
        """Kill a process's whole group, as a crash would, and start it again at once; `changed` are variables.

        Its log goes on where it was. The new process has to find its port free, so the old group's end is awaited.
        """
        place, child = next((place, each) for place, each in enumerate(self._children) if each.name == name)
        _signal(child.process.pid, signal.SIGKILL)
        child.process.wait()
        _await_end(child.process.pid)
        self._children[place] = self._started(name, child.command, {**child.environment, **changed})

    @contextmanager
    def stopped(self, names: Collection[str], **changed: str) -> Iterator[None]:
        """Let some processes end well, and start them again after the block; `changed` are variables."""
        chosen = [(place, child) for place, child in enumerate(self._children) if child.name in names]
        _end(child for _, child in chosen)
        yield
        for place, child in chosen:
            self._children[place] = self._started(child.name, child.command, {**child.environment, **changed})

    def _started(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Child:
        log = self._logs / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - a list made in this package, no shell
                command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._tell_reaper(f"{process.pid}\n")
        return Child(name, command, environment, process, log)

    def check(self) -> None:
        """Raise RunError if one of them has ended."""
        for child in self._children:
            status = child.process.poll()
            if status is not None:
                raise RunError(f"{child.name} ended by itself ({_ending(status)}). {_tail(child.log)}")

    def stop(self) -> None:
        """Ask every group to end, and end what has not after some seconds."""
        _end(reversed(self._children))
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


def _end(children: Iterable[Child]) -> None:
    ending = list(children)
    for child in ending:
        _signal(child.process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in ending:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, deadline - time.monotonic()))
    for child in ending:  # the group may outlive its first process, as that of an emulator does
        _signal(child.process.pid, signal.SIGKILL)
        child.process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _await_end(group: int) -> None:
    """Wait until no process of a killed group runs; what only waits to be fetched by its parent holds no port."""
    deadline = time.monotonic() + STOP_SECONDS
    while any(_group_of(stat) == group for stat in Path("/proc").glob("[0-9]*/stat")):
        if time.monotonic() > deadline:
            raise RunError(f"process group {group} does not end after {STOP_SECONDS:.0f} seconds")
        time.sleep(0.01)


def _group_of(stat: Path) -> int | None:
    """Give the group of a process that still runs, from /proc/<pid>/stat: state, parent, group, …, threads."""
    try:
        fields = stat.read_text(errors="replace").rpartition(") ")[2].split()
    except OSError:  # it ended meanwhile
        return None
    # The first thread's state is shown; while others are still ending, the process keeps its sockets.
    has_ended = fields[0] in ("Z", "X") and int(fields[_THREADS]) <= 1
    return None if has_ended else int(fields[2])


def _ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit {status}"


def _tail(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()[-TAIL_LINES:]
    if not lines:
        return f"It wrote nothing to {log}."
    return "\n".join([f"The last lines of {log}:", *(f"  {line[:400]}" for line in lines)])
