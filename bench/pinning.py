"""One core for all of the Python side, where the system can do that; all cores for what runs in real time."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_CORES = os.sched_getaffinity(0) if sys.platform == "linux" else set[int]()


def pin() -> str:
    """Pin this process, and so all that it starts from now on, to one core; say what came of it."""
    if sys.platform != "linux":
        return "not pinned: this system cannot pin a process to a core, so figures are rougher"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"pinned to core {core}"


@contextmanager
def unpinned() -> Iterator[int]:
    """Give back the cores that this process began with, to it and to what it starts; gives their number."""
    if sys.platform != "linux":
        yield os.cpu_count() or 1
        return
    pinned = os.sched_getaffinity(0)
    os.sched_setaffinity(0, _CORES)
    try:
        yield len(_CORES)
    finally:
        os.sched_setaffinity(0, pinned)
