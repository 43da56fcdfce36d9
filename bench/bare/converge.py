"""The floor of `converge` for a new account: a read, an insert, an update; the switches are read once."""

from functools import cache

import functions_framework
from flask import Request

from bench.bare import google
from bench.bare.store import sample, store


@cache
def switches() -> None:
    """Read the switches: once for each process here, which costs no more than every 30 seconds."""
    store().switches()


@functions_framework.http
def converge(request: Request) -> tuple[str, int]:
    """Make the calls that one new account takes."""
    key = str(request.get_json()["account_id"])
    _, version = store().get("bare_accounts", key)
    switches()
    user_id = google.insert_user(key)
    store().update("bare_accounts", key, {**sample()["updated"], "directory_id": user_id}, version)
    return "done", 200
