"""The control API: JSON over HTTP, for tests, benchmarks and the one-machine stack; the table is in `app.py`."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.directory import seeding
from local.directory.errors import DirectoryError
from local.directory.faults import Rule
from local.directory.options import changed
from local.directory.state import State

Shape = TypeVar("Shape")
Endpoint = Callable[[Request], Awaitable[Response]]


class ReleaseOrder(msgspec.Struct, forbid_unknown_fields=True):
    """Which held call to release; none named means all."""

    id: int | None = None


class AwaitOrder(msgspec.Struct, forbid_unknown_fields=True):
    """How many held calls to wait for, and for how long at most."""

    held: int = 1
    seconds: float = 5


class ClockOrder(msgspec.Struct, forbid_unknown_fields=True):
    """Set the offset, or move it by some seconds; stop time, or let it run."""

    offset: float | None = None
    advance: float = 0
    frozen: bool | None = None


class Control:
    """The endpoints, bound to one state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return all routes under /control."""
        table: list[tuple[str, str, Endpoint]] = [
            ("POST", "/control/reset", self.reset),
            ("GET", "/control/counters", self.counters),
            ("POST", "/control/counters/reset", self.reset_counters),
            ("POST", "/control/seed", self.seed),
            ("GET", "/control/users", self.users),
            ("GET", "/control/users/{key}", self.user),
            ("GET", "/control/faults", self.faults),
            ("POST", "/control/faults", self.add_fault),
            ("DELETE", "/control/faults", self.clear_faults),
            ("POST", "/control/faults/release", self.release),
            ("POST", "/control/faults/await", self.await_held),
            ("GET", "/control/quotas", self.quotas),
            ("POST", "/control/quotas", self.set_quotas),
            ("GET", "/control/lag", self.lag),
            ("POST", "/control/lag", self.set_lag),
            ("POST", "/control/login", self.login),
            ("POST", "/control/suspend", self.suspend),
            ("GET", "/control/clock", self.clock),
            ("POST", "/control/clock", self.set_clock),
        ]
        return [Route(path, _guarded(endpoint), methods=[verb]) for verb, path, endpoint in table]

    async def reset(self, _request: Request) -> Response:
        """Forget everything."""
        self._state.begin()
        return _json({})

    async def counters(self, _request: Request) -> Response:
        """Show the counts."""
        return _json(self._state.counters.shown())

    async def reset_counters(self, _request: Request) -> Response:
        """Show the counts and start them anew."""
        shown = self._state.counters.shown()
        self._state.counters.reset()
        return _json(shown)

    async def seed(self, request: Request) -> Response:
        """Plant users, addresses, domains, org units."""
        return _json(seeding.plant(self._state, await _body(request, seeding.Seed)))

    async def users(self, request: Request) -> Response:
        """Dump all users, or those of a domain; deleted ones come last."""
        domain = request.query_params.get("domain")
        everybody = [*self._state.users.values(), *self._state.deleted.values()]
        chosen = [user for user in everybody if domain in (None, user.domain)]
        return _json({"users": [seeding.dump(self._state, user) for user in chosen]})

    async def user(self, request: Request) -> Response:
        """Dump one user."""
        return _json(seeding.one(self._state, request.path_params["key"]))

    async def faults(self, _request: Request) -> Response:
        """Show rules and held calls."""
        return _json(self._state.faults.shown())

    async def add_fault(self, request: Request) -> Response:
        """Put a rule in force."""
        return _json({"id": self._state.faults.add(await _body(request, Rule))})

    async def clear_faults(self, _request: Request) -> Response:
        """Drop all rules; held calls are never applied."""
        self._state.faults.clear()
        return _json({})

    async def release(self, request: Request) -> Response:
        """Apply held calls and answer once they are applied."""
        order = await _body(request, ReleaseOrder)
        return _json({"released": await self._state.faults.release(order.id)})

    async def await_held(self, request: Request) -> Response:
        """Answer once that many calls are held."""
        order = await _body(request, AwaitOrder)
        return _json({"held": await self._state.faults.wait_for_held(order.held, order.seconds)})

    async def quotas(self, _request: Request) -> Response:
        """Show the quotas."""
        return _json(self._state.quotas)

    async def set_quotas(self, request: Request) -> Response:
        """Change the quotas given."""
        self._state.quotas = changed(self._state.quotas, await _body(request, dict[str, Any]))
        return _json(self._state.quotas)

    async def lag(self, _request: Request) -> Response:
        """Show the lags."""
        return _json(self._state.lag)

    async def set_lag(self, request: Request) -> Response:
        """Change the lags given."""
        self._state.lag = changed(self._state.lag, await _body(request, dict[str, Any]))
        return _json(self._state.lag)

    async def login(self, request: Request) -> Response:
        """Act out a sign-in."""
        return _json(seeding.sign_in(self._state, await _body(request, seeding.Login)))

    async def suspend(self, request: Request) -> Response:
        """Suspend from outside."""
        return _json(seeding.suspend(self._state, await _body(request, seeding.Suspension)))

    async def clock(self, _request: Request) -> Response:
        """Show the time."""
        return self._time()

    async def set_clock(self, request: Request) -> Response:
        """Set or move the offset, stop or start time."""
        order = await _body(request, ClockOrder)
        clock = self._state.clock
        clock.offset = (clock.offset if order.offset is None else order.offset) + order.advance
        if order.frozen is not None:
            clock.freeze(still=order.frozen)
        return self._time()

    def _time(self) -> Response:
        clock = self._state.clock
        return _json({"now": clock.now(), "offset": clock.offset, "frozen": clock.frozen})


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


async def _body(request: Request, shape: type[Shape]) -> Shape:
    return msgspec.json.decode(await request.body() or b"{}", type=shape)


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Turn wrong use into 400, and what isn't there into 404, both with a sentence."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (msgspec.MsgspecError, KeyError, UnicodeDecodeError) as error:
            return _json({"error": f"wrong use: {error}"}, 400)
        except DirectoryError as error:
            return _json({"error": error.message}, error.status)

    return guarded
