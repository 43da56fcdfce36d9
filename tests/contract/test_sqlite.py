"""SQLite: safe between processes, forks and crashes, and quick where the queries are."""

import multiprocessing
import os
import re
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared import queries
from shared.adapters.sqlite import SqliteStore
from shared.adapters.sqlite.select import select
from shared.errors import ConfigError, ConflictError, TransientError
from shared.ports import Create, Document, Put, Query, Ref, Update

ROOT = Path(__file__).parents[2]
COUNTER = Ref("cursors", "counter")
PROCESSES = 6
EACH = 25


def work_on(path: str, worker: int) -> None:
    """Create documents of one's own and raise a counter that everybody raises."""
    with closing(SqliteStore(path)) as store:
        for n in range(EACH):
            store.commit([Create(Ref("people", f"{worker}.{n}"), {"n": n})])
            while not raised(store):
                pass


def raised(store: SqliteStore) -> bool:
    found = store.get(COUNTER)
    try:
        if found is None:
            store.commit([Create(COUNTER, {"n": 1})])
        else:
            store.commit([Update(COUNTER, {"n": found.data["n"] + 1}, found.version)])
    except ConflictError:
        return False
    return True


def ids(documents: Iterable[Document]) -> list[str]:
    return [document.ref.id for document in documents]


def test_six_processes_lose_no_write_and_are_never_locked_out(tmp_path: Path):
    path = str(tmp_path / "store.db")
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(work_on, [path] * PROCESSES, range(PROCESSES)))
    with closing(SqliteStore(path)) as store:
        counter = store.get(COUNTER)
        assert counter is not None
        assert counter.data == {"n": PROCESSES * EACH}
        assert len(ids(store.query(Query("people")))) == PROCESSES * EACH


WRITER = """
import sys
from shared.adapters.sqlite import SqliteStore
from shared.ports import Create, Ref
store = SqliteStore(sys.argv[1])
n = int(sys.argv[2])
while True:
    store.commit([Create(Ref("one", f"{n:08}"), {"n": n}), Create(Ref("two", f"{n:08}"), {"n": n})])
    sys.stdout.write(f"{n:08}\\n")
    sys.stdout.flush()
    n += 1
"""


def kill_while_writing(path: Path, first: int) -> list[str]:
    """Kill a writer in the midst of its commits; gives what it said was written."""
    command = [sys.executable, "-c", WRITER, str(path), str(first)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline().strip() for _ in range(20)]
        writer.kill()
        said += writer.stdout.read().split()
    return said


def test_a_writer_killed_midway_leaves_whole_commits_and_all_it_had_confirmed(tmp_path: Path):
    path = tmp_path / "store.db"
    for crash in range(3):
        said = kill_while_writing(path, crash * 1_000_000)
        with closing(SqliteStore(str(path))) as store:
            one, two = ids(store.query(Query("one"))), ids(store.query(Query("two")))
            store.commit([Put(Ref("cursors", "after"), {"n": crash})])
        assert one == two
        assert set(said) <= set(one)


def test_a_forked_child_uses_connections_of_its_own(sqlite_store: SqliteStore):
    sqlite_store.commit([Create(COUNTER, {"n": 1})])
    child = os.fork()
    if child == 0:
        code = 1
        try:
            sqlite_store.commit([Update(COUNTER, {"n": 2})])
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    found = sqlite_store.get(COUNTER)
    assert found is not None
    assert found.data == {"n": 2}


def test_a_store_is_shared_by_threads_and_used_again_after_it_was_closed(sqlite_store: SqliteStore):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: sqlite_store.commit([Create(Ref("people", str(n)), {"n": n})]), range(80)))
    sqlite_store.close()
    assert len(ids(sqlite_store.query(Query("people")))) == 80


def test_a_running_query_sees_the_state_it_began_with(sqlite_store: SqliteStore):
    sqlite_store.commit([Create(Ref("people", name), {"n": 1}) for name in "abc"])
    running = sqlite_store.query(Query("people"))
    first = next(running)
    sqlite_store.commit([Create(Ref("people", "d"), {"n": 1}), Update(Ref("people", "c"), {"n": 2})])
    assert [(found.ref.id, found.data["n"]) for found in [first, *running]] == [("a", 1), ("b", 1), ("c", 1)]


def test_a_file_of_another_layout_is_refused_with_the_cure(tmp_path: Path):
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(ConfigError, match="layout 99"):
        SqliteStore(str(path)).get(COUNTER)


@pytest.mark.parametrize("kind", ["no folder", "no database"])
def test_a_file_that_cannot_be_used_is_a_passing_fault_without_its_path(tmp_path: Path, kind: str):
    path = tmp_path / "secret" / "store.db"
    if kind == "no database":
        path.parent.mkdir()
        path.write_text("something else entirely, and long enough to be looked at")
    with pytest.raises(TransientError) as failure:
        SqliteStore(str(path)).get(COUNTER)
    assert failure.value.code == "store_unavailable"
    assert "secret" not in "".join(traceback.format_exception_only(failure.value))
    assert failure.value.__suppress_context__


def test_nothing_is_left_beside_the_database(tmp_path: Path):
    with closing(SqliteStore(str(tmp_path / "store.db"))) as store:
        store.commit([Create(COUNTER, {"n": 1})])
    assert [found.name for found in tmp_path.iterdir()] == ["store.db"]


NOW = datetime(2021, 6, 30, tzinfo=UTC)
LAST = Document(Ref("accounts", "p1.smp"), {"pending_since": NOW}, 1)


@pytest.mark.parametrize(
    "query",
    [
        queries.pending("smp", "live", limit=9),
        queries.pending("smp", "live", limit=9, since_before=NOW),
        queries.pending("smp", "live", limit=9, confirmed=True, start_after=LAST),
        queries.switches(),
        queries.parked(limit=9),
    ],
)
def test_every_query_is_answered_from_an_index_without_sorting(sqlite_store: SqliteStore, tmp_path: Path, query: Query):
    sqlite_store.commit([Create(Ref("accounts", "p1.smp"), {"realm": "smp", "lane": "live", "pending_since": NOW})])
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        steps = [step for *_, step in connection.execute("EXPLAIN QUERY PLAN " + select(query)[0], select(query)[1])]
    [step] = steps
    assert re.match(
        r"SEARCH documents USING INDEX (accounts_pending \(<expr>=\? AND <expr>=\?|sqlite_autoindex\w+ \()", step
    )


def test_a_writer_waits_while_another_holds_the_file(sqlite_store: SqliteStore, tmp_path: Path):
    sqlite_store.commit([Create(COUNTER, {"n": 1})])
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other, ThreadPoolExecutor(1) as pool:
        other.execute("BEGIN IMMEDIATE")
        waiting = pool.submit(sqlite_store.commit, [Update(COUNTER, {"n": 2})])
        found = sqlite_store.get(COUNTER)  # readers do not wait
        assert found is not None
        assert found.data == {"n": 1}
        assert not waiting.done()
        other.execute("ROLLBACK")
        waiting.result(timeout=60)
    found = sqlite_store.get(COUNTER)
    assert found is not None
    assert found.data == {"n": 2}


def test_a_store_in_memory_keeps_its_documents_until_it_is_closed():
    store = SqliteStore(":memory:")
    store.commit([Create(Ref("people", "a"), {"name": "SITI"})])
    with pytest.raises(ConflictError):
        store.commit([Put(Ref("people", "b"), {"name": "BUDI"}), Create(Ref("people", "a"), {"name": "OTHER"})])
    assert [document.data for document in store.query(Query("people"))] == [{"name": "SITI"}]
    store.close()
    assert not Path(":memory:").exists()
