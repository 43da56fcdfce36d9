"""Who gets which account, read as data from `shared/policy/`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3] / "shared" / "policy"


@dataclass(frozen=True, slots=True)
class Realm:
    """A sub-domain and whom it takes: role `pupil`, `teacher` or `admin`, forms of school, grades."""

    name: str
    role: str
    level: str
    forms: frozenset[int]
    grades: frozenset[int]
    org_unit: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the rule."""

    realms: tuple[Realm, ...]
    outside: frozenset[int]
    teachers: frozenset[int]
    heads: frozenset[int]
    head_duties: frozenset[int]

    def realm(self, role: str, form: int) -> Realm | None:
        """Give the realm of a role at a form of school."""
        return next((realm for realm in self.realms if realm.role == role and form in realm.forms), None)

    def named(self, name: str) -> Realm:
        """Give the realm of a name."""
        return next(realm for realm in self.realms if realm.name == name)

    def knows(self, form: int) -> bool:
        """Say whether anything is said of a form of school."""
        return form in self.outside or any(form in realm.forms for realm in self.realms)


def load(name: str) -> Policy:
    """Read the policy of a name."""
    table = _table(name)
    staff = table["staff"]
    return Policy(
        realms=tuple(_realm(realm, values) for realm, values in table["realms"].items()),
        outside=frozenset(form for forms in table["outside"].values() for form in forms),
        teachers=frozenset(staff["teacher_jenis_ptk"]),
        heads=frozenset(staff["head_jenis_ptk"]),
        head_duties=frozenset(staff["head_jabatan_ptk"]),
    )


def _realm(name: str, values: dict[str, Any]) -> Realm:
    return Realm(
        name,
        values["role"],
        values["level"],
        frozenset(values["forms"]),
        frozenset(values.get("grades", ())),
        values["org_unit"],
        bool(values["in_address_list"]),
    )


def _table(name: str) -> dict[str, Any]:
    own = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    return _merged(_table(own["extends"]), own) if "extends" in own else own


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    both = {key: value for key, value in below.items() if key not in above}
    for key, value in above.items():
        under = below.get(key)
        both[key] = _merged(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
    return both
