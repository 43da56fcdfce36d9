"""`python -m bench.soak`: see `--help`, or `make help`."""

import sys
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path

from rich.console import Console

from bench.figures import Figure, MeasurementError, as_json, table
from bench.soak.findings import Finding
from bench.soak.options import Options, parse
from local.run.errors import RunError
from local.run.stopping import Stopped
from shared.errors import AppError

SHOWN = 60
WIDTH = 120
FAILURES = (MeasurementError, RunError, AppError, OSError, HTTPException)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, and give the exit status: 0, or 1 when anything was wrong."""
    options = parse(arguments)
    try:
        found, figures = _run(options)
        show(figures, options.json)
        return report(found)
    except FAILURES as error:
        print(f"make soak: {error}", file=sys.stderr, flush=True)
        return 1
    except Stopped as stopped:
        print("Stopped; nothing is left running.")
        return stopped.status


def report(found: Sequence[Finding]) -> int:
    """Print each finding as a line, and give the exit status."""
    for each in found[:SHOWN]:
        print(f"  WRONG {each}")
    if len(found) > SHOWN:
        print(f"  … and {len(found) - SHOWN:,} more")
    print(f"{len(found):,} findings" if found else "Everything is as the model wants it.", flush=True)
    return 1 if found else 0


def show(figures: Sequence[Figure], file: Path | None) -> None:
    """Print the figures beside their goals, and write them; a missed goal is told and is no failure."""
    if figures:
        (Console() if sys.stdout.isatty() else Console(width=WIDTH)).print(table(figures, "How fresh accounts are"))
    if file is not None:
        file.write_text(as_json(figures), "utf-8")


def _run(options: Options) -> tuple[list[Finding], list[Figure]]:
    from bench.soak.campaign import campaign
    from bench.soak.fresh import fresh  # loads Google's clients, which take a while
    from bench.soak.soak import soak

    found, figures = soak(options) if options.soak else [], list[Figure]()
    for wanted, part in ((options.fresh, fresh), (options.campaign, campaign)):
        measured, more = part(options) if wanted else ([], [])
        figures, found = figures + measured, found + more
    return found, figures


if __name__ == "__main__":
    sys.exit(main())
