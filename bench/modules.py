"""Figure: modules loaded that a function does not use.

Each function is laid out as its zip, loaded in a clean interpreter, and handles one event. What it then holds beyond
the framework with just the clients that its row names, and beyond the packages of that row, is unused. Only what costs
is looked at: installed packages, heavy parts of the standard library, documents of APIs; our own modules have a test.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.calling import all_done
from bench.figures import Figure, MeasurementError
from bench.people import HOOK, Post, fetched, pushed, tasked, wanted
from bench.processes import ROOT, signature
from bench.stage import Stage
from tests.package.layout import build

GOAL = 0.0
# Of the standard library, what no function needs; the store that is chosen loads sqlite3 on both sides.
HEAVY = frozenset(
    {"sqlite3", "unittest", "doctest", "pydoc", "pdb", "tkinter", "curses", "idlelib", "ensurepip", "venv"}
)
MSGSPEC = ("msgspec", "typing_extensions")  # msgspec loads the latter where it is installed
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Uses:
    """What a function uses: clients (store, tasks, directory) and packages of its own."""

    clients: str
    packages: tuple[str, ...] = MSGSPEC


USES = {
    "provision": Uses("store tasks", (*MSGSPEC, "anyascii")),
    "converge": Uses("store tasks directory", (*MSGSPEC, "google.auth.impersonated_credentials")),
    "reconcile": Uses("store tasks"),
    "suspend": Uses("store"),
    "link": Uses("store"),
    "download": Uses("store"),
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an interpreter holds: modules with their files, and the discovery documents that were opened."""

    modules: Mapping[str, str | None]
    documents: Sequence[str] = ()


def modules_unused(stage: Stage) -> list[Figure]:
    """Count them over all functions, and name them."""
    apart, run = stage.apart("modules"), next(stage.runs)
    with apart.ours("provision") as provision:
        all_done(provision.port, [pushed(run, 0)])
    events = {
        "provision": pushed(run, 1),
        "converge": tasked(run, 0),
        "reconcile": Post(b'{"job": "feed"}', HOOK),
        "suspend": Post(b"{}", HOOK),
        "link": wanted(run, 0),
        "download": fetched(run, 0),
    }
    found: dict[str, list[str]] = {}
    for name, uses in USES.items():
        floor = _loaded(ROOT, "bench/bare/floor.py", "floor", Post(b"{}", HOOK), _env(apart, uses))
        folder = build(apart.folder / "zips", name)
        found[name] = unused(_loaded(folder, "main.py", name, events[name], apart.env), floor, uses.packages)
    told = "; ".join(f"{name}: {', '.join(roots(names))}" for name, names in found.items() if names)
    return [Figure("modules_unused", sum(map(len, found.values())), GOAL, told or f"none in {', '.join(found)}")]


def unused(ours: Loaded, floor: Loaded, packages: Sequence[str]) -> list[str]:
    """Give the modules and documents that cost and are neither of the floor nor of the packages that are used."""
    beyond = {name: file for name, file in ours.modules.items() if name not in floor.modules}
    costly = {name for name, file in beyond.items() if "site-packages" in (file or "") or _top(name) in HEAVY}
    modules = {name for name in costly if not any(f"{name}.".startswith(f"{package}.") for package in packages)}
    return sorted(modules | (set(ours.documents) - set(floor.documents)))


def roots(names: Sequence[str]) -> list[str]:
    """Leave out what lies within a package that is named, too."""
    return [name for name in names if not any(name.startswith(f"{other}.") for other in names)]


def _top(name: str) -> str:
    return name.partition(".")[0]


def _env(stage: Stage, uses: Uses) -> dict[str, str]:
    return {**stage.env, "BENCH_CLIENTS": uses.clients}


def _loaded(folder: Path, source: str, target: str, post: Post, env: Mapping[str, str]) -> Loaded:
    """Load a file in a clean interpreter, which of the root of the project sees only what `folder` holds."""
    loader = str(ROOT / "bench" / "loading.py")
    isolation = "-s" if folder == ROOT else "-I"
    given = json.dumps({"path": post.path, "body": post.body.decode(), "headers": post.headers})
    command = [sys.executable, isolation, loader, source, target, signature(target)]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(env),
            input=given,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MeasurementError(f"{source} of {target} did not answer in {_SECONDS:.0f} s") from None
    if done.returncode != 0:
        raise MeasurementError(f"{source} of {target} could not be loaded: {done.stderr[-2_000:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if not 200 <= told["status"] < 300:
        raise MeasurementError(f"{target} answered {told['status']} to its first event")
    return Loaded(told["modules"], told["documents"])
