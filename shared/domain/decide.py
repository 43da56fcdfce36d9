"""Who gets which account: person + policy + existing accounts -> accounts wished, a reason for each refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.domain.accounts import Account
from shared.domain.policy import PAKET_GRADES, SCHOOL_GRADES, Policy, Realm
from shared.domain.roster import Membership, Person

# Reason code -> what it says to whoever asks why a person has this account, or none.
REASONS: Mapping[str, str] = {
    "pupil": "a pupil in a grade that the policy names",
    "teacher": "a teacher at a level that the policy names",
    "head": "a head of school, acting or not",
    "operator": "an operator of a school",
    "duty_elsewhere": "a teacher whose duty as head or operator at the same level decides",
    "grade_missing": "no class is known; an account that exists is kept until there is one",
    "grade_not_eligible": "the grade is not in the policy",
    "form_grade_mismatch": "a Paket grade outside Paket, PKBM and SKB, or a school grade inside them",
    "form_unknown": "the form of school is not known to the policy; an account that exists is kept",
    "paud_outside": "early childhood is outside the policy",
    "madrasah_outside": "madrasah belong to another ministry",
    "jenis_ptk_missing": "no kind of staff is known; an account that exists is kept until there is one",
    "staff_not_eligible": "staff other than teachers, heads and operators get no account",
    "left": "the person has left this school",
    "deleted": "the person's row was withdrawn",
}

UNCERTAIN = ("grade_missing", "form_unknown", "jenis_ptk_missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of one membership: the realm of its account, or None, and why."""

    membership_id: str
    sekolah_id: str
    realm: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An account that is wished: its home membership and all schools that see it, home first."""

    realm: Realm
    home: Membership
    sekolah_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The whole decision: `kept` are realms whose account stays as it is for want of knowledge."""

    decisions: tuple[Decision, ...]
    targets: tuple[Target, ...]
    kept: frozenset[str]

    @property
    def goes_on(self) -> bool:
        """Tell whether the person stays with us: by an account, or at a school of which too little is known yet."""
        return bool(self.targets) or any(decision.reason in UNCERTAIN for decision in self.decisions)

    @property
    def refused_at(self) -> tuple[str, ...]:
        """Give the schools of present memberships that bring no account."""
        refused = {d.sekolah_id for d in self.decisions if d.realm is None and d.reason not in ("left", "deleted")}
        return tuple(sorted(refused))


def decide(person: Person, policy: Policy, accounts: Mapping[str, Account]) -> Verdict:
    """Decide every membership; `accounts` are the person's, by realm. Pure: the same input, the same answer."""
    # Realms that a membership of which too little is known may keep; True = going on, False = given an end.
    open_realms = {realm: account.ends_at is None for realm, account in accounts.items() if account.state != "closed"}
    known = (_judge(person, m, policy, {})[0] for m in person.memberships)
    open_realms |= {realm.name: True for realm in known if realm is not None}
    judged = [(m, *_judge(person, m, policy, open_realms)) for m in person.memberships]
    admin_realms = {realm.level: realm for _, realm, _ in judged if realm is not None and realm.role == "admin"}
    decisions, members = [], dict[str, list[tuple[Membership, Realm, str]]]()
    unknown = dict[str, set[str]]()  # schools of a form not known, by the realm whose account they go on to see
    for membership, realm, reason in judged:
        if realm is not None and realm.role == "teacher" and realm.level in admin_realms:
            realm, reason = admin_realms[realm.level], "duty_elsewhere"
        name = realm.name if realm else _kept(membership, reason, accounts)
        if realm is not None:
            members.setdefault(realm.name, []).append((membership, realm, reason))
        elif name is not None:
            unknown.setdefault(name, set()).add(membership.sekolah.sekolah_id)
        decisions.append(
            Decision(
                membership_id=membership.membership_id,
                sekolah_id=membership.sekolah.sekolah_id,
                realm=name,
                reason=reason,
            )
        )
    targets = tuple(_target(found, unknown.get(name, set())) for name, found in sorted(members.items()))
    kept = frozenset(unknown) - frozenset(members)
    return Verdict(decisions=tuple(decisions), targets=targets, kept=kept)


def _judge(
    person: Person, membership: Membership, policy: Policy, open_realms: Mapping[str, bool]
) -> tuple[Realm | None, str]:
    if person.deleted:
        return None, "deleted"
    if not membership.is_present:
        return None, "left"
    form = membership.sekolah.bentuk_pendidikan_id
    if not policy.knows_form(form):
        return None, policy.refusal_of_form(form)
    judge = _judge_pupil if person.kind == "peserta_didik" else _judge_staff
    return judge(membership, policy, open_realms)


def _judge_pupil(membership: Membership, policy: Policy, open_realms: Mapping[str, bool]) -> tuple[Realm | None, str]:
    realm = policy.realm_for("pupil", membership.sekolah.bentuk_pendidikan_id)
    grade = membership.tingkat_pendidikan_id
    if realm is None:
        return None, policy.refusal_of_form(membership.sekolah.bentuk_pendidikan_id)
    if grade is None:
        return (realm if realm.name in open_realms else None), "grade_missing"
    if grade in (SCHOOL_GRADES if realm.has_paket_grades else PAKET_GRADES):
        return None, "form_grade_mismatch"
    if grade not in realm.grades:
        return None, "grade_not_eligible"
    return realm, "pupil"


def _judge_staff(membership: Membership, policy: Policy, open_realms: Mapping[str, bool]) -> tuple[Realm | None, str]:
    form, kind = membership.sekolah.bentuk_pendidikan_id, membership.jenis_ptk_id
    admin, teacher = policy.realm_for("admin", form), policy.realm_for("teacher", form)
    is_head = kind in policy.head_jenis_ptk or not policy.head_jabatan_ptk.isdisjoint(membership.jabatan_ptk_id)
    if admin is not None and (is_head or membership.operator):
        return admin, "head" if is_head else "operator"
    if teacher is not None and kind in policy.teacher_jenis_ptk:
        return teacher, "teacher"
    if kind is None:
        found = [realm for realm in (admin, teacher) if realm is not None and realm.name in open_realms]
        return max(found, key=lambda realm: open_realms[realm.name], default=None), "jenis_ptk_missing"
    return None, "staff_not_eligible"


def _kept(membership: Membership, reason: str, accounts: Mapping[str, Account]) -> str | None:
    """Name the account that an unknown form of school leaves as it is: not knowing never ends anything."""
    if reason != "form_unknown":
        return None
    school = membership.sekolah.sekolah_id
    return next((realm for realm, a in sorted(accounts.items()) if school in a.sekolah_ids and a.ends_at is None), None)


def _target(found: Sequence[tuple[Membership, Realm, str]], unknown: set[str]) -> Target:
    """Choose the home: the school of the deciding duty, `induk` first, then the lowest membership."""
    home, realm, _ = min(found, key=lambda f: (f[2] == "duty_elsewhere", not f[0].induk, f[0].membership_id))
    schools = {m.sekolah.sekolah_id for m, _, _ in found} | unknown
    others = sorted(schools - {home.sekolah.sekolah_id})
    return Target(realm=realm, home=home, sekolah_ids=(home.sekolah.sekolah_id, *others))
