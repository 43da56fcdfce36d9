"""The door's readers: each takes one decoded JSON value and gives the normalised one, None, or a `Fault`."""

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

MAX_TEXT = 300  # characters, after normalising
MAX_CODE = 999_999
MAX_REVISION = 2**62
MAX_DUTIES = 50

_YEARS = range(1900, 2100)  # outside of it a date is a filler such as 0001-01-01
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]+"
)
_BLANK = re.compile("[\\s\x00-\x1f\x7f-\x9f\u115f\u1160\u2800\u3164\uffa0]+")
_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ROW_ID = re.compile("(?![0-9._:-]{10})[0-9A-Za-z._:-]{1,64}")
_BARE_UUID = re.compile("[0-9a-f]{32}")
_NIL_UUID = "00000000-0000-0000-0000-000000000000"
_INTEGER = re.compile(r"0*([0-9]{1,19})(?:\.0+)?")
_DIGITS = re.compile("[0-9]+")
_NPSN = re.compile("[0-9A-Z]{8}")
_FLAGS = {"true": True, "1": True, "ya": True, "false": False, "0": False, "tidak": False}
_LEFT = frozenset("1234567Z")
_SPELLED = 10**18  # a longer integer is no number of anybody, and slow to spell


class Fault(Exception):  # noqa: N818 - it is not raised past the door
    """One value is not what the contract says; `kept` is the value if it may be kept for a later try."""

    def __init__(self, code: str, kept: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.kept = kept


def tidy(text: str) -> str:
    """Give NFC text with one space for each run of white space or control characters, and nothing invisible."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return unicodedata.normalize("NFC", _BLANK.sub(" ", _INVISIBLE.sub("", text))).strip(" ")


def text(value: Any) -> str | None:
    """Read a text of up to 300 characters; blank and the word `null` are None."""
    if type(value) is not str:
        raise Fault("text_expected")
    plain = tidy(value)
    if len(plain) > MAX_TEXT:
        raise Fault("text_too_long")
    return None if _is_null(plain) else plain


def label(value: Any) -> str | None:
    """Read a text that may have been sent as a number (the class `7`)."""
    return text(str(value) if type(value) is int and abs(value) < _SPELLED else value)


def person_name(value: Any) -> str:
    """Read a name: a text with at least one letter or digit."""
    plain = text(value)
    if plain is None or not any(letter.isalnum() for letter in plain):
        raise Fault("nama_empty")
    return plain


def identifier(value: Any) -> str | None:
    """Read a UUID in either case, padded, in braces or without hyphens; the nil UUID identifies nobody."""
    if type(value) is not str:
        raise Fault("id_invalid")
    plain = value if _UUID.fullmatch(value) else _bare_uuid(value)
    if plain == _NIL_UUID:
        raise Fault("id_invalid")
    return plain


def row_id(value: Any) -> str | None:
    """Read the id of a row: a UUID as `identifier` does, or another, such as `R-17`; a NIK or a date is none."""
    plain = tidy(value) if type(value) is str else ""
    if _ROW_ID.fullmatch(plain) and not _is_null(plain) and not _BARE_UUID.fullmatch(plain.lower()):
        return plain.lower() if _UUID.fullmatch(plain.lower()) else plain
    return identifier(value)


def code(value: Any) -> int | None:
    """Read a code 0 to 999999: an integer or its digits."""
    number = _integer(value, "code_invalid")
    if number is not None and not 0 <= number <= MAX_CODE:
        raise Fault("code_invalid")
    return number


def revision(value: Any) -> int | None:
    """Read a revision 1 to 2^62: an integer or its digits."""
    number = _integer(value, "revision_invalid")
    if number is not None and not 1 <= number <= MAX_REVISION:
        raise Fault("revision_invalid")
    return number


def duties(value: Any) -> tuple[int, ...]:
    """Read a list of codes, or one code alone, as sorted codes without doubles and blanks."""
    if type(value) is not list:
        value = [value]
    if len(value) > MAX_DUTIES:
        raise Fault("list_too_long")
    read = {code(item) for item in value if item is not None}
    return tuple(sorted(number for number in read if number is not None))


def flag(value: Any) -> bool:
    """Read a yes or no: a boolean, 0 or 1, or one of their words; blank is no."""
    if type(value) is str:
        plain = tidy(value).lower()
        read = False if _is_null(plain) else _FLAGS.get(plain)
    else:
        read = bool(value) if type(value) in (bool, int, float) and value in (0, 1) else None
    if read is None:
        raise Fault("flag_invalid")
    return read


def leaving(value: Any) -> str | None:
    """Read `jenis_keluar_id`: null, 1 to 7 or Z. An unknown one must never count as present, nor as left."""
    plain = tidy(value).upper() if type(value) is str else value
    if type(plain) is str and _is_null(plain):
        return None
    try:
        number = _integer(plain, "")
    except Fault:
        number = None
    read = plain if number is None else str(number)
    if type(read) is str and read in _LEFT:
        return read
    raise Fault("jenis_keluar_unknown", kept=read if type(read) is str and len(read) == 1 else None)


def day(value: Any) -> date | None:
    """Read a date `YYYY-MM-DD`; a time of day after it is dropped, as it stands, without looking at its zone."""
    plain = _word(value, "date_invalid")
    if plain is None:
        return None
    try:
        read = datetime.fromisoformat(plain.upper()).date()
    except ValueError:
        raise Fault("date_invalid") from None
    if read.year not in _YEARS:
        raise Fault("date_invalid")
    return read


def moment(value: Any) -> datetime | None:
    """Read a time with its zone, as UTC."""
    plain = _word(value, "time_invalid")
    if plain is None:
        return None
    try:
        read = datetime.fromisoformat(plain.upper())
        utc = read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError):
        raise Fault("time_invalid") from None
    if utc is None or utc.year not in _YEARS:
        raise Fault("time_invalid")
    return utc


def nisn(value: Any) -> str | None:
    """Read a NISN: 10 digits, up to three lost leading zeros given back; what can't be one is None."""
    return _number(value, 10, shortest=7)


def nuptk(value: Any) -> str | None:
    """Read a NUPTK: 16 digits, up to three lost leading zeros given back; what can't be one is None."""
    return _number(value, 16, shortest=13)


def npsn(value: Any) -> str | None:
    """Read an NPSN: 8 digits or capitals; what can't be one is None."""
    plain = _spelled(value).upper()
    return plain if _NPSN.fullmatch(plain) else None


def region(value: Any) -> str | None:
    """Read Dapodik's region code: 6 to 8 digits, one lost leading zero given back; what can't be one is None."""
    return _number(value, 6, shortest=5, longest=8)


def _number(value: Any, length: int, *, shortest: int, longest: int | None = None) -> str | None:
    plain = _spelled(value)
    if not _DIGITS.fullmatch(plain) or not shortest <= len(plain) <= (longest or length):
        return None
    return plain.zfill(length) if plain.strip("0") else None


def _spelled(value: Any) -> str:
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is int:
        return str(value) if abs(value) < _SPELLED else ""
    if type(value) is not str:
        raise Fault("text_expected")
    return tidy(value)


def _integer(value: Any, fault: str) -> int | None:
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    plain = _word(value, fault)
    if plain is None:
        return None
    found = _INTEGER.fullmatch(plain)
    if found is None:
        raise Fault(fault)
    return int(found[1])


def _word(value: Any, fault: str) -> str | None:
    if type(value) is not str:
        raise Fault(fault)
    plain = tidy(value)
    return None if _is_null(plain) else plain


def _bare_uuid(value: str) -> str | None:
    plain = tidy(value).lower()
    if _is_null(plain):
        return None
    if plain[:1] == "{" and plain[-1:] == "}":
        plain = plain[1:-1].strip()
    if _UUID.fullmatch(plain):
        return plain
    if not _BARE_UUID.fullmatch(plain):
        raise Fault("id_invalid")
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def _is_null(plain: str) -> bool:
    return not plain or (len(plain) == 4 and plain.lower() == "null")
