"""A function as the platform runs it: functions-framework in a process of its own, on a free port."""

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.wire.functions import ROOT, SIGNATURES, Place
from tests.wire.standin_target import Delivery, eventually

SECONDS = 60.0
_LISTENING = re.compile(r"Listening at: (http://127\.0\.0\.1:\d+)")


class Program:
    """The process, and the files in which all that it prints ends up."""

    def __init__(self, here: Place, name: str, **changed: str) -> None:
        self.out = here.path.parent / f"{name}.out"
        self.err = here.path.parent / f"{name}.err"
        own = {"PYTHONPATH": str(ROOT), "GUNICORN_LOG_LEVEL": "info", "PATH": os.environ["PATH"]}
        command = [sys.executable, "-m", "functions_framework", "--source", f"functions/{name}/main.py"]
        command += ["--target", name, "--signature-type", SIGNATURES[name], "--host", "127.0.0.1", "--port", "0"]
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env={**own, **here.env, **changed}, stdout=out, stderr=err, stdin=subprocess.DEVNULL
            )

    def url(self) -> str:
        """Give the base URL, once the program listens."""
        assert eventually(lambda: self._found() is not None or self.process.poll() is not None, SECONDS)
        found = self._found()
        assert found is not None, self.printed()
        return found

    def printed(self) -> str:
        """Give all that it has printed so far."""
        return self.out.read_text() + self.err.read_text()

    def stop(self) -> None:
        """Ask it to end, and wait for that."""
        self.process.terminate()
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _found(self) -> str | None:
        match = _LISTENING.search(self.err.read_text())
        return match[1] if match else None


@contextmanager
def program(here: Place, name: str, **changed: str) -> Iterator[Program]:
    """Run a function, and see to its end."""
    running = Program(here, name, **changed)
    try:
        running.url()
        yield running
    finally:
        running.stop()


def post(url: str, body: bytes | str, headers: dict[str, str]) -> int:
    """Send a request and give the status of the answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
    try:
        connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def send_tasks_on(here: Place, url: str) -> None:
    """Let the target of tasks hand each one to a program."""

    def send_on(delivery: Delivery) -> int:
        headers = {name: value for name, value in delivery.headers.items() if name.lower().startswith("x-cloudtasks")}
        return post(url, delivery.body, {"Content-Type": "application/json", **headers})

    here.target.answer = send_on
