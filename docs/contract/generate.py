"""Write the published schema, and the tables in its page, from `shared/contract.py`.

Run it from the root of the project: `python -m docs.contract.generate`.
"""

import json
import re
from pathlib import Path
from typing import Any

from shared import contract, normalise
from shared.contract import CURES, Field

HERE = Path(__file__).parent
SCHEMA_FILE = HERE / "roster-change-1.schema.json"
PAGE_FILE = HERE / "roster-change-1.md"

_HEX = "[0-9A-Fa-f]"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_DAY = "(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}"
_UUID = f"^(?!0{{8}}-0{{4}}-0{{4}}-0{{4}}-0{{12}}$){_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}}$"
_CODE: dict[str, Any] = {"$ref": "#/$defs/code"}
_TEXT: dict[str, Any] = {"type": "string", "maxLength": normalise.MAX_TEXT}

DEFS: dict[str, Any] = {
    "uuid": {"description": "A UUID in either case, not all zeros.", "type": "string", "pattern": _UUID},
    "code": {
        "description": "A code of Dapodik's reference tables: an integer or its digits.",
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": normalise.MAX_CODE},
            {"type": "string", "pattern": "^[0-9]{1,6}$"},
        ],
    },
    "flag": {"description": "Yes or no; better as a boolean.", "enum": [True, False, 0, 1, "0", "1", "true", "false"]},
}

# How each reader's values look when sent as they should be: the words for the page, the fragment for the schema.
FORMS: dict[Any, tuple[str, dict[str, Any]]] = {
    contract.read_schema: (f"`{contract.SCHEMA}`", {"const": contract.SCHEMA}),
    contract.read_kind: ("`peserta_didik` or `ptk`", {"enum": list(contract.KINDS)}),
    normalise.identifier: ("UUID", {"$ref": "#/$defs/uuid"}),
    normalise.row_id: (
        "UUID, or another id of up to 64 letters, digits, `.`, `_`, `:`, `-`",
        {
            "anyOf": [
                {"$ref": "#/$defs/uuid"},
                {"type": "string", "pattern": r"^(?![0-9._:\-]{10})[0-9A-Za-z._:\-]{1,64}$"},
            ]
        },
    ),
    normalise.revision: (
        "integer 1 … 2^62",
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": normalise.MAX_REVISION},
                {"type": "string", "pattern": "^[1-9][0-9]{0,17}$"},
            ]
        },
    ),
    normalise.moment: (
        "time with zone",
        {
            "type": "string",
            "format": "date-time",
            "pattern": rf"^{_DAY}T{_CLOCK}:[0-5][0-9](\.[0-9]+)?(Z|[+-]{_CLOCK})$",
        },
    ),
    normalise.day: ("date", {"type": "string", "format": "date", "pattern": f"^{_DAY}$"}),
    normalise.person_name: ("text with a letter or digit", {**_TEXT, "minLength": 1, "pattern": r"\S"}),
    normalise.text: ("text", _TEXT),
    normalise.label: ("text", _TEXT),
    normalise.nisn: ("10 digits, as text", {"type": "string", "pattern": "^[0-9]{10}$"}),
    normalise.nuptk: ("16 digits, as text", {"type": "string", "pattern": "^[0-9]{16}$"}),
    normalise.npsn: ("8 digits or capitals, as text", {"type": "string", "pattern": "^[0-9A-Z]{8}$"}),
    normalise.region: ("6 to 8 digits, as text", {"type": "string", "pattern": "^[0-9]{6,8} *$"}),
    normalise.code: ("code 0 … 999999", _CODE),
    normalise.duties: ("list of codes", {"type": "array", "maxItems": normalise.MAX_DUTIES, "items": _CODE}),
    normalise.flag: ("boolean", {"$ref": "#/$defs/flag"}),
    normalise.leaving: (
        "`1` … `7` or `Z`",
        {"enum": [*range(1, 8), *"1234567Z"]},
    ),
}

