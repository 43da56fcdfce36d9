"""Reading one variable, and what is said of it where it is wrong."""

from typing import Any

import pytest

from shared.environment import Reader
from shared.errors import ConfigError

ENDPOINT = {"DIRECTORY_ENDPOINT": "http://127.0.0.1:1"}


def read(what: str, *arguments: Any, **env: str) -> Any:
    reader = Reader(env)
    value = getattr(reader, what)(*arguments)
    reader.check()
    return value


def problems(what: str, *arguments: Any, **env: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(what, *arguments, **env)
    return caught.value.problems


def is_refused(name: str, what: str, *arguments: Any, **env: str) -> None:
    found = problems(what, *arguments, **env)
    assert found
    assert all(problem.startswith(name + ": ") for problem in found), found
