"""Loads and validates `shared/policy/*.toml`; every problem of a file is reported at once, by its path."""

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from shared.domain.decide import REASONS
from shared.domain.policy import CATEGORIES, PAKET_GRADES, Campaign, Policy, Realm
from shared.errors import ConfigError

FOLDER = Path(__file__).parent / "policy"
_REALM = re.compile(r"[a-z]+(\.[a-z]+)?")
_SPANS = ("overlap_days", "grace_days", "withdrawn_grace_days", "shown_unused_days")
_TIMES = ("issued_before", "never_accessed_by")
_STAFF = ("teacher_jenis_ptk", "head_jenis_ptk", "head_jabatan_ptk")


def names() -> list[str]:
    """List the policies that exist."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Policy:
    """Read one policy; raises ConfigError with all problems."""
    if name not in names():
        raise ConfigError([f"POLICY: {name!r} is no policy; use one of {', '.join(names())}"])
    return parse(_read(name), name)


def parse(text: str, name: str) -> Policy:
    """Validate the text of a policy file called `name`; raises ConfigError with all problems."""
    source = _toml(text, name)
    if "extends" in source:
        base = source.pop("extends")
        ground = _toml(_read(base), base) if base != name and base in names() else {"extends": base}
        if "extends" in ground:
            raise ConfigError([f"{name}.toml: extends: must be another policy, one that extends none"])
        source = _merged(ground, source)
    check = _Check(name)
    check.only(source, "", {"name", "legal_basis", "campaigns", "outside", "staff", "defaults", "realms"})
    if source.get("name") != name:
        check.fail("name", "must be the file's own name")
    if not isinstance(source.get("legal_basis"), str) or not source["legal_basis"].strip():
        check.fail("legal_basis", "must name the regulation that allows this")
    staff, outside = check.table(source, "staff"), check.table(source, "outside")
    defaults, realms = check.table(source, "defaults"), check.table(source, "realms")
    check.only(staff, "staff.", set(_STAFF))
    check.only(outside, "outside.", {reason.removesuffix("_outside") for reason in REASONS if "_outside" in reason})
    check.only(defaults, "defaults.", set(_SPANS))
    if source.get("realms") == {}:
        check.fail("realms", "must hold a table for each realm")
    policy = Policy(
        name=name,
        legal_basis=str(source.get("legal_basis", "")),
        realms={realm: _realm(check, realm, realms, defaults) for realm in realms},
        outside={key: check.codes(outside, "outside.", key, at_least=0) for key in outside},
        teacher_jenis_ptk=check.codes(staff, "staff.", "teacher_jenis_ptk"),
        head_jenis_ptk=check.codes(staff, "staff.", "head_jenis_ptk"),
        head_jabatan_ptk=check.codes(staff, "staff.", "head_jabatan_ptk"),
        campaigns=_campaigns(check, source, set(realms)),
    )
    _check_overlaps(check, policy)
    if check.problems:
        raise ConfigError(check.problems)
    return policy


def _read(name: str) -> str:
    return (FOLDER / f"{name}.toml").read_text("utf-8")


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}.toml: {error}"]) from None


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Lay `own` over `base`, table by table; lists and values are replaced."""
    merged = dict(base)
    for key, value in own.items():
        both_tables = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merged(base[key], value) if both_tables else value
    return merged


def _realm(check: "_Check", name: str, realms: Mapping[str, Any], defaults: Mapping[str, Any]) -> Realm:
    own = check.table(realms, name, f"realms.{name}")
    path = f"realms.{name}."
    check.only(own, path, {"role", "level", "forms", "grades", "org_unit", "in_address_list", *_SPANS})
    merged = {**defaults, **own}
    role = str(merged.get("role"))
    if not _REALM.fullmatch(name):
        check.fail(f"realms.{name}", "a realm is one or two lower-case words joined by a dot")
    if role not in CATEGORIES:
        check.fail(path + "role", f"must be one of {', '.join(CATEGORIES)}")
    if (role == "pupil") != ("grades" in own):
        check.fail(path + "grades", "pupils' realms need grades, staff realms have none")
    if not str(merged.get("org_unit", "")).startswith("/"):
        check.fail(path + "org_unit", "must be an org unit's path, from /")
    if not isinstance(merged.get("in_address_list"), bool) or (role == "pupil" and merged["in_address_list"]):
        check.fail(path + "in_address_list", "must be true or false; pupils are never in the address list")
    if not re.fullmatch(r"[a-z]+", str(merged.get("level", ""))):
        check.fail(path + "level", "must be one lower-case word")
    return Realm(
        name=name,
        role=cast(Any, role),
        level=str(merged.get("level")),
        forms=check.codes(own, path, "forms"),
        grades=check.codes(own, path, "grades") if "grades" in own else frozenset(),
        org_unit=str(merged.get("org_unit")),
        in_address_list=bool(merged.get("in_address_list")),
        **{span: check.days(merged, path, span) for span in _SPANS},
    )


