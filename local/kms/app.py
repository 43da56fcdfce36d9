"""The stand-in's web application: Cloud KMS `macSign` under `/v1`, and a control API.

| control call | JSON sent | answer |
|---|---|---|
| `POST /control/reset` | | `{}`: as just started |
| `GET /control/counters` | | signed, refused_404, refused_503, by_key |
| `POST /control/keys` | `{"projects/…/cryptoKeyVersions/1": "<base64>"}` | `{"keys": […]}`: the versions set so far |
| `POST /control/faults` | `{"macsign_503": 3}` | the faults left: the next three calls answer 503 |

A version that was not set has a key derived from its name; if the stand-in is strict, it does not exist.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections import Counter
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.tasks.api import json_body
from local.tasks.errors import ApiError, answer_api_error, answer_http_error, invalid, not_found, unavailable
from local.tasks.model import known_fields

_VERSION = re.compile(
    r"projects/[A-Za-z0-9:.-]+/locations/[a-z0-9-]+/keyRings/[A-Za-z0-9_-]{1,63}"
    r"/cryptoKeys/[A-Za-z0-9_-]{1,63}/cryptoKeyVersions/[1-9][0-9]*"
)
_FIELDS = frozenset({"data", "dataCrc32c"})
_MAX_DATA = 64 * 1024


def derived_key(name: str) -> bytes:
    """Return the key of a version about which only the name is known."""
    return hmac.digest(b"local kms stand-in", name.encode(), "sha256")


def crc32c(data: bytes) -> int:
    """Return the CRC-32C (Castagnoli) of some bytes, which Cloud KMS sends with each answer."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


class Kms:
    """Keys, counters and faults of one stand-in, and the handlers that use them."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._clear()

    def _clear(self) -> None:
        self._keys: dict[str, bytes] = {}
        self._counts: Counter[str] = Counter()
        self._by_key: Counter[str] = Counter()
        self._refusals = 0

    def routes(self) -> list[Route]:
        """Return the routes of both APIs."""
        return [
            Route("/v1/{name:path}:macSign", self.mac_sign, methods=["POST"]),
            Route("/control/reset", self.reset, methods=["POST"]),
            Route("/control/counters", self.counters, methods=["GET"]),
            Route("/control/keys", self.keys, methods=["POST"]),
            Route("/control/faults", self.faults, methods=["POST"]),
        ]

    async def mac_sign(self, request: Request) -> Response:
        """Answer `cryptoKeyVersions.macSign` with an HMAC-SHA256."""
        if self._refusals > 0:
            self._refusals -= 1
            self._counts["refused_503"] += 1
            raise unavailable()
        name = str(request.path_params["name"])
        if not _VERSION.fullmatch(name):
            raise invalid(f"Invalid resource name {name}.")
        fields = known_fields(await json_body(request), _FIELDS, "request")
        data = _decoded(fields.get("data", ""), "data")
        if len(data) > _MAX_DATA:
            raise invalid("The data to sign is longer than 65536 bytes.")
        checked = "dataCrc32c" in fields
        if checked and str(fields["dataCrc32c"]) != str(crc32c(data)):
            raise invalid("The checksum in field data_crc32c did not match the data in field data.")
        mac = hmac.digest(self._key(name), data, "sha256")
        self._counts["signed"] += 1
        self._by_key[name] += 1
        return JSONResponse(
            {
                "name": name,
                "mac": base64.b64encode(mac).decode(),
                "macCrc32c": str(crc32c(mac)),
                "protectionLevel": "SOFTWARE",
                **({"verifiedDataCrc32c": True} if checked else {}),
            }
        )

    def _key(self, name: str) -> bytes:
        key = self._keys.get(name)
        if key is None and self._strict:
            self._counts["refused_404"] += 1
            raise not_found(f"CryptoKeyVersion {name} not found.")
        return key if key is not None else derived_key(name)

    async def reset(self, _request: Request) -> Response:
        """Be as just started."""
        self._clear()
        return JSONResponse({})

    async def counters(self, _request: Request) -> Response:
        """Answer all counters."""
        counts: dict[str, Any] = {kind: self._counts[kind] for kind in ("signed", "refused_404", "refused_503")}
        return JSONResponse({**counts, "by_key": dict(self._by_key)})

    async def keys(self, request: Request) -> Response:
        """Set the keys of versions."""
        for name, key in (await json_body(request)).items():
            if not _VERSION.fullmatch(name):
                raise invalid(f"Invalid resource name {name}.")
            self._keys[name] = _decoded(key, name)
        return JSONResponse({"keys": sorted(self._keys)})

    async def faults(self, request: Request) -> Response:
        """Let the next calls fail."""
        wanted = known_fields(await json_body(request), frozenset({"macsign_503"}), "faults")
        number = wanted.get("macsign_503", 0)
        if not isinstance(number, int) or number < 0:
            raise invalid("macsign_503 is not a number of calls")
        self._refusals = number
        return JSONResponse({"macsign_503": self._refusals})


def build(*, strict: bool = False) -> Starlette:
    """Return the application of one stand-in, with a state of its own."""
    return Starlette(
        routes=Kms(strict=strict).routes(),
        exception_handlers={ApiError: answer_api_error, HTTPException: answer_http_error},
    )


def _decoded(value: object, field: str) -> bytes:
    try:
        if isinstance(value, str):
            return base64.b64decode(value, validate=True)
    except binascii.Error:
        pass
    raise invalid(f"Invalid value at '{field}' (TYPE_BYTES), Base64 decoding failed.")
