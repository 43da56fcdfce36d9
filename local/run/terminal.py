"""A run on a terminal, or into a file: what it prints, and with which status it ends."""

import os
import sys
import traceback
from pathlib import Path

from rich.console import Console

from local.run import runner
from local.run.errors import RunError
from local.run.options import Options
from local.run.stopping import Stopped
from shared.errors import ConfigError

PLAIN_WIDTH = 110
"""Columns where nobody knows the width."""


def run(options: Options) -> int:
    """Run, and give the exit status: 0, or 1 when something failed or is stuck."""
    console = Console() if sys.stdout.isatty() else Console(width=PLAIN_WIDTH)
    try:
        return runner.run(options, console)
    except (RunError, ConfigError) as error:
        _complain(str(error))
    except Stopped as stopped:
        _quietly_say(console, "Stopped; nothing is left running.")
        return stopped.status
    except Exception as error:  # noqa: BLE001 - its text may quote somebody's data, so only its place is told
        frames = traceback.extract_tb(error.__traceback__)[-4:]
        where = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
        _complain(f"unforeseen {type(error).__name__} at {where}")
    return 1


def _complain(text: str) -> None:
    try:
        print(f"make run: {text}", file=sys.stderr, flush=True)
    except OSError:  # the terminal is gone
        _to_nowhere()


def _quietly_say(console: Console, text: str) -> None:
    try:
        console.print(text)
    except OSError:
        _to_nowhere()


def _to_nowhere() -> None:
    """Let the interpreter end without an error over a terminal that is gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
