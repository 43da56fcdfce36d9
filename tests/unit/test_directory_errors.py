import json
import traceback

import pytest

from shared.adapters.directory_errors import PREFIXES, TABLE, classify
from shared.ports import DirectoryError, Verdict

ADDRESS = "siti.aminah27@smp.belajar.id"
CALLS = ("insert", "get", "update")


def body(status: int, reason: str, message: str) -> bytes:
    detail = {"message": message, "domain": "global", "reason": reason}
    return json.dumps({"error": {"code": status, "message": message, "errors": [detail]}}).encode()


# The catalogue of errors, row by row (E1 to E17), and the behaviours of the Directory (D1 to D17).
ROWS = [
    ("E1", "insert", 400, "invalid", "Invalid Given/Family Name: FamilyName", "REFUSED name_refused name"),
    ("E1", "update", 400, "invalid", "Invalid Given/Family Name: GivenName", "REFUSED name_refused name"),
    ("E2", "insert", 400, "invalid", "Invalid Input: INVALID_OU_ID", "REFUSED org_unit_missing orgUnitPath"),
    ("E2", "update", 400, "invalid", "Invalid Input: INVALID_OU_ID", "REFUSED org_unit_missing orgUnitPath"),
    ("E2", "insert", 400, "invalid", "Invalid Input: custom_schema", "REFUSED field_refused customSchemas"),
    ("E2", "insert", 400, "invalid", "Invalid Input: primary_user_email", "REFUSED address_refused primaryEmail"),
    ("E2", "insert", 400, "invalid", "Invalid Input: resource", "REFUSED refused"),
    ("E2", "update", 400, "invalid", "Invalid Input: organizations", "REFUSED refused"),
    ("E3", "insert", 400, "invalid", "Invalid Password", "REFUSED password_refused password"),
    ("E4", "insert", 400, "invalid", "New domain name is not a verified secondary domain",
     "REFUSED domain_unverified primaryEmail"),
    ("E5", "insert", 401, "authError", "Invalid Credentials", "MISCONFIGURED not_authorised"),
    ("E5", "get", 401, "required", "Login Required", "MISCONFIGURED not_authorised"),
    ("E6", "insert", 403, "forbidden", "Not Authorized to access this resource/api", "MISCONFIGURED forbidden"),
    ("E6", "update", 403, "forbidden", "Not Authorized to access this resource/api", "MISCONFIGURED forbidden"),
    ("E7", "insert", 403, "quotaExceeded", "Request rate higher than configured.", "QUOTA quota"),
    ("E7", "get", 403, "userRateLimitExceeded", "Quota exceeded", "QUOTA quota"),
    ("E8", "insert", 403, "domainCannotUseApis", "Domain cannot use apis.", "MISCONFIGURED api_disabled"),
    ("E8", "insert", 403, "accessNotConfigured", "Access Not Configured.", "MISCONFIGURED api_disabled"),
    ("E9", "get", 404, "notFound", "Resource Not Found: userKey", "NOT_FOUND not_found"),
    ("E9", "update", 404, "notFound", "Resource Not Found: userKey", "NOT_FOUND not_found"),
    ("E10", "insert", 404, "notFound", "Resource Not Found: domain", "MISCONFIGURED domain_unknown"),
    ("E10", "list", 404, "notFound", "Resource Not Found: domain", "MISCONFIGURED domain_unknown"),
    ("E11", "insert", 409, "duplicate", "Entity already exists.", "DUPLICATE duplicate"),
    ("E12", "update", 412, "conditionNotMet", "User creation is not complete.", "NOT_READY not_ready"),
    ("E13", "insert", 412, "limitExceeded", "Domain user limit reached.", "LICENCES_FULL licences_full"),
    ("E13", "insert", 412, "limitExceeded", "Domain user limit reached. Contact Support.",
     "LICENCES_FULL licences_full"),
    ("E13", "insert", 412, "limitExceeded", "Domain user limit reached. Start paid subscription.",
     "LICENCES_FULL licences_full"),
    ("E13", "insert", 412, "conditionNotMet", "Domain user limit reached.", "LICENCES_FULL licences_full"),
    ("E15", "insert", 429, "rateLimitExceeded", "Rate Limit Exceeded", "QUOTA quota"),
    ("E16", "insert", 500, "backendError", "Backend Error", "UNAVAILABLE server_error"),
    ("E16", "insert", 500, "internalError", "Internal Error", "UNAVAILABLE server_error"),
    ("E16", "get", 502, "badGateway", "Bad Gateway", "UNAVAILABLE server_error"),
    ("E16", "update", 503, "transientError", "Transient Error", "UNAVAILABLE server_error"),
    ("E16", "insert", 504, "gatewayTimeout", "Gateway Timeout", "UNAVAILABLE server_error"),
    ("D1", "insert", 409, "duplicate", "Entity already exists.", "DUPLICATE duplicate"),
    ("D2", "update", 409, "duplicate", "Entity already exists.", "DUPLICATE applied_perhaps"),
    ("D3", "update", 409, "conflict", "Conflicting requests. Please try again", "CONFLICT conflict"),
    ("D3", "insert", 409, "conflict", "Conflicting requests. Please try again", "CONFLICT conflict"),
    ("D4", "get", 412, "conditionNotMet", "User is deleted.", "DELETED deleted"),
    ("D4", "update", 412, "conditionNotMet", "User is deleted.", "DELETED deleted"),
    ("D4", "update", 412, "conditionNotMet", "User creation is not complete.", "NOT_READY not_ready"),
    ("D5", "update", 412, "adminCannotUnsuspend", "Cannot restore a user suspended for abuse.",
     "CANNOT_UNSUSPEND cannot_unsuspend"),
    ("D6", "update", 403, "userRateLimitExceeded", "Quota exceeded for 'Queries per minute per user'.", "QUOTA quota"),
    ("D6", "insert", 403, "quotaExceeded", "Request rate higher than configured.", "QUOTA quota"),
    ("D6", "get", 429, "rateLimitExceeded", "Rate Limit Exceeded", "QUOTA quota"),
    ("D7", "get", 404, "notFound", "Resource Not Found: userKey", "NOT_FOUND not_found"),
    ("D8", "insert", 503, "backendError", "Service unavailable. Please try again", "UNAVAILABLE server_error"),
    ("D8", "get", 503, "backendError", "Service unavailable. Please try again", "UNAVAILABLE server_error"),
    ("D8", "update", 503, "backendError", "Service unavailable. Please try again", "UNAVAILABLE server_error"),
    ("D10", "list", 400, "invalid", "Invalid Input: pageToken", "REFUSED token_refused"),
    ("D13", "insert", 400, "invalid", "Invalid Given/Family Name: FamilyName", "REFUSED name_refused name"),
    ("D14", "insert", 409, "duplicate", "Entity already exists.", "DUPLICATE duplicate"),
    ("D14", "get", 404, "notFound", "Resource Not Found: userKey", "NOT_FOUND not_found"),
    ("D16", "insert", 409, "duplicate", "Entity already exists.", "DUPLICATE duplicate"),
    ("D17", "get", 401, "authError", "Invalid Credentials", "MISCONFIGURED not_authorised"),
    ("D17", "update", 403, "forbidden", "Not Authorized to access this resource/api", "MISCONFIGURED forbidden"),
]  # fmt: skip

