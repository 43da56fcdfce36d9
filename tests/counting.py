"""Stores around a store: one that counts what is billed, one that lets a test act or crash around each commit."""

from collections.abc import Callable, Iterator, Sequence

from shared.ports import Document, Query, Ref, Store, Write

Hook = Callable[[Sequence[Write]], None]


class CountingStore:
    """Counts as Firestore bills: `reads` by document asked or found (a query at least 1), `writes` when applied.

    `commits` counts every try, applied or not.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reset()

    def reset(self) -> None:
        self.reads = 0
        self.writes = 0
        self.commits = 0

    def get(self, ref: Ref) -> Document | None:
        self.reads += 1
        return self._store.get(ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        self.reads += len(refs)
        return self._store.get_many(refs)

    def commit(self, writes: Sequence[Write]) -> None:
        self.commits += 1
        self._store.commit(writes)
        self.writes += len(writes)

    def query(self, query: Query) -> Iterator[Document]:
        self.reads += 1
        return self._counted(self._store.query(query))

    def count(self, query: Query) -> int:
        number = self._store.count(query)
        self.reads += max(1, -(-number // 1000))
        return number

    def _counted(self, documents: Iterator[Document]) -> Iterator[Document]:
        for n, document in enumerate(documents):
            self.reads += n > 0  # the first is the query's own read
            yield document


class HookedStore:
    """Calls a hook before and after each commit; what a hook raises, the caller of `commit` gets.

    A hook before may write to the inner store, as somebody faster would; one after that raises is an answer lost.
    """

    def __init__(self, store: Store, *, before: Hook | None = None, after: Hook | None = None) -> None:
        self._store = store
        self._before = before
        self._after = after

    def get(self, ref: Ref) -> Document | None:
        return self._store.get(ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        return self._store.get_many(refs)

    def commit(self, writes: Sequence[Write]) -> None:
        if self._before is not None:
            self._before(writes)
        self._store.commit(writes)
        if self._after is not None:
            self._after(writes)

    def query(self, query: Query) -> Iterator[Document]:
        return self._store.query(query)

    def count(self, query: Query) -> int:
        return self._store.count(query)


class Crash(BaseException):
    """The process died here: not an Exception, so that nothing catches it on the way."""


class CrashingStore(HookedStore):
    """Raises `error` before or after the given commit (counted from 1), once."""

    def __init__(
        self, store: Store, *, before: int | None = None, after: int | None = None, error: BaseException | None = None
    ) -> None:
        self.begun = 0
        self.done = 0
        crash = error or Crash()

        def begin(_: Sequence[Write]) -> None:
            self.begun += 1
            if self.begun == before:
                raise crash

        def end(_: Sequence[Write]) -> None:
            self.done += 1
            if self.begun == after:
                raise crash

        super().__init__(store, before=begin, after=end)
