"""`python -m local.portal --port N`: schools from PORTAL_SCHOOLS (JSON: sekolah_id -> name), links from LINK_URL.

It does what a real portal does, but for the log-in: whoever comes is taken for the operator of the school they choose.
"""

import argparse
import json
import os
from collections.abc import Mapping
from html import escape
from http.client import HTTPException
from urllib.request import Request, urlopen

from starlette.applications import Starlette
from starlette.requests import Request as Visit
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from local.tasks.serving import serve_command

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
PAGE = """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><style>body{{font:1.1rem/1.6 system-ui;max-width:40rem;margin:auto;
padding:1rem}}button,a{{display:inline-block;min-height:44px;font:inherit}}</style></head>
<body><main><h1>{title}</h1>{body}</main></body></html>"""


def build(schools: Mapping[str, str], link_url: str) -> Starlette:
    """Give the portal of these schools."""

    def log_in(_visit: Visit) -> Response:
        items = (f'<li><a href="/sekolah/{escape(i)}">Operator {escape(n)}</a></li>' for i, n in schools.items())
        return _page("Masuk ke laman sekolah (contoh)", f"<p>Pilih operator.</p><ul>{''.join(items)}</ul>")

    def school(visit: Visit) -> Response:
        school_id = visit.path_params["school_id"]
        if school_id not in schools:
            return _page("Sekolah tidak ditemukan", '<p><a href="/">Kembali</a></p>', 404)
        if visit.method != "POST":
            button = '<form method="post"><button>Unduh Akun</button></form><p><a href="/">Keluar</a></p>'
            return _page(schools[school_id], f"<p>Akun Pembelajaran untuk sekolah Anda.</p>{button}")
        body = json.dumps({"sekolah_id": school_id, "requested_by": f"operator-{school_id[:8]}"}).encode()
        asked = Request(link_url, body, {"Content-Type": "application/json"})  # noqa: S310 - http, by the runner
        try:
            with urlopen(asked, timeout=30) as answer:  # noqa: S310
                return RedirectResponse(json.load(answer)["url"], 303, HEADERS)
        except (OSError, HTTPException, ValueError, KeyError):  # its text may quote the link
            return _page("Layanan sedang sibuk", "<p>Coba lagi beberapa menit lagi.</p>", 503)

    return Starlette(routes=[Route("/", log_in), Route("/sekolah/{school_id}", school, methods=["GET", "POST"])])


def _page(title: str, body: str, status: int = 200) -> Response:
    return HTMLResponse(PAGE.format(title=escape(title), body=body), status, HEADERS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="local.portal", description="sample portal on 127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve_command(build(json.loads(os.environ["PORTAL_SCHOOLS"]), os.environ["LINK_URL"]), parser.parse_args().port)
