"""A school behind the running `download`: its accounts, signed links to it, and how to read what comes back."""

import base64
import csv
import io
import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from shared.domain import passwords
from shared.domain.accounts import Account, Category, Credential
from shared.domain.links import CATEGORIES, Link, signature
from shared.ports import Create, Ref, Store, Update
from tests.rosters import event, school, some_id
from tests.wire.functions import SECRET, Place, Servers, converge, place, push
from tests.wire.programs import Program, program

LINK_SECRETS = {"p1": b"p" * 32, "p2": b"q" * 32}
LINK_KEYS = json.dumps({kid: base64.b64encode(secret).decode() for kid, secret in LINK_SECRETS.items()})
SCHOOL = school()
HERE: str = SCHOOL["sekolah_id"]
JSON = {"Accept": "application/problem+json"}
OTHER = school("SMP NEGERI 2")
NAMES = ("k", "iat", "exp", "lid", "kid", "sig")
FILES = ("/kartu", ".xlsx", ".csv")
Seen = list[tuple[int, bytes, list[tuple[str, str]]]]


def download(here: Place, **changed: str) -> FlaskClient:
    """Load the function."""
    return here.load("download", LINK_KEYS=LINK_KEYS, **changed)


@contextmanager
def download_program(here: Place, **changed: str) -> Iterator[Program]:
    """Run the function as a program."""
    with program(here, "download", LINK_KEYS=LINK_KEYS, **changed) as running:
        yield running


# --------------------------------------------------------------------------------------------------------- links


def now() -> int:
    """Give the present in Unix seconds."""
    return int(time.time())


def a_link(*categories: Category, at: int | None = None, seconds: int = 900, **changed: Any) -> Link:
    """Give a link that nobody has used, to all categories unless some are named, signed half a minute ago."""
    issued_at = now() - 30 if at is None else at
    given = {
        "sekolah_id": HERE,
        "categories": categories or CATEGORIES,
        "issued_at": issued_at,
        "expires_at": issued_at + seconds,
        "link_id": secrets.token_urlsafe(18),
        "key_id": "p1",
    }
    return Link(**{**given, **changed})


def sig(link: Link) -> str:
    """Give the signature of a link; under a key that nobody has where its kid is unknown."""
    return signature(LINK_SECRETS.get(link.key_id, b"?" * 32), link)


def address(link: Link, form: str = "") -> str:
    """Give path and query: of the page, or of what `form` adds to its path (`/ptk.csv`)."""
    return f"{link.path}{form}?{link.query(sig(link))}"


# -------------------------------------------------------------------------------------------------------- school


def plant_school(store: Store, sekolah: Mapping[str, Any] = SCHOOL, revoked: datetime | None = None) -> None:
    """Write a school."""
    fields = {name: sekolah[name] for name in ("npsn", "nama", "bentuk_pendidikan_id", "kode_wilayah")}
    data = {**fields, "revision": 1, "links_valid_after": revoked}
    store.commit([Create(Ref("schools", sekolah["sekolah_id"]), data)])


def revoke(here: Place, at: datetime) -> None:
    """Make the school's links of before invalid."""
    here.store.commit([Update(Ref("schools", HERE), {"links_valid_after": at})])


def an_account(who: str = "siti", **changed: Any) -> Account:
    """Give an account as `converge` left it: a pupil's, its first password unused."""
    issued_at = datetime(2021, 1, 4, 7, 0, tzinfo=UTC)
    credential = Credential(scheme=1, key_id="k1", scope=HERE, generation=1, applied_generation=1, issued_at=issued_at)
    account = Account(
        account_id=f"{some_id(who)}.smp",
        person_id=some_id(who),
        realm="smp",
        category="peserta_didik",
        address=f"{who}01@smp.belajar.id",
        sekolah_id=HERE,
        npsn=SCHOOL["npsn"],
        sekolah_nama=SCHOOL["nama"],
        rombel="VII B",
        sort_key=f"000007\tvii b\t{who}",
        nama=f"{who.upper()} PRATIWI",
        nisn_nuptk="0101234567",
        sekolah_ids=(HERE,),
        credential=credential,
        directory_id=f"id-{who}",
        state="issued",
        applied_version=1,
        issued_at=issued_at,
    )
    return replace(account, **changed)


