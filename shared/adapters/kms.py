"""MACs by Cloud KMS, whose keys nobody can take away; loaded only where a key is there."""

import base64
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPException
from typing import Any

import httplib2
from google.auth.exceptions import GoogleAuthError
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from shared.errors import TransientError

MAC_SIZE = 32  # bytes of HMAC-SHA256


class KmsMac:
    """HMAC-SHA256 by Cloud KMS's REST API."""

    def __init__(self, new_http: Callable[[], httplib2.Http], endpoint: str | None = None) -> None:
        self._new_http = new_http
        self._endpoint = endpoint

    def sign(self, key_version: str, data: bytes) -> bytes:
        """Give the MAC of the data; raises TransientError when there is no answer."""
        try:
            with closing(self._new_http()) as http:
                answer = self._request(http, key_version, data).execute(num_retries=0)
            mac = base64.b64decode(answer["mac"], validate=True)
        except (HttpError, httplib2.HttpLib2Error, HTTPException, GoogleAuthError, OSError):
            raise TransientError("kms_unavailable") from None
        except (ValueError, KeyError, TypeError, RecursionError):
            raise TransientError("kms_answer_invalid") from None
        if len(mac) != MAC_SIZE:
            # A key of another algorithm, or an answer cut short: from no bytes at all anybody could derive passwords.
            raise TransientError("kms_answer_invalid")
        return mac

    def _request(self, http: httplib2.Http, key_version: str, data: bytes) -> Any:
        # A school's key is asked for once and kept, so nothing is gained by keeping the client.
        options = {"api_endpoint": self._endpoint} if self._endpoint else None
        service = build("cloudkms", "v1", http=http, client_options=options, cache_discovery=False)
        versions = service.projects().locations().keyRings().cryptoKeys().cryptoKeyVersions()
        return versions.macSign(name=key_version, body={"data": base64.b64encode(data).decode()})
