"""Fixtures for the tests of the functions on the wire."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wire.functions import Place, Servers, place, servers


@pytest.fixture(scope="module")
def around() -> Iterator[Servers]:
    """The stand-ins, started once for a module."""
    with servers() as started:
        yield started


@pytest.fixture
def here(tmp_path: Path, around: Servers) -> Iterator[Place]:
    """A store of its own, emptied stand-ins, and the environment to load functions with."""
    with place(tmp_path, around) as surroundings:
        yield surroundings
