"""What each error of the Directory API means: one table, keyed by method, status and reason."""

import json
from typing import Any

from shared.ports import DirectoryError, Verdict

ANY = "*"

# (method, status, reason) -> verdict, our code. The first of exact, method-less and status-only rows counts.
TABLE: dict[tuple[str, int, str], tuple[Verdict, str]] = {
    (ANY, 400, ANY): (Verdict.REFUSED, "refused"),
    (ANY, 401, ANY): (Verdict.MISCONFIGURED, "not_authorised"),
    (ANY, 403, "forbidden"): (Verdict.MISCONFIGURED, "forbidden"),
    (ANY, 403, "domainCannotUseApis"): (Verdict.MISCONFIGURED, "api_disabled"),
    (ANY, 403, "accessNotConfigured"): (Verdict.MISCONFIGURED, "api_disabled"),
    (ANY, 403, "quotaExceeded"): (Verdict.QUOTA, "quota"),
    (ANY, 403, "userRateLimitExceeded"): (Verdict.QUOTA, "quota"),
    (ANY, 403, "rateLimitExceeded"): (Verdict.QUOTA, "quota"),
    (ANY, 403, "sharingRateLimitExceeded"): (Verdict.QUOTA, "quota"),
    (ANY, 403, ANY): (Verdict.MISCONFIGURED, "forbidden"),
    ("insert", 404, ANY): (Verdict.MISCONFIGURED, "domain_unknown"),
    ("list", 404, ANY): (Verdict.MISCONFIGURED, "domain_unknown"),
    # All else that a list is asked with is the same for every page.
    ("list", 400, ANY): (Verdict.REFUSED, "token_refused"),
    (ANY, 404, ANY): (Verdict.NOT_FOUND, "not_found"),
    # The same status and reason mean opposite things: an address is taken, or an update was applied already.
    ("insert", 409, "duplicate"): (Verdict.DUPLICATE, "duplicate"),
    ("update", 409, "duplicate"): (Verdict.DUPLICATE, "applied_perhaps"),
    (ANY, 409, ANY): (Verdict.CONFLICT, "conflict"),
    (ANY, 412, "limitExceeded"): (Verdict.LICENCES_FULL, "licences_full"),
    (ANY, 412, "adminCannotUnsuspend"): (Verdict.CANNOT_UNSUSPEND, "cannot_unsuspend"),
    (ANY, 412, "conditionNotMet"): (Verdict.NOT_READY, "not_ready"),
    (ANY, 412, ANY): (Verdict.NOT_READY, "precondition"),
    (ANY, 429, ANY): (Verdict.QUOTA, "quota"),
    (ANY, 500, ANY): (Verdict.UNAVAILABLE, "server_error"),
    (ANY, 502, ANY): (Verdict.UNAVAILABLE, "server_error"),
    (ANY, 503, ANY): (Verdict.UNAVAILABLE, "server_error"),
    (ANY, 504, ANY): (Verdict.UNAVAILABLE, "server_error"),
}

# Where status and reason are shared by different things, Google leaves only the message: its beginning decides.
PREFIXES: tuple[tuple[int, str, str, Verdict, str, str], ...] = (
    (412, "conditionNotMet", "User is deleted", Verdict.DELETED, "deleted", ""),
    (412, "conditionNotMet", "Domain user limit reached", Verdict.LICENCES_FULL, "licences_full", ""),
    (400, "invalid", "Invalid Input: INVALID_OU_ID", Verdict.REFUSED, "org_unit_missing", "orgUnitPath"),
    (400, "invalid", "Invalid Given/Family Name", Verdict.REFUSED, "name_refused", "name"),
    (400, "invalid", "Invalid Password", Verdict.REFUSED, "password_refused", "password"),
    (400, "invalid", "New domain name is not a verified", Verdict.REFUSED, "domain_unverified", "primaryEmail"),
    (400, "invalid", "Invalid Input: primary_user_email", Verdict.REFUSED, "address_refused", "primaryEmail"),
    (400, "invalid", "Invalid Input: custom_schema", Verdict.REFUSED, "field_refused", "customSchemas"),
)


def classify(method: str, status: int, body: bytes) -> DirectoryError:
    """Give our error of an answer of Google's; nothing of its text is kept."""
    reason, message = _reason(body)
    for row_status, row_reason, prefix, verdict, code, field in PREFIXES:
        if (row_status, row_reason) == (status, reason) and message.startswith(prefix):
            return DirectoryError(verdict, code, field)
    for key in ((method, status, reason), (ANY, status, reason), (method, status, ANY), (ANY, status, ANY)):
        if key in TABLE:
            return DirectoryError(*TABLE[key])
    return DirectoryError(Verdict.UNAVAILABLE, "unexpected_status")


def _reason(body: bytes) -> tuple[str, str]:
    try:
        error: Any = json.loads(body)["error"]
        first = error["errors"][0]
        return str(first["reason"]), str(first.get("message", error.get("message", "")))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return "", ""
