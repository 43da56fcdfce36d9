"""Planned misbehaviour: which calls it hits, and the calls that are held until released."""

import asyncio
import random
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from local.directory.calls import Call

Kind = Literal[
    "error",
    "errorApplied",
    "lost",
    "lostReset",
    "dropped",
    "hold",
    "late",
    "delay",
    "omitItems",
    "omitCollection",
    "repeatPageToken",
]


Names = Callable[[Call], set[str]]


class Rule(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """One fault: the calls it looks at, how many of them it hits, and what happens to those."""

    method: str = "*"
    kind: Kind = "error"
    count: int | None = None
    share: float | None = None
    seed: int = 0
    after: int = 0
    key: str | None = None
    domain: str | None = None
    status: int | None = None
    reason: str | None = None
    message: str | None = None
    ms: float | None = None
    items: int | None = None

    def looks_at(self, call: Call, names: Names) -> bool:
        """Say whether this rule is about the call."""
        if self.method not in ("*", call.method):
            return False
        if self.key is None and self.domain is None:
            return True
        about = names(call)
        if self.key is not None and self.key.lower() not in about:
            return False
        return self.domain is None or any(name.endswith("@" + self.domain.lower()) for name in about)


class Planned:
    """A rule at work: how many calls it has seen and hit."""

    def __init__(self, number: int, rule: Rule) -> None:
        self.number = number
        self.rule = rule
        self.seen = 0
        self.hits = 0
        self._random = random.Random(rule.seed)

    def hit(self, call: Call, names: Names) -> bool:
        """Say whether this call is hit, and count it."""
        rule = self.rule
        limit = rule.count if rule.count is not None else (1 if rule.share is None else None)
        if (limit is not None and self.hits >= limit) or not rule.looks_at(call, names):
            return False
        self.seen += 1
        if self.seen <= rule.after or (rule.share is not None and self._random.random() >= rule.share):
            return False
        self.hits += 1
        return True


class Held:
    """A call that was received and waits to be applied."""

    def __init__(self, number: int, call: Call) -> None:
        self.number = number
        self.call = call
        self.go = asyncio.Event()
        self.done = asyncio.Event()
        self.abandoned = False

    async def wait(self, ms: float | None) -> bool:
        """Wait for the release, or `ms`; False means that the call is never to be applied."""
        try:
            async with asyncio.timeout(None if ms is None else ms / 1000):
                await self.go.wait()
        except TimeoutError:
            pass
        return not self.abandoned


class Faults:
    """The rules in force and the calls they hold back."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []
        self._held: dict[int, Held] = {}
        self._numbers = 0
        self._arrived = asyncio.Condition()
        self.late: set[asyncio.Task[None]] = set()

    def add(self, rule: Rule) -> int:
        """Put a rule in force and return its number."""
        self._numbers += 1
        self._planned.append(Planned(self._numbers, rule))
        return self._numbers

    def clear(self) -> None:
        """Drop all rules and let every held call go without being applied."""
        self._planned.clear()
        for held in list(self._held.values()):
            held.abandoned = True
            held.go.set()
        self._held.clear()

    def take(self, call: Call, names: Names) -> Rule | None:
        """Return the first rule that hits the call; `names` tells every address and id of whom a call is about."""
        for planned in self._planned:
            if planned.hit(call, names):
                return planned.rule
        return None

    async def hold(self, call: Call) -> Held:
        """Put a call among the held ones."""
        self._numbers += 1
        held = Held(self._numbers, call)
        self._held[held.number] = held
        async with self._arrived:
            self._arrived.notify_all()
        return held

    def finish(self, held: Held) -> None:
        """Take a call that was applied or abandoned off the list."""
        self._held.pop(held.number, None)
        held.done.set()

    async def wait_for_held(self, count: int, seconds: float) -> int:
        """Wait until `count` calls are held, or time is over; return how many are."""
        try:
            async with asyncio.timeout(seconds), self._arrived:
                await self._arrived.wait_for(lambda: len(self._held) >= count)
        except TimeoutError:
            pass
        return len(self._held)

    async def release(self, number: int | None) -> int:
        """Apply one held call, or all in the order of arrival; return how many, once they are applied."""
        chosen = [held for held in self._held.values() if number in (None, held.number)]
        for held in chosen:
            held.go.set()
            await held.done.wait()
        return len(chosen)

    def shown(self) -> dict[str, Any]:
        """Return rules with their counts, and held calls, as JSON."""
        return {
            "faults": [
                {"id": planned.number, "seen": planned.seen, "hits": planned.hits, "rule": planned.rule}
                for planned in self._planned
            ],
            "held": [
                {"id": held.number, "method": held.call.method, "key": held.call.address()}
                for held in self._held.values()
            ],
        }