def plant(store: Store, *accounts: Account) -> None:
    """Write accounts."""
    for begin in range(0, len(accounts), 400):
        part = accounts[begin : begin + 400]
        store.commit([Create(Ref("accounts", account.account_id), account.to_doc()) for account in part])


def arrive(here: Place, *people: Mapping[str, Any], revision: int = 1, **changed: str) -> None:
    """Let people come by `provision` and `converge`, as events do."""
    function = here.load("provision", **changed)
    for number, person in enumerate(people):
        answer = push(function, event(person, revision), f"m{number}")
        assert answer.status_code == 200, answer.text
    settle(here, **changed)


def settle(here: Place, **changed: str) -> None:
    """Run the task of each account that is pending."""
    function = here.load("converge", **changed)
    for account in here.accounts():
        if account.lane is not None:
            converge(function, account)


def reset(here: Place, account: Account) -> None:
    """Wish for another password, as a use case does."""
    document = here.store.get(Ref("accounts", account.account_id))
    assert document is not None
    now = datetime.now(UTC)
    again = replace(account.credential, generation=account.credential.generation + 1, scope=HERE, issued_at=now)
    wished = account.wish(now, "live", "reset", credential=again)
    here.store.commit([Update(document.ref, account.fields_changed_in(wished), document.version)])


def derived(account: Account, secret: bytes = SECRET) -> str:
    """Derive the password that the Directory is to have, by hand."""
    key = passwords.school_key(secret, account.credential.scope)
    return passwords.password(key, account.account_id, account.credential.applied_generation)


def signs_in(here: Place, user_key: str, password: str) -> bool:
    """Try a password at the Directory stand-in; from then on the account is accessed."""
    answer = here.directory.control("login", {"userKey": user_key, "password": password})
    return bool(answer["accepted"])


# -------------------------------------------------------------------------------------------------- altered links


class Served(NamedTuple):
    """The function, and the place around it, for many requests that must not change anything."""

    here: Place
    client: FlaskClient

    def twins(self, url: str, method: str = "GET") -> Seen:
        """Ask for a page and for a problem, and give all that a stranger sees of the answers."""
        return [seen(self.client.open(url, method=method, headers=headers)) for headers in ({}, JSON)]

    def forged(self) -> Seen:
        """Give how a link with a wrong signature is refused: the measure of all others."""
        answers = self.twins(spelled(f"/unduh/{HERE}", parameters(a_link(), sig="A" * 43)))
        assert [status for status, _, _ in answers] == [403, 403]
        return answers


@contextmanager
def serving(folder: Path, around: Servers) -> Iterator[Served]:
    """Serve two schools and one account."""
    with place(folder, around) as here:
        plant_school(here.store)
        plant_school(here.store, OTHER)
        plant(here.store, an_account())
        yield Served(here, download(here, LINK_MAX_USES="100"))


def parameters(link: Link, **changed: str) -> dict[str, str]:
    """Give the parameters of a link, signed as it is, then changed."""
    return {**dict(parse_qsl(link.query(sig(link)))), **changed}


def spelled(path: str, given: Mapping[str, str]) -> str:
    """Give the URL of some parameters."""
    return path + "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items())


def seen(answer: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Give all of an answer: status, body and headers."""
    return answer.status_code, answer.data, sorted(answer.headers)


# ------------------------------------------------------------------------------------------------------- answers


def rows(answer: TestResponse | str, separator: str = ";") -> list[dict[str, str]]:
    """Read a CSV file's rows, by the names in its header."""
    text = answer if isinstance(answer, str) else answer.data.decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator))


def cells(body: bytes) -> list[list[str]]:
    """Read an XLSX file's cells, header included."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def words(body: bytes) -> str:
    """Give the text of an HTML page without its marks."""
    return re.sub(r"<[^>]*>", "", body.decode())
