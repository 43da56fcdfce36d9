"""A store whose commits kill the process now and then, and which counts what Firestore would bill."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bench.simulate.chance import Chance, Faults, Killed
from shared.ports import Document, Query, Ref, Store, Write

COUNTED = 1_000  # documents that a count takes for one read


class ShakyStore:
    """The Store port; a share of the commits kills the process, before or after: then nothing of it works any more.

    `reads` are by what they were for: `work` is accounts read one by one or in pages, `pass` those that come into
    question for a campaign, `look` all that is read to find out whether there is work. `writes` are those that were
    applied: `work` those of accounts.
    """

    def __init__(self, store: Store, chance: Chance, faults: Faults) -> None:
        self._store = store
        self._chance = chance
        self.killed = faults.killed
        self.is_dead = False
        self.commits = 0
        self.reads: Counter[str] = Counter()
        self.writes: Counter[str] = Counter()
        self.before: Callable[[], None] = lambda: None
        """Called before each commit."""
        self.after: Callable[[Sequence[Write]], None] = lambda _: None
        """Told of what was committed."""

    def get(self, ref: Ref) -> Document | None:
        """Read one document."""
        self._live()
        self.reads[_kind(ref)] += 1
        return self._store.get(ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        """Read several."""
        self._live()
        self.reads["look"] += len(refs)
        return self._store.get_many(refs)

    def commit(self, writes: Sequence[Write]) -> None:
        """Write, unless the process is killed first; or be killed behind it."""
        self._live()
        self.commits += 1
        self.before()
        killed = self._chance.strikes(self.killed)
        if killed and self._chance.either():
            self.die()
        self._store.commit(writes)
        for write in writes:
            self.writes[_kind(write.ref)] += 1
        self.after(writes)
        if killed:
            self.die()

    def query(self, query: Query) -> Iterator[Document]:
        """Stream what matches."""
        self._live()
        kind = _kind_of(query)
        nothing = True
        for document in self._store.query(query):
            nothing = False
            self.reads[kind] += 1
            yield document
        self.reads["look"] += nothing

    def count(self, query: Query) -> int:
        """Count what matches."""
        self._live()
        number = self._store.count(query)
        self.reads["look"] += max(1, -(-number // COUNTED))
        return number

    def die(self) -> None:
        """Kill the process: what it still tries on its way out, fails."""
        self.is_dead = True
        raise Killed

    def _live(self) -> None:
        if self.is_dead:
            raise Killed


def _kind(ref: Ref) -> str:
    return "work" if ref.collection == "accounts" else "look"


def _kind_of(query: Query) -> str:
    if query.collection != "accounts" or query.limit == 1:
        return "look"
    return "pass" if "issued_at" in query.order_by else "work"
