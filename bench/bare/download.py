"""The floor of `download` for a file with nobody in it: two reads, a commit that counts, a query."""

import secrets

import functions_framework
from flask import Request

from bench.bare.store import store


@functions_framework.http
def download(request: Request) -> tuple[str, int]:
    """Make the calls that one file takes."""
    school = request.path.split("/")[2]
    store().get("bare_schools", school)
    store().get("bare_links", "nobody")
    store().create([("bare_links", secrets.token_urlsafe(18), {"sekolah_id": school})])
    store().of_school(school)
    return "done", 200
