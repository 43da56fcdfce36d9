"""The running `download` before a real browser: schools to open, and what a visit to a page says of it."""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request
from werkzeug.serving import WSGIRequestHandler, make_server

from shared.domain.accounts import Account, Category, Credential, Hold
from shared.domain.links import Link, signature
from shared.link_records import new_link
from shared.ports import Create, Ref
from tests.rosters import school, some_id
from tests.wire import functions
from tests.wire.functions import Place, place, servers

functions.SIGNATURES.setdefault("download", "http")

SECRET = b"l" * 32
LINK_KEYS = json.dumps({"l1": base64.b64encode(SECRET).decode()})
START = datetime(2021, 1, 4, 7, 0, tzinfo=UTC)
ALL: tuple[Category, ...] = ("admin", "peserta_didik", "ptk")
REALMS: Mapping[Category, str] = {"peserta_didik": "smp", "ptk": "guru.smp", "admin": "admin.smp"}
LONG_NAME = "SEKOLAH MENENGAH PERTAMA ISLAM TERPADU BAITURRAHMAN ASSYARIFIYAH BARAT"
LONG_WORD = "o" * 64


@dataclass(kw_only=True)
class Seen:
    """What a visit asked for and showed."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    weight: int = 0  # bytes of the page, as sent


class Operators:
    """Schools whose operators open the page; the function's clock stands at 4 January 2021 when it is started."""

    def __init__(self, here: Place, url: str, offset: float) -> None:
        self.here = here
        self.url = url
        self.now = datetime.now(UTC) + timedelta(seconds=offset)

    def school(
        self,
        *,
        nama: str = "SMP NEGERI 241",
        accounts: Mapping[Category, int] = {"peserta_didik": 24, "ptk": 6, "admin": 2},
        refused: Mapping[str, int] = {"grade_missing": 3},
        categories: tuple[Category, ...] = ALL,
        used: int = 0,
        requested_by: str = "operator-20106343",
        kode_wilayah: str = "010101",
    ) -> str:
        """Plant a school, its people and a link to it, and give the link."""
        sekolah = school(nama + secrets.token_hex(4), nama=nama, kode_wilayah=kode_wilayah, npsn="20106343")
        writes = [Create(Ref("schools", sekolah["sekolah_id"]), {**_told(sekolah), "links_valid_after": None})]
        accounts_made = (_accounts(sekolah, category, count) for category, count in accounts.items())
        writes += [Create(Ref("accounts", each.account_id), each.to_doc()) for made in accounts_made for each in made]
        people = [_refused(sekolah, reason, n) for reason, count in refused.items() for n in range(count)]
        writes += [Create(Ref("people", person["person_id"]), person) for person in people]
        link = self.link(sekolah["sekolah_id"], categories)
        known = {**new_link(link, requested_by), "uses": dict.fromkeys(categories, used)}
        writes.append(Create(Ref("links", link.link_id), known))
        self.here.store.commit(writes)
        return self.url + link.signed(SECRET)

    def link(self, sekolah_id: str, categories: tuple[Category, ...] = ALL) -> Link:
        """Give a link of fifteen minutes that nobody knows of."""
        issued_at = int(self.now.timestamp())
        return Link(
            sekolah_id=sekolah_id,
            categories=categories,
            issued_at=issued_at,
            expires_at=issued_at + 900,
            link_id=secrets.token_urlsafe(18),
            key_id="l1",
        )

    def dead_link(self) -> str:
        """Give a link that has expired."""
        at = int(self.now.timestamp()) - 3600
        old = replace(self.link(some_id("gone")), issued_at=at, expires_at=at + 900)
        return f"{self.url}{old.path}?{old.query(signature(SECRET, old))}"

    def uses(self) -> dict[str, int]:
        """Give how often each category was fetched, over all links."""
        counted = dict.fromkeys(ALL, 0)
        for link in self.here.all("links").values():
            for category, times in link["uses"].items():
                counted[category] += times
        return {str(category): times for category, times in counted.items()}


