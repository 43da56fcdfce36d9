"""The stand-in as a Starlette app.

It serves the Directory API under `/admin/directory/v1/`, batches at `/batch` and `/batch/admin/directory_v1`, discovery
documents at `/discovery/v1/apis/admin/directory_v1/rest` and `/$discovery/rest?version=directory_v1`, and the control
API. Control calls take and return JSON, count against nothing and answer 400 with a sentence when used wrongly.

| control call | body | effect |
|---|---|---|
| `GET /control` | | this text |
| `POST /control/reset` | | forget everything; options return to those of the start; held calls are never applied |
| `GET /control/counters` | | `calls` by method and status (`lost`, `lostReset`, `dropped` where no answer was sent), \
`total`, `refused` by reason, `creations` by domain, `created`, `updates`, `passwords`, `deletions`, `batches`, \
`faults` |
| `POST /control/counters/reset` | | the same, and start from nothing |
| `POST /control/seed` | `domains`, `orgUnits`, `groups` (lists of text), `users` (resources; `primaryEmail` suffices; \
read-only fields are taken, too), `aliases` (`[{userKey, alias}]`), `unmanaged` (`{address: keep, invite or replace}`) \
| plant them, visible at once; with `orgUnits` only seeded units exist; `*.example.org` stands for all below |
| `GET /control/users[?domain=D]`, `GET /control/users/{userKey}` | | dump, with `password`, `passwordsSet`, \
`updates`, `deleted`, `createdAt` and `updatedAt` (seconds since 1970; the latter when a call last changed what is \
shown); deleted and not yet visible users are included |
| `POST /control/faults` | a rule, see below | put it in force; answers its `id` |
| `GET /control/faults` | | rules with `seen` and `hits`, and `held` calls |
| `DELETE /control/faults` | | drop all rules; held calls are never applied |
| `POST /control/faults/await` | `held` (1), `seconds` (5) | answer once that many calls are held |
| `POST /control/faults/release` | `id` (none: all) | apply held calls in order; answers once they are applied |
| `GET`, `POST /control/quotas` | `callsPerMinute` (per Authorization header), `creationsPerSecond` (per domain), \
`creationReason` (quotaExceeded, userRateLimitExceeded, rateLimitExceeded, backendError), `concurrent`, `userLimit`, \
`orgUnitsPerSecond`, `archivedLicences` | show or change; null = no limit; what isn't named stays |
| `GET`, `POST /control/lag` | seconds: `get` (new users answer 404, and 412 to writes), `list` (lists show the state \
of so long ago), `settle` (after `get`: no name, restless etag), `rename` (writes answer 409), `alias` (a deleted \
alias is still taken), `group` (a new group answers 404) | show or change |
| `POST /control/login` | `userKey`, `password`, `newPassword` | sign in: `accepted`, else `reason` (password, \
suspended, deleted); sets lastLoginTime and agreedToTerms, clears changePasswordAtNextLogin |
| `POST /control/suspend` | `userKey`, `by` (google or admin), `reason` | suspend from outside: ABUSE or ADMIN unless \
a reason is given; only ADMIN can be lifted by an API call |
| `GET`, `POST /control/clock` | `offset` or `advance` (seconds), `frozen` (true: time stands still) | show or move \
the time |

A rule: `method` (`*` or insert, get, list, update, patch, delete, undelete, signOut, makeAdmin, tokens.list, aliases.*,
groups.*, orgunits.*), `kind`, and of the calls it looks at: `after` (the first so many are let through), `count` (1, or
no limit with `share`), `share` (0 to 1, drawn by `seed`), `key` (only the user of this address or id, whichever the
call names), `domain`. The first rule that hits decides.

| kind | what happens | also takes |
|---|---|---|
| `error` | refused, nothing applied | `status`, `reason`, `message`; either of the first two suffices, none = 503 |
| `errorApplied` | applied, yet answered with the error | the same |
| `lost` | applied, then the connection is closed without an answer (some clients then call again by themselves) | |
| `lostReset` | applied, then the connection is reset | |
| `dropped` | not applied, connection closed | |
| `hold` | applied and answered only when released, or after `ms`, even if the client has gone | `ms` |
| `late` | answered at once with the error, and applied when released, or after `ms` | `ms`, `status`, `reason` |
| `delay` | applied after `ms` | `ms` |
| `omitItems` | a list page lacks its first `items` (half of it if not given) | `items` |
| `omitCollection` | a list page lacks the `users` key | |
| `repeatPageToken` | a list page's token leads to that page again | |
"""

from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from local.directory.control import Control
from local.directory.discovery import pointed_at
from local.directory.errors import DirectoryError
from local.directory.state import State
from local.directory.wire import BatchEndpoint, DirectoryEndpoint


def make_app(state: State) -> Starlette:
    """Return the app that serves this state."""
    calls: ASGIApp = DirectoryEndpoint(state)
    batches: ASGIApp = BatchEndpoint(state)
    return Starlette(
        routes=[
            Mount("/admin/directory/v1", app=calls),
            Route("/batch", batches, methods=["POST"]),
            Route("/batch/admin/directory_v1", batches, methods=["POST"]),
            Route("/discovery/v1/apis/admin/directory_v1/rest", _discovery),
            Route("/$discovery/rest", _discovery),
            Route("/control", _manual),
            *Control(state).routes(),
        ],
        exception_handlers={404: _unknown},
    )


async def _manual(_request: Request) -> Response:
    return PlainTextResponse(__doc__ or "")


async def _discovery(request: Request) -> Response:
    document = pointed_at(str(request.base_url)) if request.query_params.get("version") in _VERSIONS else {}
    if not document:
        return _refused(DirectoryError(404, "notFound", "Not Found"))
    return _json(document)


async def _unknown(_request: Request, _error: Exception) -> Response:
    return _refused(DirectoryError(404, "notFound", "Not Found"))


def _refused(error: DirectoryError) -> Response:
    return _json(error.body(), error.status)


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


_VERSIONS = (None, "directory_v1")
