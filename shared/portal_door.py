"""Between the framework and `link`: reads what a portal asks for, and says of every fault its field and cure."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from flask import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from shared import boundary
from shared.domain.accounts import Category
from shared.domain.links import CATEGORIES, MAX_LIFETIME
from shared.errors import LinkError
from shared.usecases.link import Ambiguous, Minted, Wanted

MAX_BODY: Final = 8_192  # bytes
LEAST_LIFETIME: Final = 60  # seconds
FIELDS: Final = ("sekolah_id", "npsn", "categories", "requested_by", "ttl_seconds")
HEADERS: Final[Mapping[str, str]] = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
STATUS: Final = {"incomplete": 400, "unknown": 404, "method": 405}
CURES: Final[Mapping[str, str]] = {
    "method_not_allowed": "Send POST.",
    "body_too_large": f"Send at most {MAX_BODY} bytes.",
    "body_invalid": "Send one JSON object in UTF-8, each field once.",
    "field_unknown": f"Send no other fields than {', '.join(FIELDS)}.",
    "school_not_one": "Send exactly one of sekolah_id and npsn.",
    "sekolah_id_invalid": "Send the school's id in Dapodik, a UUID with hyphens.",
    "npsn_invalid": "Send the school's NPSN as text, 8 digits or capitals.",
    "categories_invalid": f"Send a list of some of {', '.join(CATEGORIES)}, each once; or leave it out for all.",
    "requested_by_invalid": (
        "Send an opaque id of the operator, 1 to 64 of A-Z a-z 0-9 . _ : -, never a name or an address: it is kept"
        " with the link and shown on its page."
    ),
    "ttl_seconds_invalid": f"Send a whole number of seconds, {LEAST_LIFETIME} to {MAX_LIFETIME}; or leave it out.",
    "school_unknown": "No roster change has named such a school yet: check the id.",
    "npsn_ambiguous": "Several schools have this NPSN: send the sekolah_id of one of them.",
    "try_again": "Send the same request again in a moment.",
}

_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_NPSN: Final = re.compile(r"[0-9A-Z]{8}")
_REQUESTED_BY: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def take(request: Request, use_case: Callable[[Wanted], Minted | Ambiguous], ttl_seconds: int) -> Response:
    """Answer one request, in one log line that holds neither the link nor what was sent."""
    told = boundary.Told("link")
    try:
        wanted = read(request, ttl_seconds)
        told.sekolah_id = wanted.sekolah_id
        done = boundary.attempt(told, lambda: use_case(wanted))
    except LinkError as error:
        return _refused(told, STATUS[error.kind], error.code, error.field)
    except HTTPException as error:  # told already
        response = _problem(error.code or 503, "try_again", "")
        response.headers["Retry-After"] = str(boundary.RETRY_AFTER)
        return response
    if isinstance(done, Ambiguous):
        schools = [{"sekolah_id": sekolah_id, "nama": nama} for sekolah_id, nama in done.schools]
        return _refused(told, 409, "npsn_ambiguous", wanted.field, schools=schools)
    told.sekolah_id, told.file_mark = done.link.sekolah_id, done.link.file_mark
    told.write("INFO", "signed")
    return _answer(200, _described(done), "application/json")


def read(request: Request, ttl_seconds: int) -> Wanted:
    """Read what a request asks for; raises LinkError. Nothing of the store is needed for it."""
    if request.method != "POST":
        raise LinkError("method", "method_not_allowed")
    given = _body(request)
    if not given.keys() <= set(FIELDS):
        raise LinkError("incomplete", "field_unknown")
    if ("sekolah_id" in given) == ("npsn" in given):
        raise LinkError("incomplete", "school_not_one", "sekolah_id")
    seconds = given.get("ttl_seconds", ttl_seconds)
    if type(seconds) is not int or not LEAST_LIFETIME <= seconds <= MAX_LIFETIME:
        raise LinkError("incomplete", "ttl_seconds_invalid", "ttl_seconds")
    return Wanted(
        sekolah_id=_text(given, "sekolah_id", _UUID).lower() if "sekolah_id" in given else "",
        npsn=_text(given, "npsn", _NPSN) if "npsn" in given else "",
        categories=_categories(given),
        requested_by=_text(given, "requested_by", _REQUESTED_BY),
        ttl_seconds=seconds,
    )


def _body(request: Request) -> dict[str, Any]:
    sent = request.get_data()  # whole: the framework reads it anyway
    if len(sent) > MAX_BODY:
        raise LinkError("incomplete", "body_too_large")
    try:
        given = json.loads(sent, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise LinkError("incomplete", "body_invalid")
    return given


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) != len(pairs):
        raise ValueError
    return given


def _text(given: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise LinkError("incomplete", f"{name}_invalid", name)
    return value


def _categories(given: Mapping[str, Any]) -> tuple[Category, ...]:
    """Read the categories, in the order of a link."""
    wanted = given.get("categories", list(CATEGORIES))
    found = tuple(category for category in CATEGORIES if isinstance(wanted, list) and category in wanted)
    if not found or len(found) != len(wanted):
        raise LinkError("incomplete", "categories_invalid", "categories")
    return found


def _refused(told: boundary.Told, status: int, code: str, field: str, **more: Sequence[Any]) -> Response:
    told.write("INFO", "refused", code=code, field=field)
    response = _problem(status, code, field, **more)
    if status == STATUS["method"]:
        response.headers["Allow"] = "POST"
    return response


def _problem(status: int, code: str, field: str, **more: Sequence[Any]) -> Response:
    """Give a refusal as RFC 9457 has it."""
    named = {"type": "about:blank", "title": HTTP_STATUS_CODES[status], "status": status}
    told = {**named, "code": code, "field": field, "detail": CURES[code], **more}
    return _answer(status, told, "application/problem+json")


def _described(minted: Minted) -> dict[str, Any]:
    expires_at = datetime.fromtimestamp(minted.link.expires_at, UTC)
    return {
        "url": minted.url,
        "lid": minted.link.link_id,
        "sekolah_id": minted.link.sekolah_id,
        "categories": list(minted.link.categories),
        "expires_at": expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _answer(status: int, body: Mapping[str, Any], content_type: str) -> Response:
    return Response(json.dumps(body, ensure_ascii=False) + "\n", status, dict(HEADERS), content_type=content_type)
