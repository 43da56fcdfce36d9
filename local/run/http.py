"""Small JSON calls to what listens on 127.0.0.1."""

import http.client
import json
from typing import Any


def post(port: int, path: str, body: dict[str, Any], *, timeout: float = 30.0) -> int:
    """Send JSON and give the status; raises OSError or http.client.HTTPException when no answer comes."""
    return call(port, "POST", path, body, timeout)[0]


def get(port: int, path: str, *, timeout: float = 30.0) -> dict[str, Any]:
    """Read a JSON object; raises OSError or http.client.HTTPException when none comes."""
    status, content = call(port, "GET", path, None, timeout)
    if status != http.client.OK:
        raise http.client.HTTPException(f"answer {status}")
    answer: dict[str, Any] = json.loads(content)
    return answer


def answers(port: int) -> bool:
    """Say whether somebody answers HTTP on a port, whatever the status."""
    try:
        call(port, "GET", "/", None, 5.0)
    except (OSError, http.client.HTTPException):
        return False
    return True


def call(
    port: int, method: str, path: str, body: dict[str, Any] | None = None, timeout: float = 30.0
) -> tuple[int, bytes]:
    """Make a call and give status and content; raises OSError or http.client.HTTPException when no answer comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        payload = None if body is None else json.dumps(body).encode()
        connection.request(method, path, payload, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
