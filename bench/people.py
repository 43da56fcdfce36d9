"""Invented pupils, and the requests that tell the functions of them."""

import json
from dataclasses import dataclass
from typing import Any

from local.push.message import Message, envelope

REALM = "smp"
GRADES = {"sd": (5, 5), "smp": (6, 7), "sma": (13, 10), "smk": (15, 10)}  # form of school, grade
SUBSCRIPTION = "projects/demo-akun/subscriptions/provision-roster-changes"
HOOK = {"Content-Type": "application/json"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PUBLISHED = 1_609_743_176.0


@dataclass(frozen=True, slots=True)
class Post:
    """A request: body and headers."""

    body: bytes
    headers: dict[str, str]


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
        "sekolah_id": f"7d3c1f0a-52b6-4e8d-9a41-{form:06d}000502",
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


def _word(number: int) -> str:
    letters = ""
    while number or len(letters) < 4:
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    return letters.capitalize()
