"""What Linux tells of a process: its CPU time, its memory, its children."""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bench.figures import MeasurementError

MIB = 1024.0  # KiB, the unit of /proc
_SIZE = re.compile(r"^(VmHWM|VmRSS|VmSwap):\s+(\d+) kB$", re.MULTILINE)


def cpu_seconds(pid: int) -> float:
    """Give the seconds of CPU, user and system, of all its threads, ended ones too; raises MeasurementError.

    The clock of another process (clock_getcpuclockid) counts nanoseconds; /proc/<pid>/stat counts ticks of 10 ms.
    """
    try:
        return time.clock_gettime_ns((~pid << 3) | 2) / 1e9
    except OSError:
        raise MeasurementError(f"no CPU clock of process {pid}: Linux is needed, and the server must run") from None


def family(pid: int) -> list[int]:
    """Give a process and its children; raises MeasurementError when it has ended."""
    stats = list(_stats())
    if pid not in {each for each, _ in stats}:
        raise MeasurementError("/proc tells nothing of the server: Linux is needed, and the server must run")
    return [pid, *(each for each, stat in stats if parent(stat) == pid)]


def parent(stat: str) -> int:
    """Read the parent's pid from /proc/<pid>/stat; the name before it may hold blanks and brackets."""
    return int(stat.rpartition(") ")[2].split()[1])


def memory(status: str) -> dict[str, float]:
    """Read MiB from /proc/<pid>/status: `peak` resident, and `held` now, resident or swapped out."""
    sizes = {name: int(kib) / MIB for name, kib in _SIZE.findall(status)}
    if "VmHWM" not in sizes or "VmRSS" not in sizes:
        raise MeasurementError("/proc tells no memory of the server: it has ended")
    return {"peak": sizes["VmHWM"], "held": sizes["VmRSS"] + sizes.get("VmSwap", 0.0)}


def memory_of(pid: int) -> dict[str, float]:
    """Give `peak` and `held` of a process in MiB; raises MeasurementError when it has ended."""
    try:
        return memory(Path(f"/proc/{pid}/status").read_text(errors="replace"))
    except OSError:
        raise MeasurementError("/proc tells no memory of the server: it has ended") from None


def _stats() -> Iterator[tuple[int, str]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            yield int(path.parent.name), path.read_text(errors="replace")
