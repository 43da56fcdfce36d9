"""Holds the end of a run against what each person is to have: nobody lost, nobody twice, nothing wrong."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.simulate.directory import User
from bench.simulate.people import ROOT_DOMAIN, Country, Expected
from bench.simulate.scenario import Run
from shared.ports import Query

ORG_UNITS = {"guru": "/PTK/", "admin": "/Admin/"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be of a user and its account; None where it may be either. `why` tells one rule from another."""

    suspended: bool | None
    state: str | None
    held: bool | None
    """Whether the account bears the hold of a campaign."""
    why: str = "suspended"


IN_USE = Wanted(False, "issued", False)
"""Of an account that was made, and no more."""


def check(run: Run, country: Country, wanted: Callable[[User], Wanted] = lambda _: IN_USE) -> Counter[str]:
    """Give how many faults there are of each kind; none, if all is well."""
    found: Counter[str] = Counter()
    users = run.world.directory.users.values()
    by_account = {user.account_id: user for user in users}
    found["duplicate"] = len(users) - len(by_account)
    found["address shared"] = len(users) - len({user.address for user in users})
    due = 0
    for number in range(run.published):
        expected = country.person(number, run.revisions.get(number, 1)).expected()
        if expected is None:
            continue
        due += 1
        user = by_account.get(expected.account_id)
        found.update(["lost"] if user is None else _differences(user, expected, wanted(user)))
    found["not wanted"] = max(0, len(by_account) + found["lost"] - due)
    found.update(_of_store(run, by_account, wanted))
    found["message lost"] = run.world.undelivered
    found["parked"] = sum(1 for _ in run.world.memory.query(Query("parked")))
    return +found


def _differences(user: User, expected: Expected, wanted: Wanted) -> Iterator[str]:
    role, _, level = expected.realm.rpartition(".")
    seen = {
        "name": (user.given_name, user.family_name) == (expected.given_name, expected.family_name),
        "cost centre": user.cost_center == expected.npsn,
        "school": user.school == expected.school,
        "org unit": user.org_unit == f"{ORG_UNITS.get(role, '/Peserta Didik/')}{level.upper()}",
        "address list": user.in_address_list == bool(role),
        "domain": user.address.endswith(f"@{expected.realm}.{ROOT_DOMAIN}"),
        wanted.why: wanted.suspended in (None, user.suspended),
        "password": user.passwords_set == 1 and user.mark is not None and user.mark.generation == 1,
    }
    return (f"wrong {name}" for name, is_right in seen.items() if not is_right)


def _of_store(run: Run, by_account: Mapping[str, User], wanted: Callable[[User], Wanted]) -> Iterator[str]:
    """Hold each account of the store against its user."""
    number = 0
    for document in run.world.memory.query(Query("accounts")):
        number += 1
        user, account = by_account.get(document.ref.id), document.data
        if user is None or (account["address"], account["directory_id"]) != (user.address, user.id):
            yield "store differs"
        elif not _is_settled(account):
            yield "not settled"
        else:
            yield from _in_state(account, user, wanted(user))
    yield from ["store differs"] * (len(by_account) - number)


def _is_settled(account: Mapping[str, Any]) -> bool:
    done = account["applied_version"] == account["version"] and account["lane"] is None
    return done and isinstance(account["issued_at"], datetime)


def _in_state(account: Mapping[str, Any], user: User, wanted: Wanted) -> Iterator[str]:
    if wanted.state not in (None, account["state"]):
        yield f"state of {wanted.why}"
    if wanted.held not in (None, "dormant" in account["holds"]):
        yield f"hold of {wanted.why}"
    if (account["state"] == "suspended") != (user.suspended and user.foreign_at is None):
        yield "suspension differs"
