"""Fixtures for stores; mark a test that uses an emulator with `@pytest.mark.emulator`."""

import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shared.adapters.firestore import FirestoreStore
from shared.adapters.sqlite import SqliteStore
from tests import emulators
from tests.require import require


@pytest.fixture(scope="session")
def firestore_host(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The host:port of a Firestore emulator, one for all workers of a run."""
    require(emulators.missing("firestore"))
    with emulators.shared("firestore", _of_the_run(tmp_path_factory, worker_id)) as address:
        yield address


@pytest.fixture(scope="session")
def pubsub_host(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The host:port of a Pub/Sub emulator, one for all workers of a run."""
    require(emulators.missing("pubsub"))
    with emulators.shared("pubsub", _of_the_run(tmp_path_factory, worker_id)) as address:
        yield address


def _of_the_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture
def firestore_store(firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> FirestoreStore:
    """An empty Firestore of its own: a project that no other test knows."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    return FirestoreStore(project=f"demo-{secrets.token_hex(8)}")


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty SQLite store."""
    with closing(SqliteStore(str(tmp_path / "store.db"))) as store:
        yield store
