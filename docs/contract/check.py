"""Check files that hold one event each: `python -m docs.contract.check FILE…` lists every fault with its cure."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from shared import events


def main(files: list[str]) -> int:
    """Write a line for each fault; 0 when there is none, 1 when there is one, 2 without a file."""
    if not files:
        sys.stderr.write("usage: python -m docs.contract.check FILE…\n")
        return 2
    found = 0
    for name in files:
        for field, code in events.problems(Path(name).read_bytes(), now=datetime.now(UTC)):
            found += 1
            sys.stdout.write(f"{name}: {field or '(message)'}: {code}: {events.CURES[code]}\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
