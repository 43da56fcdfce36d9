"""The framework with the clients that BENCH_CLIENTS names, and nothing else: what they load cannot be spared."""

import os

import functions_framework
from flask import Request


@functions_framework.http
def floor(_: Request) -> tuple[str, int]:
    """Build each client, and read once."""
    clients = os.environ["BENCH_CLIENTS"].split()
    if "store" in clients:
        from bench.bare.store import store

        store().get("bare_people", "nobody")
        store().switches()
    if "tasks" in clients:
        from bench.bare import google

        google.tasks()
    if "directory" in clients:
        from bench.bare import google

        google.users()
    return "built", 200
