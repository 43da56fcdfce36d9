"""Reads the switches at most every 30 seconds, and sets and lifts the one of a full licence pool."""

from datetime import datetime, timedelta

from shared import queries
from shared.domain.switches import LICENCES, Switches
from shared.errors import ConflictError
from shared.ports import Clock, Create, Delete, Ref, Store

MAX_AGE = timedelta(seconds=30)
_LICENCES = Ref("switches", LICENCES)


class Switchboard:
    """The switches as this process last read them; threads may share it: at worst two read at once."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._read: tuple[datetime, Switches] | None = None

    def switches(self) -> Switches:
        """Give the switches, at most 30 seconds old."""
        now = self._clock.now()
        if self._read is None or abs(now - self._read[0]) >= MAX_AGE:  # a clock may be put back
            found = self._store.query(queries.switches())
            self._read = (now, Switches.read((document.ref.id, document.data) for document in found))
        return self._read[1]

    def licences_are_full(self) -> bool:
        """Set the switch; True only for the one who set it, so that one line is loud and not a thousand."""
        self._read = None
        try:
            self._store.commit([Create(_LICENCES, {"since": self._clock.now()})])
        except ConflictError:
            return False
        return True

    def licences_are_free(self) -> None:
        """Lift the switch if this process knows of it."""
        read = self._read  # another thread may forget it meanwhile
        if read is not None and read[1].licences_full:
            self._store.commit([Delete(_LICENCES)])
            self._read = None