MEANINGS = {
    "schema": "The version of this contract.",
    "event_id": "A new UUID for each event; the same when the event is published again.",
    "revision": "Rises strictly per person; given centrally, in µs since 1970.",
    "occurred_at": "When it happened in Dapodik; decides nothing.",
    "person.person_id": "`peserta_didik_id` or `ptk_id`.",
    "person.kind": "Pupil, or teacher and staff.",
    "person.nama": "The name as in Dapodik.",
    "person.nisn": "For a pupil.",
    "person.nuptk": "For a teacher.",
    "person.deleted": "`soft_delete` of the person; absent means false.",
    "person.memberships[].membership_id": "`registrasi_id` or `ptk_terdaftar_id`.",
    "person.memberships[].tingkat_pendidikan_id": "The grade of the pupil's own class.",
    "person.memberships[].rombel": "The class's name.",
    "person.memberships[].jenis_ptk_id": "The kind of job, for teachers and staff.",
    "person.memberships[].jabatan_ptk_id": "Additional duties that are in force.",
    "person.memberships[].operator": "True if the person is this school's Dapodik operator; absent means false.",
    "person.memberships[].induk": "True at the home school (`ptk_induk`); absent means false.",
    "person.memberships[].jenis_keluar_id": "Why the person left; null means present.",
    "person.memberships[].tanggal_keluar": "When the person left.",
    "person.memberships[].sekolah.sekolah_id": "The school.",
    "person.memberships[].sekolah.npsn": "The school's NPSN.",
    "person.memberships[].sekolah.nama": "The school's name.",
    "person.memberships[].sekolah.bentuk_pendidikan_id": "The school's form.",
    "person.memberships[].sekolah.kode_wilayah": "Dapodik's region code, padding allowed.",
}


def schema() -> dict[str, Any]:
    """Give the JSON Schema of the form in which upstream should send."""
    sekolah = _object(contract.SEKOLAH_FIELDS, "person.memberships[].sekolah.", {})
    membership = _object(contract.MEMBERSHIP_FIELDS, "person.memberships[].", {"sekolah": sekolah})
    memberships = {
        "description": "Every membership of the person, ended ones too; an empty list if there is none.",
        "type": "array",
        "maxItems": contract.MAX_MEMBERSHIPS,
        "items": membership,
    }
    person = _object(contract.PERSON_FIELDS, "person.", {"memberships": memberships})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:akun-pembelajaran:roster-change:1",
        "title": contract.SCHEMA,
        "description": "The whole present state of one person; unknown fields are allowed, dropped and never stored.",
        **_object(contract.EVENT_FIELDS, "", {"person": person}),
        "$defs": DEFS,
    }


def page(text: str) -> str:
    """Give the page with its two tables renewed."""
    fields = [
        ("", contract.EVENT_FIELDS),
        ("person.", contract.PERSON_FIELDS),
        ("person.memberships[].", contract.MEMBERSHIP_FIELDS),
        ("person.memberships[].sekolah.", contract.SEKOLAH_FIELDS),
    ]
    rows = ["| field | form | required | meaning |", "|---|---|---|---|"]
    rows += [_row(path, field) for path, table in fields for field in table]
    codes = ["| code | cure |", "|---|---|", *(f"| `{code}` | {cure} |" for code, cure in CURES.items())]
    return _between(_between(text, "fields", rows), "codes", codes)


def _object(table: tuple[Field, ...], path: str, inner: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [*(field.name for field in table if field.required), *inner],
        "properties": {**{field.name: _property(path, field) for field in table}, **inner},
    }


def _property(path: str, field: Field) -> dict[str, Any]:
    fragment = FORMS[field.read][1]
    described = {"description": MEANINGS[path + field.name].replace("`", "")}
    return {**described, **(fragment if field.required else {"anyOf": [fragment, {"type": "null"}]})}


def _row(path: str, field: Field) -> str:
    name = path + field.name
    return f"| `{name}` | {FORMS[field.read][0]} | {'yes' if field.required else ''} | {MEANINGS[name]} |"


def _between(text: str, name: str, lines: list[str]) -> str:
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    return re.sub(f"(?s)(?<={re.escape(start)}).*?(?={re.escape(end)})", lambda _: "\n".join(lines) + "\n", text)


def main() -> None:
    """Write both files."""
    SCHEMA_FILE.write_text(render_schema(), encoding="utf-8")
    PAGE_FILE.write_text(page(PAGE_FILE.read_text(encoding="utf-8")), encoding="utf-8")


def render_schema() -> str:
    """Give the schema as it is committed."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
