"""What an answer and the log lines of a failure must look like."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.wire.functions import lines

PERSONAL = ("SITI", "AMINAH", "0101234567", "belajar.id", "SMP NEGERI")


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Read the log lines, which must not say anything of a person."""
    printed = capsys.readouterr()
    assert [word for word in PERSONAL if word in printed.out + printed.err] == []
    return lines(printed.out)


def asks_to_come_again(answer: TestResponse, *, alone: bool = False) -> None:
    """Check an answer that is retried; `alone`: without slowing the whole queue for it."""
    if alone:
        assert answer.text == "500 Internal Server Error: try again later"
        return
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert [word for word in PERSONAL if word in answer.text] == []
    assert "Error" not in answer.text
