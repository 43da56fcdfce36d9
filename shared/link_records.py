"""What is kept of a link: who asked for it, how often each category was fetched, and what each fetch showed."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.domain.accounts import Category
from shared.domain.handout import Row
from shared.domain.links import Link
from shared.domain.showing import day_of
from shared.errors import ConflictError, LinkError, TransientError
from shared.ports import Clock, Create, Document, Ref, Store, Update, Write

REPEAT: Final = timedelta(seconds=120)
KEPT: Final = timedelta(days=366)  # from the end of the link, or from the reading
TRIES: Final = 60  # lost races of one fetch before it is given up
_TIMES: Final = ("issued_at", "expires_at")
FETCHES: Final = 50  # kept in the link's own document, for repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who fetches what: `path` names category and form, `network` is the prefix of the caller's address."""

    path: str
    network: str
    posted: bool


class LinkRecords:
    """`links/{lid}` and `links/{lid}/reads/{n}`."""

    def __init__(self, store: Store, clock: Clock, max_uses: int) -> None:
        self._store = store
        self._clock = clock
        self._max_uses = max_uses

    def left(self, known: Document | None, category: Category) -> int:
        """Give how many fetches of a category are left."""
        return max(0, self._max_uses - _uses(known).get(category, 0))

    def count(self, link: Link, known: Document | None, category: Category, caller: Caller) -> tuple[int, bool]:
        """Count one fetch (1 commit; 1 read and 1 commit more for each race lost).

        Gives its number among the link's, and whether it repeats a counted POST and so is the same one.
        """
        for _ in range(TRIES):
            if known is not None and known.data["sekolah_id"] != link.sekolah_id:
                raise LinkError("refused", "link_id_of_another_school")  # it came first, between the look and now
            now = self._clock.now()
            fetches = known.data["fetches"] if known else []
            number = _repeated(fetches, category, caller, now)
            if number is not None:
                return number, True
            if not self.left(known, category):
                raise LinkError("gone", "link_used_up")
            uses = _uses(known)
            uses[category] = uses.get(category, 0) + 1
            number = sum(uses.values())
            fetch = {"number": number, "category": category, "at": now, **_told(caller)}
            days = sorted({*(known.data.get("days", []) if known else []), day_of(now)})
            fields = {"uses": uses, "fetches": [*fetches, fetch][-FETCHES:], "days": days}
            try:
                self._store.commit([_use(link, known, fields)])
            except ConflictError:
                known = self._store.get(Ref("links", link.link_id))
            else:
                return number, False
        raise TransientError("contention")

    def noting(self, link: Link, number: int, category: Category, caller: Caller) -> Callable[[Sequence[Row]], None]:
        """Give what notes a part of a fetch (1 commit): its accounts, and of each the password shown, 0 = none."""
        token, part = secrets.token_hex(4), 0  # a repeat has the first one's number, and notes of its own
        now = self._clock.now()
        same = {"number": number, "category": category, "at": now, "keep_until": now + KEPT, **_told(caller)}

        def note(rows: Sequence[Row]) -> None:
            nonlocal part
            part += 1
            shown = {"accounts": [row.account_id for row in rows], "generations": [row.generation for row in rows]}
            ref = Ref(f"links/{link.link_id}/reads", f"{number}-{token}-{part:05}")
            self._store.commit([Create(ref, {**same, "part": part, **shown})])

        return note


def new_link(link: Link, requested_by: str) -> dict[str, Any]:
    """Give the document of a link that nobody has used; it is registered if it is known who asked for it."""
    issued_at, expires_at = (datetime.fromtimestamp(at, UTC) for at in (link.issued_at, link.expires_at))
    return {
        "sekolah_id": link.sekolah_id,
        "categories": list(link.categories),
        "requested_by": requested_by or None,
        "registered": bool(requested_by),
        "file_mark": link.file_mark,
        "key_id": link.key_id,
        "issued_at": issued_at,
        "expires_at": expires_at,
        "keep_until": expires_at + KEPT,
        "uses": {},
        "fetches": [],
        "days": [],
    }


def is_registered(link: Link, known: Document | None) -> bool:
    """Tell whether a link is one that `link` has registered, in all its parts: its id alone could be used for more."""
    if known is None or not known.data["registered"]:
        return False
    said = new_link(link, "")
    return all(known.data[name] == said[name] for name in ("sekolah_id", "categories", "key_id", *_TIMES))


def _uses(known: Document | None) -> dict[str, int]:
    return dict(known.data["uses"]) if known else {}


def _use(link: Link, known: Document | None, fields: Mapping[str, Any]) -> Write:
    ref = Ref("links", link.link_id)
    return Update(ref, fields, known.version) if known else Create(ref, {**new_link(link, ""), **fields})


def _repeated(fetches: Sequence[Mapping[str, Any]], category: Category, caller: Caller, now: datetime) -> int | None:
    """Give the number of the counted POST that a fetch repeats, or None."""
    for fetch in reversed(fetches):
        same = (fetch["category"], fetch["path"], fetch["network"]) == (category, caller.path, caller.network)
        if same and fetch["posted"] and now - fetch["at"] <= REPEAT:
            return int(fetch["number"])
    return None


def _told(caller: Caller) -> dict[str, Any]:
    return {"path": caller.path, "network": caller.network, "posted": caller.posted}
