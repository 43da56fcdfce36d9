"""The rule of who gets which account, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.domain.accounts import Category

Role = Literal["pupil", "teacher", "admin"]
CATEGORIES: Mapping[Role, Category] = {"pupil": "peserta_didik", "teacher": "ptk", "admin": "admin"}
SCHOOL_GRADES = frozenset(range(1, 14))  # tingkat_pendidikan_id of SD, SMP, SMA, SMK, SLB
PAKET_GRADES = frozenset(range(31, 43))  # tingkat_pendidikan_id of Paket A (31-36), B (37-39), C (40-42)


@dataclass(frozen=True, slots=True, kw_only=True)
class Realm:
    """A sub-domain: the unit of one account per person per level. Spans are days."""

    name: str
    role: Role
    level: str
    forms: frozenset[int]
    grades: frozenset[int]
    org_unit: str
    in_address_list: bool
    overlap_days: int
    grace_days: int
    withdrawn_grace_days: int
    shown_unused_days: int

    @property
    def category(self) -> Category:
        """The credential file that lists the realm's accounts."""
        return CATEGORIES[self.role]

    @property
    def has_paket_grades(self) -> bool:
        """True where grades are counted in Paket codes."""
        return bool(self.grades & PAKET_GRADES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A deadline: accounts issued before a moment and never accessed by another one, or within so many days.

    Exactly one of `never_accessed_by` and `never_accessed_for_days` is set. `max_share` is the share of the accounts
    (0 to 1) above which a person has to approve. `approved_by` allowed it in advance, up to `approved_up_to` of them:
    then it acts by itself when its day has come.
    """

    id: str
    realms: tuple[str, ...]
    legal_basis: str
    max_share: float
    issued_before: datetime | None = None
    never_accessed_by: datetime | None = None
    never_accessed_for_days: int | None = None
    approved_by: str | None = None
    approved_up_to: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the rule; `outside` maps a refusal's name to forms (bentuk_pendidikan_id)."""

    name: str
    legal_basis: str
    realms: Mapping[str, Realm]
    outside: Mapping[str, frozenset[int]]
    teacher_jenis_ptk: frozenset[int]
    head_jenis_ptk: frozenset[int]
    head_jabatan_ptk: frozenset[int]
    campaigns: tuple[Campaign, ...] = ()

    def realm_for(self, role: Role, form: int) -> Realm | None:
        """Give the realm of a role at a form of school, or None."""
        return next((realm for realm in self.realms.values() if realm.role == role and form in realm.forms), None)

    def knows_form(self, form: int) -> bool:
        """Tell whether any realm takes the form."""
        return any(form in realm.forms for realm in self.realms.values())

    def refusal_of_form(self, form: int) -> str:
        """Give the reason code for a form that no realm takes."""
        return next((f"{name}_outside" for name, forms in self.outside.items() if form in forms), "form_unknown")
