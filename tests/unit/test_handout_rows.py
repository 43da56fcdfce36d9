"""What an operator is told of each account: every status and remark, and which goes before which."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain import handout
from shared.domain.accounts import Account, Blocked, Cause, Credential, External, Hold, Waiting
from shared.domain.handout import ROW_FIELDS, STATUS_FIELDS, Remark, Standing, Status

HERE, ELSEWHERE = "7d3c1f0a-52b6-4e8d-9a41-000006000502", "7d3c1f0a-52b6-4e8d-9a41-000006000503"
KIDS = frozenset({"k1", "k2"})
ISSUED, LATER, END = (datetime(2021, month, 4, 7, 0, tzinfo=UTC) for month in (1, 2, 7))
HOUR = timedelta(hours=1)

FRESH = Account(
    account_id="7d3c1f0a-52b6-4e8d-9a41-000000000301.smp",
    person_id="7d3c1f0a-52b6-4e8d-9a41-000000000301",
    realm="smp",
    category="peserta_didik",
    address="siti08@smp.belajar.id",
    sekolah_id=HERE,
    npsn="10100001",
    sekolah_nama="SMP NEGERI 1",
    rombel="VII B",
    sort_key="000007\tvii b\tsiti",
    nama="Siti",
    nisn_nuptk="0012345678",
    sekolah_ids=(HERE,),
    credential=Credential(scheme=1, key_id="k1", scope=HERE, generation=1, applied_generation=1, issued_at=ISSUED),
    directory_id="1",
    state="issued",
    applied_version=1,
    issued_at=ISSUED,
)


def credential(**changed: Any) -> Credential:
    return replace(FRESH.credential, **changed)


def fields(account: Account, names: tuple[str, ...] = STATUS_FIELDS) -> Mapping[str, Any]:
    """Give the stored fields that a list asks for, and no other."""
    doc = account.to_doc()
    return {name: doc[name] for name in names}


def told(**changed: Any) -> Standing:
    return handout.standing(fields(replace(FRESH, **changed)), HERE, KIDS)


# What somebody could do about an account, and what only we can; the first that holds is told, so each row of this
# table also stands when all that come after it hold as well.
FROZEN: dict[Cause, Hold] = {"frozen": Hold(since=LATER)}
LEFT: dict[Cause, Hold] = {"left": Hold(since=LATER)}
DORMANT: dict[Cause, Hold] = {"dormant": Hold(since=LATER)}
TABLE: list[tuple[dict[str, Any], Standing]] = [
    ({"sekolah_id": ELSEWHERE}, Standing(Status.ELSEWHERE, Remark.ELSEWHERE)),
    ({"external": External(kind="google", seen_at=LATER)}, Standing(Status.SUSPENDED, Remark.SUSPENDED_BY_GOOGLE)),
    ({"external": External(kind="admin", seen_at=LATER)}, Standing(Status.SUSPENDED, Remark.SUSPENDED_BY_ADMIN)),
    ({"external": External(kind="deleted", seen_at=LATER)}, Standing(Status.SUSPENDED, Remark.DELETED)),
    ({"external": External(kind="of a later version", seen_at=LATER)},
        Standing(Status.SUSPENDED, Remark.SUSPENDED_BY_ADMIN)),
    ({"holds": {**DORMANT, **LEFT, **FROZEN}}, Standing(Status.SUSPENDED, Remark.FROZEN, LATER)),
    ({"holds": {**DORMANT, **LEFT}}, Standing(Status.SUSPENDED, Remark.LEFT, LATER)),
    ({"holds": DORMANT}, Standing(Status.SUSPENDED, Remark.DORMANT, LATER)),
    ({"state": "suspended"}, Standing(Status.PREPARING, Remark.REOPENING)),
    ({"state": "closed"}, Standing(Status.PREPARING, Remark.REOPENING)),
    ({"blocked": Blocked(code="name_refused", field=""), "directory_id": None},
        Standing(Status.PREPARING, Remark.NAME_REFUSED)),
    ({"blocked": Blocked(code="org_unit", field=""), "credential": credential(generation=2)},
        Standing(Status.PREPARING, Remark.WAITS_FOR_US)),
    ({"directory_id": None}, Standing(Status.PREPARING, Remark.SOON)),
    ({"credential": credential(generation=2)}, Standing(Status.PREPARING, Remark.NEW_PASSWORD_SOON)),
    ({"accessed_at": LATER}, Standing(Status.ACTIVE, Remark.IN_USE)),
    ({"credential": credential(key_id="k9")}, Standing(Status.PREPARING, Remark.KEY_MISSING)),
    ({"credential": credential(key_id=None)}, Standing(Status.PREPARING, Remark.KEY_MISSING)),
    ({"ends_at": END}, Standing(Status.UNUSED, Remark.ENDING, END)),
    ({"credential": credential(generation=2, applied_generation=2)}, Standing(Status.UNUSED, Remark.HAND_OUT_AGAIN)),
    ({}, Standing(Status.UNUSED, Remark.HAND_OUT)),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "expected"), TABLE)
def test_each_account_has_its_status_and_remark(changed: dict[str, Any], expected: Standing):
    assert told(**changed) == expected


def test_the_table_has_every_status_and_every_remark():
    assert {expected.status for _, expected in TABLE} == set(Status)
    assert {expected.remark for _, expected in TABLE} == set(Remark)


@pytest.mark.parametrize("place", range(len(TABLE)))
def test_what_comes_first_in_the_table_is_told_though_what_comes_later_holds_as_well(place: int):
    changed: dict[str, Any] = {}
    for later, _ in reversed(TABLE[place:]):
        changed |= later
    found, expected = told(**changed), TABLE[place][1]
    assert found[:2] == expected[:2]
    if expected.date is not None:
        assert found.date == expected.date


# ------------------------------------------------------------------------------------------------------- passwords


def test_a_password_is_to_be_shown_in_the_last_three_rows_of_the_table_alone():
    assert [told(**changed).status is Status.UNUSED for changed, _ in TABLE] == [False] * 17 + [True] * 3


def test_an_account_that_is_blocked_but_pending_again_is_told_by_what_it_else_is():
    again = {"blocked": Blocked(code="name_refused", field=""), "lane": "live", "pending_since": LATER}
    assert told(**again) == Standing(Status.UNUSED, Remark.HAND_OUT)
    assert told(**again, directory_id=None) == Standing(Status.PREPARING, Remark.SOON)


def test_an_account_whose_change_is_blocked_goes_on_as_it_was():
    refused = {"blocked": Blocked(code="name_refused", field="")}
    assert told(**refused) == Standing(Status.UNUSED, Remark.HAND_OUT)
    assert told(**refused, accessed_at=LATER) == Standing(Status.ACTIVE, Remark.IN_USE)


def test_a_pending_account_shows_the_password_that_the_directory_has():
    assert told(lane="bulk", pending_since=LATER, waiting=Waiting(code="quota", since=LATER)).remark is Remark.HAND_OUT


@pytest.mark.parametrize(
    ("accessed_at", "status"),
    [(ISSUED - HOUR, Status.UNUSED), (ISSUED, Status.ACTIVE), (ISSUED + HOUR, Status.ACTIVE), (None, Status.UNUSED)],
)
def test_a_password_is_unused_until_somebody_has_signed_in_since_it_was_issued(
    accessed_at: datetime | None, status: Status
):
    assert told(accessed_at=accessed_at).status is status


def test_an_active_account_that_ends_says_when():
    assert told(accessed_at=LATER, ends_at=END) == Standing(Status.ACTIVE, Remark.IN_USE, END)


def test_a_password_of_an_older_key_is_shown_as_long_as_the_key_is_there():
    assert told(credential=credential(key_id="k2")).status is Status.UNUSED


def test_a_hold_of_a_later_version_does_not_hide_what_else_is_known():
    doc = {**fields(FRESH), "holds": {"of a later version": {"since": LATER}}}
    assert handout.standing(doc, HERE, KIDS) == Standing(Status.UNUSED, Remark.HAND_OUT)


# ------------------------------------------------------------------------------------------------------------ rows


def row(password: str = "", **changed: Any) -> handout.Row:
    doc = fields(replace(FRESH, **changed), ROW_FIELDS)
    return handout.row(FRESH.account_id, doc, handout.standing(doc, HERE, KIDS), password)


def test_a_row_has_what_the_file_shows_and_which_password_it_showed():
    assert row("Kmtw-rqhn-4729", credential=credential(generation=3, applied_generation=3)) == handout.Row(
        account_id=FRESH.account_id,
        nama="Siti",
        nisn_nuptk="0012345678",
        kelas="VII B",
        id_pengguna="siti08@smp.belajar.id",
        password="Kmtw-rqhn-4729",
        generation=3,
        status=Status.UNUSED,
        remark=Remark.HAND_OUT_AGAIN,
        date=None,
        school="SMP NEGERI 1",
    )


def test_a_row_without_a_password_showed_none():
    found = row(accessed_at=LATER, ends_at=END)
    assert (found.password, found.generation, found.status, found.date) == ("", 0, Status.ACTIVE, END)


def test_the_user_id_stays_blank_until_the_user_exists():
    assert row(directory_id=None).id_pengguna == ""


def test_what_is_not_known_is_blank():
    found = row(nisn_nuptk=None, rombel=None, sekolah_nama=None, npsn=None)
    assert (found.nisn_nuptk, found.kelas, found.school) == ("", "", "")


def test_a_school_without_a_name_goes_by_its_number():
    assert row(sekolah_nama=None).school == "10100001"


@pytest.mark.parametrize(("days", "listed"), [(0, True), (366, True), (367, False)])
def test_whoever_left_is_listed_for_a_year(days: int, listed: bool):
    left = fields(replace(FRESH, holds=LEFT))
    assert handout.is_listed(left, LATER + timedelta(days=days)) == listed


def test_whoever_is_held_for_another_cause_is_listed_for_good():
    assert handout.is_listed(fields(replace(FRESH, holds={**DORMANT, **FROZEN})), LATER + timedelta(days=4_000))


def test_what_a_row_shows_is_among_the_fields_that_a_list_asks_for():
    assert set(STATUS_FIELDS) < set(ROW_FIELDS)
    assert set(ROW_FIELDS) <= set(FRESH.to_doc())