def _campaigns(check: "_Check", source: Mapping[str, Any], realms: set[str]) -> tuple[Campaign, ...]:
    found = source.get("campaigns", [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        check.fail("campaigns", "must be an array of tables")
        return ()
    ids = [each.get("id") for each in found]
    if len({str(each) for each in ids}) < len(ids):
        check.fail("campaigns", "each needs an id of its own")
    return tuple(_campaign(check, f"campaigns.{n}.", each, realms) for n, each in enumerate(found))


def _campaign(check: "_Check", path: str, own: Mapping[str, Any], realms: set[str]) -> Campaign:
    check.only(own, path, {"id", "realms", "legal_basis", "max_share", "never_accessed_for_days", "approval", *_TIMES})
    named = own.get("realms")
    if not re.fullmatch(r"[a-z0-9-]{1,64}", str(own.get("id"))):
        check.fail(path + "id", "must be 1 to 64 lower-case letters, digits and hyphens")
    if not isinstance(named, list) or not named or not {str(each) for each in named} <= {"*", *realms}:
        check.fail(path + "realms", 'must list realms of this policy, or "*"')
    if not isinstance(own.get("legal_basis"), str) or not own["legal_basis"].strip():
        check.fail(path + "legal_basis", "must name the regulation that sets the deadline")
    check.share(own, path, "max_share")
    _check_times(check, path, own)
    approved_by, approved_up_to = _approval(check, path, own)
    days = check.days(own, path, "never_accessed_for_days") if "never_accessed_for_days" in own else None
    return Campaign(
        id=str(own.get("id")),
        realms=tuple(str(each) for each in named) if isinstance(named, list) else (),
        legal_basis=str(own.get("legal_basis")),
        max_share=cast(Any, own.get("max_share")),
        never_accessed_for_days=days,
        approved_by=approved_by,
        approved_up_to=approved_up_to,
        **{key: own.get(key) for key in _TIMES},
    )


def _approval(check: "_Check", path: str, own: Mapping[str, Any]) -> tuple[str | None, float | None]:
    """Read who allowed the campaign in advance, and up to which share."""
    if "approval" not in own:
        return None, None
    given = check.table(own, "approval", path + "approval")
    if not isinstance(own["approval"], dict):
        return None, None
    path += "approval."
    check.only(given, path, {"by", "up_to_share"})
    by = given.get("by")
    if not isinstance(by, str) or not by.strip():
        check.fail(path + "by", "must name who allowed it in advance")
    check.share(given, path, "up_to_share")
    return str(by), cast(Any, given.get("up_to_share"))


def _check_times(check: "_Check", path: str, own: Mapping[str, Any]) -> None:
    for key in _TIMES:
        if key in own and (not isinstance(own[key], datetime) or own[key].tzinfo is None):
            check.fail(path + key, "must be a time with its zone, such as 2021-06-30T23:59:59+07:00")
    if ("never_accessed_by" in own) == ("never_accessed_for_days" in own):
        check.fail(path + "never_accessed_by", "set this or never_accessed_for_days, not both")


def _check_overlaps(check: "_Check", policy: Policy) -> None:
    taken: dict[tuple[str, int], str] = {}
    refused = {form: key for key, forms in policy.outside.items() for form in forms}
    levels: dict[tuple[str, str], str] = {}
    for realm in policy.realms.values():
        first = levels.setdefault((realm.role, realm.level), realm.name)
        if first != realm.name:
            check.fail(f"realms.{realm.name}.level", f"{first} has this role and level already")
        if realm.has_paket_grades and not realm.grades <= PAKET_GRADES:
            check.fail(f"realms.{realm.name}.grades", "Paket grades (31 to 42) and others do not mix")
        for form in sorted(realm.forms):
            first = taken.setdefault((realm.role, form), realm.name)
            if first != realm.name:
                check.fail(f"realms.{realm.name}.forms", f"form {form} is {first}'s already")
            if form in refused:
                check.fail(f"realms.{realm.name}.forms", f"form {form} is in outside.{refused[form]} too")


class _Check:
    """Collects what is wrong in one file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []

    def fail(self, path: str, cure: str) -> None:
        self.problems.append(f"{self.name}.toml: {path}: {cure}")

    def only(self, table: Mapping[str, Any], path: str, known: set[str]) -> None:
        for key in sorted(set(table) - known):
            self.fail(path + key, f"unknown; known are {', '.join(sorted(known))}")

    def table(self, source: Mapping[str, Any], key: str, path: str = "") -> dict[str, Any]:
        value = source.get(key)
        if isinstance(value, dict):
            return value
        self.fail(path or key, "must be a table")
        return {}

    def codes(self, table: Mapping[str, Any], path: str, key: str, at_least: int = 1) -> frozenset[int]:
        value = table.get(key)
        if isinstance(value, list) and all(type(code) is int and 0 <= code <= 999_999 for code in value):
            codes = frozenset(value)
            if len(codes) == len(value) >= at_least:
                return codes
        self.fail(path + key, f"must be a list of different codes, 0 to 999999{', not empty' if at_least else ''}")
        return frozenset()

    def share(self, table: Mapping[str, Any], path: str, key: str) -> None:
        value = table.get(key)
        if type(value) not in (int, float) or not 0 < cast(float, value) <= 1:
            self.fail(path + key, "must be above 0 and at most 1")

    def days(self, table: Mapping[str, Any], path: str, key: str) -> int:
        value = table.get(key)
        if type(value) is int and 0 <= value <= 3660:
            return value
        self.fail(path + key, "must be a number of days, 0 to 3660")
        return 0
