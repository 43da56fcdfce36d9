"""What the tests of the Directory stand-in share: a client on the real library, and a person to insert."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from local.directory.options import Options
from local.directory.server import Running

ADDRESS = "siti.aminah1@smp.belajar.id"
PASSWORD = "Kmtw-rqhn-4729"


def person(address: str = ADDRESS, **changes: Any) -> dict[str, Any]:
    body = {
        "primaryEmail": address,
        "name": {"givenName": "Siti", "familyName": "Aminah"},
        "password": PASSWORD,
        "changePasswordAtNextLogin": True,
        "orgUnitPath": "/smp",
    }
    return {field: value for field, value in {**body, **changes}.items() if value is not ...}


class Client:
    """Google's own client, pointed at a stand-in that runs in this process."""

    def __init__(self, running: Running, timeout: float = 10) -> None:
        self.url = running.url
        self.state = running.state
        self.control = running.control
        self.http = httplib2.Http(timeout=timeout)
        options = {"api_endpoint": running.url}
        self.service: Any = build("admin", "directory_v1", http=self.http, client_options=options)
        self.users: Any = self.service.users()

    def insert(self, address: str = ADDRESS, **changes: Any) -> Any:
        return self.users.insert(body=person(address, **changes)).execute()

    def get(self, key: str = ADDRESS, **parameters: Any) -> Any:
        return self.users.get(userKey=key, **parameters).execute()

    def update(self, key: str = ADDRESS, **fields: Any) -> Any:
        return self.users.update(userKey=key, body=fields).execute()

    def list(self, **parameters: Any) -> Any:
        return self.users.list(**{"customer": "my_customer", **parameters}).execute()

    def addresses(self, **parameters: Any) -> Any:
        return [user["primaryEmail"] for user in self.list(**parameters).get("users", [])]

    def dump(self, key: str = ADDRESS) -> Any:
        return self.control(f"users/{key}")

    def fault(self, **rule: Any) -> Any:
        return self.control("faults", rule)

    def advance(self, seconds: float) -> None:
        self.control("clock", {"advance": seconds})

    def close(self) -> None:
        self.http.close()


def refusal(call: Any, *arguments: Any, **parameters: Any) -> tuple[int, str, str]:
    """Make a call that must be refused, and return its status, reason and message."""
    with pytest.raises(HttpError) as caught:
        call(*arguments, **parameters)
    body = json.loads(caught.value.content)["error"]
    (detail,) = body["errors"]
    assert body["code"] == int(caught.value.resp.status)
    assert body["message"] == detail["message"]
    return body["code"], detail["reason"], detail["message"]


@contextmanager
def standin(options: Options | None = None) -> Iterator[Client]:
    with Running(options) as running:
        client = Client(running)
        try:
            yield client
        finally:
            client.close()
