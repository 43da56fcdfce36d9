"""`python -m local.run.move 2021-07-01`: moves the clock of the run that serves, forward; nothing is lost."""

import argparse
import fcntl
import sys
import time
from datetime import datetime
from pathlib import Path

from local.run import moment, moving
from local.run.errors import RunError

SECONDS = 120.0
_POLL = 0.1


def main(arguments: list[str] | None = None) -> int:
    """Ask the run to move, and wait until it has; 1 if it refuses or there is none."""
    parser = argparse.ArgumentParser(prog="python -m local.run.move", description=__doc__)
    parser.add_argument("to", type=moment.parse, help="2021-07-01 is the beginning of that day in Jakarta")
    parser.add_argument("--folder", type=Path, default=Path(".run"), help="that of the run (%(default)s)")
    given = parser.parse_args(arguments)
    try:
        ask(given.folder, given.to)
    except RunError as error:
        print(f"move: {error}", file=sys.stderr)
        return 1
    print(f"It is {moment.shown(given.to)} now. Read the settings again: set -a; . {given.folder}/env; set +a")
    return 0


def ask(folder: Path, to: datetime) -> None:
    """Leave the wish in the run's folder and await the answer; raises RunError with what the run says against it."""
    wish, answer = folder / "move", folder / "moved"
    _check_runs(folder)
    answer.unlink(missing_ok=True)
    new = folder / "move.new"
    new.write_text(to.isoformat(), "utf-8")
    new.replace(wish)
    deadline = time.monotonic() + SECONDS
    while not answer.exists():
        _check_runs(folder)
        if time.monotonic() > deadline:
            wish.unlink(missing_ok=True)
            raise RunError(f"the run does not answer after {SECONDS:.0f} seconds: is it still publishing?")
        time.sleep(_POLL)
    said = answer.read_text("utf-8")
    if said != moving.DONE:
        raise RunError(said)


def _check_runs(folder: Path) -> None:
    """Raise RunError unless a run has the folder."""
    try:
        with (folder / "lock").open("r", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    except OSError:
        pass
    raise RunError(f"no run serves from {folder}: start one with make run AT=2021-01-04")


if __name__ == "__main__":
    sys.exit(main())
