"""Keeps `schools/{sekolah_id}` as the roster last named it: a read per school and process, a write when it differs."""

from collections import OrderedDict
from threading import Lock
from typing import Any

from shared.domain.roster import RosterChange, Sekolah
from shared.errors import ConflictError
from shared.ports import Create, Ref, Store, Update, Write

REMEMBERED = 20_000  # schools a process remembers

_FIELDS = ("npsn", "nama", "bentuk_pendidikan_id", "kode_wilayah")


class Schools:
    """The schools that this process has seen; a commit of its own, before the person's."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[str, tuple[dict[str, Any], int]] = OrderedDict()
        self._lock = Lock()

    def follow(self, change: RosterChange) -> None:
        """Bring the schools of a change's memberships up to date where its revision is greater."""
        schools = {m.sekolah.sekolah_id: m.sekolah for m in change.person.memberships if m.is_present}
        for sekolah in schools.values():
            if not self._is_known(sekolah, change.revision):
                self._bring(sekolah, change.revision)

    def _is_known(self, sekolah: Sekolah, revision: int) -> bool:
        with self._lock:
            known = self._known.get(sekolah.sekolah_id)
            if known is None:
                return False
            self._known.move_to_end(sekolah.sekolah_id)
        return known[0] == _facts(sekolah) or revision <= known[1]

    def _bring(self, sekolah: Sekolah, revision: int) -> None:
        ref, facts = Ref("schools", sekolah.sekolah_id), _facts(sekolah)
        document = self._store.get(ref)
        stored = {name: document.data.get(name) for name in _FIELDS} if document else None
        at = int(document.data["revision"]) if document else 0
        if stored == facts or (stored is not None and revision <= at):
            self._remember(sekolah.sekolah_id, stored, at)
            return
        fields = {**facts, "revision": revision}
        write: Write = Update(ref, fields, document.version) if document else Create(ref, _new(fields))
        try:
            self._store.commit([write])
        except ConflictError:
            return  # another process was first; the next event reads what it wrote
        self._remember(sekolah.sekolah_id, facts, revision)

    def _remember(self, sekolah_id: str, facts: dict[str, Any], revision: int) -> None:
        with self._lock:
            self._known[sekolah_id] = (facts, revision)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def _facts(sekolah: Sekolah) -> dict[str, Any]:
    return {name: getattr(sekolah, name) for name in _FIELDS}


def _new(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "links_valid_after": None}
