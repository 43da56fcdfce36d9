"""The switches that hold work back: a full licence pool, and stops that the ops team set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.accounts import Account

LICENCES = "licences"  # the id of the switch that a full licence pool sets
EVERY_REALM = "*"


@dataclass(frozen=True, slots=True)
class Switches:
    """What is switched off: creations everywhere, everything in `stopped` realms, new suspensions in `spared` ones."""

    licences_full: bool = False
    stopped: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()

    @classmethod
    def read(cls, docs: Iterable[tuple[str, Mapping[str, Any]]]) -> "Switches":
        """Read the documents of `switches/`: `licences`, and `stop.<realm>` with `suspensions_only`."""
        licences, stopped, spared = False, set[str](), set[str]()
        for name, doc in docs:
            if name == LICENCES:
                licences = True
            elif name.startswith("stop."):
                (spared if doc.get("suspensions_only") else stopped).add(name.removeprefix("stop."))
        return cls(licences, frozenset(stopped), frozenset(spared))

    def stops(self, realm: str) -> bool:
        """Tell whether all work of a realm is stopped."""
        return not self.stopped.isdisjoint({realm, EVERY_REALM})

    def holds_back(self, account: Account) -> str | None:
        """Give the code of the switch that holds an account's next call back, or None."""
        if self.stops(account.realm):
            return "stopped"
        if self.licences_full and not account.is_confirmed:
            return "licences_full"
        suspends = bool(account.holds) and not account.is_suspended
        if suspends and not self.spared.isdisjoint({account.realm, EVERY_REALM}):
            return "suspensions_stopped"
        return None
