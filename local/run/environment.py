"""The environment of the functions, and of whoever works beside them with `akun`."""

import base64
import json
import os
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from local.run import moment
from local.run.errors import RunError

PROJECT = "demo-akun"
PARENT = f"projects/{PROJECT}/locations/asia-southeast2"
QUEUE_RATES = '{"*": 9.5}'
OF_EMULATORS = ("GOOGLE_CLOUD_PROJECT", "FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST")
_KEYS = ("CREDENTIAL_KEYS", "LINK_KEYS")
# What would send a function elsewhere, or is chosen here; POLICY, ROOT_DOMAIN and CLOCK_OFFSET may come from outside.
_NOT_INHERITED = frozenset({
    "DEBUG", "DIRECTORY_CUSTOMER", "DIRECTORY_SUBJECT", "FIRESTORE_DATABASE", "FIRESTORE_EMULATOR_HOST",
    "FUNCTION_SIGNATURE_TYPE", "FUNCTION_SOURCE", "FUNCTION_TARGET", "FUNCTION_USE_ASGI",
    "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "HOST", "KMS_ENDPOINT", "LOG_EXECUTION_ID", "PORT",
    "PUBSUB_EMULATOR_HOST", "PYTHONPATH", "TASKS_INVOKER", "THREADS", "WORKERS",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where everything listens: ports on 127.0.0.1; deadlines, hand-out and emulators have none unless they run."""

    ALWAYS: ClassVar = ("directory", "tasks", "provision", "converge", "reconcile")
    DEADLINES: ClassVar = ("suspend",)
    HAND_OUT: ClassVar = ("link", "download", "portal")
    EMULATORS: ClassVar = ("firestore", "pubsub")

    directory: int
    tasks: int
    provision: int
    converge: int
    reconcile: int
    suspend: int | None = None
    link: int | None = None
    download: int | None = None
    portal: int | None = None
    firestore: int | None = None
    pubsub: int | None = None


def url(port: int) -> str:
    """Give the base URL of a port."""
    return f"http://127.0.0.1:{port}"


def settings(places: Places, store: Path, keys: Mapping[str, str], outer: Mapping[str, str]) -> dict[str, str]:
    """Give the variables of design 9 for this run, which the functions and `akun` take."""
    chosen = {
        "STORE": f"sqlite:///{store}",
        "ROOT_DOMAIN": outer.get("ROOT_DOMAIN") or "belajar.id",
        "POLICY": outer.get("POLICY") or "launch_2020",
        "DIRECTORY_ENDPOINT": url(places.directory),
        "TASKS_ENDPOINT": url(places.tasks),
        "TASKS_PARENT": PARENT,
        "CONVERGE_URL": url(places.converge),
        "QUEUE_RATES": QUEUE_RATES,
        **keys,
    }
    if places.download is not None:
        chosen["PUBLIC_URL"] = url(places.download)
    if outer.get("CLOCK_OFFSET"):
        chosen["CLOCK_OFFSET"] = outer["CLOCK_OFFSET"]
    if places.firestore is not None and places.pubsub is not None:
        chosen |= {
            "STORE": "firestore://",
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{places.firestore}",
            "PUBSUB_EMULATOR_HOST": f"127.0.0.1:{places.pubsub}",
        }
    return chosen


def of_child(chosen: Mapping[str, str], root: Path, **own: str) -> dict[str, str]:
    """Give the whole environment of a process of this run."""
    outer = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {**outer, **chosen, "PYTHONPATH": str(root), "PYTHONUNBUFFERED": "1", **own}


def new_keys() -> dict[str, str]:
    """Make keys for this run alone."""
    return {name: json.dumps({"local": base64.b64encode(secrets.token_bytes(32)).decode()}) for name in _KEYS}


def kept(path: Path) -> dict[str, str]:
    """Read keys and clock of an earlier run: without the keys its passwords could not be derived again."""
    if not path.exists():
        return new_keys()
    lines = dict(line.partition("=")[::2] for line in path.read_text("utf-8").splitlines())
    named = [*_KEYS, *(["CLOCK_OFFSET"] if "CLOCK_OFFSET" in lines else [])]
    try:
        return {name: shlex.split(lines[name])[0] for name in named}
    except (KeyError, ValueError, IndexError):
        raise RunError(f"{path} holds no usable keys: run once without KEEP=1") from None


def clock(wanted: datetime | None, before: str | None) -> dict[str, str]:
    """Give the clock's variable for a run that is to begin at a moment; `before` is the offset that is kept.

    Raises RunError if the moment lies behind that: what is stored would be of the future.
    """
    if wanted is None:
        return {}
    offset = moment.offset_to(wanted)
    if before is not None and offset < float(before):
        there = moment.shown(moment.now(float(before)))
        raise RunError(f"AT: the kept run has come to {there}, and a clock only goes forward: name a later day")
    return {"CLOCK_OFFSET": str(offset)}


def as_shell(chosen: Mapping[str, str]) -> str:
    """Write the variables so that a shell can read them: `set -a; . FILE; set +a`."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in chosen.items())
