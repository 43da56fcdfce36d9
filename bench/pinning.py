"""One core for all of the Python side, where the system can do that."""

import os
import sys


def pin() -> str:
    """Pin this process, and so all that it starts from now on, to one core; say what came of it."""
    if sys.platform != "linux":
        return "not pinned: this system cannot pin a process to a core, so figures are rougher"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"pinned to core {core}"
