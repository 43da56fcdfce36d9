"""What the tests of the soak share: worlds of a few events, and the Directory's users that suit a world."""

import json
from typing import Any

from bench.soak.model import Keys, Wanted, World, load, worlds
from tests.rosters import event

POLICY = load("launch_2020")
KEYS = Keys("local", b"k" * 32)
ROOT = "belajar.id"


def worlds_of(*people: dict[str, Any], revision: int = 1) -> dict[str, list[World]]:
    """Give the model's worlds for people of whom each further entry is the next revision."""
    events = [json.loads(event(person, revision + number)) for number, person in enumerate(people)]
    return worlds(events, POLICY, KEYS, ROOT)


def only_world(*people: dict[str, Any]) -> World:
    """Give the one world of one person."""
    (allowed,) = worlds_of(*people).values()
    (world,) = allowed
    return world


def realms(world: World) -> list[str]:
    """Name the realms of a world's accounts."""
    return sorted(account_id.partition(".")[2] for account_id in world)


def user(wanted: Wanted, number: int = 0, **changed: Any) -> dict[str, Any]:
    """Give a user as the Directory stand-in dumps one that is as the model wants it."""
    name = {"givenName": wanted.given_name, "familyName": wanted.family_name, "fullName": "both"}
    school = {"primary": True, "type": "school", "name": wanted.school, "costCenter": wanted.cost_center}
    ids = {"akun": wanted.account_id, "akun_kredensial": wanted.credential}
    return {
        "id": f"1{number:020d}",
        "primaryEmail": f"siti{number + 10}@{wanted.domain}",
        "name": name if wanted.display_name is None else {**name, "displayName": wanted.display_name},
        "orgUnitPath": wanted.org_unit,
        "includeInGlobalAddressList": wanted.in_address_list,
        "organizations": [{key: value for key, value in school.items() if value is not None}],
        "externalIds": [{"type": "custom", "customType": kind, "value": value} for kind, value in ids.items()],
        "suspended": False,
        "isAdmin": False,
        "deleted": False,
        "password": wanted.password,
        "passwordsSet": 1,
        "changePasswordAtNextLogin": True,
        **changed,
    }
