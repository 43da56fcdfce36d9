"""A run of the one-machine stack in a process of its own, as `make run` or `make soak` starts it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120.0  # no step of a small run takes that long
# A shell in the background ignores some signals, and all that it starts does; a run heeds that.
AS_IN_A_TERMINAL = """
import runpy, signal, sys
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


class Run:
    """The process, and what it has printed so far."""

    def __init__(self, folder: Path, *options: str, module: str = "local.run") -> None:
        self.folder = folder
        command = [sys.executable, "-c", AS_IN_A_TERMINAL, module, "--folder", str(folder), *options]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=pipe, stderr=subprocess.STDOUT, start_new_session=True
        )
        self._lines: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        with self._news:
            return "".join(self._lines)

    def await_text(self, text: str) -> None:
        """Wait until the run has printed a text."""
        with self._news:
            found = self._news.wait_for(lambda: text in "".join(self._lines) or not self._reader.is_alive(), SECONDS)
        assert found, self.text
        assert text in self.text, self.text

    def end(self, seconds: float = SECONDS) -> int:
        """Wait for the end, and give the status."""
        status = self.process.wait(seconds)
        self._reader.join(SECONDS)
        return status

    def left_running(self) -> list[str]:
        """Give the command lines of processes that belong to this run's folder."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if str(self.folder).encode() in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:  # it ended, or is nobody's business
                continue
        return found

    def pid_of(self, part: str) -> int:
        """Give the process id of the first process of this run whose command line holds a text."""
        for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
            try:
                is_ours = str(self.folder).encode() in (process / "environ").read_bytes()
                if is_ours and part.encode() in (process / "cmdline").read_bytes():
                    return int(process.name)
            except OSError:
                continue
        raise AssertionError(f"no process {part}")

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                with self._news:
                    self._lines.append(line.decode())
                    self._news.notify_all()
        with self._news:
            self._news.notify_all()


@contextmanager
def running(folder: Path, *options: str, module: str = "local.run") -> Iterator[Run]:
    """Start a run, and see to its end."""
    run = Run(folder, *options, module=module)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            os.kill(run.process.pid, signal.SIGTERM)
        run.end()
