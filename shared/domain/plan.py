"""From a verdict to accounts: what is created, changed, re-opened or given an end. Pure; `now` is given."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from shared.domain import passwords
from shared.domain.accounts import Account, Credential, Hold
from shared.domain.decide import Target, Verdict
from shared.domain.policy import Policy
from shared.domain.roster import Lane, Person
from shared.domain.sorting import sort_key

FURTHEST = timedelta(days=366)  # how far ahead a leaving is believed

# What the Directory shows of a person; a change of anything else needs no call.
_SHOWN = ("nama", "npsn", "sekolah_nama")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Accounts to create (their addresses still to be found) and accounts that differ from what was read."""

    wanted: tuple[Target, ...]
    changed: tuple[Account, ...]


def plan(
    person: Person, policy: Policy, verdict: Verdict, accounts: Mapping[str, Account], now: datetime, lane: Lane
) -> Plan:
    """Compare the verdict with the accounts there are."""
    targets = {target.realm.name: target for target in verdict.targets}
    changed = []
    for realm, account in sorted(accounts.items()):
        if realm in targets:
            after = _followed(account, person, targets[realm], now, lane)
        elif realm in verdict.kept or realm not in policy.realms:
            after = account
        else:
            after = _ending(account, person, policy, verdict.goes_on, now)
        if after != account:
            changed.append(after)
    wanted = tuple(target for realm, target in sorted(targets.items()) if realm not in accounts)
    return Plan(wanted=wanted, changed=tuple(changed))


def new_account(
    person: Person, target: Target, *, address: str, attempt: int, frozen: bool, now: datetime, lane: Lane
) -> Account:
    """Make the account of a target at the address found for it, pending in the lane."""
    home = target.home.sekolah.sekolah_id
    return Account(
        account_id=account_id(person.person_id, target.realm.name),
        person_id=person.person_id,
        realm=target.realm.name,
        address=address,
        address_attempt=attempt,
        credential=Credential(
            scheme=passwords.SCHEME, key_id=None, scope=home, generation=1, applied_generation=0, issued_at=now
        ),
        holds={"frozen": Hold(since=now)} if frozen else {},
        lane=lane,
        pending_since=now,
        history=({"at": now, "what": "created", "version": 1},),
        **_facts(person, target),
    )


def account_id(person_id: str, realm: str) -> str:
    """Give the account's id."""
    return f"{person_id}.{realm}"


def _facts(person: Person, target: Target) -> dict[str, Any]:
    home = target.home
    return {
        "category": target.realm.category,
        "sekolah_id": home.sekolah.sekolah_id,
        "npsn": home.sekolah.npsn,
        "sekolah_nama": home.sekolah.nama,
        "rombel": home.rombel,
        "sort_key": sort_key(person.nama, home.rombel, home.tingkat_pendidikan_id),
        "nama": person.nama,
        "nisn_nuptk": person.nisn if person.kind == "peserta_didik" else person.nuptk,
        "sekolah_ids": target.sekolah_ids,
    }


def _followed(account: Account, person: Person, target: Target, now: datetime, lane: Lane) -> Account:
    """Bring an account that goes on to the person's present facts; only what the Directory shows needs a call."""
    facts = _facts(person, target)
    returned = account.ends_at is not None or "left" in account.holds
    after = replace(account, **facts, ends_at=None)
    if "left" in account.holds:
        return after.wish(now, lane, "returned", holds=account.holds_without("left"))
    if any(getattr(account, name) != facts[name] for name in _SHOWN):
        return after.wish(now, lane, "returned" if returned else "changed")
    if lane == "live" and account.lane == "bulk":
        after = replace(after, lane=lane, pending_since=now)
    return replace(after, history=account.noted(now, "returned")) if returned else after


def _ending(account: Account, person: Person, policy: Policy, goes_on: bool, now: datetime) -> Account:
    """Set the end of an account, once per leaving: with the grace of its realm, from the later of now and leaving.

    Now, because a leaving often becomes known weeks late; a date over a year ahead is a typing error.
    """
    if account.ends_at is not None or "left" in account.holds:
        return account
    realm = policy.realms[account.realm]
    days = realm.overlap_days if goes_on else realm.withdrawn_grace_days if person.deleted else realm.grace_days
    dates = [m.tanggal_keluar for m in person.memberships if m.tanggal_keluar and not m.is_present]
    times = [datetime.combine(date, time(), UTC) for date in dates]
    leaving = max([now, *(at for at in times if at - now <= FURTHEST)])
    return replace(account, ends_at=leaving + timedelta(days=days), history=account.noted(now, "ending"))
