"""Google Directory by the official client: one `users` resource kept, one Http per thread, no retries of its own."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

import httplib2
from google.auth.exceptions import GoogleAuthError
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from shared.adapters.directory_errors import classify
from shared.domain.users import DirectoryUser, Mark, UserProfile, marks
from shared.ports import DirectoryError, Verdict

READ = (
    "id,primaryEmail,name(givenName,familyName),externalIds,organizations,orgUnitPath,suspended,suspensionReason,"
    "agreedToTerms,lastLoginTime"
)
TIMEOUT = 30.0  # seconds for one call
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class GoogleDirectory:
    """The Directory port over the Admin SDK; `new_http` makes an authorised Http, once per thread."""

    def __init__(self, new_http: Callable[[], httplib2.Http], endpoint: str | None = None) -> None:
        self._new_http = new_http
        self._endpoint = endpoint
        self._local = threading.local()
        self._lock = threading.Lock()
        self._resource: Any = None

    def insert(self, profile: UserProfile) -> str:
        """Create a user and give its id; `changePasswordAtNextLogin` always."""
        body = {"primaryEmail": profile.address, **_body(profile)}
        return str(self._call("insert", self._users().insert(body=body, fields="id"))["id"])

    def get(self, key: str) -> DirectoryUser:
        """Read a user by id or address."""
        return _user(self._call("get", self._users().get(userKey=key, fields=READ)))

    def update(self, user_id: str, profile: UserProfile) -> None:
        """Bring a user to the profile; the address is never sent."""
        self._call("update", self._users().update(userKey=user_id, body=_body(profile), fields="id"))

    def _users(self) -> Any:
        # Making the resource anew costs five times a call; built on first use, because the framework forks.
        if self._resource is None:
            with self._lock:
                if self._resource is None:
                    options = {"api_endpoint": self._endpoint} if self._endpoint else None
                    service = build(
                        "admin", "directory_v1", http=self._http(), client_options=options, cache_discovery=False
                    )
                    self._resource = service.users()
        return self._resource

    def _http(self) -> httplib2.Http:
        # httplib2 is not thread-safe: a shared one gives one user's answer to another's request.
        if not hasattr(self._local, "http"):
            self._local.http = self._new_http()
        http: httplib2.Http = self._local.http
        return http

    def _call(self, method: str, request: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = request.execute(http=self._http(), num_retries=0)
        except HttpError as error:
            raise classify(method, int(error.resp.status), error.content) from None
        except (OSError, httplib2.HttpLib2Error, HTTPException, GoogleAuthError, ValueError):
            # Nobody knows whether it was done. The broken connection is not used again.
            del self._local.http
            raise DirectoryError(Verdict.UNAVAILABLE, "no_answer") from None
        return answer or {}


def _body(profile: UserProfile) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": {
            "givenName": profile.given_name,
            "familyName": profile.family_name,
            "displayName": profile.display_name,
        },
        "orgUnitPath": profile.org_unit,
        "includeInGlobalAddressList": profile.in_address_list,
        "organizations": [
            {
                "primary": True,
                "type": "school",
                "name": profile.school or "",
                "costCenter": profile.cost_center or "",
            }
        ],
    }
    if profile.display_name is None:
        del body["name"]["displayName"]
    if profile.mark is not None:
        body["externalIds"] = _external_ids(profile, profile.mark)
    if profile.password is not None:
        body["password"] = profile.password
        body["changePasswordAtNextLogin"] = True
    if profile.suspended is not None:
        body["suspended"] = profile.suspended
    return body


def _external_ids(profile: UserProfile, mark: Mark) -> list[dict[str, str]]:
    values = {"akun": profile.account_id, "akun_kredensial": f"{mark.key_id}.{mark.generation}"}
    if profile.held is not None:
        values["akun_penahanan"] = profile.held
    return [{"type": "custom", "customType": kind, "value": value} for kind, value in values.items()]


def _user(data: dict[str, Any]) -> DirectoryUser:
    custom = [entry for entry in data.get("externalIds") or () if entry.get("type") == "custom"]
    account_id, mark, held = marks({str(entry.get("customType")): str(entry.get("value")) for entry in custom})
    organizations = data.get("organizations") or ()
    school: dict[str, Any] = next((entry for entry in organizations if entry.get("primary")), {})
    name = data.get("name") or {}
    return DirectoryUser(
        id=str(data.get("id", "")),
        address=str(data.get("primaryEmail", "")),
        account_id=account_id,
        mark=mark,
        held=held,
        given_name=str(name.get("givenName", "")),
        family_name=str(name.get("familyName", "")),
        org_unit=str(data.get("orgUnitPath", "")),
        cost_center=school.get("costCenter") or None,
        school=school.get("name") or None,
        suspended=data.get("suspended") is True,
        suspension_reason=data.get("suspensionReason"),
        agreed_to_terms=data.get("agreedToTerms") is True,
        last_login=_time(data.get("lastLoginTime")),
    )


def _time(text: str | None) -> datetime | None:
    """Read a sign-in time; the epoch means never."""
    if not text:
        return None
    at = datetime.fromisoformat(text).astimezone(UTC)
    return at if at != _EPOCH else None
