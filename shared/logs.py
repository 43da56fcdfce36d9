"""One JSON line per event, with Cloud Logging's field names; a closed type, so nothing else can be logged."""

import logging
import sys
from typing import Literal

import msgspec

Severity = Literal["INFO", "WARNING", "ERROR"]


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is told of one event: ids, an outcome and our codes. Never a name, address, number, password or URL."""

    severity: Severity
    message: str
    function: str
    outcome: str
    ms: float
    event_id: str = ""
    account_id: str = ""
    lane: str = ""
    code: str = ""
    field: str = ""
    realm: str = ""
    job: str = ""
    campaign_id: str = ""
    sekolah_id: str = ""
    file_mark: str = ""
    rows: int = 0
    scopes: int = 0
    error: str = ""
    frames: tuple[str, ...] = ()


def write(line: Line) -> None:
    """Print a line in one write; through `sys.stdout` at call time, because the framework may replace it."""
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()


class Muted(logging.Formatter):
    """Formats other libraries' records without their text, which may quote an address or a URL."""

    def format(self, record: logging.LogRecord) -> str:
        """Give logger, level, place and the exception's type."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        place = f"{record.module}:{record.lineno}"
        fields = {"severity": record.levelname, "message": "library", "logger": record.name, "place": place}
        return msgspec.json.encode({**fields, "error": kind} if kind else fields).decode()


def mute_libraries() -> None:
    """Let nothing of a library's log text through, in this process."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Muted())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
