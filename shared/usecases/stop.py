"""Stops all work of the realms, or suspensions alone, and lets it go on: a switch first, then the queues."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from shared import queries
from shared.domain.switches import EVERY_REALM
from shared.errors import ConflictError, PermanentError, TransientError
from shared.ports import Clock, Create, Delete, Document, Ref, Store, Update, Write

TRIES: Final = 8  # lost races before it is given up
STOP: Final = "stop."

Doc = Mapping[str, Any]


class Queues(Protocol):
    """The queues of Cloud Tasks, one a realm; a call that fails raises TransientError."""

    def pause(self, realm: str) -> None:
        """Let a queue send nothing; what is enqueued is kept."""

    def resume(self, realm: str) -> None:
        """Let a queue send again."""

    def close(self) -> None:
        """Let go of this thread's connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of it: whether the switch was changed, which queues were moved, and the code of each that failed.

    `stops` are the switches that are set now, by realm or `*`.
    """

    changed: bool
    moved: tuple[str, ...]
    failed: Mapping[str, str]
    stops: Mapping[str, Doc]


class Stop:
    """The use cases of `akun stop` and `akun go`; `realms` are all that have a queue."""

    def __init__(self, *, store: Store, queues: Queues, clock: Clock, realms: Iterable[str]) -> None:
        self._store = store
        self._queues = queues
        self._clock = clock
        self._realms = tuple(sorted(realms))

    def stop(self, realm: str, by: str, reason: str, *, suspensions_only: bool) -> Report:
        """Stop a realm or, `*`, all of them; a stop that is set already stays as it was.

        A stop of suspensions alone lies under one of everything, so that the end of that does not end this, too.
        """
        asked = {"since": self._clock.now(), "by": by, "reason": reason}

        def wanted(found: Doc | None) -> Doc | None:
            if found is None:
                return {"suspensions_only": suspensions_only, **asked, "under": None}
            if suspensions_only == bool(found.get("suspensions_only")):
                return found
            if suspensions_only:
                return {**found, "under": found.get("under") or asked}
            return {"suspensions_only": False, **asked, "under": _plain(found)}

        changed = self._turn(realm, wanted)
        moved, failed = self._each(self._queues.pause, self._of(realm) if not suspensions_only else ())
        return Report(changed=changed, moved=moved, failed=failed, stops=self.stops())

    def go(self, realm: str, *, suspensions_only: bool) -> Report:
        """Lift a stop; raises PermanentError where another one, of more, would hold the same all the same."""
        above = self.stops().get(EVERY_REALM) if realm != EVERY_REALM else None
        if above is not None and (suspensions_only or not above.get("suspensions_only")):
            raise PermanentError("stopped_everywhere")

        def wanted(found: Doc | None) -> Doc | None:
            only = found is not None and bool(found.get("suspensions_only"))
            if suspensions_only and found is not None and not only:
                raise PermanentError("stopped_altogether")
            if found is None or only:
                return None if suspensions_only else found
            under = found.get("under")
            return {"suspensions_only": True, **under, "under": None} if under else None

        changed = self._turn(realm, wanted)
        stops = self.stops()
        stopped = {each for each, doc in stops.items() if not doc.get("suspensions_only")}
        free = [each for each in self._of(realm) if each not in stopped] if not suspensions_only else []
        moved, failed = self._each(self._queues.resume, free)
        return Report(changed=changed, moved=moved, failed=failed, stops=stops)

    def stops(self) -> dict[str, Doc]:
        """Read the stops that are set, by realm or `*` (1 read each)."""
        found = self._store.query(queries.switches())
        return {each.ref.id.removeprefix(STOP): each.data for each in found if each.ref.id.startswith(STOP)}

    def _of(self, realm: str) -> tuple[str, ...]:
        return self._realms if realm == EVERY_REALM else (realm,)

    def _turn(self, realm: str, wanted: Callable[[Doc | None], Doc | None]) -> bool:
        """Bring a switch to what is wanted of it; False: it was so already."""
        ref = Ref("switches", STOP + realm)
        for _ in range(TRIES):
            document = self._store.get(ref)
            before = document.data if document is not None else None
            after = wanted(before)
            if after == before:
                return False
            try:
                self._store.commit([_write(ref, document, after)])
            except ConflictError:
                continue
            return True
        raise TransientError("contention")

    def _each(self, move: Callable[[str], None], realms: Iterable[str]) -> tuple[tuple[str, ...], dict[str, str]]:
        """Move the queues one by one; one that fails stops no other."""
        moved, failed = list[str](), dict[str, str]()
        for realm in realms:
            try:
                move(realm)
            except TransientError as error:
                failed[realm] = error.code
            else:
                moved.append(realm)
        return tuple(moved), failed


def _plain(found: Doc) -> dict[str, Any]:
    return {name: found.get(name) for name in ("since", "by", "reason")}


def _write(ref: Ref, document: Document | None, after: Doc | None) -> Write:
    if after is None:
        return Delete(ref, document.version if document is not None else None)
    return Update(ref, after, document.version) if document is not None else Create(ref, after)
