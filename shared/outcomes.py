"""What became of one event, task or run: the word that the log line carries."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """`done` wrote or called something; the others say why not, or what happened instead."""

    DONE = "done"
    DUPLICATE = "duplicate"
    STALE = "stale"
    PARKED = "parked"
    RETRY = "retry"
    UNCHANGED = "unchanged"
    UNKNOWN = "unknown_account"
    WAITING = "waiting"
    BLOCKED = "blocked"
    HELD = "held"  # by a switch
    EXTERNAL = "external"  # somebody else's suspension or deletion


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome, with our code and field where they say more; `loud` = worth waking somebody; `rows` = how many."""

    outcome: Outcome
    code: str = ""
    loud: bool = False
    field: str = ""
    rows: int = 0
