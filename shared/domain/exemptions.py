"""Who is exempt from campaigns: people, schools and realms, each until a date. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from shared.domain.accounts import Account

Kind = Literal["person", "school", "realm"]
KINDS: Final[tuple[Kind, ...]] = ("person", "school", "realm")
REINSTATED: Final = timedelta(days=30)
"""How long somebody who was reinstated is exempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """`exemptions/{kind}.{id}`: why, by whom, until when; `ended_at` where somebody ended it before."""

    kind: Kind
    id: str
    reason: str
    author: str
    until: datetime
    added_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Tell whether it still holds."""
        return self.ended_at is None and now < self.until


@dataclass(frozen=True, slots=True)
class Exemptions:
    """All that are in force at one moment."""

    people: frozenset[str] = frozenset()
    schools: frozenset[str] = frozenset()
    realms: frozenset[str] = frozenset()

    @classmethod
    def read(cls, docs: Iterable[Mapping[str, Any]], now: datetime) -> "Exemptions":
        """Read the documents of `exemptions/`; one that is ended, or past its date, spares nobody."""
        found: dict[str, set[str]] = {kind: set() for kind in KINDS}
        for doc in docs:
            if doc["until"] > now and doc.get("ended_at") is None:
                found[doc["kind"]].add(doc["id"])
        return cls(frozenset(found["person"]), frozenset(found["school"]), frozenset(found["realm"]))

    def spare(self, account: Account) -> bool:
        """Tell whether an account is exempt: by its realm, its person, or any school that it is listed at."""
        return (
            account.realm in self.realms
            or account.person_id in self.people
            or not self.schools.isdisjoint((account.sekolah_id, *account.sekolah_ids))
        )
