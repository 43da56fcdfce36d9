"""The log line: a closed set of fields, one write each; and what other libraries say is muted."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any, get_args

import msgspec
import pytest

from shared import logs

FIELDS = {
    "severity",
    "message",
    "function",
    "outcome",
    "ms",
    "event_id",
    "account_id",
    "lane",
    "code",
    "field",
    "realm",
    "job",
    "campaign_id",
    "sekolah_id",
    "file_mark",
    "rows",
    "scopes",
    "error",
    "frames",
}
LEAST: dict[str, Any] = {
    "severity": "INFO",
    "message": "provision: done",
    "function": "provision",
    "outcome": "done",
    "ms": 1.5,
}


class CountedWrites(StringIO):
    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []

    def write(self, text: str) -> int:
        self.writes.append(text)
        return super().write(text)


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    found = logging.getLogger()
    handlers, level = list(found.handlers), found.level
    yield found
    found.handlers[:] = handlers
    found.setLevel(level)


def test_a_line_has_these_fields_and_no_others():
    assert set(logs.Line.__struct_fields__) == FIELDS


def test_only_ids_codes_and_numbers_can_stand_in_a_line():
    types = {field.type for field in msgspec.structs.fields(logs.Line)} - {logs.Severity}
    assert types == {str, float, int, tuple[str, ...]}
    assert set(get_args(logs.Severity)) == {"INFO", "WARNING", "ERROR"}


@pytest.mark.parametrize("field", ["nama", "address", "password", "nisn", "url", "text", "exception"])
def test_nothing_else_can_be_logged(field: str):
    with pytest.raises(TypeError, match=field):
        logs.Line(**{**LEAST, field: "x"})


def test_a_line_is_frozen():
    line = logs.Line(**LEAST)
    with pytest.raises(AttributeError):
        line.code = "x"  # type: ignore[misc]


def test_a_line_is_one_json_object_in_one_write(monkeypatch: pytest.MonkeyPatch):
    out = CountedWrites()
    monkeypatch.setattr(sys, "stdout", out)
    logs.write(logs.Line(**LEAST, code="a\nb", frames=("boundary.py:1:run",)))
    (written,) = out.writes
    assert written.endswith("}\n")
    assert written.count("\n") == 1
    assert json.loads(written) == {**LEAST, "code": "a\nb", "frames": ["boundary.py:1:run"]}


def test_what_is_blank_is_left_out(capsys: pytest.CaptureFixture[str]):
    logs.write(logs.Line(**LEAST, lane="", realm=""))
    assert json.loads(capsys.readouterr().out) == LEAST


@pytest.mark.usefixtures("root")
def test_a_library_is_heard_without_its_text(capsys: pytest.CaptureFixture[str]):
    logs.mute_libraries()
    log = logging.getLogger("googleapiclient.http")
    try:
        int("siti@smp.belajar.id")
    except ValueError:
        log.exception("Sleeping before retry: %s", "https://x/users/siti@smp.belajar.id")
    log.warning("https://x/users/siti@smp.belajar.id", stack_info=True)
    printed = capsys.readouterr()
    failed, warned = [json.loads(line) for line in printed.out.splitlines()]
    assert failed.pop("place").startswith("test_logs:")
    assert warned.pop("place").startswith("test_logs:")
    assert failed == {
        "severity": "ERROR",
        "message": "library",
        "logger": "googleapiclient.http",
        "error": "ValueError",
    }
    assert warned == {"severity": "WARNING", "message": "library", "logger": "googleapiclient.http"}
    assert printed.err == ""


@pytest.mark.usefixtures("root")
def test_what_a_library_says_in_passing_is_not_heard_at_all(capsys: pytest.CaptureFixture[str]):
    logs.mute_libraries()
    logging.getLogger("httplib2").info("siti@smp.belajar.id")
    assert capsys.readouterr().out == ""


def test_handlers_that_were_there_are_muted_too(root: logging.Logger, capsys: pytest.CaptureFixture[str]):
    root.addHandler(logging.StreamHandler(sys.stderr))
    logs.mute_libraries()
    logging.getLogger("google.auth").error("siti@smp.belajar.id")
    printed = capsys.readouterr()
    assert "siti" not in printed.out + printed.err
