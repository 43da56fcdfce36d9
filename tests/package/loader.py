"""Run alone, in the folder of a laid-out function: loads and uses it, and prints what that has imported."""

import base64
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import functions_framework

SCHOOL = "5c1d7d6e-0c2a-4d61-9f2e-1a7b6f3f0b02"
PERSON = {"person_id": "7d9f0a52-7a43-4f0e-9d53-5f7c6ec0b5a1", "kind": "peserta_didik", "nama": "SITI", "memberships": [
    {"membership_id": "0b0f2f0e-39ad-4f0b-8a43-6a1f6f1f0a01", "tingkat_pendidikan_id": 7,
     "sekolah": {"sekolah_id": SCHOOL, "bentuk_pendidikan_id": 6}}
]}  # fmt: skip
EVENT = {
    "schema": "roster-change/1",
    "event_id": "f1b7a4ee-6d0b-4a7a-8c77-2f2f4f0c0a03",
    "revision": 1,
    "person": PERSON,
}
MESSAGE = {"messageId": "1", "data": base64.b64encode(json.dumps(EVENT).encode()).decode()}
BODIES: dict[str, Any] = {
    "provision": {"subscription": "projects/p/subscriptions/s", "message": MESSAGE},
    "converge": {"account_id": f"{PERSON['person_id']}.smp", "version": 1},
    "reconcile": {"job": "feed"},
    "suspend": {},
    "link": {"sekolah_id": SCHOOL, "categories": ["peserta_didik"], "requested_by": "1"},
}
FORMS = ("", "/pengecualian.csv", "/peserta_didik.csv", "/peserta_didik/kartu")


def modules() -> dict[str, str | None]:
    """Give the names of all imported modules, and their files."""
    return {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}


def plant_school() -> None:
    """Write the school that links are for."""
    sqlite, ports = (importlib.import_module(f"shared.{name}") for name in ("adapters.sqlite", "ports"))
    school = {"npsn": "10100001", "nama": "SMP NEGERI 1", "kode_wilayah": "010101", "links_valid_after": None}
    store = sqlite.SqliteStore(os.environ["STORE"].removeprefix("sqlite:///"))
    store.commit([ports.Create(ports.Ref("schools", SCHOOL), {**school, "revision": 1})])
    store.close()


def address(form: str) -> str:
    """Give path and query of a signed link, or of a file of it."""
    links = importlib.import_module("shared.domain.links")
    key, now = base64.b64decode(json.loads(os.environ["LINK_KEYS"])["k1"]), int(time.time())
    link = links.Link(
        sekolah_id=SCHOOL,
        categories=("peserta_didik",),
        issued_at=now,
        expires_at=now + 900,
        link_id="l" * 24,
        key_id="k1",
    )
    return f"{link.path}{form}?{link.query(links.signature(key, link))}"


def asked(client: Any, name: str) -> list[int]:
    """Send the function its requests, and give the statuses."""
    if name in BODIES:
        return [client.post("/", json=BODIES[name]).status_code]
    return [client.get(address(form)).status_code for form in FORMS]


def main(name: str) -> None:
    """Load the function, send it its requests, and tell."""
    client = functions_framework.create_app(name, str(Path("main.py").resolve()), "http").test_client()
    at_start = modules()
    if name in ("link", "download"):
        plant_school()
    told: dict[str, Any] = {"at_start": at_start, "statuses": asked(client, name), "in_use": modules()}
    if name == "download":
        told["of_xlsx"] = client.get(address("/peserta_didik.xlsx")).status_code
    importlib.import_module("shared.adapters.firestore")  # the store there, which needs no server to be imported
    told["in_the_cloud"] = modules()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
