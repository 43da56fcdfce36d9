"""How far the plan of a campaign has come. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared.domain.accounts import known_fields
from shared.domain.campaigns import Record, Tally

Place = Mapping[str, Any]
"""Where an account stands among the due ones: `issued_at` and `account_id`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a plan has come; `realm` None: all realms are counted. Kept in `cursors/{campaign_id}`."""

    plan: int
    as_of: datetime
    realm: str | None
    seq: int = 0
    place: Place | None = None
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    provinces: Mapping[str, Tally] = field(default_factory=dict)

    def to_doc(self) -> dict[str, Any]:
        """Give the stored form."""
        record = Record(campaign_id="", state="planning", rule={}, policy="", plan=0, tallies=self.tallies)
        plain = replace(record, provinces=self.provinces).to_doc()
        return {
            "plan": self.plan,
            "as_of": self.as_of,
            "realm": self.realm,
            "seq": self.seq,
            "place": dict(self.place) if self.place else None,
            "tallies": plain["tallies"],
            "provinces": plain["provinces"],
        }

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> "Progress":
        """Read the stored form."""
        known = known_fields(cls, doc)
        for name in ("tallies", "provinces"):
            known[name] = {key: Tally(**each) for key, each in doc[name].items()}
        return cls(**known)


def together(one: Mapping[str, Tally], other: Mapping[str, Tally]) -> dict[str, Tally]:
    """Give two counts, of due and exempt accounts, as one."""
    both = dict(one)
    for key, tally in other.items():
        first = both.get(key, Tally())
        both[key] = replace(first, due=first.due + tally.due, exempt=first.exempt + tally.exempt)
    return both
