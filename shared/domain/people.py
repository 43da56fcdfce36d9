"""The person as stored: what the roster last said, and what was decided of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from shared.domain.accounts import field_names, known_fields
from shared.domain.decide import Decision
from shared.domain.roster import Membership, Person, Sekolah


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """`people/{person_id}`; `realms` are those in which the person has, or had, an account."""

    person: Person
    revision: int
    content_hash: str
    refused_at: Sequence[str]
    policy: str
    decided_at: datetime
    decisions: Sequence[Decision]
    realms: Sequence[str]
    frozen: bool = False

    def to_doc(self) -> dict[str, Any]:
        """Give the stored form: the person's fields beside the decision's, plain values only."""
        doc = _flat(self.person) | _flat(self)
        del doc["person"]
        doc["memberships"] = [_membership_doc(m) for m in self.person.memberships]
        doc["decisions"] = [_flat(decision) for decision in self.decisions]
        return doc | {"refused_at": list(self.refused_at), "realms": list(self.realms)}

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """Read the stored form; fields of a later version are ignored."""
        own = known_fields(cls, doc)
        own["decisions"] = tuple(Decision(**known_fields(Decision, decision)) for decision in own["decisions"])
        known = known_fields(Person, doc)
        known["memberships"] = tuple(_membership(m) for m in known["memberships"])
        return cls(person=Person(**known), **own)


def _flat(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in field_names(type(value))}


def _membership_doc(membership: Membership) -> dict[str, Any]:
    doc = _flat(membership)
    doc["sekolah"] = _flat(membership.sekolah)
    doc["jabatan_ptk_id"] = list(membership.jabatan_ptk_id)
    doc["tanggal_keluar"] = membership.tanggal_keluar.isoformat() if membership.tanggal_keluar else None
    return doc


def _membership(doc: Mapping[str, Any]) -> Membership:
    known = known_fields(Membership, doc)
    known["sekolah"] = Sekolah(**known_fields(Sekolah, known["sekolah"]))
    known["jabatan_ptk_id"] = tuple(known["jabatan_ptk_id"])
    known["tanggal_keluar"] = date.fromisoformat(known["tanggal_keluar"]) if known["tanggal_keluar"] else None
    return Membership(**known)
