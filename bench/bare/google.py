"""Bare calls of Google's REST client: one resource kept, one Http for each thread."""

import base64
import json
import os
import threading
from functools import cache
from typing import Any

import httplib2
from googleapiclient.discovery import build

_LOCAL = threading.local()


def _http() -> httplib2.Http:
    if not hasattr(_LOCAL, "http"):
        _LOCAL.http = httplib2.Http(timeout=30)
    http: httplib2.Http = _LOCAL.http
    return http


def _built(name: str, version: str, endpoint: str) -> Any:
    options = {"api_endpoint": os.environ[endpoint]}
    return build(name, version, http=_http(), client_options=options, cache_discovery=False)


@cache
def tasks() -> Any:
    """Give the resource of Cloud Tasks."""
    return _built("cloudtasks", "v2", "TASKS_ENDPOINT").projects().locations().queues().tasks()


@cache
def users() -> Any:
    """Give the resource of the Directory's users."""
    return _built("admin", "directory_v1", "DIRECTORY_ENDPOINT").users()


def create_task(key: str) -> None:
    """Create one task."""
    request = {
        "url": os.environ["CONVERGE_URL"],
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"},
        "body": base64.b64encode(json.dumps({"account_id": key, "version": 1}).encode()).decode(),
    }
    queue = f"{os.environ['TASKS_PARENT']}/queues/directory-smp"
    made = tasks().create(parent=queue, body={"task": {"httpRequest": request}}, fields="name")
    made.execute(http=_http(), num_retries=0)


def insert_user(key: str) -> str:
    """Create one user, and give its id."""
    body = {
        "primaryEmail": f"bare{key.replace('-', '').partition('.')[0]}@smp.belajar.id",
        "name": {"givenName": "Siti", "familyName": "Aminah"},
        "password": "kuda-lari-1234-pohon",
        "changePasswordAtNextLogin": True,
        "orgUnitPath": "/Siswa/SMP",
        "includeInGlobalAddressList": False,
        "organizations": [{"primary": True, "type": "school", "name": "SMP NEGERI CONTOH 2", "costCenter": "90100002"}],
        "externalIds": [
            {"type": "custom", "customType": "akun", "value": key},
            {"type": "custom", "customType": "akun_kredensial", "value": "k1.1"},
        ],
    }
    return str(users().insert(body=body, fields="id").execute(http=_http(), num_retries=0)["id"])
