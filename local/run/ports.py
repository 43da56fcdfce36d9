"""Ports on 127.0.0.1: which are free, and whether somebody answers on one."""

import socket
from contextlib import ExitStack


def free(count: int) -> list[int]:
    """Give so many different ports that are free at this moment."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def is_open(port: int) -> bool:
    """Say whether somebody takes connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
