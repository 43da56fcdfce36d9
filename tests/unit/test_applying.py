from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain import applying
from shared.domain.accounts import Blocked, Cause, External, Hold, Waiting
from shared.domain.addresses import candidate
from shared.domain.users import Mark
from tests.clocks import START
from tests.deciding import at_rest, person_of, settle, user_of
from tests.rosters import pupil

NEW = settle(person_of(pupil()))["smp"]
LIVE = at_rest(NEW)
NOW = START + timedelta(days=1)
EARLIER = START + timedelta(hours=1)
GOOGLE = External(kind="google", seen_at=EARLIER)
DORMANT: dict[Cause, Hold] = {"dormant": Hold(since=START)}
LEFT: dict[Cause, Hold] = {"left": Hold(since=START)}
FROZEN: dict[Cause, Hold] = {"frozen": Hold(since=START)}
USER = user_of(NEW)


def confirm(account, *, mark=None, external=None):
    return applying.confirmed(account, NOW, user_id="u1", mark=mark, external=external)


def test_a_confirmed_account_is_issued_and_nothing_is_pending_any_more():
    pending = replace(
        NEW,
        version=3,
        waiting=Waiting(code="not_visible", since=START),
        blocked=Blocked(code="name_refused", field="name"),
    )
    account = confirm(pending, mark=Mark(key_id="k2", generation=1))
    assert (account.state, account.directory_id, account.issued_at) == ("issued", "u1", NOW)
    assert (account.version, account.applied_version) == (3, 3)
    assert (account.lane, account.pending_since, account.waiting, account.blocked) == (None, None, None, None)
    assert (account.credential.key_id, account.credential.applied_generation) == ("k2", 1)
    assert account.history[-1] == {"at": NOW, "what": "issued", "version": 3}


def test_the_credentials_scope_generation_and_time_are_not_changed_by_confirming():
    account = confirm(NEW, mark=Mark(key_id="k1", generation=1))
    assert account.credential == replace(NEW.credential, key_id="k1", applied_generation=1)
    assert confirm(account).credential == account.credential


@pytest.mark.parametrize(
    ("used", "asked", "applied", "state"),
    [(True, False, 2, "active"), (False, False, 1, "issued"), (True, True, 1, "active")],
    ids=["came before it", "nobody came", "it was asked for"],
)
def test_a_password_that_was_not_sent_because_somebody_came_counts_as_applied_if_nobody_asked_for_it(
    used, asked, applied, state
):
    credential = replace(LIVE.credential, generation=2, unasked_since=None if asked else START - timedelta(days=90))
    due = replace(LIVE, credential=credential, accessed_at=EARLIER if used else None)
    account = confirm(due, mark=Mark(key_id="k1", generation=1))
    assert (account.credential.applied_generation, account.state) == (applied, state)


def test_confirming_again_changes_nothing():
    assert confirm(LIVE, mark=Mark(key_id="k1", generation=1)) == LIVE


# What is recorded and wished, a suspension of others, and the state that is confirmed.
STATES = [
    ("reserved", {}, None, False, "issued"),
    ("issued", {}, None, True, "active"),
    ("active", {}, None, True, "active"),
    ("active", {}, None, False, "issued"),
    ("issued", DORMANT, None, False, "suspended"),
    ("active", FROZEN, None, True, "suspended"),
    ("issued", LEFT, None, False, "closed"),
    ("suspended", {**LEFT, **DORMANT}, None, False, "closed"),
    ("suspended", {**LEFT, **FROZEN}, None, False, "closed"),
    ("closed", DORMANT, None, False, "suspended"),
    ("suspended", {}, None, False, "issued"),
    ("suspended", {}, None, True, "active"),
    ("closed", {}, None, False, "issued"),
    ("issued", {}, GOOGLE, False, "issued"),
    ("active", {}, GOOGLE, True, "active"),
    ("issued", DORMANT, GOOGLE, False, "issued"),
    ("active", FROZEN, GOOGLE, True, "active"),
    ("suspended", DORMANT, GOOGLE, False, "suspended"),
    ("closed", LEFT, GOOGLE, False, "closed"),
]


@pytest.mark.parametrize(("state", "holds", "external", "used", "after"), STATES)
def test_the_confirmed_state_follows_from_holds_sign_ins_and_suspensions_of_others(state, holds, external, used, after):
    accessed_at = EARLIER if used else None
    account = confirm(replace(LIVE, state=state, holds=holds, accessed_at=accessed_at), external=external)
    assert (account.state, account.external) == (after, external)
    assert [entry["what"] for entry in account.history] == ["created", *([after] if after != state else [])]


def test_a_suspension_of_others_that_is_gone_is_forgotten():
    assert confirm(replace(LIVE, external=GOOGLE)).external is None


def test_a_deleted_user_is_reported_and_not_made_anew():
    account = applying.gone(replace(LIVE, version=2, lane="live", pending_since=START), NOW)
    assert account.external == External(kind="deleted", seen_at=NOW)
    assert (account.state, account.directory_id, account.applied_version, account.lane) == ("issued", "u1", 2, None)
    assert account.history[-1] == {"at": NOW, "what": "deleted_by_others", "version": 2}


