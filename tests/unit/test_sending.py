from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.accounts import External, Hold
from shared.domain.sending import foreign_suspension, standing_mark, suspended_to_send
from shared.domain.users import Mark
from tests.clocks import START
from tests.deciding import at_rest, person_of, settle, user_of
from tests.rosters import pupil

ACCOUNT = at_rest(settle(person_of(pupil()))["smp"])
USER = user_of(ACCOUNT, org_unit="/Peserta Didik/SMP")
NOW = START + timedelta(days=1)
EARLIER = START + timedelta(hours=1)
NO_LOOK, NO_MARK = "no look", None


def mark(text):
    kid, _, generation = text.partition(".")
    return Mark(key_id=kid, generation=int(generation))


def recorded(wished, applied, *, used=False):
    kid, _, generation = applied.partition(".")
    credential = replace(
        ACCOUNT.credential, key_id=kid or None, generation=wished, applied_generation=int(generation or 0)
    )
    return replace(ACCOUNT, credential=credential, accessed_at=NOW if used else None)


# Wished generation, mark recorded, whether somebody has signed in, mark seen; the mark that stands, None = send.
MARKS = [
    (1, "", False, NO_LOOK, None),
    (1, "", False, NO_MARK, None),
    (1, "", False, "k1.1", "k1.1"),
    (1, "", False, "k9.1", "k9.1"),
    (2, "k1.1", False, NO_LOOK, None),
    (2, "k1.1", False, "k1.1", None),
    (2, "k1.1", True, "k1.1", None),
    (2, "k1.1", False, "k1.2", "k1.2"),
    (2, "k1.1", False, "k2.2", "k2.2"),
    (2, "k1.1", False, NO_MARK, None),
    (1, "k1.1", False, NO_LOOK, "k1.1"),
    (1, "k1.1", True, NO_LOOK, "k1.1"),
    (1, "k1.1", False, "k1.1", "k1.1"),
    (1, "k1.1", False, NO_MARK, "k1.1"),
    (2, "k2.2", False, "k1.1", None),
    (2, "k2.2", False, "k2.1", None),
    (2, "k2.2", False, "k1.2", None),
    (2, "k2.2", True, "k1.1", "k2.2"),
    (2, "k2.2", True, "k1.2", "k2.2"),
    (2, "k2.2", False, "k1.3", "k2.2"),
]


@pytest.mark.parametrize(("wished", "applied", "used", "seen", "stands"), MARKS)
def test_a_password_is_sent_only_where_the_directory_has_another_and_nobody_can_have_made_their_own(
    wished, applied, used, seen, stands
):
    user = None if seen == NO_LOOK else replace(USER, mark=mark(seen) if seen else None)
    found = standing_mark(recorded(wished, applied, used=used), user)
    assert found == (mark(stands) if stands else None)


# The same of a password that nobody asked for: whoever came before it keeps the mark of what they have.
UNASKED = [
    (2, "k1.1", False, "k1.1", None),
    (2, "k1.1", False, NO_MARK, None),
    (2, "k1.1", False, "k2.2", "k2.2"),
    (2, "k1.1", True, "k1.1", "k1.1"),
    (2, "k1.1", True, NO_MARK, "k1.1"),
    (2, "k1.1", True, "k2.2", "k2.2"),
    (3, "k1.2", True, "k1.1", "k1.1"),
    (2, "k2.2", False, "k1.1", None),
    (2, "k2.2", True, "k1.1", "k2.2"),
    (2, "k2.2", False, "k2.2", "k2.2"),
]


@pytest.mark.parametrize(("wished", "applied", "used", "seen", "stands"), UNASKED)
def test_a_password_that_nobody_asked_for_is_not_sent_to_whoever_came_before_it(wished, applied, used, seen, stands):
    account = recorded(wished, applied, used=used)
    account = replace(account, credential=replace(account.credential, unasked_since=START - timedelta(days=90)))
    found = standing_mark(account, replace(USER, mark=mark(seen) if seen else None))
    assert found == (mark(stands) if stands else None)


