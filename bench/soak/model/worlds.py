"""What the Directory may show of each person once all is done: one world for each order in which events may arrive."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from bench.soak.model.deciding import Decided, decide
from bench.soak.model.names import shown
from bench.soak.model.passwords import password
from bench.soak.model.policy import Policy
from bench.soak.model.reading import State, state_of


@dataclass(frozen=True, slots=True)
class Keys:
    """The credential key in force and its kid."""

    kid: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """One account as the Directory is to show it; fields carry the names under which a difference is reported.

    `schools` are the ids of those that list it, which the Directory does not show.
    """

    account_id: str
    domain: str
    given_name: str
    family_name: str
    display_name: str | None
    org_unit: str
    in_address_list: bool
    cost_center: str | None
    school: str | None
    credential: str
    password: str
    schools: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Standing:
    """One account on its way: `scope` is the school it was first made for, `ended` that it was given an end."""

    scope: str
    name: str
    npsn: str | None
    school: str | None
    schools: frozenset[str]
    ended: bool = False


World = Mapping[str, Wanted]
"""A person's accounts, by account id."""


def worlds(events: Iterable[Mapping[str, Any]], policy: Policy, keys: Keys, root: str) -> dict[str, list[World]]:
    """Give each person's worlds, by person id; events of any order, each as often as it was sent, none with a fault.

    The newest revision always arrives, an older one counts only if it comes before; so an account that only an older
    one brings may be there or not, and one that both bring has its password from the school that came first.
    """
    told: dict[str, dict[int, State]] = {}
    for event in events:
        state = state_of(event)
        told.setdefault(state.person_id, {})[int(event["revision"])] = state
    return {person: _of_person(revisions, policy, keys, root) for person, revisions in told.items()}


def _of_person(revisions: Mapping[int, State], policy: Policy, keys: Keys, root: str) -> list[World]:
    *older, newest = (revisions[revision] for revision in sorted(revisions))
    found: list[World] = []
    for length in range(len(older) + 1):
        for first in combinations(older, length):
            world = _world((*first, newest), policy, keys, root)
            if world not in found:
                found.append(world)
    return found


def _world(states: Iterable[State], policy: Policy, keys: Keys, root: str) -> World:
    standing: dict[str, _Standing] = {}
    person_id = ""
    for state in states:
        person_id = state.person_id
        alive = {realm: not account.ended for realm, account in standing.items()}
        standing = _followed(standing, state, decide(state, policy, alive))
    wanted = (_wanted(person_id, realm, account, policy, keys, root) for realm, account in standing.items())
    return {each.account_id: each for each in wanted}


def _followed(standing: Mapping[str, _Standing], state: State, decided: Decided) -> dict[str, _Standing]:
    """Bring accounts to a revision: what goes on follows it, what does not is given an end and stays as it was."""
    after: dict[str, _Standing] = {}
    for realm, account in standing.items():
        kept = not account.ended and bool(account.schools & decided.unsure)
        after[realm] = account if kept else replace(account, ended=True)
    for realm, home in decided.homes.items():
        scope = standing[realm].scope if realm in standing else home.school_id
        schools = decided.schools[realm]
        if realm in standing:
            schools |= standing[realm].schools & decided.unsure
        after[realm] = _Standing(scope, state.name, home.npsn, home.school, schools)
    return after


def _wanted(person_id: str, realm: str, account: _Standing, policy: Policy, keys: Keys, root: str) -> Wanted:
    account_id = f"{person_id}.{realm}"
    name, rule = shown(account.name), policy.named(realm)
    return Wanted(
        account_id=account_id,
        domain=f"{realm}.{root}",
        given_name=name.given,
        family_name=name.family,
        display_name=name.display,
        org_unit=rule.org_unit,
        in_address_list=rule.listed,
        cost_center=account.npsn,
        school=account.school,
        credential=f"{keys.kid}.1",
        password=password(keys.secret, account.scope, account_id, 1),
        schools=account.schools,
    )
