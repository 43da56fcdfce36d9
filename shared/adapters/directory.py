"""Google Directory by the official client: one `users` resource kept, one Http per thread, no retries of its own."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

import httplib2
import msgspec
from google.auth.exceptions import GoogleAuthError, TransportError
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from shared.adapters.directory_errors import classify
from shared.domain.users import DirectoryUser, UserProfile, marks
from shared.ports import DirectoryError, UserPage, Verdict

READ = (
    "id,primaryEmail,name(givenName,familyName),externalIds,keywords,organizations,orgUnitPath,includeInGlobalAddressList,"
    "suspended,suspensionReason,agreedToTerms,lastLoginTime"
)
PAGE = 500  # users: the most that a list gives at once
LISTED = f"nextPageToken,users({READ})"
HELD = "akun_penahanan"  # of a suspension of ours, with its cause
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_TEXT = "1970-01-01T00:00:00"
_encode = msgspec.json.Encoder(order="deterministic").encode


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
        return str(self._call("insert", body=body, fields="id")["id"])

    def get(self, key: str) -> DirectoryUser:
        """Read a user by id or address."""
        return _whole(self._call("get", userKey=key, fields=READ))

    def list(self, domain: str, page_token: str | None) -> UserPage:
        """Give up to 500 users of a domain, by address as a rule; Verdict.REFUSED: the token is good no longer.

        An answer without its collection is how a page looks whose users were lost, too: it is never `complete`.
        """
        answer = self._answer(
            "list", domain=domain, maxResults=PAGE, orderBy="email", pageToken=page_token, fields=LISTED
        )
        if not isinstance(answer, dict):
            raise DirectoryError(Verdict.UNAVAILABLE, "answer_incomplete")
        users, token = answer.get("users"), answer.get("nextPageToken")
        found = users if isinstance(users, list) else []
        listed = [_Listed(user) for user in found if isinstance(user, dict) and isinstance(user.get("id"), str)]
        return UserPage(listed, str(token) if token else None, isinstance(users, list) and len(listed) == len(found))

    def update(self, user_id: str, profile: UserProfile) -> None:
        """Bring a user to the profile; the address is never sent."""
        body = _body(profile)
        body["name"].setdefault("displayName", None)  # null clears that of a name which was of one word before
        self._call("update", userKey=user_id, body=body, fields="id")

    def close(self) -> None:
        """Let go of this thread's connection; the next call opens another."""
        http: httplib2.Http | None = self._local.__dict__.pop("http", None)
        if http is not None:
            http.close()

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

    def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Send one request about one user."""
        answer = self._answer(method, **arguments)
        if not isinstance(answer, dict) or not answer.get("id"):
            # A page that is no JSON comes as text. What lacks its id may lack our mark, too, or may not be done.
            raise DirectoryError(Verdict.UNAVAILABLE, "answer_incomplete")
        return answer

    def _answer(self, method: str, **arguments: Any) -> Any:
        """Send one request; httplib2 sends it once more by itself where the server closed without an answer."""
        try:
            request = getattr(self._users(), method)(**arguments)
            if method == "list":
                request.postproc = _decoded  # the client's own takes most of the time of a page
            return request.execute(http=self._http(), num_retries=0)
        except HttpError as error:
            raise classify(method, int(error.resp.status), error.content) from None
        except (OSError, httplib2.HttpLib2Error, HTTPException, TransportError, ValueError, RecursionError):
            # Nobody knows whether it was done. The broken connection is not used again.
            self.close()
            raise DirectoryError(Verdict.UNAVAILABLE, "no_answer") from None
        except GoogleAuthError:
            raise DirectoryError(Verdict.MISCONFIGURED, "no_token") from None


class _Listed:
    """One user of a page, as it came."""

    __slots__ = ("_data", "id")

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self.id: str = data["id"]

    @property
    def has_signed_in(self) -> bool:
        last = self._data.get("lastLoginTime")
        return bool(last) and not (isinstance(last, str) and last.startswith(_EPOCH_TEXT))

    def fingerprint(self, *, exact: bool) -> str:
        data = self._data
        if not exact or not self.has_signed_in:
            data = {**data, "lastLoginTime": self.has_signed_in}
        return hashlib.blake2b(_encode(data), digest_size=8).hexdigest()

    def whole(self) -> DirectoryUser:
        return _whole(self._data)


def _decoded(_: httplib2.Response, content: bytes) -> Any:
    return msgspec.json.decode(content)


def _body(profile: UserProfile) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": {
            "givenName": profile.given_name,
            "familyName": profile.family_name,
            "displayName": profile.display_name,
        },
        "orgUnitPath": profile.org_unit,
        "includeInGlobalAddressList": profile.in_address_list,
        "organizations": [_organization(profile)],
    }
    if profile.display_name is None:
        del body["name"]["displayName"]
    if profile.mark is not None:
        mark = f"{profile.mark.key_id}.{profile.mark.generation}"
        body["externalIds"] = _custom({"akun": profile.account_id, "akun_kredensial": mark})
    if profile.password is not None:
        body["password"] = profile.password
        body["changePasswordAtNextLogin"] = True
    if profile.suspended is not None:
        body["suspended"] = profile.suspended
        body["keywords"] = _custom({HELD: profile.held}) if profile.held is not None else None
    return body


def _organization(profile: UserProfile) -> dict[str, Any]:
    """Give the school; what is unknown is left out, and so removed, because arrays are replaced whole."""
    school = {"primary": True, "type": "school", "name": profile.school, "costCenter": profile.cost_center}
    return {field: value for field, value in school.items() if value is not None}


def _custom(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"type": "custom", "customType": kind, "value": value} for kind, value in values.items()]


def _values(entries: list[dict[str, Any]] | None) -> dict[str, str]:
    custom = [entry for entry in entries or () if entry.get("type") == "custom"]
    return {str(entry.get("customType")): str(entry.get("value")) for entry in custom}


def _whole(data: dict[str, Any]) -> DirectoryUser:
    try:
        return _user(data)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise DirectoryError(Verdict.UNAVAILABLE, "answer_incomplete") from None


def _user(data: dict[str, Any]) -> DirectoryUser:
    account_id, mark = marks(_values(data.get("externalIds")))
    organizations = data.get("organizations") or ()
    school: dict[str, Any] = next((entry for entry in organizations if entry.get("primary")), {})
    name = data.get("name") or {}
    return DirectoryUser(
        id=str(data["id"]),
        address=str(data["primaryEmail"]),
        account_id=account_id,
        mark=mark,
        held=_values(data.get("keywords")).get(HELD),
        given_name=str(name.get("givenName", "")),
        family_name=str(name.get("familyName", "")),
        org_unit=str(data.get("orgUnitPath", "")),
        in_address_list=data.get("includeInGlobalAddressList") is not False,
        cost_center=school.get("costCenter") or None,
        school=school.get("name") or None,
        suspended=data.get("suspended") is True,
        suspension_reason=data.get("suspensionReason"),
        agreed_to_terms=data.get("agreedToTerms") is True,
        last_login=_time(data.get("lastLoginTime")),
        tells_sign_ins=bool(data.get("lastLoginTime")) and "suspended" in data,
    )


def _time(text: str | None) -> datetime | None:
    """Read a sign-in time; the epoch means never."""
    if not text:
        return None
    at = datetime.fromisoformat(text).astimezone(UTC)
    return at if at != _EPOCH else None
