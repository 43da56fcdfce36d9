"""A function's folder as its zip has it (design 11), and a clean interpreter that loads it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/main.py"))
ENDPOINTS = ("DIRECTORY_ENDPOINT", "TASKS_ENDPOINT", "KMS_ENDPOINT", "CONVERGE_URL")


def files(name: str) -> dict[str, Path]:
    """Give the files of a function's zip: their places in it, and where they come from."""
    shared = [path for kind in ("py", "toml") for path in (ROOT / "shared").rglob(f"*.{kind}")]
    return {
        "main.py": ROOT / "functions" / name / "main.py",
        "requirements.txt": ROOT / "functions" / "requirements.txt",
        **{str(path.relative_to(ROOT)): path for path in shared},
    }


def build(folder: Path, name: str) -> Path:
    """Lay a function out in a folder, and give that."""
    for place, source in files(name).items():
        target = folder / name / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return folder / name


def environment(folder: Path) -> dict[str, str]:
    """Give what any function wants to know; nobody listens where it points."""
    return {
        **dict.fromkeys(ENDPOINTS, "http://127.0.0.1:9"),
        "STORE": f"sqlite:///{folder}/akun.db",
        "TASKS_PARENT": "projects/p/locations/l",
        "CREDENTIAL_KEYS": json.dumps({"k1": "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="}),
        "LINK_KEYS": json.dumps({"k1": "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="}),
        "PUBLIC_URL": "http://127.0.0.1:9",
        "QUEUE_RATES": '{"*": 1.0}',
    }


def run(folder: Path, name: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Load a laid-out function in an interpreter that knows nothing of this repository."""
    command = [sys.executable, "-I", str(Path(__file__).with_name("loader.py")), name]
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), **env}
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=120, check=False)


def loaded(folder: Path, name: str) -> dict[str, Any]:
    """Lay a function out and load it; give what `loader.py` tells."""
    done = run(build(folder, name), name, environment(folder))
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
