"""The Directory's dump against the model, account by account; what differs is named by account id and field alone."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.soak.findings import Finding
from bench.soak.model import Wanted, World

User = Mapping[str, Any]
LOCAL_PART = re.compile("[a-z]+[0-9]{2,6}")


def compare(worlds: Mapping[str, Sequence[World]], users: Iterable[User]) -> list[Finding]:
    """Compare; nobody is missing, nobody too many, nobody twice, and every field is as one of the worlds wants it."""
    found: list[Finding] = []
    marked: defaultdict[str, list[User]] = defaultdict(list)
    addresses: Counter[str] = Counter()
    for user in users:
        addresses[str(user["primaryEmail"]).lower()] += 1
        marks = [value for kind, value in _own_ids(user) if kind == "akun"]
        if len(marks) == 1:
            marked[marks[0]].append(user)
        else:
            found.append(Finding(f"user {user['id']}", "has no mark of ours" if not marks else "has several marks"))
        if addresses[str(user["primaryEmail"]).lower()] > 1:
            found.append(Finding(f"user {user['id']}", "has another user's address"))
    by_person: defaultdict[str, dict[str, list[User]]] = defaultdict(dict)
    for account_id, those in marked.items():
        by_person[account_id.partition(".")[0]][account_id] = those
    for person_id in sorted({*worlds, *by_person}):
        found += _of_person(worlds.get(person_id, [{}]), by_person.get(person_id, {}))
    return found


def _of_person(allowed: Sequence[World], accounts: Mapping[str, Sequence[User]]) -> list[Finding]:
    """Give what differs from the world that is nearest."""
    doubled = [Finding(account_id, f"has {len(those)} users") for account_id, those in accounts.items() if those[1:]]
    shown = {account_id: those[0] for account_id, those in accounts.items()}
    return doubled + min((_against(world, shown) for world in allowed), key=len)


def _against(world: World, shown: Mapping[str, User]) -> list[Finding]:
    missing = [Finding(account_id, "has no user") for account_id in world if account_id not in shown]
    extra = [Finding(account_id, "has a user and must not") for account_id in shown if account_id not in world]
    both = (account_id for account_id in shown if account_id in world)
    return [*missing, *extra, *(Finding(each, what) for each in both for what in differences(world[each], shown[each]))]


def differences(wanted: Wanted, user: User) -> list[str]:
    """Name each field of a user that is not as the model wants it."""
    name, (school, *others) = user.get("name", {}), user.get("organizations") or [{}]
    local, _, domain = str(user["primaryEmail"]).partition("@")
    same = {
        "deleted": not user["deleted"],
        "domain": domain == wanted.domain,
        "address": LOCAL_PART.fullmatch(local) is not None and not user.get("aliases"),
        "givenName": name.get("givenName") == wanted.given_name,
        "familyName": name.get("familyName") == wanted.family_name,
        "displayName": name.get("displayName") == wanted.display_name,
        "orgUnitPath": user.get("orgUnitPath") == wanted.org_unit,
        "includeInGlobalAddressList": user.get("includeInGlobalAddressList") is wanted.in_address_list,
        "organizations": not others and school.get("primary") is True,
        "costCenter": school.get("costCenter") == wanted.cost_center,
        "school": school.get("name") == wanted.school,
        "suspended": user.get("suspended") is False,
        "isAdmin": user.get("isAdmin") is False,
        "akun_kredensial": [value for kind, value in _own_ids(user) if kind == "akun_kredensial"]
        == [wanted.credential],
        "password": user.get("password") == wanted.password and user.get("hashFunction") is None,
        "passwordsSet": user.get("passwordsSet") == 1,
        "changePasswordAtNextLogin": user.get("changePasswordAtNextLogin") is True,
    }
    return [field for field, is_same in same.items() if not is_same]


def _own_ids(user: User) -> list[tuple[str, str]]:
    ids = user.get("externalIds") or ()
    return [(str(each.get("customType")), str(each.get("value"))) for each in ids if each.get("type") == "custom"]
