"""Write the sample roster to standard output, one event per line."""

import argparse
import json
import sys
from datetime import datetime

from local.roster import sample


def instant(text: str) -> datetime:
    """Read an ISO 8601 time that names its zone."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise argparse.ArgumentTypeError("the time needs a zone, for example 2021-01-04T07:00:00Z")
    return value


def main(arguments: list[str] | None = None) -> int:
    """Print the events as JSON lines (ASCII only, so that every terminal takes them)."""
    parser = argparse.ArgumentParser(prog="python -m local.roster", description=__doc__)
    parser.add_argument("--people", type=int, default=3200, help="how many people (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="another seed, other people (default: %(default)s)")
    parser.add_argument("--now", type=instant, help="all revisions lie before this time (default: some hours ago)")
    options = parser.parse_args(arguments)
    for event in sample.events(options.people, options.seed, options.now):
        sys.stdout.write(json.dumps(event) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
