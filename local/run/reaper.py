"""Ends process groups when its parent is gone without having said `done`: reads their numbers, one a line."""

import os
import signal
import sys
import time
from contextlib import suppress

GRACE_SECONDS = 3.0


def main() -> None:
    """Wait for the parent's end, which closes standard input."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: list[int] = []
    for line in sys.stdin:
        if line.strip() == "done":
            return
        groups.append(int(line))
    for number in (signal.SIGTERM, signal.SIGKILL):
        for group in reversed(groups):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, number)
        time.sleep(GRACE_SECONDS if number is signal.SIGTERM else 0)


if __name__ == "__main__":
    main()
