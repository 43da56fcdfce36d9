"""Run alone, in the folder of a laid-out function: loads and uses it, and prints what that has imported."""

import base64
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import functions_framework

PERSON = {"person_id": "7d9f0a52-7a43-4f0e-9d53-5f7c6ec0b5a1", "kind": "peserta_didik", "nama": "SITI", "memberships": [
    {"membership_id": "0b0f2f0e-39ad-4f0b-8a43-6a1f6f1f0a01", "tingkat_pendidikan_id": 7,
     "sekolah": {"sekolah_id": "5c1d7d6e-0c2a-4d61-9f2e-1a7b6f3f0b02", "bentuk_pendidikan_id": 6}}
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
}


def modules() -> dict[str, str | None]:
    """Give the names of all imported modules, and their files."""
    return {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}


def main(name: str) -> None:
    """Load the function, send it one request, and tell."""
    app = functions_framework.create_app(name, str(Path("main.py").resolve()), "http")
    at_start = modules()
    answer = app.test_client().post("/", json=BODIES[name])
    told = {"at_start": at_start, "in_use": modules(), "status": answer.status_code}
    importlib.import_module("shared.adapters.firestore")  # the store there, which needs no server to be imported
    told["in_the_cloud"] = modules()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
