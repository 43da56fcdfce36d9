"""Ctrl-C, SIGTERM and the terminal's end stop a run once; nothing disturbs the stopping itself."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the run to stop; `status` is what the program then ends with."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the signals into `Stopped`, and ignore them afterwards; those that were ignored before stay so."""
    numbers = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]

    def ignore() -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)

    def stop(number: int, _frame: FrameType | None) -> None:
        ignore()
        raise Stopped(128 + number)

    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    finally:
        ignore()
