"""A day on which everything happens to people about whom upstream says too much, and what is left of it."""

import copy
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from shared.domain import passwords
from tests.rosters import event, pupil, some_id, staff
from tests.unit.event_samples import PATHS, M, S, edited, spelled
from tests.wire.functions import SECRET, Place, delivery
from tests.wire.programs import Program, post, program, send_tasks_on
from tests.wire.standin_target import eventually

PLANTED = {
    "nik": "3175064107080001",
    "tanggal_lahir": "2008-07-01",
    "tempat_lahir": "Pulau Seribu Bintang",
    "nama_ibu_kandung": "ROHIMAH BINTI ZAKARIA",
    "nama_ayah": "ZAKARIA WIRAATMAJA",
    "agama_id": "Kepercayaan kpd Tuhan YME",
    "alamat_jalan": "Jalan Kenanga Nomor 17",
    "kebutuhan_khusus": "Tuna Rungu",
}
PEOPLE = ("RATNA WULANDARI", "BAYU KUSUMAWARDANI", "DEWI PRAMESTI", "JOKO PURWANTO", "ENDANG SUHARTINI")
NISN = "0107654321"
TOKEN = "rahasia123"
QUERY = f"?token={TOKEN}&nama=RATNA"

# What nobody could tell from the contract's own: any text, digits, a date.
_TEXTS = {("person", "nama"), (*M, "rombel"), (*S, "nama")}
_NUMBERS = {("revision",), ("person", "nuptk")}
_DATES = {(*M, "tanggal_keluar")}
_JSON = {"Content-Type": "application/json"}


@dataclass
class Evidence:
    """What is left: the store's files, all that was printed, the Directory's users, the tasks."""

    database: bytes
    out: str
    err: str
    directory: str
    tasks: bytes
    addresses: set[str]
    passwords: set[str]


class Day:
    """The functions as programs, and what is done with them."""

    def __init__(self, here: Place, provision: Program, converge: Program) -> None:
        self.here = here
        self.programs = (provision, converge)
        self.url, self.converge_url = (program.url() + "/" + QUERY for program in self.programs)
        self.sent = 0

    def send(self, event: object, status: int = 200, attributes: Mapping[str, str] = MappingProxyType({})) -> None:
        """Deliver an event, by push and Eventarc by turns."""
        data = event if isinstance(event, bytes) else json.dumps(event).encode()
        self.sent += 1
        request = delivery(data, str(self.sent), "eventarc" if self.sent % 2 else "push", **attributes)
        assert post(self.url, request["data"], request["headers"]) == status, data[:200]

    def fault(self, method: str, status: int, reason: str, text: str, **more: Any) -> None:
        """Let the Directory refuse, quoting an address and a name as Google does."""
        account = next(account for account in self.here.accounts() if account.nama == PEOPLE[0])
        message = f"{text}: {account.address} {account.nama} {PLANTED['nama_ayah']}"
        self.here.fault(method=method, status=status, reason=reason, message=message, **more)

    def settle(self) -> None:
        """Wait until nothing is pending in the live lane."""

        def settled() -> bool:
            self.here.tasks_control("fast_forward", {"due": True})
            return all(account.lane != "live" for account in self.here.accounts())

        assert eventually(settled, 60), self.here.accounts()

    @contextmanager
    def store_out_of_order(self) -> Iterator[None]:
        """Let every operation of the store fail with a text of SQLite's."""
        with closing(sqlite3.connect(self.here.path, timeout=30)) as connection:
            connection.execute("ALTER TABLE documents RENAME TO away")
            try:
                yield
            finally:
                connection.execute("ALTER TABLE away RENAME TO documents")

    def pass_by(self) -> None:
        """Do it all."""
        self.good_events()
        self.directory_refuses()
        self.store_fails()
        self.bad_events()
        self.settle()

    def good_events(self) -> None:
        self.send(burdened(pupil(PEOPLE[0], nisn=NISN)), attributes={"schema": "roster-change/1", **PLANTED})
        self.send(burdened(staff(PEOPLE[1])), attributes={"lane": "bulk"})
        self.settle()
        self.send(burdened(pupil(PEOPLE[0], nisn=NISN)))
        self.send(burdened(pupil(PEOPLE[0] + " PUTRI", nisn=NISN)))

    def directory_refuses(self) -> None:
        self.fault("insert", 400, "invalid", "Invalid Given/Family Name")
        self.send(burdened(pupil(PEOPLE[2], who="refused")))
        self.settle()
        self.fault("insert", 503, "backendError", "Backend Error", count=2)
        self.fault("insert", 403, "quotaExceeded", "Quota exceeded")
        self.fault("insert", 412, "conditionNotMet", "User creation is not complete.")
        self.here.fault(method="insert", kind="lost")
        self.send(burdened(pupil(PEOPLE[3], who="troubled")))
        self.settle()
        self.fault("update", 400, "invalid", "Invalid Input")
        self.send(burdened(pupil(PEOPLE[0], nisn=NISN), 2) | {"person": pupil(PEOPLE[0], nisn=NISN, deleted=True)})
        self.settle()

    def store_fails(self) -> None:
        with self.store_out_of_order():
            self.send(burdened(pupil(PEOPLE[4], who="unlucky")), 503)
            self.send(b"no event", 503)
            task = json.dumps({"account_id": some_id("siti") + ".smp", "version": 1})
            assert post(self.converge_url, task, _JSON) == 503
        self.send(burdened(pupil(PEOPLE[4], who="unlucky")))

    def bad_events(self) -> None:
        for wrong in (*wrong_in_every_field(), *unreadable()):
            self.send(wrong)
        self.send(burdened(pupil(who="lane")), attributes={"lane": PLANTED["agama_id"]})
        self.send(burdened(pupil(who="future"), 2**61))
        text = json.dumps(PLANTED)
        assert post(self.url, text, _JSON) == 400
        assert post(self.url, text.encode() + b"\xff", _JSON) == 500
        assert post(self.url, "[" * 100_000 + text, _JSON) == 500
        for body in (text, text + "]", "[" * 100_000 + text):
            assert post(self.converge_url, body, _JSON) == 200


