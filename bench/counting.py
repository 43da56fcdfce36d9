"""A store around a store that remembers what was committed, and how often somebody tried."""

from collections.abc import Iterator, Sequence

from shared.ports import Document, Query, Ref, Store, Write


class WatchedStore:
    """The Store port; `commits` counts every try, `writes` holds what was applied."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.commits: list[int] = []
        self.writes: list[Write] = []

    def get(self, ref: Ref) -> Document | None:
        """Read one document."""
        return self._store.get(ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        """Read several."""
        return self._store.get_many(refs)

    def commit(self, writes: Sequence[Write]) -> None:
        """Count the try, and write."""
        self.commits.append(len(writes))  # appending is safe between threads, adding to a number is not
        self._store.commit(writes)
        self.writes.extend(writes)

    def query(self, query: Query) -> Iterator[Document]:
        """Stream what matches."""
        return self._store.query(query)

    def count(self, query: Query) -> int:
        """Count what matches."""
        return self._store.count(query)