ELSEWHERE = {
    "E14": "412 of undelete: we restore nobody; its reason on our calls is E12",
    "E17": "400 of the Reports API: we ask it for nothing",
    "D9": "a 200, of lists and of a get that lacks its id: in the adapter's tests",
    "D11": "batches: we send single calls",
    "D12": "fields of a 200: in the adapter's tests",
    "D15": "renames: an address is never sent after insert",
}


@pytest.mark.parametrize(
    ("source", "method", "status", "reason", "message", "expected"),
    ROWS,
    ids=[f"{row[0]}-{row[1]}-{row[2]}-{row[3]}" for row in ROWS],
)
def test_a_known_error_means_what_the_table_says(source, method, status, reason, message, expected):
    error = classify(method, status, body(status, reason, message))
    assert " ".join((error.verdict.name, error.code, error.field)).strip() == expected


def test_every_row_of_the_catalogue_and_every_behaviour_is_tried_or_cannot_come():
    tried = {row[0] for row in ROWS}
    assert tried | set(ELSEWHERE) == {f"{kind}{number}" for kind in "ED" for number in range(1, 18)}
    assert not tried & set(ELSEWHERE)


def test_every_row_of_the_table_and_every_prefix_is_met_by_some_error():
    unmet = {key for key in TABLE if _verdict_of(*key) != TABLE[key]}
    assert unmet == set()
    for status, reason, prefix, *expected in PREFIXES:
        error = classify("insert", status, body(status, reason, prefix + "."))
        assert [error.verdict, error.code, error.field] == expected


def _verdict_of(method: str, status: int, reason: str) -> tuple[Verdict, str]:
    error = classify(
        "other" if method == "*" else method, status, body(status, "new" if reason == "*" else reason, "New")
    )
    return error.verdict, error.code


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "sharingRateLimitExceeded"])
def test_a_refused_quota_has_many_names(reason):
    assert classify("get", 403, body(403, reason, "Slow down")).verdict is Verdict.QUOTA


