"""One revision against the policy (design 4): which realms, and from which place each account takes its school."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.soak.model.policy import Policy, Realm
from bench.soak.model.reading import Place, State


@dataclass(frozen=True, slots=True)
class Decided:
    """Home place and schools of each account wished; `unsure` are schools of a form that the policy does not know."""

    homes: Mapping[str, Place]
    schools: Mapping[str, frozenset[str]]
    unsure: frozenset[str]


def decide(state: State, policy: Policy, alive: Mapping[str, bool]) -> Decided:
    """Decide every place; `alive` are the realms of the person's accounts, False for one that was given an end.

    Where grade or kind of job is missing, an account that exists, or that another place brings, is kept.
    """
    places = [] if state.deleted else [place for place in state.places if not place.left]
    sure = {realm.name: True for place in places if (realm := _realm(state, place, policy, {})) is not None}
    found = [(place, _realm(state, place, policy, {**alive, **sure})) for place in places]
    admins = {realm.level: realm for _, realm in found if realm is not None and realm.role == "admin"}
    members: dict[str, list[tuple[bool, Place]]] = {}
    for place, realm in found:
        if realm is not None:
            overruled = realm.role == "teacher" and realm.level in admins
            name = admins[realm.level].name if overruled else realm.name
            members.setdefault(name, []).append((overruled, place))
    homes = {name: min(those, key=_precedence)[1] for name, those in members.items()}
    schools = {name: frozenset(place.school_id for _, place in those) for name, those in members.items()}
    unsure = frozenset(place.school_id for place in places if not policy.knows(place.form))
    return Decided(homes, schools, unsure)


def _precedence(member: tuple[bool, Place]) -> tuple[bool, bool, str]:
    overruled, place = member
    return overruled, not place.home, place.membership_id


def _realm(state: State, place: Place, policy: Policy, alive: Mapping[str, bool]) -> Realm | None:
    if state.is_pupil:
        realm = policy.realm("pupil", place.form)
        if realm is None or place.grade in realm.grades:
            return realm
        return realm if place.grade is None and realm.name in alive else None
    admin, teacher = policy.realm("admin", place.form), policy.realm("teacher", place.form)
    if admin and (place.operator or place.job in policy.heads or place.duties & policy.head_duties):
        return admin
    if teacher and place.job in policy.teachers:
        return teacher
    if place.job is not None:
        return None
    kept = [realm for realm in (admin, teacher) if realm and realm.name in alive]
    return max(kept, key=lambda realm: alive[realm.name], default=None)