OURS = {"holds": {"dormant": Hold(since=START)}, "state": "suspended"}
WISHED = {"holds": {"dormant": Hold(since=START)}, "state": "issued"}
LIFTED = {"holds": {}, "state": "suspended"}
FREE = {"holds": {}, "state": "issued"}


# Record, what a look shows of the suspension (reason, our mark of it), then: whose it is, what is sent of `suspended`.
SUSPENSIONS = [
    ("free, open", FREE, None, None, None),
    ("free, suspended by an admin", FREE, ("ADMIN", None), "admin", None),
    ("free, suspended for no reason given", FREE, (None, None), "admin", None),
    ("free, suspended by Google", FREE, ("ABUSE", None), "google", None),
    ("free, suspended for want of a log-in", FREE, ("WEB_LOGIN_REQUIRED", None), "google", None),
    ("free, our call to suspend landed late", FREE, ("ADMIN", "dormant"), None, False),
    ("to be suspended, open", WISHED, None, None, True),
    ("to be suspended, our first call landed", WISHED, ("ADMIN", "dormant"), None, None),
    ("to be suspended, an admin was first", WISHED, ("ADMIN", None), "admin", None),
    ("to be suspended, Google was first", WISHED, ("ABUSE", None), "google", None),
    ("suspended by us", OURS, ("ADMIN", "dormant"), None, None),
    ("suspended by us before marks were set", OURS, ("ADMIN", None), None, None),
    ("suspended by us, opened by an admin or a late call", OURS, None, None, True),
    ("suspended by us and by Google", OURS, ("ABUSE", "dormant"), "google", None),
    ("to be lifted, suspended by us", LIFTED, ("ADMIN", "dormant"), None, False),
    ("to be lifted, open already", LIFTED, None, None, None),
    ("to be lifted, suspended by Google as well", LIFTED, ("ABUSE", "dormant"), "google", None),
]


@pytest.mark.parametrize(
    ("record", "seen", "kind", "sent"), [row[1:] for row in SUSPENSIONS], ids=[row[0] for row in SUSPENSIONS]
)
def test_only_a_suspension_of_ours_is_set_or_lifted(record, seen, kind, sent):
    account = replace(ACCOUNT, **record)
    reason, held = seen or (None, None)
    user = replace(USER, suspended=seen is not None, suspension_reason=reason, held=held)
    external = foreign_suspension(account, user, NOW)
    assert (external.kind if external else None) == kind
    assert suspended_to_send(account, user, external) is sent
    assert external is None or external.seen_at == NOW


@pytest.mark.parametrize("record", [FREE, WISHED, OURS, LIFTED], ids=["free", "wished", "ours", "lifted"])
def test_without_a_look_nothing_is_sent_of_a_suspension(record):
    assert suspended_to_send(replace(ACCOUNT, **record), None, None) is None


@pytest.mark.parametrize(("kind", "stays"), [("google", True), ("admin", True), ("deleted", False)])
def test_without_a_look_a_known_suspension_stays_but_a_deleted_user_was_found_again(kind, stays):
    known = External(kind=kind, seen_at=EARLIER)
    assert foreign_suspension(replace(ACCOUNT, external=known), None, NOW) == (known if stays else None)


def test_without_a_look_nothing_is_known_of_what_was_not_known():
    assert foreign_suspension(ACCOUNT, None, NOW) is None


def test_a_suspension_seen_again_keeps_the_time_of_the_first_look():
    known = External(kind="google", seen_at=EARLIER)
    user = replace(USER, suspended=True, suspension_reason="ABUSE")
    assert foreign_suspension(replace(ACCOUNT, external=known), user, NOW) == known


def test_a_suspension_of_another_kind_is_seen_anew():
    known = External(kind="admin", seen_at=EARLIER)
    user = replace(USER, suspended=True, suspension_reason="ABUSE")
    assert foreign_suspension(replace(ACCOUNT, external=known), user, NOW) == External(kind="google", seen_at=NOW)


def test_a_suspension_that_its_maker_has_lifted_is_external_no_longer():
    known = External(kind="google", seen_at=EARLIER)
    assert foreign_suspension(replace(ACCOUNT, external=known), USER, NOW) is None
