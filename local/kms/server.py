"""The Cloud KMS stand-in inside this process, for tests and the one-machine runner."""

from __future__ import annotations

from local.kms.app import build
from local.tasks.serving import BackgroundServer


class Running(BackgroundServer):
    """A stand-in on a free port: `with Running() as kms: kms.url`."""

    def __init__(self, *, strict: bool = False) -> None:
        super().__init__(build(strict=strict))