def burdened(person: dict[str, Any], revision: int = 1) -> dict[str, Any]:
    """Give an event with planted fields at every level, alone and nested."""
    whole: dict[str, Any] = json.loads(event(person, revision))
    extra = {**PLANTED, "lainnya": {"orang_tua": [PLANTED]}}
    for membership in whole["person"]["memberships"]:
        membership |= copy.deepcopy(extra)
        membership["sekolah"] |= copy.deepcopy(extra)
    whole["person"] |= copy.deepcopy(extra)
    return whole | copy.deepcopy(extra)


def wrong_in_every_field() -> Iterator[dict[str, Any]]:
    """Give events with planted values where the contract wants something else."""
    for path in PATHS:
        own = set(PLANTED) if path in _TEXTS else {"nik"} if path in _NUMBERS else set[str]()
        own |= {"tanggal_lahir"} if path in _DATES else set()
        wrong = [text for field, text in PLANTED.items() if field not in own]
        for value in (dict(PLANTED), list(PLANTED.values()), *wrong):
            yield edited(path, value, burdened(pupil(PEOPLE[4], who=spelled(path))))


def unreadable() -> Iterator[bytes]:
    """Give messages that are no event at all."""
    text = json.dumps(PLANTED).encode()
    yield text[:-1]
    yield b"[" + text + b"]"
    yield text.replace(b"Jalan", b"Jal\xe1n")
    yield b'{"x": ' + b"[" * 100_000 + text
    yield json.dumps({**PLANTED, "x": "Tuna Rungu " * 30_000}).encode()


def evidence(here: Place) -> Evidence:
    """Let the day pass, end the programs, and gather what is left."""
    with program(here, "converge") as converge, program(here, "provision") as provision:
        send_tasks_on(here, converge.url())
        day = Day(here, provision, converge)
        day.pass_by()
    users = here.users()
    accounts = here.accounts()
    derived = {
        passwords.password(passwords.school_key(SECRET, a.credential.scope), a.account_id, a.credential.generation)
        for a in accounts
    }
    here.store.close()
    return Evidence(
        database=b"".join(path.read_bytes() for path in here.path.parent.glob(here.path.name + "*")),
        out="".join(program.out.read_text() for program in day.programs),
        err="".join(program.err.read_text() for program in day.programs),
        directory=json.dumps(users),
        tasks=b"\n".join(here.target.bodies()),
        addresses={account.address for account in accounts} | {user["primaryEmail"] for user in users},
        passwords=derived | {user["password"] for user in users},
    )
