"""What a school's operator is to see of each account: a status, a remark, and the first password while it is unused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from shared.domain.accounts import CAUSES, Category

CLOSED_SHOWN: Final = timedelta(days=366)
"""How long somebody who has left goes on being listed: a school has no business with its pupils of years ago."""

STATUS_FIELDS: Final = (
    "accessed_at", "blocked", "credential", "directory_id", "ends_at", "external", "holds", "lane", "sekolah_id",
    "sort_key", "state",
)  # fmt: skip
"""The stored fields that a status is told from, and that a list is sorted by."""
ROW_FIELDS: Final = (*STATUS_FIELDS, "address", "nama", "nisn_nuptk", "npsn", "rombel", "sekolah_nama")


class Status(StrEnum):
    """What an account is to the operator."""

    UNUSED = "unused"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    PREPARING = "preparing"
    ELSEWHERE = "elsewhere"


class Remark(StrEnum):
    """The one useful thing to say of an account."""

    HAND_OUT = "hand_out"
    HAND_OUT_AGAIN = "hand_out_again"
    ENDING = "ending"
    IN_USE = "in_use"
    DORMANT = "dormant"
    LEFT = "left"
    FROZEN = "frozen"
    SUSPENDED_BY_GOOGLE = "suspended_by_google"
    SUSPENDED_BY_ADMIN = "suspended_by_admin"
    DELETED = "deleted"
    REOPENING = "reopening"
    SOON = "soon"
    NEW_PASSWORD_SOON = "new_password_soon"  # noqa: S105 - a remark
    NAME_REFUSED = "name_refused"
    WAITS_FOR_US = "waits_for_us"
    KEY_MISSING = "key_missing"
    ELSEWHERE = "elsewhere"


_BY_CAUSE: Final = {"dormant": Remark.DORMANT, "left": Remark.LEFT, "frozen": Remark.FROZEN}
_CLOSED: Final = frozenset({"suspended", "closed"})
_BY_KIND: Final = {"google": Remark.SUSPENDED_BY_GOOGLE, "deleted": Remark.DELETED}


class Standing(NamedTuple):
    """A status with its remark; `date` goes with a remark that has one."""

    status: Status
    remark: Remark
    date: datetime | None = None


# Made once: a school has thousands of accounts that stand alike.
_ELSEWHERE: Final = Standing(Status.ELSEWHERE, Remark.ELSEWHERE)
_REOPENING: Final = Standing(Status.PREPARING, Remark.REOPENING)
_NAME_REFUSED: Final = Standing(Status.PREPARING, Remark.NAME_REFUSED)
_WAITS_FOR_US: Final = Standing(Status.PREPARING, Remark.WAITS_FOR_US)
_SOON: Final = Standing(Status.PREPARING, Remark.SOON)
_NEW_PASSWORD_SOON: Final = Standing(Status.PREPARING, Remark.NEW_PASSWORD_SOON)
_KEY_MISSING: Final = Standing(Status.PREPARING, Remark.KEY_MISSING)
_HAND_OUT: Final = Standing(Status.UNUSED, Remark.HAND_OUT)
_HAND_OUT_AGAIN: Final = Standing(Status.UNUSED, Remark.HAND_OUT_AGAIN)


class Row(NamedTuple):
    """One line of a file; `password` is "" wherever it is not to be shown, `generation` then 0."""

    account_id: str
    nama: str
    nisn_nuptk: str
    kelas: str
    id_pengguna: str
    password: str
    generation: int
    status: Status
    remark: Remark
    date: datetime | None
    school: str


class Refused(NamedTuple):
    """A person of the school who has no account there, by the reason code of the decision."""

    nama: str
    nisn_nuptk: str
    kelas: str
    reason: str


@dataclass(slots=True)
class Counts:
    """How many accounts of a category there are, by status."""

    category: Category
    by: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))

    @property
    def total(self) -> int:
        """All rows of its files."""
        return sum(self.by.values())


def standing(account: Mapping[str, Any], sekolah_id: str, kids: Iterable[str]) -> Standing:
    """Tell what an account is to the operator of a school, from its stored fields; `kids` are the keys there are."""
    if account["sekolah_id"] != sekolah_id:
        return _ELSEWHERE
    external, holds, blocked = account["external"], account["holds"], account["blocked"]
    if external:
        return Standing(Status.SUSPENDED, _BY_KIND.get(external["kind"], Remark.SUSPENDED_BY_ADMIN))
    cause = next((cause for cause in CAUSES if cause in holds), None) if holds else None
    if cause is not None:
        return Standing(Status.SUSPENDED, _BY_CAUSE[cause], holds[cause]["since"])
    if account["state"] in _CLOSED:
        return _REOPENING
    credential = account["credential"]
    is_made = account["directory_id"] is not None
    if is_made and credential["generation"] == credential["applied_generation"]:
        return _confirmed(account, credential, kids)  # blocked or not: what blocks is a change of something else
    if blocked and account["lane"] is None:
        return _NAME_REFUSED if blocked["code"] == "name_refused" else _WAITS_FOR_US
    return _NEW_PASSWORD_SOON if is_made else _SOON


def _confirmed(account: Mapping[str, Any], credential: Mapping[str, Any], kids: Iterable[str]) -> Standing:
    """Tell of an account that is as it is wished to be."""
    accessed_at, ends_at = account["accessed_at"], account["ends_at"]
    if accessed_at is not None and accessed_at >= credential["issued_at"]:
        return Standing(Status.ACTIVE, Remark.IN_USE, ends_at)
    if credential["key_id"] not in kids:
        return _KEY_MISSING
    if ends_at is not None:
        return Standing(Status.UNUSED, Remark.ENDING, ends_at)
    return _HAND_OUT if credential["generation"] == 1 else _HAND_OUT_AGAIN


def is_listed(account: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether an account is in its school's files at all: not when its person left over a year ago."""
    left = account["holds"].get("left")
    return left is None or now - left["since"] <= CLOSED_SHOWN


def row(account_id: str, account: Mapping[str, Any], told: Standing, password: str) -> Row:
    """Give the line of an account."""
    status, remark, date = told
    return Row(
        account_id,
        account["nama"],
        account["nisn_nuptk"] or "",
        account["rombel"] or "",
        account["address"] if account["directory_id"] is not None else "",
        password,
        account["credential"]["generation"] if password else 0,
        status,
        remark,
        date,
        account["sekolah_nama"] or account["npsn"] or "",
    )