@pytest.mark.parametrize("reason", ["insufficientPermissions", "dailyLimitExceededUnreg", "brandNew"])
def test_a_403_that_nobody_knows_is_retried_and_blocks_nobody(reason):
    assert classify("update", 403, body(403, reason, "No")).verdict is Verdict.MISCONFIGURED


@pytest.mark.parametrize("reason", ["badRequest", "parseError", "invalidParameter", "brandNew"])
@pytest.mark.parametrize("method", CALLS)
def test_a_400_blocks_because_the_same_request_can_never_succeed(method, reason):
    error = classify(method, 400, body(400, reason, "Bad Request"))
    assert (error.verdict, error.code) == (Verdict.REFUSED, "refused")


@pytest.mark.parametrize("status", [301, 304, 402, 405, 408, 410, 413, 418, 501, 505, 599])
def test_a_status_that_nobody_knows_is_retried(status):
    error = classify("insert", status, body(status, "brandNew", "New"))
    assert (error.verdict, error.code) == (Verdict.UNAVAILABLE, "unexpected_status")


def test_a_condition_that_nobody_knows_is_waited_for():
    assert classify("update", 412, body(412, "conditionNotMet", "Brand new.")).verdict is Verdict.NOT_READY
    assert classify("update", 412, body(412, "brandNew", "Brand new.")).verdict is Verdict.NOT_READY


def test_a_message_decides_only_with_its_own_status_and_reason():
    assert classify("get", 404, body(404, "notFound", "User is deleted.")).verdict is Verdict.NOT_FOUND
    assert classify("get", 412, body(412, "brandNew", "User is deleted.")).verdict is Verdict.NOT_READY
    assert classify("insert", 400, body(400, "brandNew", "Invalid Password")).code == "refused"
    assert classify("insert", 400, body(400, "invalid", "No Invalid Password")).code == "refused"


def test_the_message_of_the_whole_stands_in_for_that_of_the_detail():
    told = {"error": {"code": 412, "message": "User is deleted.", "errors": [{"reason": "conditionNotMet"}]}}
    assert classify("get", 412, json.dumps(told).encode()).verdict is Verdict.DELETED


HTML = b"<!DOCTYPE html><title>Error 502 (Server Error)!!1</title><p>The server encountered a temporary error."
STRANGE = {
    "nothing": b"",
    "html": HTML,
    "bytes": b"\xff\xfe\x00",
    "null": b"null",
    "number": b"7",
    "text": b'"duplicate"',
    "list": b"[]",
    "empty": b"{}",
    "error is text": b'{"error": "invalid_grant", "error_description": "Bad"}',
    "no errors": b'{"error": {"code": 409, "message": "Entity already exists.", "status": "ALREADY_EXISTS"}}',
    "errors is null": b'{"error": {"errors": null}}',
    "errors is empty": b'{"error": {"errors": []}}',
    "detail is text": b'{"error": {"errors": ["duplicate"]}}',
    "detail without reason": b'{"error": {"errors": [{"message": "User is deleted."}]}}',
    "cut short": body(409, "duplicate", "Entity already exists.")[:40],
    "deep": b'{"error":' * 100_000,
    "long number": b'{"error": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize(
    ("method", "status", "verdict"),
    [
        ("insert", 400, Verdict.REFUSED),
        ("get", 401, Verdict.MISCONFIGURED),
        ("insert", 403, Verdict.MISCONFIGURED),
        ("get", 404, Verdict.NOT_FOUND),
        ("insert", 404, Verdict.MISCONFIGURED),
        ("insert", 409, Verdict.CONFLICT),
        ("update", 409, Verdict.CONFLICT),
        ("get", 412, Verdict.NOT_READY),
        ("update", 429, Verdict.QUOTA),
        ("insert", 502, Verdict.UNAVAILABLE),
        ("insert", 418, Verdict.UNAVAILABLE),
    ],
)
def test_a_body_that_says_nothing_leaves_the_status_to_decide(strange, method, status, verdict):
    assert classify(method, status, strange).verdict is verdict


@pytest.mark.parametrize("method", [*CALLS, "list"])
@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 429, 500, 503])
def test_nothing_of_googles_text_is_kept(method, status):
    error = classify(method, status, body(status, f"of {ADDRESS}", f"{ADDRESS} is not it"))
    kept = "".join((str(error), repr(error), repr(error.args), repr(vars(error)), *_printed(error)))
    assert ADDRESS not in kept
    assert "is not it" not in kept


def _printed(error: DirectoryError) -> list[str]:
    return traceback.format_exception(error)
