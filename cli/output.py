"""What commands print: values as text, JSON for programs, tables for people, and how far a command has come."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from shared.handout.phrases import WIB

if TYPE_CHECKING:
    from rich.progress import TaskID

WIDEST = 250  # columns of a table that goes to a file or a pipe


def text(value: object) -> str:
    """Give a value as people read it; times to the second, with their zone."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else "-" if value is None else str(value)


def moment(at: datetime | None) -> str:
    """Give a moment by Jakarta's clock, in which deadlines are set."""
    return at.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S WIB") if at is not None else "-"


def share(part: float) -> str:
    """Give a share of 0 to 1 in percent; never 0 for what is more than nothing."""
    return f"{part:.1%}" if part == 0 or part >= 0.0005 else "<0.1%"


def span(seconds: float) -> str:
    """Give a span of seconds in the two largest units that it has, rounded up to minutes."""
    minutes = max(1, -(-int(seconds) // 60)) if seconds else 0
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{rest} min"


def json_text(value: object, indent: int | None = None) -> str:
    """Give JSON for programs; times as text."""
    return json.dumps(value, default=text, ensure_ascii=False, indent=indent)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table: as wide as the terminal, or as wide as it must be where nobody looks on. Numbers stand right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    def cell(value: object) -> Text:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return Text(f"{value:,}", justify="right") if is_number else Text(text(value))

    # Names come from the roster: as Text nothing in them can be taken for markup.
    shown = Table(title=Text(title), title_justify="left", title_style="bold")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(cell(value) for value in row))
    console = Console(width=None if sys.stdout.isatty() else WIDEST)
    console.print(shown)


class Progress:
    """Shows on stderr how far a command has come: a bar on a terminal, else a line for each of its steps."""

    def __init__(self, steps: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        self._console = Console(stderr=True, markup=False, highlight=False)
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._told = -1
        if self._console.is_terminal:
            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
            self._bar = Bar(*columns, TimeElapsedColumn(), console=self._console, transient=True)
            self._task = self._bar.add_task("", total=steps)

    def tell(self, done: int, words: str) -> None:
        """Say how many steps are done, and what is at hand."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, description=words)
        elif done != self._told:
            self._console.print(words, soft_wrap=True)
        self._told = done

    def __enter__(self) -> Self:
        """Begin to show it."""
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the terminal as it was, however the command ends."""
        if self._bar is not None:
            self._bar.stop()
