"""Shows how far a run has come: two bars on a terminal, a line every few seconds elsewhere."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from local.run.settling import Seen

LINE_SECONDS = 5.0


class Bars:
    """Two bars: roster changes delivered, tasks done."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console)
        self._delivered = self._progress.add_task("roster changes", total=None)
        self._converged = self._progress.add_task("accounts", total=None)

    def show(self, seen: Seen) -> None:
        """Move the bars."""
        delivered = seen.published - seen.undelivered
        self._progress.update(self._delivered, total=seen.published, completed=delivered)
        asked = seen.done + seen.pending if seen.pending is not None else seen.asked
        self._progress.update(self._converged, total=max(asked, seen.done), completed=seen.done)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


class Lines:
    """A line when something has changed, at most every few seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._next = self._began
        self._shown: Seen | None = None

    def show(self, seen: Seen) -> None:
        """Print a line if it is time for one."""
        now = time.monotonic()
        is_end = not seen.undelivered and seen.pending == 0
        if seen == self._shown or (now < self._next and not is_end):
            return
        self._shown, self._next = seen, now + LINE_SECONDS
        delivered = f"{seen.published - seen.undelivered:,} of {seen.published:,} roster changes"
        waiting = "" if seen.pending is None else f", {seen.pending:,} accounts not done"
        self._console.print(f"  {now - self._began:4.0f} s  {delivered}, {seen.users:,} users created{waiting}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""


def progress(console: Console) -> Bars | Lines:
    """Give what suits the console."""
    return Bars(console) if console.is_terminal else Lines(console)
