"""The Cloud Tasks stand-in inside this process, for tests and the one-machine runner."""

from __future__ import annotations

from local.tasks.app import build
from local.tasks.options import Options
from local.tasks.serving import BackgroundServer


class Running(BackgroundServer):
    """A stand-in on a free port: `with Running(Options(rate=100)) as tasks: tasks.url`."""

    def __init__(self, options: Options | None = None) -> None:
        super().__init__(build(options or Options()))
