"""Between the framework and `download`: reads a signed request, and answers it or refuses it without saying why."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Final
from urllib.parse import parse_qsl

from flask import Request, Response
from flask import request as present
from werkzeug.exceptions import HTTPException

from shared import boundary
from shared.domain.links import PARAMETERS, Link
from shared.errors import BrokenOffError, LinkError
from shared.handout import refusals
from shared.handout.asked import Answer, Asked

MAX_PARAMETER: Final = 200  # characters
MAX_QUERY: Final = 4_000
MAX_FIELDS: Final = 40
SEPARATOR: Final = "pemisah"

STATUS: Final = {"incomplete": 400, "refused": 403, "unknown": 404, "method": 405, "gone": 410}
HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store, no-transform",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PATH: Final = re.compile(
    r"/unduh/(?P<school>[^/?#]+)"
    r"(?:/(?:(?P<category>admin|peserta_didik|ptk)(?P<form>/kartu|\.xlsx|\.csv)|(?P<exceptions>pengecualian\.csv)))?"
)


def take(request: Request, use_case: Callable[[Asked], Answer], proxies: int) -> Response:
    """Answer one request; every refusal is one page, equal whatever was wrong with a signature."""
    told = boundary.Told("download")
    request.stream = BytesIO()  # nothing is asked for in a body: a bad or endless one must not be waited for
    try:
        asked = read(request, proxies)
        told.job, told.sekolah_id, told.file_mark = asked.form, asked.link.sekolah_id, asked.link.file_mark
        answer = boundary.attempt(told, lambda: use_case(asked))
        parts = iter(answer.body)
        first = boundary.attempt(told, lambda: b"".join(parts) if answer.is_small else next(parts, b""))
    except LinkError as error:
        told.write("WARNING" if error.code == "link_signature" else "INFO", "refused", code=error.code)
        return _refused(request, error)
    except HTTPException:
        return _later(request)
    sent = _sent(told, answer, first, parts)
    body = b"".join(sent) if answer.is_small else sent
    response = Response(body, content_type=answer.content_type, headers=dict(HEADERS))
    if answer.file_name:
        response.headers["Content-Disposition"] = f'attachment; filename="{answer.file_name}"'
    return response


def read(request: Request, proxies: int) -> Asked:
    """Read what a request asks for; raises LinkError. Nothing of the store is needed for it."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path)
    path, _, query = raw.partition("?")
    found = _PATH.fullmatch(path)
    if found is None:
        raise LinkError("unknown", "path_unknown")
    is_page = not found["category"] and not found["exceptions"]
    allowed = ("GET", "HEAD") if is_page else ("GET", "POST")
    if request.method not in allowed:
        raise LinkError("method", "method_not_allowed", ", ".join(allowed))
    given = _parameters(query)
    link = Link.read(found["school"], given)
    if link is None:
        raise LinkError("refused", "link_form")
    return Asked(
        form=(found["form"] or "").lstrip("/.") or ("page" if is_page else "pengecualian"),
        category=found["category"],  # type: ignore[arg-type]
        link=link,
        sig=given["sig"],
        query=link.query(given["sig"]),
        separator="," if given.get(SEPARATOR) == "koma" else ";",
        posted=request.method == "POST",
        network=network(request, proxies),
    )


def _parameters(query: str) -> dict[str, str]:
    if len(query) > MAX_QUERY:
        raise LinkError("incomplete", "query_too_long")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace")
    except ValueError:
        raise LinkError("incomplete", "query_too_long") from None
    ours = [(name, value) for name, value in pairs if name in PARAMETERS or name == SEPARATOR]
    given = dict(ours)
    missing = any(name not in given for name in PARAMETERS)
    if missing or len(given) < len(ours) or any(len(value) > MAX_PARAMETER for value in given.values()):
        raise LinkError("incomplete", "link_incomplete")
    return given


def network(request: Request, proxies: int) -> str:
    """Give the /24 or /48 that a caller's address is in, as the platform reports it: it adds it at the end."""
    reported = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    text = reported[-1 - proxies] if len(reported) > proxies else (request.remote_addr or "")
    try:
        address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return "unknown"
    if address.version == 6 and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))


def _sent(told: boundary.Told, answer: Answer, first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    """Send the parts; a fault in between breaks the connection, so that no file looks whole that is not.

    The first is there already: before anything is sent a fault can still be answered, and the server would write
    the whole address of a request that failed so early into its log.
    """
    try:
        yield first
        yield from parts
    except GeneratorExit:
        told.write("INFO", "broken_off", **answer.told())
        raise
    except BaseException as error:  # noqa: BLE001 - told, then a clean one: its text could be printed
        boundary.tell_failure(told, error)
        raise BrokenOffError from None
    told.write("INFO", "sent", **answer.told())


def _refused(request: Request, error: LinkError) -> Response:
    response = _said(request, error.kind, STATUS[error.kind])
    if error.kind == "method":
        response.headers["Allow"] = error.field
    return response


def astray(_: HTTPException) -> Response:
    """Answer what the framework would not hand on to the function: a path with a line break, `/favicon.ico`."""
    return _said(present, "unknown", STATUS["unknown"])


def _later(request: Request) -> Response:
    response = _said(request, "later", 503)
    response.headers["Retry-After"] = "30"
    return response


def _said(request: Request, kind: str, status: int) -> Response:
    wanted = request.accept_mimetypes.best_match(["text/html", "application/problem+json", "application/json"])
    if wanted in ("application/problem+json", "application/json"):
        return Response(refusals.problem(kind, status), status, dict(HEADERS), content_type="application/problem+json")
    return Response(refusals.page(kind), status, dict(HEADERS), content_type="text/html; charset=utf-8")
