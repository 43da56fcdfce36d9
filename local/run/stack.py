"""Which processes make up a run, and with which commands they start."""

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.run.environment import Places, of_child, url
from local.run.errors import RunError
from local.run.ports import is_open
from local.run.processes import ROOT, Processes
from shared import policies

START_SECONDS = 90.0
CONCURRENT = 8
"""Tasks of one local queue that run at a time."""
# name, signature type, workers, threads of each
FUNCTIONS = (
    ("provision", "cloudevent", 1, 8),
    ("converge", "http", max(1, min(4, os.cpu_count() or 1)), 8),
    ("reconcile", "http", 1, 4),
    ("suspend", "http", 1, 4),
    ("link", "http", 1, 4),
    ("download", "http", 1, 8),
)


@dataclass(frozen=True, slots=True)
class Program:
    """One process of a run: its name, its command, its whole environment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


def programs(places: Places, chosen: Mapping[str, str], rate: float | None, sockets: Path) -> list[Program]:
    """List the stand-ins and the functions that have a place; `rate` is each queue's, None means by QUEUE_RATES."""
    plain = of_child(chosen, ROOT)
    found = [
        Program("directory", _directory(places.directory, chosen), plain),
        Program("tasks", _tasks(places.tasks, rate), plain),
    ]
    for name, signature, workers, threads in FUNCTIONS:
        port = getattr(places, name)
        if port is None:
            continue
        # gunicorn puts a control socket there, by one name for all of a user's servers.
        own = sockets / name
        own.mkdir()
        runtime = {"WORKERS": str(workers), "THREADS": str(threads), "XDG_RUNTIME_DIR": str(own)}
        found.append(Program(name, _function(name, signature, port), of_child(chosen, ROOT, **runtime)))
    return found


def portal(port: int, link: int, schools: Mapping[str, str]) -> Program:
    """Give the sample portal of some schools, name by id; it knows of this run nothing but where `link` listens."""
    own = {"PORTAL_SCHOOLS": json.dumps(schools), "LINK_URL": url(link)}
    return Program("portal", [sys.executable, "-m", "local.portal", "--port", str(port)], of_child({}, ROOT, **own))


def start(processes: Processes, places: Places, listed: Sequence[Program]) -> None:
    """Start the programs, and return when all of them answer."""
    for program in listed:
        processes.start(program.name, program.command, program.environment)
    for program in listed:
        await_open(processes, program.name, getattr(places, program.name))


def await_open(processes: Processes, name: str, port: int) -> None:
    """Wait until a process takes connections; raises RunError if it ends, or never does."""
    deadline = time.monotonic() + START_SECONDS
    while not is_open(port):
        processes.check()
        if time.monotonic() > deadline:
            raise RunError(f"{name} does not answer at {url(port)} after {START_SECONDS:.0f} seconds")
        time.sleep(0.05)


def _directory(port: int, chosen: Mapping[str, str]) -> list[str]:
    root = chosen["ROOT_DOMAIN"]
    units = sorted({realm.org_unit for realm in policies.load(chosen["POLICY"]).realms.values()})
    named = [argument for unit in units for argument in ("--org-unit", unit)]
    domains = ["--domain", root, "--domain", f"*.{root}"]
    return [sys.executable, "-m", "local.directory", "--port", str(port), *domains, *named]


def _tasks(port: int, rate: float | None) -> list[str]:
    limits = ["--max-concurrent", str(CONCURRENT), *(["--rate", str(rate)] if rate is not None else [])]
    return [sys.executable, "-m", "local.tasks", "--port", str(port), *limits]


def _function(name: str, signature: str, port: int) -> list[str]:
    source = ["--source", f"functions/{name}/main.py", "--target", name, "--signature-type", signature]
    return [sys.executable, "-m", "functions_framework", *source, "--host", "127.0.0.1", "--port", str(port)]
