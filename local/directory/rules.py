"""Field rules of a user: what may be written, in which form, and how an update merges into what is there."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from local.directory.errors import DirectoryError, invalid

KILOBYTE = 1024
_LOCAL_PART = re.compile(r"[A-Za-z0-9_\-](?:\.?[A-Za-z0-9_\-])*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+[a-z]{2,}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_SIZES = {
    "addresses": 10,
    "emails": 10,
    "externalIds": 2,
    "gender": 1,
    "ims": 2,
    "keywords": 1,
    "languages": 1,
    "locations": 10,
    "organizations": 10,
    "phones": 1,
    "relations": 2,
    "websites": 2,
}
_EXTERNAL_ID_TYPES = frozenset({"account", "custom", "customer", "login_id", "network", "organization"})
_ORGANIZATION_TYPES = frozenset({"domain_only", "school", "unknown", "work"})
_RELATION_TYPES = frozenset(
    "admin_assistant assistant brother child custom domestic_partner dotted_line_manager exec_assistant father friend "
    "manager mother parent partner referred_by relative sister spouse".split()
)
_BOOLEANS = (
    "archived",
    "changePasswordAtNextLogin",
    "includeInGlobalAddressList",
    "ipWhitelisted",
    "suspended",
)
_LISTS = (
    "addresses",
    "emails",
    "externalIds",
    "ims",
    "keywords",
    "languages",
    "locations",
    "organizations",
    "phones",
    "posixAccounts",
    "relations",
    "sshPublicKeys",
    "websites",
)


def address(value: Any, field: str = "primary_user_email") -> str:
    """Return an address in lower case, or refuse it."""
    if not isinstance(value, str) or value.count("@") != 1:
        raise invalid(field)
    local, _, domain = value.partition("@")
    if len(local) > 64 or not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain.lower()):
        raise invalid(field)
    return value.lower()


def merged(fields: dict[str, Any], body: dict[str, Any], *, patch: bool, name_limit: int) -> dict[str, Any]:
    """Return the fields after a write: absent ones kept, null clears, arrays replaced whole; read-only ones ignored."""
    result = dict(fields)
    for field, check in _WRITABLE.items():
        if field not in body:
            continue
        value = body[field]
        if patch and field in _LISTS and not value:
            continue
        if value is None or value == []:
            result.pop(field, None)
            continue
        check(field, value)
        result[field] = value
    if "name" in body:
        result["name"] = _merged_name(fields.get("name", {}), body["name"], name_limit)
    if "customSchemas" in body:
        result["customSchemas"] = _merged_schemas(fields.get("customSchemas", {}), body["customSchemas"])
    return result


def check_name(name: Any, limit: int) -> None:
    """Refuse a name that lacks a part, or has one that is blank, too long or holds what Google doesn't take."""
    if not isinstance(name, dict):
        raise DirectoryError(400, "invalid", "Invalid Given/Family Name: FamilyName")
    for part in ("familyName", "givenName"):
        value = name.get(part)
        refused = not isinstance(value, str) or not value.strip() or len(value) > limit or _unfit(value)
        if refused:
            raise DirectoryError(400, "invalid", f"Invalid Given/Family Name: {part[0].upper()}{part[1:]}")
    display = name.get("displayName", "")
    if not isinstance(display, str) or len(display) > 256 or _unfit(display):
        raise invalid("displayName")
    if len(msgspec.json.encode(name)) > KILOBYTE:
        raise invalid("name")


def _unfit(text: str) -> bool:
    """Say whether a name holds an angle bracket or a control character."""
    return any(character in "<>" or ord(character) < 32 or ord(character) == 127 for character in text)


def _merged_name(present: dict[str, Any], change: Any, limit: int) -> dict[str, Any]:
    if not isinstance(change, dict):
        raise DirectoryError(400, "invalid", "Invalid Given/Family Name: FamilyName")
    parts = {part: change[part] for part in ("givenName", "familyName", "displayName") if part in change}
    name = {part: value for part, value in {**present, **parts}.items() if value is not None}
    check_name(name, limit)
    return name


def _merged_schemas(present: dict[str, Any], change: Any) -> dict[str, Any]:
    if change is None:
        return {}
    if not isinstance(change, dict):
        raise invalid("custom_schema")
    result = dict(present)
    for schema, values in change.items():
        if values is None:
            result.pop(schema, None)
        elif isinstance(values, dict):
            both = {**result.get(schema, {}), **values}
            result[schema] = {field: value for field, value in both.items() if value is not None}
        else:
            raise invalid("custom_schema")
    return result


def _check_boolean(field: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise invalid(field)


def _check_text(field: str, value: Any) -> None:
    if not isinstance(value, str):
        raise invalid(field)


def _check_phone(field: str, value: Any) -> None:
    if value != "" and (not isinstance(value, str) or not _PHONE.fullmatch(value)):
        raise invalid(field)


def _check_recovery_email(field: str, value: Any) -> None:
    if value != "" and (not isinstance(value, str) or value.count("@") != 1):
        raise invalid(field)


def _check_object(field: str, value: Any) -> None:
    if not isinstance(value, dict):
        raise invalid(field)
    _check_size(field, value)


def _check_list(field: str, value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise invalid(field)
    _check_size(field, value)


def _check_size(field: str, value: Any) -> None:
    kilobytes = _SIZES.get(field)
    if kilobytes is not None and len(msgspec.json.encode(value)) > kilobytes * KILOBYTE:
        raise invalid(field)


def _check_emails(field: str, value: Any) -> None:
    _check_list(field, value)
    if not all(isinstance(item.get("address"), str) for item in value):
        raise invalid(field)


def _is_one_of(kind: Any, kinds: frozenset[str]) -> bool:
    return isinstance(kind, str) and kind in kinds


def _check_external_ids(field: str, value: Any) -> None:
    _check_list(field, value)
    for item in value:
        if not isinstance(item.get("value"), str) or not _is_one_of(item.get("type"), _EXTERNAL_ID_TYPES):
            raise invalid(field)
        if item["type"] == "custom" and not item.get("customType"):
            raise invalid(field)


def _check_organizations(field: str, value: Any) -> None:
    _check_list(field, value)
    if any("type" in item and not _is_one_of(item["type"], _ORGANIZATION_TYPES) for item in value):
        raise invalid(field)


def _check_relations(field: str, value: Any) -> None:
    _check_list(field, value)
    for item in value:
        if not isinstance(item.get("value"), str) or not _is_one_of(item.get("type"), _RELATION_TYPES):
            raise invalid(field)


_WRITABLE: dict[str, Callable[[str, Any], None]] = {
    **dict.fromkeys(_BOOLEANS, _check_boolean),
    **dict.fromkeys(_LISTS, _check_list),
    "emails": _check_emails,
    "externalIds": _check_external_ids,
    "gender": _check_object,
    "notes": _check_object,
    "organizations": _check_organizations,
    "orgUnitPath": _check_text,
    "recoveryEmail": _check_recovery_email,
    "recoveryPhone": _check_phone,
    "relations": _check_relations,
}
