"""What a run can be told."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from local.run import moment

Backend = Literal["embedded", "emulators"]
Lane = Literal["live", "bulk"]

RATE = 200.0
"""Tasks a second of each queue of the stand-in; in the cloud it is at most 9.5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line's choices; times in seconds."""

    once: bool = False
    roster: Path | None = None
    people: int = 3200
    lane: Lane = "live"
    backend: Backend = "embedded"
    folder: Path = Path(".run")
    keep: bool = False
    rate: float = RATE
    tick: float = 60.0
    patience: float = 150.0
    at: datetime | None = None


def parse(arguments: Sequence[str] | None) -> Options:
    """Read the command line; ends the program on wrong use."""
    default = Options()
    parser = argparse.ArgumentParser(prog="python -m local.run", description="The whole path on one machine.")
    add = parser.add_argument
    add("--once", action="store_true", help="end after the summary: 0, or 1 when something is stuck")
    add("--roster", type=Path, metavar="FILE", help="one roster-change/1 a line, instead of the sample")
    add("--people", type=_number, default=default.people, help="size of the sample roster (%(default)s)")
    add("--lane", choices=("live", "bulk"), default=default.lane, help="how the roster is published (%(default)s)")
    add("--backend", choices=("embedded", "emulators"), default=default.backend, help="store and Pub/Sub")
    add("--folder", type=Path, default=default.folder, help="store, logs and keys of the run (%(default)s)")
    add("--keep", action="store_true", help="go on with store, keys and Directory of the last run with --keep")
    add("--rate", type=_seconds, default=default.rate, help="tasks a second of each local queue (%(default)s)")
    add("--tick", type=_seconds, default=default.tick, help="seconds between two runs of feed (%(default)s)")
    add("--patience", type=_seconds, default=default.patience, help="seconds without progress that count as stuck")
    add("--at", type=moment.parse, metavar="DATE", help="when it is for this run: 2021-01-04 is that day in Jakarta")
    given = parser.parse_args(arguments)
    if given.keep and given.backend == "emulators":
        parser.error("--keep goes with the embedded store: the emulators forget everything when they stop")
    return Options(**vars(given))


def _number(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be above 0")
    return value
