"""The sample portal: an operator logs in, presses the button, and is sent on to a link that opens."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message

import pytest

from local.portal.__main__ import build
from local.tasks.serving import BackgroundServer
from tests.wire.functions import NOWHERE, ROOT, Place
from tests.wire.linking import ID, NPSN, PUBLIC, SETTINGS, UUID, plant, query
from tests.wire.programs import SECONDS, program
from tests.wire.standin_target import target_server

SCHOOLS = {ID: "SMP <NEGERI> & 1", UUID: "SMP LAIN"}


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, so that a test sees it."""

    def redirect_request(self, *_: object) -> None:
        return None


def visit(url: str, method: str = "GET") -> tuple[int, str, Message]:
    try:
        with urllib.request.build_opener(Stay).open(urllib.request.Request(url, method=method)) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


@contextmanager
def portal(link_url: str) -> Iterator[str]:
    with BackgroundServer(build(SCHOOLS, link_url)) as running:
        yield running.url


def test_who_comes_chooses_an_operator_and_finds_the_button():
    with portal(NOWHERE) as url:
        status, text, headers = visit(url)
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        links = re.findall(r'href="(/sekolah/[^"]+)">Operator ([^<]+)<', text)
        assert links == [(f"/sekolah/{ID}", "SMP &lt;NEGERI&gt; &amp; 1"), (f"/sekolah/{UUID}", "SMP LAIN")]
        status, text, _ = visit(url + links[0][0])
    assert status == 200
    assert '<html lang="id">' in text
    assert text.count("<h1>SMP &lt;NEGERI&gt; &amp; 1</h1>") == 1
    assert '<form method="post"><button>Unduh Akun</button></form>' in text


def test_the_button_leads_to_a_link_that_link_has_registered_for_this_operator(here: Place):
    here.env |= SETTINGS
    plant(here, ID, NPSN, "SMP NEGERI 1")
    with program(here, "link") as link, portal(link.url()) as url:
        status, text, headers = visit(f"{url}/sekolah/{ID}", "POST")
    assert (status, text) == (303, "")
    assert headers["Location"].startswith(f"{PUBLIC}/unduh/{ID}?k=admin,peserta_didik,ptk&")
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    kept = here.get("links", query(headers["Location"])["lid"])
    assert kept["requested_by"] == f"operator-{ID[:8]}"
    assert query(headers["Location"])["sig"] not in link.printed()


def test_a_school_that_is_not_the_portals_gets_no_link():
    with target_server() as target, portal(target.url) as url:
        for method in ("GET", "POST"):
            assert visit(f"{url}/sekolah/{NPSN}", method)[0] == 404
        assert target.deliveries == []


@pytest.mark.parametrize("status", [403, 404, 503, 200])
def test_where_no_link_comes_the_operator_is_asked_to_try_later(status: int):
    with target_server(lambda _: status) as target, portal(target.url) as url:
        answered, text, headers = visit(f"{url}/sekolah/{ID}", "POST")
        assert [json.loads(body)["sekolah_id"] for body in target.bodies()] == [ID]
    assert (answered, headers["Location"]) == (503, None)
    assert "Coba lagi beberapa menit lagi." in text


def test_it_starts_alone():
    env = {"PORTAL_SCHOOLS": json.dumps(SCHOOLS), "LINK_URL": NOWHERE, "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "local.portal", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
        assert found
        assert "SMP LAIN" in visit(found[1])[1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0 or process.returncode == -signal.SIGTERM
