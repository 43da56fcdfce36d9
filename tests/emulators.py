"""Google's emulators for tests: started on free ports by the test that needs one, stopped by process group."""

import fcntl
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

START_SECONDS = 90.0
STOP_SECONDS = 15.0
COMPONENTS = {"firestore": "cloud-firestore-emulator", "pubsub": "pubsub-emulator"}


class EmulatorError(Exception):
    """An emulator did not come up; holds what it printed."""


class Running(NamedTuple):
    """An emulator that answers at `address`; `group` is its process group."""

    address: str
    group: int


def missing(name: str) -> str | None:
    """Say what this machine lacks to run an emulator (`firestore`, `pubsub`), or None."""
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        return "gcloud is not on PATH"
    if shutil.which("java") is None:
        return "java is not on PATH"
    if not (Path(gcloud).resolve().parent.parent / "platform" / COMPONENTS[name]).is_dir():
        return f"gcloud has no component {COMPONENTS[name]}"
    return None


@contextmanager
def firestore_emulator() -> Iterator[str]:
    """Run a Firestore emulator; gives its host:port."""
    with _emulator("firestore") as address:
        yield address


@contextmanager
def pubsub_emulator() -> Iterator[str]:
    """Run a Pub/Sub emulator; gives its host:port."""
    with _emulator("pubsub") as address:
        yield address


@contextmanager
def shared(name: str, folder: Path) -> Iterator[str]:
    """Run one emulator for all processes that name the same folder: the first starts it, the last one stops it."""
    with _state(folder, name) as state:
        if not state:
            state |= {"users": 0, "running": _start(name, folder)}
        state["users"] += 1
        address = Running(*state["running"]).address
    try:
        yield address
    finally:
        with _state(folder, name) as state:
            state["users"] -= 1
            if state["users"] == 0:
                _stop(Running(*state["running"]))
                state.clear()


@contextmanager
def _state(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Hold the file that the processes share, alone, and write back what has been changed."""
    with (folder / f"{name}.json").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        state = json.loads(file.read() or "{}")
        yield state
        file.seek(0)
        file.truncate()
        json.dump(state, file)


@contextmanager
def _emulator(name: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        running = _start(name, Path(folder))
        try:
            yield running.address
        finally:
            _stop(running)


def _start(name: str, folder: Path) -> Running:
    address = f"127.0.0.1:{_free_port()}"
    log = folder / f"{name}.log"
    command = ["gcloud", "beta", "emulators", name, "start", f"--host-port={address}"]
    if name == "pubsub":
        command.append(f"--data-dir={folder}")
    # The shell ends at once, so the emulator is nobody's child, and whoever is last may stop it.
    shell = ["sh", "-c", f"{shlex.join(command)} </dev/null >{shlex.quote(str(log))} 2>&1 & echo $!"]
    environment = os.environ | {"CLOUDSDK_CORE_DISABLE_PROMPTS": "1", "CLOUDSDK_CORE_PROJECT": "demo-test"}
    started = subprocess.run(
        shell, env=environment, stdout=subprocess.PIPE, check=True, text=True, start_new_session=True
    )
    answers = _await(address, answering=True, seconds=START_SECONDS)
    running = Running(address, os.getpgid(int(started.stdout)))  # gcloud makes a group of its own while it starts
    if not answers:
        _signal(running, signal.SIGKILL)
        raise EmulatorError(log.read_text(errors="replace"))
    return running


def _stop(running: Running) -> None:
    """End the whole group: gcloud is only the parent of the Java process that serves."""
    _signal(running, signal.SIGTERM)
    _await(running.address, answering=False, seconds=STOP_SECONDS)
    _signal(running, signal.SIGKILL)


def _await(address: str, *, answering: bool, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if _answers(address) == answering:
            return True
        time.sleep(0.05)
    return False


def _answers(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://{address}/", timeout=5):
        return True
    return False


def _signal(running: Running, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(running.group, number)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
