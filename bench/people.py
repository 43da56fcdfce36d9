"""Invented pupils, and the requests that tell the functions of them."""

import json
import time
from dataclasses import dataclass
from typing import Any

from local.push.message import Message, envelope
from shared.domain.links import Link

REALM = "smp"
GRADES = {"sd": (5, 5), "smp": (6, 7), "sma": (13, 10), "smk": (15, 10)}  # form of school, grade
SUBSCRIPTION = "projects/demo-akun/subscriptions/provision-roster-changes"
LINK_KEY = b"bench-bench-bench-bench-bench-02"
HOOK = {"Content-Type": "application/json"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PUBLISHED = 1_609_743_176.0


@dataclass(frozen=True, slots=True)
class Post:
    """A request: body, headers, and where it goes."""

    body: bytes
    headers: dict[str, str]
    path: str = "/"


def school_id(realm: str = REALM) -> str:
    """Give the id of a realm's one school."""
    return f"7d3c1f0a-52b6-4e8d-9a41-{GRADES[realm][0]:06d}000502"


def person_id(run: int, number: int) -> str:
    """Give the id of a person; runs share none."""
    return f"{run:08x}-0000-4000-8000-{number:012x}"


def account_id(run: int, number: int) -> str:
    """Give the id of a person's account."""
    return f"{person_id(run, number)}.{REALM}"


def event(run: int, number: int, nama: str | None = None, realm: str = REALM) -> bytes:
    """Give a `roster-change/1` of a pupil of a realm, with a name of their own unless one is given."""
    form, grade = GRADES[realm]
    school = {
        "sekolah_id": school_id(realm),
        "npsn": f"9010{form:04d}",
        "nama": f"{realm.upper()} NEGERI CONTOH 2",
        "bentuk_pendidikan_id": form,
        "kode_wilayah": "010102",
    }
    membership = {"sekolah": school, "tingkat_pendidikan_id": grade, "rombel": "VII B", "induk": True}
    person: dict[str, Any] = {
        "person_id": person_id(run, number),
        "kind": "peserta_didik",
        "nama": nama or f"Siti {_word(run * 1_000_003 + number)}",
        "nisn": "0081234567",
        "memberships": [{"membership_id": "7d3c1f0a-52b6-4e8d-9a41-000000000301", **membership}],
    }
    head = {"schema": "roster-change/1", "event_id": person_id(run, number), "revision": 1}
    return json.dumps({**head, "occurred_at": "2021-01-04T07:12:55Z", "person": person}).encode()


def pushed(run: int, number: int, realm: str = REALM, lane: str = "live") -> Post:
    """Give the push of a person's event; its message id is the person's."""
    attributes = {} if lane == "live" else {"lane": lane}
    message = Message(person_id(run, number), event(run, number, realm=realm), attributes, _PUBLISHED, attempts=1)
    return Post(json.dumps(envelope(message, SUBSCRIPTION, counted=True)).encode(), HOOK)


def tasked(run: int, number: int, retries: int = 0) -> Post:
    """Give the task of a person's account."""
    body = {"account_id": account_id(run, number), "version": 1}
    return Post(json.dumps(body).encode(), {**HOOK, "X-CloudTasks-TaskRetryCount": str(retries)})


def wanted(_run: int, _number: int) -> Post:
    """Give a portal's request for a link to the school."""
    return Post(json.dumps({"sekolah_id": school_id(), "requested_by": "operator-1"}).encode(), HOOK)


def fetched(run: int, number: int) -> Post:
    """Give the press of a button: heads and operators of the school, who are none, as CSV."""
    now = int(time.time())
    link = Link(
        sekolah_id=school_id(),
        categories=("admin",),
        issued_at=now,
        expires_at=now + 900,
        link_id=f"bench-{run:08d}-{number:08d}",
        key_id="bench",
    )
    return Post(b"", {}, link.signed(LINK_KEY).replace("?", "/admin.csv?"))


def _word(number: int) -> str:
    letters = ""
    while number or len(letters) < 4:
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    return letters.capitalize()
