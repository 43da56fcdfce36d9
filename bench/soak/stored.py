"""The store once all is done: every account applied, one address each, nothing parked but what had to be."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.soak.findings import Finding
from shared.ports import Query, Store

COLLECTIONS = ("people", "accounts", "addresses", "schools", "parked", "switches")
"""What a second delivery must leave as it is; the cursors of `feed` move with the clock."""

Doc = Mapping[str, Any]


def check(store: Store, users: Iterable[Mapping[str, Any]], expected: Mapping[str, int], people: int) -> list[Finding]:
    """Check accounts against the Directory's users and addresses; `expected` counts parked entries by code."""
    accounts = {document.ref.id: document.data for document in store.query(Query("accounts"))}
    shown = {str(user["id"]): str(user["primaryEmail"]) for user in users}
    found = [Finding(each, what) for each, data in accounts.items() for what in _unsettled(data, shown)]
    known = {str(data["directory_id"]) for data in accounts.values()}
    found += [Finding(f"user {each}", "belongs to no stored account") for each in shown if each not in known]
    found += _addresses(store, accounts)
    parked = Counter(str(document.data["code"]) for document in store.query(Query("parked")))
    found += [
        Finding(f"parked {code}", f"{parked[code]} entries, {expected.get(code, 0)} expected")
        for code in sorted({*parked, *expected})
        if parked[code] != expected.get(code, 0)
    ]
    stored = sum(1 for _ in store.query(Query("people")))
    found += [Finding("people", f"{stored} stored, {people} expected")] if stored != people else []
    found += [Finding("switches", f"{document.ref.id} is set") for document in store.query(Query("switches"))]
    return found


def versions(store: Store, names: Sequence[str] = COLLECTIONS) -> dict[tuple[str, str], object]:
    """Give the store's own version of every document of some collections."""
    return {(name, document.ref.id): document.version for name in names for document in store.query(Query(name))}


def _unsettled(account: Doc, shown: Mapping[str, str]) -> list[str]:
    credential = account["credential"]
    right = {
        "is not applied": account["applied_version"] == account["version"],
        "is pending": account["lane"] is None and account["pending_since"] is None,
        "is waiting": account["waiting"] is None,
        "is blocked": account["blocked"] is None,
        "is external": account["external"] is None,
        "is not issued": account["state"] == "issued" and not account["holds"],
        "has no password": credential["generation"] == credential["applied_generation"] == 1,
        "has another address than its user": shown.get(str(account["directory_id"])) == account["address"],
    }
    return [what for what, is_right in right.items() if not is_right]


def _addresses(store: Store, accounts: Mapping[str, Doc]) -> list[Finding]:
    """Every reserved address is its account's own, and every account has reserved one."""
    reserved: defaultdict[str, list[str]] = defaultdict(list)
    for document in store.query(Query("addresses")):
        reserved[str(document.data["account_id"])].append(document.ref.id)
    return [
        Finding(account_id, f"has {len(reserved[account_id])} addresses, or another's")
        for account_id in sorted({*reserved, *accounts})
        if account_id not in accounts or reserved[account_id] != [accounts[account_id]["address"]]
    ]
