"""The floor of `link`: a read of the school, a commit that registers the link."""

import secrets

import functions_framework
from flask import Request

from bench.bare.store import store


@functions_framework.http
def link(request: Request) -> tuple[str, int]:
    """Make the calls that one link takes."""
    school = str(request.get_json()["sekolah_id"])
    store().get("bare_schools", school)
    store().create([("bare_links", secrets.token_urlsafe(18), {"sekolah_id": school})])
    return "done", 200
