"""Figure: CPU of a suspended account over the bare calls of the same path."""

import json
import statistics
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Protocol

from bench.calling import all_done
from bench.campaign_accounts import begin, patterns, put, put_schools, seed, store_of, write_sample
from bench.campaign_world import CAMPAIGN
from bench.figures import REPEATS, Figure, MeasurementError, ratio
from bench.people import HOOK, Post
from bench.stage import Stage
from local.run import http
from shared import queries
from shared.campaign_records import cursor_ref
from shared.ports import Delete, Put, Ref

GOAL = 1.25
REALMS = ("sd", "smp")
PEOPLE = 256  # of each realm: what `feed` takes in a minute at 9.5 calls a second
STEPS = ("hold", "feed", "converge")
_PART = 64  # accounts that one request plants


class Side(Protocol):
    """One of the two that are compared."""

    def ready(self) -> None:
        """Bring everything to where a minute of the campaign begins; not measured."""

    def cpu(self) -> float:
        """Give the seconds of CPU that its servers have used."""

    def take(self, step: str) -> None:
        """Take one step of that minute for all accounts."""

    def check(self) -> None:
        """Raise MeasurementError unless all accounts went the whole way; not measured."""


def suspended_cpu(stage: Stage) -> list[Figure]:
    """Compare `suspend`, `feed` and `converge` with two streamed reads, a batched write, a task, and their calls."""
    apart = stage.apart("campaign-cpu")
    spent: tuple[list[list[float]], list[list[float]]] = ([], [])
    with ExitStack() as running:
        sides: tuple[Side, Side] = (_Ours(apart, running), _Bare(apart, running))
        for number in range(-1, REPEATS):  # the first is not counted: clients are built in it
            for each in (0, 1) if number % 2 == 0 else (1, 0):
                steps = _minute(sides[each])
                spent[each].extend([steps] if number >= 0 else [])
    ours, bare = ([sum(steps) for steps in side] for side in spent)
    figure = ratio("suspended_cpu", ours, bare, GOAL, f"ms an account, {stage.store}")
    return [replace(figure, detail=f"{figure.detail}; {_told(*spent)}")]


def _told(*sides: Sequence[Sequence[float]]) -> str:
    each = [[statistics.median(steps) for steps in zip(*side, strict=True)] for side in sides]
    told = zip(STEPS, *each, strict=True)
    return ", ".join(f"{step} {ours:.2f} over {bare:.2f}" for step, ours, bare in told)


def _minute(side: Side) -> list[float]:
    """Give the ms of CPU that an account takes in each step."""
    side.ready()
    spent = []
    for step in STEPS:
        before = side.cpu()
        side.take(step)
        spent.append((side.cpu() - before) / (PEOPLE * len(REALMS)) * 1000)
    side.check()
    return spent


class _Planted:
    """The accounts of a side, and their users."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        run, made = next(stage.runs), patterns(stage, REALMS)
        self.schools = made.values()
        numbered = {realm: range(place * PEOPLE, (place + 1) * PEOPLE) for place, realm in enumerate(REALMS)}
        self.accounts = [made[realm].made(run, number) for realm in REALMS for number in numbered[realm]]
        self.users = [made[account.realm].user_of(account) for account in self.accounts]
        self.tasks = [_post({"account_id": account.account_id, "version": 2}) for account in self.accounts]

    def ready(self) -> None:
        """Let nobody be suspended, and no task's name be taken."""
        for port in (self.stage.directory, self.stage.tasks):
            http.post(port, "/control/reset", {})
        seed(self.stage.directory, self.users)

    def check(self) -> None:
        """See that each user was looked at once and updated once, and each account had a task."""
        counters = http.get(self.stage.directory, "/control/counters")
        tasks = int(http.get(self.stage.tasks, "/control/counters")["created"])
        found = (int(counters["total"]), int(counters["updates"]), tasks)
        wanted = (2 * len(self.accounts), len(self.accounts), len(self.accounts))
        if found != wanted:
            raise MeasurementError(f"calls, updates and tasks were {found}, not {wanted}")


class _Ours(_Planted):
    """The three functions."""

    def __init__(self, stage: Stage, running: ExitStack) -> None:
        super().__init__(stage)
        self._servers = [running.enter_context(stage.ours(name)) for name in ("suspend", "reconcile", "converge")]
        self._store = store_of(stage)
        self._cursor = cursor_ref(CAMPAIGN)
        put_schools(self._store, self.schools)
        put(self._store, self.accounts)
        begin(self._store)

    def ready(self) -> None:
        """Bring everything to the beginning of a minute in which the realms have come to nothing yet."""
        super().ready()
        put(self._store, self.accounts)
        document = self._store.get(self._cursor)
        if document is None:
            raise MeasurementError("the campaign is over")
        realms = {realm: stage for realm, stage in document.data["realms"].items() if realm not in REALMS}
        fed = [Delete(Ref("cursors", f"feed.{realm}")) for realm in REALMS]
        self._store.commit([Put(self._cursor, {**document.data, "realms": realms}), *fed])

    def cpu(self) -> float:
        """Give the CPU of all three."""
        return sum(server.cpu() for server in self._servers)

    def take(self, step: str) -> None:
        """Call the function of a step."""
        suspend, reconcile, converge = self._servers
        posts = {"hold": (suspend, [_post({})]), "feed": (reconcile, [_post({"job": "feed"})])}
        server, posted = posts.get(step, (converge, self.tasks))
        all_done(server.port, posted)

    def check(self) -> None:
        """See that all bear the hold and are suspended, too."""
        super().check()
        found = sum(self._store.count(queries.suspended_by(CAMPAIGN, realm)) for realm in REALMS)
        if found != len(self.accounts):
            raise MeasurementError(f"{found} accounts of {len(self.accounts)} are suspended")


class _Bare(_Planted):
    """The floor."""

    def __init__(self, stage: Stage, running: ExitStack) -> None:
        super().__init__(stage)
        sample = write_sample(stage, REALMS[0])
        self._server = running.enter_context(stage.bare("suspension", BENCH_SAMPLE=str(sample)))
        self.cpu = self._server.cpu

    def ready(self) -> None:
        """Plant the accounts anew."""
        super().ready()
        names = ("account_id", "directory_id", "realm")
        rows = [{name: getattr(account, name) for name in names} for account in self.accounts]
        parts = [rows[first : first + _PART] for first in range(0, len(rows), _PART)]
        all_done(self._server.port, [_post({"step": "plant", "accounts": part}) for part in parts])

    def take(self, step: str) -> None:
        """Make the calls of a step."""
        posts = [_post({"step": step, "realm": realm}) for realm in REALMS]
        all_done(self._server.port, self.tasks if step == "converge" else posts)


def _post(body: Mapping[str, Any]) -> Post:
    return Post(json.dumps(body).encode(), HOOK)
