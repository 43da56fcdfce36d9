"""The Directory's refusals: every known row of status, reason and message, and the body that carries it."""

from typing import Any

CATALOGUE: tuple[tuple[int, str, str], ...] = (
    (400, "invalid", "Invalid Input"),
    (400, "badRequest", "Bad Request"),
    (400, "parseError", "Parse Error"),
    (400, "invalidParameter", "Invalid value"),
    (401, "authError", "Invalid Credentials"),
    (401, "required", "Login Required"),
    (403, "forbidden", "Not Authorized to access this resource/api"),
    (403, "quotaExceeded", "Request rate higher than configured."),
    (403, "userRateLimitExceeded", "Quota exceeded for 'Queries per minute per user'."),
    (403, "domainCannotUseApis", "Domain cannot use apis."),
    (403, "accessNotConfigured", "Access Not Configured."),
    (403, "insufficientPermissions", "Insufficient Permission"),
    (404, "notFound", "Resource Not Found: userKey"),
    (409, "duplicate", "Entity already exists."),
    (409, "conflict", "Conflicting requests. Please try again"),
    (412, "conditionNotMet", "User creation is not complete."),
    (412, "adminCannotUnsuspend", "Cannot restore a user suspended for abuse."),
    (412, "limitExceeded", "Domain user limit reached."),
    (412, "insufficientArchivedUserLicenses", "Insufficient Archived User Licenses."),
    (429, "rateLimitExceeded", "Rate Limit Exceeded"),
    (500, "backendError", "Backend Error"),
    (500, "internalError", "Internal Error"),
    (502, "badGateway", "Bad Gateway"),
    (503, "backendError", "Service unavailable. Please try again"),
    (503, "transientError", "Transient Error"),
    (504, "gatewayTimeout", "Gateway Timeout"),
)

_USAGE = frozenset({"quotaExceeded", "userRateLimitExceeded", "rateLimitExceeded", "accessNotConfigured"})


class DirectoryError(Exception):
    """A call that the Directory refuses, with what its error body says."""

    def __init__(self, status: int, reason: str, message: str | None = None, location: str | None = None) -> None:
        self.status = status
        self.reason = reason
        self.message = message if message is not None else default_message(status, reason)
        self.location = location
        super().__init__(f"{status} {reason}")

    def body(self) -> dict[str, Any]:
        """Return the error body as Google sends it."""
        detail = {
            "message": self.message,
            "domain": "usageLimits" if self.reason in _USAGE else "global",
            "reason": self.reason,
        }
        if self.location is not None:
            detail["location"] = self.location
            detail["locationType"] = "header" if self.location == "Authorization" else "parameter"
        return {"error": {"code": self.status, "message": self.message, "errors": [detail]}}


def default_message(status: int, reason: str) -> str:
    """Return the message usually seen with this status and reason."""
    for row_status, row_reason, message in CATALOGUE:
        if (row_status, row_reason) == (status, reason):
            return message
    return reason


def complete(status: int | None, reason: str | None) -> tuple[int, str]:
    """Fill in a status or reason that was left out; nothing at all means 503 backendError."""
    if status is None and reason in (None, "backendError"):
        return 503, "backendError"
    for row_status, row_reason, _ in CATALOGUE:
        if status in (None, row_status) and reason in (None, row_reason):
            return row_status, row_reason
    return status or 500, reason or "backendError"


def invalid(what: str) -> DirectoryError:
    """Return the 400 for bad data, `what` being the part of the message after the colon."""
    return DirectoryError(400, "invalid", f"Invalid Input: {what}")


def not_found(what: str = "userKey") -> DirectoryError:
    """Return the 404 for something that is not there, or not visible yet."""
    return DirectoryError(404, "notFound", f"Resource Not Found: {what}")


def duplicate() -> DirectoryError:
    """Return the 409 for an address that somebody holds."""
    return DirectoryError(409, "duplicate")


def condition_not_met(message: str) -> DirectoryError:
    """Return the 412 for a user who is in the wrong state for the call."""
    return DirectoryError(412, "conditionNotMet", message)
