from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents import check_data
from shared.domain.accounts import CAUSES, Account, Blocked, Credential, External, Hold, Waiting
from shared.domain.decide import REASONS, Decision
from shared.domain.people import PersonRecord
from tests.clocks import START
from tests.deciding import at_rest, person_of, settle
from tests.rosters import pupil
from tests.unit.event_samples import people

ACCOUNT = settle(person_of(pupil()))["smp"]
LATER = START + timedelta(days=1)

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
times = st.datetimes(timezones=st.just(UTC))
numbers = st.integers(0, 2**31)
lanes = st.none() | st.sampled_from(["live", "bulk"])
credentials = st.builds(
    Credential,
    scheme=numbers,
    key_id=st.none() | texts,
    scope=texts,
    generation=numbers,
    applied_generation=numbers,
    issued_at=times,
    shown_at=st.none() | times,
    unasked_since=st.none() | times,
    asked_at=st.none() | times,
)
accounts = st.builds(
    Account,
    account_id=texts,
    person_id=texts,
    realm=texts,
    category=st.sampled_from(["admin", "ptk", "peserta_didik"]),
    address=texts,
    sekolah_id=texts,
    npsn=st.none() | texts,
    sekolah_nama=st.none() | texts,
    rombel=st.none() | texts,
    sort_key=texts,
    nama=texts,
    nisn_nuptk=st.none() | texts,
    sekolah_ids=st.lists(texts, max_size=3).map(tuple),
    credential=credentials,
    address_attempt=numbers,
    directory_id=st.none() | texts,
    state=st.sampled_from(["reserved", "issued", "active", "suspended", "closed"]),
    holds=st.dictionaries(st.sampled_from(CAUSES), st.builds(Hold, since=times, campaign_id=st.none() | texts)),
    version=numbers,
    applied_version=numbers,
    lane=lanes,
    pending_since=st.none() | times,
    waiting=st.none() | st.builds(Waiting, code=texts, since=times),
    blocked=st.none() | st.builds(Blocked, code=texts, field=texts),
    external=st.none() | st.builds(External, kind=texts, seen_at=times),
    issued_at=st.none() | times,
    accessed_at=st.none() | times,
    ends_at=st.none() | times,
    history=st.lists(st.fixed_dictionaries({"at": times, "what": texts, "version": numbers}), max_size=3).map(tuple),
)
records = st.builds(
    PersonRecord,
    person=people,
    revision=numbers,
    content_hash=texts,
    refused_at=st.lists(texts, max_size=3),
    policy=texts,
    decided_at=times,
    decisions=st.lists(
        st.builds(
            Decision,
            membership_id=texts,
            sekolah_id=texts,
            realm=st.none() | texts,
            reason=st.sampled_from(sorted(REASONS)),
        ),
        max_size=3,
    ).map(tuple),
    realms=st.lists(texts, max_size=3),
    frozen=st.booleans(),
)


def with_later_fields(value):
    """Give a stored form as a later version may have written it: one field more in every map."""
    if isinstance(value, dict):
        inner = {key: with_later_fields(item) for key, item in value.items()}
        return {**inner, "later_field": 1} if "what" not in inner and inner.keys() - set(CAUSES) else inner
    return [with_later_fields(item) for item in value] if isinstance(value, list) else value


@given(accounts)
def test_an_account_is_read_as_it_was_stored(account):
    assert Account.from_doc(account.to_doc()) == account


@given(accounts)
def test_an_account_is_stored_in_plain_values_that_every_store_takes(account):
    assert check_data(account.to_doc()) > 0


@given(accounts)
def test_fields_of_a_later_version_of_an_account_are_ignored(account):
    assert Account.from_doc(with_later_fields(account.to_doc())) == account


@given(accounts)
def test_fields_that_an_earlier_version_did_not_write_have_their_defaults(account):
    doc = {key: value for key, value in account.to_doc().items() if key not in ("external", "history", "holds")}
    assert Account.from_doc(doc) == replace(account, external=None, history=(), holds={})


