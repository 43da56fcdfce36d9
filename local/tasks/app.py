"""The stand-in's web application: Cloud Tasks v2 under `/v2`, and a control API.

| control call | JSON sent (every field optional) | answer |
|---|---|---|
| `POST /control/reset` | | `{}`: as just started |
| `GET /control/counters` | | every name in `counters.KINDS`, and `by_status` |
| `GET /control/queues` | | `queues`: name, id, paused, rate, effective_rate, running, due, scheduled |
| `GET /control/tasks?queue=&limit=` | | `total`; `tasks`: name, queue, scheduled, due, attempts, previous_response |
| `GET`, `POST /control/faults` | `{"seed": 7, KIND: {"share": 0.1, "count": 2, "seconds": 5}}` | what is left of each |
| `GET`, `POST /control/rates` | `{"smp": 5, "*": 100}`, as `QUEUE_RATES` | the whole table |
| `POST /control/pause`, `/control/resume` | `{"queue": Q}` | `queues`: the ids |
| `POST /control/drain` | `{"queue": Q, "timeout": 30, "horizon": 1}` | drained, running, due, scheduled, counters |
| `POST /control/fast_forward` | `{"seconds": 60, "queue": Q, "due": true}` | now, made_due |

- Q is a queue's id or full name; without it, all queues that exist are meant. Errors have the form of Google's.
- `by_status` counts answers by HTTP status, and `timeout` and `error` (no answer).
- Faults strike the next `count` occasions, then a `share` of the others: `double` (a second copy after `seconds`),
  `late` (by `seconds`), `lost` (accepted, never sent), `create_503`, `create_answer_lost` (created, then the
  connection breaks).
- `drain` waits, at most `timeout` seconds, until nothing runs and nothing is due within `horizon` seconds.
- `fast_forward` moves the clock by `seconds` and, with `due`, makes every scheduled task due now.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from local.tasks.api import TasksApi
from local.tasks.control import ControlApi
from local.tasks.engine import Engine
from local.tasks.errors import ApiError, answer_api_error, answer_http_error
from local.tasks.options import Options


def build(options: Options) -> Starlette:
    """Return the application of one stand-in, with a state of its own."""
    engine = Engine(options)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await engine.stop()

    return Starlette(
        routes=[*TasksApi(engine).routes(), *ControlApi(engine).routes()],
        exception_handlers={ApiError: answer_api_error, HTTPException: answer_http_error},
        lifespan=lifespan,
    )
