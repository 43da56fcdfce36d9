"""The surroundings of the measured functions: a store, the stand-ins of Google's side, an environment."""

import base64
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from bench.bare_sample import POLICY, write_sample
from bench.people import LINK_KEY
from bench.processes import ROOT, Server, framework, serving
from local.run.environment import PROJECT, Places, of_child, settings
from local.run.ports import free
from shared import policies

KEYS = '{"bench": "YmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtMDE="}'
LINK_KEYS = json.dumps({"bench": base64.b64encode(LINK_KEY).decode()})
EVENTS = 10_000  # after which memory is looked at
OURS, BARE = "functions/{}/main.py", "bench/bare/{}.py"
_IDLE = "0.001"  # tasks a second of a queue of the stand-in: the benches send the tasks themselves


@dataclass(frozen=True, slots=True)
class Stage:
    """What a measurement finds ready; `runs` numbers people so that no two measurements share any."""

    folder: Path
    env: dict[str, str]
    directory: int
    tasks: int
    store: str
    events: int = EVENTS
    runs: Iterator[int] = field(default_factory=lambda: count(1))

    def ours(self, name: str, port: int | None = None, **more: str) -> AbstractContextManager[Server]:
        """Serve a function of ours, on a free port unless one is given."""
        return self.serve(OURS, name, more, port=port)

    def bare(self, name: str, **more: str) -> AbstractContextManager[Server]:
        """Serve one of the floor."""
        return self.serve(BARE, name, more)

    def serve(
        self, source: str, name: str, more: Mapping[str, str], *, port: int | None = None, wait: bool = True
    ) -> AbstractContextManager[Server]:
        """Serve a function of OURS or BARE; `wait` until it takes connections."""
        port = port or free(1)[0]
        log = self.folder / f"{name}.log"
        return serving(framework(source.format(name), name, port), self._own(more), port, log, wait=wait)

    def apart(self, name: str) -> "Stage":
        """Give the same stage with a store of its own, in which nobody else's documents slow a query."""
        own = {"STORE": f"sqlite:///{self.folder / name}.db"}
        if "FIRESTORE_EMULATOR_HOST" in self.env:
            own = {"GOOGLE_CLOUD_PROJECT": f"demo-{name}"}
        return replace(self, env={**self.env, **own})

    def _own(self, more: Mapping[str, str]) -> dict[str, str]:
        # gunicorn puts a control socket there, by one name for all of a user's servers.
        sockets = self.folder / f"s{next(self.runs)}"
        sockets.mkdir()
        return {**self.env, "XDG_RUNTIME_DIR": str(sockets), **more}


def has_emulator() -> bool:
    """Say whether this machine has Google's Firestore emulator."""
    gcloud = shutil.which("gcloud")
    if gcloud is None or shutil.which("java") is None:
        return False
    return (Path(gcloud).resolve().parent.parent / "platform" / "cloud-firestore-emulator").is_dir()


@contextmanager
def emulator(folder: Path) -> Iterator[str]:
    """Run Google's Firestore emulator, on whatever cores it likes; gives its host and port, or "" without one."""
    with _emulator(folder) if has_emulator() else nullcontext("") as address:
        yield address


@contextmanager
def _emulator(folder: Path) -> Iterator[str]:
    [port] = free(1)
    address = f"127.0.0.1:{port}"
    own = {"CLOUDSDK_CONFIG": str(folder / "gcloud"), "CLOUDSDK_CORE_DISABLE_PROMPTS": "1"}
    env = {**os.environ, **own, "CLOUDSDK_CORE_PROJECT": PROJECT}
    command = ["gcloud", "beta", "emulators", "firestore", "start", f"--host-port={address}"]
    with serving(command, env, port, folder / "firestore.log"):
        yield address


@contextmanager
def stage(folder: Path, firestore: str, events: int = EVENTS) -> Iterator[Stage]:
    """Start the stand-ins; the store is Firestore's emulator where there is one, else SQLite."""
    directory, tasks, nowhere = free(3)
    places = Places(directory=directory, tasks=tasks, provision=nowhere, converge=nowhere, reconcile=nowhere)
    chosen = settings(
        places,
        folder / "akun.db",
        {"CREDENTIAL_KEYS": KEYS, "LINK_KEYS": LINK_KEYS, "PUBLIC_URL": "http://127.0.0.1:9"},
        {},
    )
    if firestore:
        at = {"GOOGLE_CLOUD_PROJECT": PROJECT, "FIRESTORE_EMULATOR_HOST": firestore}
        chosen |= {"STORE": "firestore://", **at}
        os.environ.update(at)  # for the client of this process
    sample = write_sample(folder)
    realms = json.dumps(sorted(policies.load(POLICY).realms))
    env = of_child(chosen, ROOT, WORKERS="1", THREADS="8", BENCH_SAMPLE=str(sample), BENCH_REALMS=realms)
    standin = [sys.executable, "-m"]
    to_directory = [*standin, "local.directory", "--port", str(directory), "--any-org-unit"]
    to_tasks = [*standin, "local.tasks", "--port", str(tasks), "--rate", _IDLE, "--burst", "1"]
    with ExitStack() as running:
        running.enter_context(serving(to_directory, env, directory, folder / "directory.log"))
        running.enter_context(serving(to_tasks, env, tasks, folder / "tasks.log"))
        yield Stage(folder, env, directory, tasks, "Firestore's emulator" if firestore else "SQLite", events)
