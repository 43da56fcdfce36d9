"""Which sign-in ends which password."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain import applying
from shared.domain.accounts import Credential
from shared.domain.users import Mark
from tests.clocks import START
from tests.deciding import at_rest, person_of, settle, user_of
from tests.rosters import pupil

LIVE = at_rest(settle(person_of(pupil()))["smp"])
NOW = START + timedelta(days=1)
EARLIER = START + timedelta(hours=1)
USER = user_of(LIVE)

# Generation, accepted terms, last sign-in seen, and the sign-in that counts.
SIGN_INS = [
    (1, False, None, None),
    (1, True, None, NOW),
    (1, False, EARLIER, EARLIER),
    (1, True, EARLIER, EARLIER),
    (1, False, START, START),
    (1, False, START - timedelta(days=1), START),
    (1, True, START - timedelta(days=1), START),
    (2, False, None, None),
    (2, True, None, None),
    (2, True, START - timedelta(seconds=1), None),
    (2, False, START, START),
    (2, True, EARLIER, EARLIER),
]


@pytest.mark.parametrize(("generation", "agreed", "last_login", "counts"), SIGN_INS)
def test_accepted_terms_count_for_a_first_password_and_only_later_sign_ins_for_another(
    generation, agreed, last_login, counts
):
    credential: Credential = replace(LIVE.credential, generation=generation, applied_generation=generation)
    account = replace(LIVE, credential=credential)
    user = replace(USER, agreed_to_terms=agreed, last_login=last_login)
    assert user.accessed_at(account, NOW) == counts
    assert applying.signed_in(account, user, NOW).is_unused == (counts is None)


DAY = timedelta(days=1)
# Of a due password that nobody asked for: its generation, the mark seen, terms, last sign-in, the sign-in that counts.
# The former one was issued at START, the wished one a day later, which is NOW.
BEFORE_IT = [
    (2, 1, False, None, None),
    (2, 1, True, None, NOW),
    (2, 1, False, START - DAY, NOW),
    (2, 1, True, EARLIER, NOW),
    (2, 1, True, NOW + DAY, NOW + DAY),
    (2, None, True, EARLIER, NOW),
    (3, 2, False, None, None),
    (3, 2, True, START - DAY, None),
    (3, 2, True, START, NOW),
    (3, 1, True, EARLIER, NOW),
    (3, 2, True, None, NOW),
    (2, 2, True, None, None),
    (2, 2, True, EARLIER, None),
    (2, 2, True, NOW, NOW),
    (3, 3, True, EARLIER, None),
]


@pytest.mark.parametrize(("generation", "seen", "agreed", "last_login", "counts"), BEFORE_IT)
def test_before_a_password_that_nobody_asked_for_a_sign_in_with_the_former_one_counts(
    generation, seen, agreed, last_login, counts
):
    credential = replace(
        LIVE.credential,
        generation=generation,
        applied_generation=generation - 1,
        issued_at=NOW,
        unasked_since=START,
    )
    mark = None if seen is None else Mark(key_id="k1", generation=seen)
    user = replace(USER, mark=mark, agreed_to_terms=agreed, last_login=last_login)
    account = applying.signed_in(replace(LIVE, credential=credential), user, NOW - timedelta(seconds=5))
    assert account.accessed_at == counts
    assert account.is_unused == (counts is None)
