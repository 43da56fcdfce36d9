"""`akun` as its users type it, in the surroundings of the functions."""

import json
from typing import Any
from urllib.parse import urlsplit

from click.testing import CliRunner, Result

from cli.__main__ import akun
from tests.wire.functions import Place
from tests.wire.handout import LINK_KEYS

PUBLIC = "https://akun.belajar.id"


def typed(here: Place, *words: str, **changed: str | None) -> Result:
    """Type a command."""
    env = {**here.env, "LINK_KEYS": LINK_KEYS, "PUBLIC_URL": PUBLIC}
    return CliRunner().invoke(akun, words, env={**env, **changed})


def told(here: Place, *words: str) -> Any:
    """Type a command that answers JSON."""
    answer = typed(here, *words, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def link(here: Place, *words: str) -> str:
    """Make a link by command; give path and query."""
    answer = typed(here, "link", "create", *words, "--requested-by", "op-7")
    assert answer.exit_code == 0, answer.output
    (url,) = answer.stdout.splitlines()
    assert url.startswith(PUBLIC + "/unduh/")
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def file_of(url: str, form: str = "/peserta_didik.csv") -> str:
    """Give the URL of a file of a link."""
    path, _, query = url.partition("?")
    return f"{path}{form}?{query}"