@given(accounts, accounts)
def test_the_changed_fields_are_those_that_make_one_stored_form_the_other(before, after):
    changed = before.fields_changed_in(after)
    assert {**before.to_doc(), **changed} == after.to_doc()
    assert all(before.to_doc()[name] != value for name, value in changed.items())
    assert before.fields_changed_in(before) == {}


@given(records)
def test_a_person_is_read_as_stored(record):
    read = PersonRecord.from_doc(record.to_doc())
    assert read == record
    assert read.to_doc() == record.to_doc()


@given(records)
def test_a_person_is_stored_in_plain_values_that_every_store_takes(record):
    assert check_data(record.to_doc()) > 0


@given(records)
def test_fields_of_a_later_version_of_a_person_are_ignored(record):
    assert PersonRecord.from_doc(with_later_fields(record.to_doc())) == record


def test_a_person_stored_before_freezing_was_known_is_not_frozen():
    record = PersonRecord(
        person=person_of(pupil()),
        revision=1,
        content_hash="1:x",
        refused_at=[],
        policy="launch_2020",
        decided_at=START,
        decisions=(),
        realms=["smp"],
    )
    doc = record.to_doc()
    del doc["frozen"]
    assert PersonRecord.from_doc(doc) == record


@pytest.mark.parametrize(
    ("causes", "strongest"),
    [
        ((), None),
        (("dormant",), "dormant"),
        (("dormant", "left"), "left"),
        (("left", "frozen"), "frozen"),
        (("dormant", "left", "frozen"), "frozen"),
    ],
)
def test_the_cause_is_the_strongest_hold_and_is_stored(causes, strongest):
    account = replace(ACCOUNT, holds={cause: Hold(since=START) for cause in causes})
    assert account.cause == strongest
    assert account.to_doc()["cause"] == strongest


def test_a_lift_takes_its_own_hold_only():
    account = replace(ACCOUNT, holds={"left": Hold(since=START), "dormant": Hold(since=START)})
    assert account.holds_without("dormant") == {"left": Hold(since=START)}
    assert account.holds_without("frozen") == account.holds


@pytest.mark.parametrize(
    ("accessed_at", "unused"),
    [(None, True), (START - timedelta(seconds=1), True), (START, False), (LATER, False)],
    ids=["never", "before the password was issued", "at that moment", "after"],
)
def test_a_password_is_unused_until_somebody_signs_in_after_it_was_issued(accessed_at, unused):
    assert replace(ACCOUNT, accessed_at=accessed_at).is_unused == unused


def test_a_blocked_account_is_blocked_until_it_is_pending_again():
    blocked = at_rest(ACCOUNT, blocked=Blocked(code="name_refused", field="name"))
    assert blocked.is_blocked
    assert not blocked.wish(LATER, "bulk", "changed").is_blocked
    assert not at_rest(ACCOUNT).is_blocked


def test_an_account_is_confirmed_and_its_password_no_longer_due_once_the_directory_has_both():
    assert (ACCOUNT.is_confirmed, ACCOUNT.password_is_due) == (False, True)
    assert (at_rest(ACCOUNT).is_confirmed, at_rest(ACCOUNT).password_is_due) == (True, False)


@pytest.mark.parametrize(
    ("state", "suspended"),
    [("reserved", False), ("issued", False), ("active", False), ("suspended", True), ("closed", True)],
)
def test_suspended_and_closed_are_suspensions_of_ours(state, suspended):
    assert replace(ACCOUNT, state=state).is_suspended == suspended


def test_a_wish_carries_its_changes_and_says_what_it_was():
    wished = at_rest(ACCOUNT).wish(LATER, "bulk", "held", holds={"dormant": Hold(since=LATER, campaign_id="c")})
    assert (wished.version, wished.applied_version, wished.lane, wished.pending_since) == (2, 1, "bulk", LATER)
    assert wished.cause == "dormant"
    assert wished.history[-1] == {"at": LATER, "what": "held", "version": 2}


def test_what_an_account_waits_for_does_not_end_with_a_wish():
    waiting = replace(ACCOUNT, waiting=Waiting(code="not_visible", since=START))
    assert waiting.wish(LATER, "live", "changed").waiting == waiting.waiting
