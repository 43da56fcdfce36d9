"""Authorised HTTP for Google's APIs without a key file: IAM signs for the function's own service account."""

import time
from collections.abc import Callable
from contextlib import closing
from functools import cache
from typing import Any

import google.auth
import httplib2
from google.auth.credentials import Credentials
from google.auth.exceptions import DefaultCredentialsError
from google_auth_httplib2 import AuthorizedHttp, Request

CLOUD = "https://www.googleapis.com/auth/cloud-platform"
DIRECTORY_USERS = "https://www.googleapis.com/auth/admin.directory.user"
READS_USERS = "https://www.googleapis.com/auth/admin.directory.user.readonly"
TIMEOUT = 30.0  # seconds for one call
IDLE = 4.0  # seconds after which a connection is not used again


class _Fresh(httplib2.Http):
    """Opens a new connection where the last call was some seconds ago.

    A server closes what lies idle when it likes, and httplib2 sends a body apart from its head: the second of the two
    sends then breaks, and httplib2 does not try again.
    """

    _used_at = 0.0

    def request(self, *arguments: Any, **named: Any) -> Any:
        """Make a call."""
        if time.monotonic() - self._used_at > IDLE:
            self.close()
        try:
            return super().request(*arguments, **named)
        finally:
            self._used_at = time.monotonic()


def plain() -> httplib2.Http:
    """Give an Http without credentials, for a stand-in."""
    return _Fresh(timeout=TIMEOUT)


def cloud() -> httplib2.Http:
    """Give an Http with the service account's own rights in Google Cloud."""
    return _authorised(_own(CLOUD))


def directory(subject: str | None, *, reads_only: bool = False) -> Callable[[], httplib2.Http]:
    """Give a maker of Https for the Directory: as an admin by delegation, or as the service account itself."""
    return lambda: _authorised(_delegated(subject, READS_USERS if reads_only else DIRECTORY_USERS))


def _authorised(credentials: Credentials) -> httplib2.Http:
    http: httplib2.Http = AuthorizedHttp(credentials, http=plain())
    return http


@cache
def _own(scope: str) -> Credentials:
    credentials, _ = google.auth.default(scopes=[scope])
    found: Credentials = credentials
    return found


@cache
def _delegated(subject: str | None, scope: str) -> Credentials:
    from google.auth import impersonated_credentials  # which only the Directory's callers need

    # Directory scopes are not among those of the metadata server: the account asks IAM for a token of its own.
    source: Any = _own(CLOUD)
    if not hasattr(source, "service_account_email"):
        raise DefaultCredentialsError("a service account's credentials are needed")  # type: ignore[no-untyped-call]
    if source.service_account_email == "default":
        with closing(plain()) as http:
            source.refresh(Request(http))  # only then the metadata server has told the account's address
    made: Credentials = impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
        source_credentials=source,
        target_principal=source.service_account_email,
        target_scopes=[scope],
        subject=subject,
    )
    return made
