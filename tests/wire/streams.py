"""A school of thousands behind `download`: how it is planted, fetched, and watched."""

import http.client
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from shared.adapters.clock import SystemClock
from shared.adapters.keyring import Keys
from shared.credentials import Credentials
from shared.domain.accounts import Account
from shared.errors import TransientError
from shared.link_records import Caller, LinkRecords
from shared.ports import Document, Query, Ref, Store, Write
from shared.usecases.handout import File, Handout
from tests.wire.functions import SECRET, lines
from tests.wire.handout import LINK_SECRETS, a_link, an_account, sig
from tests.wire.programs import Program


def pupil(number: int, **changed: object) -> Account:
    """Give a pupil; the order of the list is that of the numbers."""
    who = f"p{number:04}"
    return an_account(who, sort_key=f"000007\tvii b\t{who}", nama=f"SITI {number:04}", **changed)


def whole(url: str, path: str) -> bytes:
    """Fetch a file as a client does that knows of chunks."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read()
    finally:
        connection.close()


def outcomes(program: Program, mark: str) -> list[str]:
    """Give what the log tells of a link's files."""
    return [line["outcome"] for line in lines(program.out.read_text()) if line.get("file_mark") == mark]


class WatchedStore:
    """The Store port; counts the rows that were read, and fails at the page of a number."""

    def __init__(self, store: Store, fails_at: int = 0) -> None:
        self._store = store
        self._fails_at = fails_at
        self.rows = 0
        self.pages = 0

    def get(self, ref: Ref) -> Document | None:
        return self._store.get(ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        return self._store.get_many(refs)

    def commit(self, writes: Sequence[Write]) -> None:
        self._store.commit(writes)

    def count(self, query: Query) -> int:
        return self._store.count(query)

    def query(self, query: Query) -> Iterator[Document]:
        self.pages += 1
        if self.pages == self._fails_at:
            raise TransientError("store_unavailable")
        for document in self._store.query(query):
            self.rows += 1
            yield document


def fetched(store: Store) -> File:
    """Open a link to the pupils, by the use case alone."""
    clock, link = SystemClock(0.0), a_link()
    handout = Handout(
        store=store,
        clock=clock,
        credentials=Credentials(Keys("k1", secrets={"k1": SECRET}, kms={})),
        keys=LINK_SECRETS,
        records=LinkRecords(store, clock, 5),
        registered_only=False,
    )
    caller = Caller(path="peserta_didik.csv", network="127.0.0.0/24", posted=False)
    return handout.fetch(link, sig(link), "peserta_didik", caller)
