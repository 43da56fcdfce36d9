"""`python -m bench`: measures what this system costs, each figure beside its goal."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from http.client import HTTPException
from pathlib import Path

from rich.console import Console

from bench import (
    campaign_calls,
    campaign_cpu,
    campaign_memory,
    campaign_quota,
    claims,
    cold,
    cpu,
    faults,
    handout,
    listing,
    memory,
    modules,
    quota,
)
from bench.figures import Figure, MeasurementError, as_json, line, table
from bench.pinning import pin
from bench.stage import EVENTS, Stage, emulator, has_emulator, stage
from local.run.errors import RunError
from shared import wiring
from shared.errors import AppError

WIDTH = 120
FAILURES = (MeasurementError, RunError, AppError, OSError, HTTPException)
Measure = Callable[[Stage], list[Figure]]


def _claims(here: Stage) -> list[Figure]:
    return claims.commits_per_claim(lambda: wiring.store(here.env["STORE"]), here.runs, here.store)


MEASURES: dict[str, Measure] = {
    "commits_per_claim": _claims,
    "directory_calls_under_faults": faults.directory_calls,
    "new_account_cpu": cpu.new_account,
    "unchanged_event_cpu": cpu.unchanged_event,
    "cold_start": cold.cold_starts,
    "modules_unused": modules.modules_unused,
    "memory": memory.memory,
    "csv_row_cpu": handout.row_cpu,
    "csv_finished_rows_cpu": handout.finished_rows_cpu,
    "csv_first_byte_row": handout.first_byte_row,
    "handout_memory": handout.memory,
    "campaign_calls": campaign_calls.campaign_calls,
    "suspended_cpu": campaign_cpu.suspended_cpu,
    "suspend_memory": campaign_memory.suspend_memory,
    "listing_user_cpu": listing.listing_user_cpu,
    "listing_memory": listing.listing_memory,
    "quota": quota.quota,
    "campaign_quota": campaign_quota.campaign_quota,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 whether goals are met or not, 1 when a measurement failed."""
    given = _parsed(arguments)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        try:
            figures, failed = _measured(given.only or list(MEASURES), given.events, Path(folder), console)
        except FAILURES as error:
            _say(console, f"nothing could be measured: {error}")
            return 1
    return finish(figures, failed, given.json, console)


def finish(figures: Sequence[Figure], failed: Sequence[str], file: Path | None, console: Console) -> int:
    """Print the table, write the JSON, and give the exit status."""
    console.print(table(figures))
    if file is not None:
        file.write_text(as_json(figures), "utf-8")
    for name in failed:
        _say(console, f"{name}: not measured")
    return 1 if failed else 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    add = parser.add_argument
    add("--json", type=Path, metavar="FILE", help="write name, value, goal, met of each figure there, too")
    add("--only", action="append", choices=list(MEASURES), help="measure this only; repeatable")
    add("--events", type=int, default=EVENTS, help="after which memory is looked at (%(default)s)")
    return parser.parse_args(arguments)


def _measured(names: Sequence[str], events: int, folder: Path, console: Console) -> tuple[list[Figure], list[str]]:
    """Give the figures, and the names of what could not be measured."""
    store = "Firestore's emulator" if has_emulator() else "SQLite on both sides: there is no Firestore emulator here"
    figures: list[Figure] = []
    failed: list[str] = []
    with emulator(folder) as firestore:
        _say(console, f"store: {store}; {pin()}")
        with stage(folder, firestore, events) as here:
            for name in names:
                try:
                    found = MEASURES[name](here)
                except FAILURES as error:
                    _say(console, f"{name}: failed: {error}")
                    failed.append(name)
                    continue
                figures += found
                for each in found:
                    _say(console, line(each))
    return figures, failed


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
