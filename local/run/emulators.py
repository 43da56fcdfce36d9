"""Google's Firestore and Pub/Sub emulators as processes of a run."""

import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from local.run import http as local_http
from local.run.environment import PROJECT, of_child, url
from local.run.errors import RunError
from local.run.processes import ROOT, Processes

START_SECONDS = 90.0
_COMPONENTS = {"firestore": "cloud-firestore-emulator", "pubsub": "pubsub-emulator"}


def check() -> None:
    """Raise RunError, with the cure, if this machine cannot run them."""
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        raise RunError("BACKEND=emulators needs gcloud: install the Google Cloud CLI, or leave BACKEND out")
    if shutil.which("java") is None:
        raise RunError("BACKEND=emulators needs Java: install a runtime (Debian: default-jre-headless)")
    platform = Path(gcloud).resolve().parent.parent / "platform"
    lacking = [name for name in _COMPONENTS.values() if not (platform / name).is_dir()]
    if lacking:
        packages = " ".join(f"google-cloud-cli-{name.removeprefix('cloud-')}" for name in lacking)
        cure = (
            f"gcloud components install {' '.join(lacking)} (or, where gcloud came by apt: apt-get install {packages})"
        )
        raise RunError(f"BACKEND=emulators needs more of gcloud: {cure}")


def start(processes: Processes, chosen: Mapping[str, str], folder: Path, *, firestore: int, pubsub: int) -> None:
    """Start both, and return when both answer."""
    environment = {name: value for name, value in of_child(chosen, ROOT).items() if name != "PYTHONPATH"}
    environment |= {
        "CLOUDSDK_CONFIG": str(folder / "gcloud"),
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
        "CLOUDSDK_CORE_PROJECT": PROJECT,
    }
    data = folder / "pubsub"
    data.mkdir(exist_ok=True)
    processes.start("firestore", _command("firestore", firestore), environment)
    processes.start("pubsub", [*_command("pubsub", pubsub), f"--data-dir={data}"], environment)
    for name, port in (("firestore", firestore), ("pubsub", pubsub)):
        _await_answer(processes, name, port)


def _command(name: str, port: int) -> list[str]:
    return ["gcloud", "beta", "emulators", name, "start", f"--host-port=127.0.0.1:{port}"]


def _await_answer(processes: Processes, name: str, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not local_http.answers(port):
        processes.check()
        if time.monotonic() > deadline:
            raise RunError(f"the {name} emulator does not answer at {url(port)} after {START_SECONDS:.0f} seconds")
        time.sleep(0.2)
