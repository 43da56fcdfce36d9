"""Decide and plan in one step, without a store: what `provision` does between its read and its commit."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared import policies
from shared.domain.accounts import Account
from shared.domain.decide import decide
from shared.domain.plan import Plan, new_account, plan
from shared.domain.policy import Policy
from shared.domain.roster import Lane, Person
from shared.domain.users import DirectoryUser
from tests.clocks import START
from tests.rosters import change

LAUNCH = policies.load("launch_2020")
WIDE = policies.load("wide_2022")


def person_of(data: Mapping[str, Any]) -> Person:
    """Give the typed person of an event's."""
    return change(data).person


def planned(
    person: Person,
    accounts: Mapping[str, Account],
    *,
    policy: Policy = LAUNCH,
    now: datetime = START,
    lane: Lane = "live",
) -> Plan:
    """Give what is to be written for a person."""
    return plan(person, policy, decide(person, policy, accounts), accounts, now, lane)


def settle(
    person: Person,
    accounts: Mapping[str, Account] | None = None,
    *,
    policy: Policy = LAUNCH,
    now: datetime = START,
    lane: Lane = "live",
    frozen: bool = False,
) -> dict[str, Account]:
    """Give all accounts of a person, by realm, after one more roster change."""
    before = accounts or {}
    wished = planned(person, before, policy=policy, now=now, lane=lane)
    made = [
        new_account(
            person,
            target,
            address=f"orang{now:%d%H%M}@{target.realm.name}.belajar.id",
            attempt=0,
            frozen=frozen,
            now=now,
            lane=lane,
        )
        for target in wished.wanted
    ]
    return {**before, **{account.realm: account for account in (*made, *wished.changed)}}


def at_rest(account: Account, **changes: Any) -> Account:
    """Give the account as it is once the Directory has its present version."""
    credential = replace(account.credential, key_id="k1", applied_generation=account.credential.generation)
    return replace(
        account,
        **{
            "directory_id": "u1",
            "state": "issued",
            "credential": credential,
            "applied_version": account.version,
            "lane": None,
            "pending_since": None,
            "issued_at": START,
            **changes,
        },
    )


def user_of(account: Account, **changes: Any) -> DirectoryUser:
    """Give a Directory user as read, of whom nothing is remarkable."""
    plain: dict[str, Any] = {
        "id": "u1",
        "address": account.address,
        "account_id": account.account_id,
        "mark": None,
        "held": None,
        "given_name": "SITI",
        "family_name": "AMINAH",
        "org_unit": "/",
        "in_address_list": False,
        "cost_center": None,
        "school": None,
        "suspended": False,
        "suspension_reason": None,
        "agreed_to_terms": False,
        "last_login": None,
    }
    return DirectoryUser(**{**plain, **changes})
