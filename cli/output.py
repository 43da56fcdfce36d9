"""What commands print: values as text, JSON for programs, and tables for people."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

WIDEST = 250  # columns of a table that goes to a file or a pipe


def text(value: object) -> str:
    """Give a value as people read it; times to the second, with their zone."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else "-" if value is None else str(value)


def json_text(value: object, indent: int | None = None) -> str:
    """Give JSON for programs; times as text."""
    return json.dumps(value, default=text, ensure_ascii=False, indent=indent)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table: as wide as the terminal, or as wide as it must be where nobody looks on."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # Names come from the roster: as Text nothing in them can be taken for markup.
    shown = Table(title=Text(title), title_justify="left", title_style="bold")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(text(value)) for value in row))
    console = Console(width=None if sys.stdout.isatty() else WIDEST)
    console.print(shown)
