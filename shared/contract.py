"""The fields of `roster-change/1`, how each is read, and the cure for every code that the door gives."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from shared import normalise
from shared.normalise import Fault

SCHEMA: Final = "roster-change/1"
MAX_BYTES: Final = 256 * 1024
MAX_MEMBERSHIPS: Final = 50
KINDS: Final = ("peserta_didik", "ptk")

CURES: Final[dict[str, str]] = {
    "message_empty": "Publish the event as the message's data; there was nothing in it.",
    "message_too_large": "Send one person per message, at most 256 KiB.",
    "not_utf8": "Encode the message as UTF-8.",
    "not_json": "Send one JSON object, without a byte order mark, NaN, Infinity or half a surrogate pair.",
    "nested_too_deep": "Remove the deeply nested value; no field of the contract nests so deep.",
    "not_object": "Send one JSON object as the whole message.",
    "schema_unknown": "Set it to roster-change/1.",
    "field_missing": "Send this required field, not null and not blank.",
    "text_expected": "Send a text or null.",
    "text_too_long": "Shorten the text to at most 300 characters.",
    "object_expected": "Send a JSON object.",
    "list_expected": "Send a JSON list; for a person without any school an empty one.",
    "list_too_long": "Send at most 50 codes.",
    "id_invalid": "Send Dapodik's UUID of this row, not blank and not all zeros; a membership's may have another form.",
    "revision_invalid": "Send an integer from 1 to 2^62.",
    "revision_in_future": "Give revisions from the centre's clock, in µs since 1970, then send the person again.",
    "revision_conflict": "Give each new state of a person a greater revision, then send the person again.",
    "time_invalid": "Send a time with its zone, such as 2021-01-04T07:12:55Z, or null.",
    "date_invalid": "Send a real date such as 2021-06-30, or null.",
    "kind_unknown": "Set it to peserta_didik or ptk.",
    "nama_empty": "Mend the name in Dapodik: it needs at least one letter or digit.",
    "code_invalid": "Send Dapodik's code: an integer from 0 to 999999, or its digits.",
    "flag_invalid": "Send true or false.",
    "jenis_keluar_unknown": "Send null for a present member, else 1 to 7 or Z.",
    "memberships_too_many": "Send at most 50 memberships; leave out the oldest that have ended.",
    "membership_duplicate": "Send each membership_id once, with its present state.",
    "lane_unknown": "Set the attribute lane to live or bulk, or leave it out.",
    "data_missing": "Publish the event as the message's data.",
    "data_invalid": "Let the Pub/Sub client encode the data: it was not base64.",
}


class Field(NamedTuple):
    """One field of the contract: how it is read, and what stands for null."""

    name: str
    read: Callable[[Any], Any]
    required: bool = False
    default: Any = None


def read_schema(value: Any) -> str:
    """Read the name of this contract."""
    if type(value) is not str or normalise.tidy(value) != SCHEMA:
        raise Fault("schema_unknown")
    return SCHEMA


def read_kind(value: Any) -> str:
    """Read which kind of person it is."""
    kind = normalise.tidy(value).lower() if type(value) is str else ""
    if kind not in KINDS:
        raise Fault("kind_unknown")
    return kind


EVENT_FIELDS: Final = (
    Field("schema", read_schema, required=True),
    Field("event_id", normalise.identifier, required=True),
    Field("revision", normalise.revision, required=True),
    Field("occurred_at", normalise.moment),
)
PERSON_FIELDS: Final = (
    Field("person_id", normalise.identifier, required=True),
    Field("kind", read_kind, required=True),
    Field("nama", normalise.person_name, required=True),
    Field("nisn", normalise.nisn),
    Field("nuptk", normalise.nuptk),
    Field("deleted", normalise.flag, default=False),
)
MEMBERSHIP_FIELDS: Final = (
    Field("membership_id", normalise.row_id, required=True),
    Field("tingkat_pendidikan_id", normalise.code),
    Field("rombel", normalise.label),
    Field("jenis_ptk_id", normalise.code),
    Field("jabatan_ptk_id", normalise.duties, default=()),
    Field("operator", normalise.flag, default=False),
    Field("induk", normalise.flag, default=False),
    Field("jenis_keluar_id", normalise.leaving),
    Field("tanggal_keluar", normalise.day),
)
SEKOLAH_FIELDS: Final = (
    Field("sekolah_id", normalise.identifier, required=True),
    Field("npsn", normalise.npsn),
    Field("nama", normalise.text),
    Field("bentuk_pendidikan_id", normalise.code, required=True),
    Field("kode_wilayah", normalise.region),
)
