"""The folder of a run: store, logs, keys; one run at a time uses it."""

import fcntl
import os
import shutil
from io import TextIOWrapper
from pathlib import Path

from local.run.errors import RunError


class Folder:
    """`.run`, or another folder; locked until it is released, or this process ends."""

    def __init__(self, path: Path, *, keep: bool) -> None:
        self.path = path.absolute()
        self.logs = self.path / "logs"
        self.store = self.path / "akun.db"
        self.env = self.path / "env"
        self.directory = self.path / "directory.json"
        self.wish = self.path / "move"
        self.answer = self.path / "moved"
        self._lock = self._locked(path)
        if not keep:
            for old in (self.env, self.directory, *self.path.glob("akun.db*")):
                old.unlink(missing_ok=True)
        for old in (self.wish, self.answer):
            old.unlink(missing_ok=True)
        shutil.rmtree(self.logs, ignore_errors=True)
        self.logs.mkdir()

    def release(self) -> None:
        """Let another run have the folder."""
        self._lock.close()

    def write_private(self, path: Path, text: str) -> None:
        """Write a file that only its owner may read."""
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)

    def _locked(self, shown: Path) -> TextIOWrapper:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self.path / "lock").open("a+", encoding="ascii")
        except OSError as error:
            raise RunError(f"{shown} cannot be used ({error.strerror}): name another with FOLDER=…") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            who = lock.read().strip() or "unknown"
            lock.close()
            cure = f"stop it, or give this run a folder of its own: make run FOLDER={shown / 'second'}"
            raise RunError(f"another run (process {who}) uses {shown}: {cure}") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        return lock
