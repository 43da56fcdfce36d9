"""The error bodies of Google's v2 APIs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_STATUS_BY_CODE = {400: "INVALID_ARGUMENT", 404: "NOT_FOUND", 405: "UNIMPLEMENTED", 409: "ALREADY_EXISTS"}


class ApiError(Exception):
    """An answer of the API that refuses a call: HTTP code, status name and message."""

    def __init__(self, code: int, status: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message


def invalid(message: str) -> ApiError:
    """Return the 400 of a call that can never succeed as it is."""
    return ApiError(400, "INVALID_ARGUMENT", message)


def not_found(message: str = "Requested entity was not found.") -> ApiError:
    """Return the 404 of a resource that does not exist."""
    return ApiError(404, "NOT_FOUND", message)


def already_exists(message: str = "Requested entity already exists") -> ApiError:
    """Return the 409 of a name that is taken."""
    return ApiError(409, "ALREADY_EXISTS", message)


def unavailable(message: str = "The service is currently unavailable.") -> ApiError:
    """Return the 503 of a service that should be asked again later."""
    return ApiError(503, "UNAVAILABLE", message)


def error_response(code: int, status: str, message: str) -> JSONResponse:
    """Return the JSON answer that Google's v2 APIs give with an error."""
    return JSONResponse({"error": {"code": code, "message": message, "status": status}}, status_code=code)


async def answer_api_error(_request: Request, error: Exception) -> Response:
    """Turn an `ApiError` into its answer, as Starlette's exception handlers want it."""
    assert isinstance(error, ApiError)  # noqa: S101 - registered for this type alone
    return error_response(error.code, error.status, error.message)


async def answer_http_error(_request: Request, error: Exception) -> Response:
    """Turn a routing error (unknown path, wrong method) into the same form."""
    code = int(getattr(error, "status_code", 500))
    return error_response(code, _STATUS_BY_CODE.get(code, "UNKNOWN"), str(getattr(error, "detail", "")))
