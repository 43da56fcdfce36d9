"""A school of thousands of pupils, the stores that it is read from, and how a file of it is fetched."""

import secrets
import sqlite3
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.bare import rows as bare
from bench.stage import Stage
from shared.adapters.clock import SystemClock
from shared.adapters.firestore import FirestoreStore
from shared.adapters.keyring import Keys
from shared.adapters.sqlite import SqliteStore
from shared.credentials import Credentials
from shared.domain.accounts import Account, Category, Credential
from shared.domain.handout import ROW_FIELDS, Remark, Row, Status
from shared.domain.links import Link, signature
from shared.domain.sorting import sort_key
from shared.link_records import Caller, LinkRecords
from shared.ports import Create, Document, Put, Query, Ref, Store, Write
from shared.usecases.handout import File, Handout

ROWS = 5_000  # of the largest schools
MANY = 100_000  # no school has them; what grows with the rows, shows
WARM = 1_000
SCHOOL = "7d3c1f0a-52b6-4e8d-9a41-000006000502"
SECRET = b"b" * 32

_CATEGORY: Category = "peserta_didik"
_CLOCK = SystemClock(0.0)
_COMMIT = 400  # documents


@dataclass(slots=True)
class CountingStore:
    """The Store port; counts the accounts that queries gave."""

    store: Store
    read: int = 0

    def get(self, ref: Ref) -> Document | None:
        """Read one document."""
        return self.store.get(ref)

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        """Read several."""
        return self.store.get_many(refs)

    def commit(self, writes: Sequence[Write]) -> None:
        """Write."""
        self.store.commit(writes)

    def query(self, query: Query) -> Iterator[Document]:
        """Count what matches."""
        for document in self.store.query(query):
            self.read += 1
            yield document

    def count(self, query: Query) -> int:
        """Count what matches."""
        return self.store.count(query)


class EndlessStore:
    """The Store port; makes accounts as they are asked for and keeps nothing, so that all memory is the file's."""

    def __init__(self, rows: int = MANY) -> None:
        self.rows = rows
        self.peak_of_the_first = 0

    def get(self, ref: Ref) -> Document | None:
        """Give the school, or nothing."""
        return self.get_many([ref])[0]

    def get_many(self, refs: Sequence[Ref]) -> list[Document | None]:
        """Give the school wherever a school is asked for."""
        return [Document(ref, _school(), 1) if ref.collection == "schools" else None for ref in refs]

    def commit(self, writes: Sequence[Write]) -> None:
        """Forget what is written."""

    def query(self, query: Query) -> Iterator[Document]:
        """Make the next accounts."""
        first = 0 if query.start_after is None else int(query.start_after.ref.id[:12]) + 1
        if first == WARM:
            self.peak_of_the_first = tracemalloc.get_traced_memory()[1]
        for number in range(first, min(first + (query.limit or self.rows), self.rows)):
            doc = _account(number).to_doc()
            yield Document(Ref("accounts", doc["account_id"]), {name: doc[name] for name in query.fields}, 1)

    def count(self, query: Query) -> int:
        """Count the accounts."""
        return min(self.rows, query.limit or self.rows)


def fetched(store: Store) -> File:
    """Open a link that nobody has used yet, and give the file about to be sent."""
    now = int(time.time())
    link = Link(
        sekolah_id=SCHOOL,
        categories=(_CATEGORY,),
        issued_at=now,
        expires_at=now + 900,
        link_id=secrets.token_hex(12),
        key_id="bench",
    )
    handout = Handout(
        store=store,
        clock=_CLOCK,
        credentials=Credentials(Keys("bench", secrets={"bench": SECRET}, kms={})),
        keys={"bench": SECRET},
        records=LinkRecords(store, _CLOCK, 5),
        registered_only=False,
    )
    caller = Caller(path=f"{_CATEGORY}.csv", network="127.0.0.0/24", posted=False)
    return handout.fetch(link, signature(SECRET, link), _CATEGORY, caller)


def planted(stage: Stage) -> tuple[Store, Callable[[], Iterator[Any]]]:
    """Give a store with a school of ROWS pupils, and the bare query for them."""
    env = stage.apart("handout").env
    if "FIRESTORE_EMULATOR_HOST" in env:
        from google.cloud.firestore import Client

        store: Store = FirestoreStore(env["GOOGLE_CLOUD_PROJECT"])
        client = Client(env["GOOGLE_CLOUD_PROJECT"])
        _plant(store)
        return store, lambda: bare.firestore(client, SCHOOL, _CATEGORY, "sort_key", ROW_FIELDS)
    path = env["STORE"].removeprefix("sqlite:///")
    store = SqliteStore(path)
    _plant(store)
    return store, lambda: bare.sqlite(sqlite3.connect(path), SCHOOL, _CATEGORY, "sort_key", ROW_FIELDS)


def _plant(store: Store) -> None:
    if store.get(Ref("schools", SCHOOL)) is not None:
        return
    for first in range(0, ROWS, _COMMIT):
        accounts = [_account(number) for number in range(first, min(first + _COMMIT, ROWS))]
        store.commit([Create(Ref("accounts", account.account_id), account.to_doc()) for account in accounts])
    store.commit([Put(Ref("schools", SCHOOL), _school())])


def _school() -> dict[str, Any]:
    return {"npsn": "90106000", "nama": "SMP NEGERI CONTOH 2", "revision": 1, "links_valid_after": None}


def _account(number: int) -> Account:
    """Give an account whose password nobody has used yet, so that it is to be derived."""
    issued_at = _CLOCK.now()
    nama, rombel = f"Siti Aminah {number:06}", f"VII {number % 30}"
    return Account(
        account_id=f"{number:012}-0000-4000-8000-000000000000.smp",
        person_id=f"{number:012}-0000-4000-8000-000000000000",
        realm="smp",
        category=_CATEGORY,
        address=f"sitiaminah{number:06}@smp.belajar.id",
        sekolah_id=SCHOOL,
        npsn="90106000",
        sekolah_nama="SMP NEGERI CONTOH 2",
        rombel=rombel,
        sort_key=sort_key(nama, rombel, 7),
        nama=nama,
        nisn_nuptk=f"{number:010}",
        sekolah_ids=(SCHOOL,),
        credential=Credential(
            scheme=1, key_id="bench", scope=SCHOOL, generation=1, applied_generation=1, issued_at=issued_at
        ),
        directory_id=f"{number:021}",
        state="issued",
        applied_version=1,
        issued_at=issued_at,
    )


def row_of(number: int) -> Row:
    """Give a finished row."""
    return Row(
        account_id=f"{number:012}-0000-4000-8000-000000000000.smp",
        nama=f"Siti Aminah {number:06}",
        nisn_nuptk=f"{number:010}",
        kelas=f"VII {number % 30}",
        id_pengguna=f"sitiaminah{number:06}@smp.belajar.id",
        password="Kmtw-rqhn-4729",
        generation=1,
        status=Status.UNUSED,
        remark=Remark.HAND_OUT,
        date=None,
        school="SMP NEGERI CONTOH 2",
    )
