"""`akun event`: for those who send roster changes."""

from datetime import UTC, datetime
from pathlib import Path

import click

from shared import events


@click.group()
def event() -> None:
    """Look at roster-change/1 events before they are sent."""


@event.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """List every fault of the events in FILES, one event a file or, in .jsonl, one a line; nothing is sent."""
    faults = 0
    for path in files:
        for place, data in _events(path):
            for field, code in events.problems(data, now=datetime.now(UTC)):
                faults += 1
                click.echo(f"{place}: {field or '(message)'}: {code}: {events.CURES[code]}")
    if faults:
        raise click.exceptions.Exit(1)


def _events(path: Path) -> list[tuple[str, bytes]]:
    data = path.read_bytes()
    if path.suffix != ".jsonl":
        return [(str(path), data)]
    return [(f"{path}:{n}", line) for n, line in enumerate(data.splitlines(), 1) if line.strip()]