def test_a_user_found_deleted_again_is_reported_once():
    account = applying.gone(LIVE, EARLIER)
    assert applying.gone(account, NOW) == account


def test_a_blocked_account_is_not_pending_and_keeps_the_version_that_the_directory_has():
    account = applying.blocked(replace(LIVE, version=2, lane="bulk", pending_since=START), NOW, "ou_missing", "orgUnit")
    assert account.blocked == Blocked(code="ou_missing", field="orgUnit")
    assert (account.version, account.applied_version, account.lane, account.pending_since) == (2, 1, None, None)
    assert account.is_blocked


def test_waiting_for_the_same_thing_is_written_once():
    account = applying.waits(NEW, START, "not_visible")
    assert account.waiting == Waiting(code="not_visible", since=START)
    assert applying.waits(account, NOW, "not_visible") is account
    assert applying.waits(account, NOW, "conflict").waiting == Waiting(code="conflict", since=NOW)


@pytest.mark.parametrize(
    ("waited", "seconds"), [(None, 10), (0, 10), (9, 10), (11, 11), (200, 200), (300, 300), (301, 300), (86_400, 300)]
)
def test_the_next_look_comes_after_as_long_as_it_waited_within_ten_seconds_and_five_minutes(waited, seconds):
    since = None if waited is None else NOW - timedelta(seconds=waited)
    account = replace(NEW, waiting=Waiting(code="conflict", since=since) if since else None)
    assert applying.next_look(account, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(("second", "waits"), [(0, 60), (1, 59), (59.5, 0.5)])
def test_the_next_minute_begins_after_now_and_within_sixty_seconds(second, waits):
    now = START + timedelta(seconds=second)
    assert applying.next_minute(now) == now + timedelta(seconds=waits)


def test_the_next_address_is_the_next_candidate_of_the_same_base():
    first = replace(NEW, address=candidate("sitiaminah", NEW.account_id, 0, "smp", "belajar.id"))
    second = applying.next_address(applying.waits(first, START, "address_unseen"), "belajar.id", NOW)
    assert second.address == candidate("sitiaminah", NEW.account_id, 1, "smp", "belajar.id")
    assert (second.address_attempt, second.waiting) == (1, None)
    third = applying.next_address(second, "belajar.id", NOW)
    assert third.address == candidate("sitiaminah", NEW.account_id, 2, "smp", "belajar.id")
    assert [entry["what"] for entry in third.history] == ["created", "next_address", "next_address"]


def test_the_sign_in_that_ends_an_unused_password_is_recorded_and_later_ones_are_not():
    account = applying.signed_in(LIVE, replace(USER, last_login=EARLIER), NOW)
    assert (account.accessed_at, account.is_unused) == (EARLIER, False)
    assert applying.signed_in(account, replace(USER, last_login=NOW), NOW) is account


def test_a_user_who_never_came_is_not_recorded_as_having_come():
    assert applying.signed_in(LIVE, USER, NOW) is LIVE


@pytest.mark.parametrize(
    ("state", "after", "noted"),
    [("issued", "active", True), ("suspended", "suspended", False), ("closed", "closed", False)],
)
def test_who_is_seen_to_have_come_is_active_unless_suspended_by_us(state, after, noted):
    account = applying.came(replace(LIVE, state=state), replace(USER, last_login=EARLIER), NOW)
    assert (account.state, account.accessed_at, account.version, account.lane) == (after, EARLIER, 1, None)
    assert (account.history[-1] == {"at": NOW, "what": "active", "version": 1}) == noted


def test_who_is_not_seen_to_have_come_stays_as_they_are():
    assert applying.came(LIVE, USER, NOW) is LIVE


def test_the_last_look_spares_whoever_came_in_time():
    account = applying.last_look(replace(LIVE, holds={**DORMANT, **FROZEN}, accessed_at=EARLIER), USER, NOW)
    assert account.holds == FROZEN
    assert account.history[-1]["what"] == "came_in_time"


@pytest.mark.parametrize(
    "account",
    [
        replace(LIVE, holds=DORMANT),
        replace(LIVE, holds=DORMANT, state="suspended", accessed_at=EARLIER),
        replace(LIVE, holds={**LEFT, **FROZEN}, accessed_at=EARLIER),
        replace(LIVE, accessed_at=EARLIER),
    ],
    ids=["never came", "suspended already", "held for something else", "held for nothing"],
)
def test_the_last_look_lifts_nothing_else(account):
    assert applying.last_look(account, USER, NOW) is account


@pytest.mark.parametrize(
    ("seen", "accessed_at"),
    [({"last_login": EARLIER}, EARLIER), ({"agreed_to_terms": True}, START)],
    ids=["a date", "accepted terms alone"],
)
def test_the_last_look_spares_whoever_came_with_a_password_that_was_replaced_since(seen, accessed_at):
    again = replace(LIVE.credential, generation=2, applied_generation=2, issued_at=NOW)
    account = applying.last_look(replace(LIVE, credential=again, holds=DORMANT), replace(USER, **seen), NOW)
    assert (account.holds, account.accessed_at, account.is_unused) == ({}, accessed_at, True)
