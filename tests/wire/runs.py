"""What is done with a run, and what it leaves: its store, its pages, its settings."""

import json
import re
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

from shared.adapters.sqlite import SqliteStore
from shared.ports import Query
from tests.wire.running import ROOT, SECONDS


def everything(folder: Path, collection: str) -> list[dict[str, Any]]:
    """Give all documents of a collection of a run's store."""
    with closing(SqliteStore(str(folder / "akun.db"))) as store:
        return [document.data for document in store.query(Query(collection))]


def shell(folder: Path, command: str) -> str:
    """Type a command in the settings of a run; give what it prints."""
    script = f"set -a; . '{folder}/env'; set +a; {command}"
    done = subprocess.run(["sh", "-c", script], cwd=ROOT, capture_output=True, timeout=SECONDS, check=True)
    return done.stdout.decode()


def write_roster(path: Path, *lines: bytes) -> Path:
    """Write a file of events."""
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def moved(folder: Path, day: str) -> "subprocess.CompletedProcess[str]":
    """Type the command that moves the clock of a run."""
    command = [sys.executable, "-m", "local.run.move", day, "--folder", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)


def fetch_json(url: str, body: dict[str, Any]) -> None:
    """Post JSON, which must be taken well."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        assert answer.status == 200


def link_of(text: str) -> str:
    """Give the signed link that a run has printed."""
    [url] = re.findall(r"(?m)^  (http://127\.0\.0\.1:\d+/unduh/\S+)$", text)
    return str(url)


def fetch(url: str, data: bytes | None = None) -> tuple[str, str]:
    """Read a page, redirects followed; give its address and text."""
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=SECONDS) as answer:
        return answer.url, answer.read().decode()