@contextmanager
def operators(folder: Path) -> Iterator[Operators]:
    """Serve `download` from this process, as the framework loads it."""
    offset = (START - datetime.now(UTC)).total_seconds()
    with servers() as around, place(folder, around) as here:
        env = {**here.env, "LINK_KEYS": LINK_KEYS, "CLOCK_OFFSET": str(offset)}
        app = functions.app("download", env)
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Operators(here, f"http://127.0.0.1:{server.port}", offset)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name that is overridden
        """Say nothing."""


@contextmanager
def visit(browser: Browser, url: str, *, width: int = 1366, height: int = 768, **options: Any) -> Iterator[Seen]:
    """Open a page in a context of its own, and note what it asks for."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height}, accept_downloads=True, **options
    )
    try:
        seen = Seen(page=context.new_page())
        seen.page.on("request", lambda request: _note(seen, request))
        seen.page.on("console", lambda message: seen.errors.append(message.text))
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        answer = seen.page.goto(url)
        assert answer is not None
        seen.weight = len(answer.body())
        yield seen
    finally:
        context.close()


def faults(page: Page) -> list[str]:
    """Give what axe finds wrong, by rule and place."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]


def overflow(page: Page) -> int:
    """Give by how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _note(seen: Seen, request: Request) -> None:
    if not request.url.startswith("data:"):
        seen.requests.append(request.url)


def _told(sekolah: Mapping[str, Any]) -> dict[str, Any]:
    names = ("npsn", "nama", "bentuk_pendidikan_id", "kode_wilayah")
    return {**{name: sekolah[name] for name in names}, "revision": 1}


def _accounts(sekolah: Mapping[str, Any], category: Category, count: int) -> Iterator[Account]:
    """Give accounts of which every third was opened and every eighth suspended."""
    for n in range(count):
        person = some_id(f"{sekolah['sekolah_id']}{category}{n}")
        credential = Credential(
            scheme=1, key_id="k1", scope=sekolah["sekolah_id"], generation=1, applied_generation=1, issued_at=START
        )
        account = Account(
            account_id=f"{person}.{REALMS[category]}",
            person_id=person,
            realm=REALMS[category],
            category=category,
            address=f"orang{n:03}@{REALMS[category]}.belajar.id",
            sekolah_id=sekolah["sekolah_id"],
            npsn=sekolah["npsn"],
            sekolah_nama=sekolah["nama"],
            rombel="VII B" if category == "peserta_didik" else None,
            sort_key=f"000007\tvii b\torang {n:03}",
            nama=f"ORANG KE {n}",
            nisn_nuptk=f"01012{n:05}",
            sekolah_ids=(sekolah["sekolah_id"],),
            credential=credential,
            directory_id=f"id-{person}",
            state="issued",
            applied_version=1,
            issued_at=START,
        )
        if n % 8 == 7:
            account = replace(account, state="suspended", holds={"dormant": Hold(since=START)})
        elif n % 3 == 2:
            account = replace(account, state="active", accessed_at=START + timedelta(days=1))
        yield account


def _refused(sekolah: Mapping[str, Any], reason: str, n: int) -> dict[str, Any]:
    person_id = some_id(f"{sekolah['sekolah_id']}{reason}{n}")
    membership = {"membership_id": person_id, "sekolah": dict(sekolah), "jenis_keluar_id": None, "rombel": None}
    decision = {"membership_id": person_id, "sekolah_id": sekolah["sekolah_id"], "realm": None, "reason": reason}
    return {
        "person_id": person_id,
        "kind": "peserta_didik",
        "nama": f"ORANG TANPA AKUN {n}",
        "nisn": None,
        "nuptk": None,
        "memberships": [membership],
        "decisions": [decision],
        "refused_at": [sekolah["sekolah_id"]],
    }
