from dataclasses import replace

import pytest

from shared.domain.users import DirectoryUser, Mark, marks, profile_of
from tests.deciding import LAUNCH, at_rest, person_of, settle
from tests.rosters import member, pupil, school, staff

SMP = school("SMP A")
ACCOUNT = at_rest(settle(person_of(pupil("SITI NUR AMINAH", member(SMP, tingkat_pendidikan_id=7))))["smp"])
FIRST = Mark(key_id="k1", generation=1)
PROFILE = profile_of(ACCOUNT, LAUNCH.realms["smp"], FIRST)
USER = DirectoryUser(
    id="u1",
    address=ACCOUNT.address,
    account_id=ACCOUNT.account_id,
    mark=FIRST,
    held=None,
    given_name="SITI NUR",
    family_name="AMINAH",
    org_unit="/Peserta Didik/SMP",
    in_address_list=False,
    cost_center=SMP["npsn"],
    school="SMP A",
    suspended=False,
    suspension_reason=None,
    agreed_to_terms=False,
    last_login=None,
)


def test_a_profile_has_name_school_org_unit_and_marks_and_leaves_password_and_suspension_alone():
    assert (PROFILE.address, PROFILE.account_id) == (ACCOUNT.address, ACCOUNT.account_id)
    assert (PROFILE.given_name, PROFILE.family_name, PROFILE.display_name) == ("SITI NUR", "AMINAH", None)
    assert (PROFILE.cost_center, PROFILE.school) == (SMP["npsn"], "SMP A")
    assert (PROFILE.org_unit, PROFILE.in_address_list) == ("/Peserta Didik/SMP", False)
    assert (PROFILE.mark, PROFILE.held, PROFILE.password, PROFILE.suspended) == (FIRST, None, None, None)


def test_a_teacher_is_in_the_address_list():
    account = settle(person_of(staff()))["guru.smp"]
    assert profile_of(account, LAUNCH.realms["guru.smp"], None).in_address_list


def test_a_name_of_one_word_is_shown_as_that_word():
    account = settle(person_of(pupil("SUTRISNO")))["smp"]
    assert profile_of(account, LAUNCH.realms["smp"], None).display_name == "SUTRISNO"


def test_a_user_shows_the_profile_that_was_made_of_its_account():
    assert USER.shows(PROFILE)


@pytest.mark.parametrize(
    "changes",
    [
        {"account_id": None},
        {"given_name": "SITI"},
        {"family_name": "AMINAH PUTRI"},
        {"org_unit": "/"},
        {"cost_center": None},
        {"school": "SMP B"},
        {"mark": None},
        {"mark": Mark(key_id="k2", generation=1)},
    ],
    ids=str,
)
def test_a_user_that_differs_in_anything_does_not_show_the_profile(changes):
    assert not replace(USER, **changes).shows(PROFILE)


@pytest.mark.parametrize(
    ("wanted", "suspended", "shows"),
    [(None, False, True), (None, True, True), (True, True, True), (True, False, False), (False, True, False)],
)
def test_a_suspension_counts_only_where_one_is_wanted_or_to_be_lifted(wanted, suspended, shows):
    assert replace(USER, suspended=suspended).shows(replace(PROFILE, suspended=wanted)) == shows


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("k1.1", Mark(key_id="k1", generation=1)),
        ("2021-a.12", Mark(key_id="2021-a", generation=12)),
        ("a.b.3", Mark(key_id="a.b", generation=3)),
        ("k1", None),
        ("k1.", None),
        (".1", None),
        ("k1.x", None),
        ("k1.-1", None),
        ("k1.²", None),
        ("k1.١", None),
        ("", None),
    ],
)
def test_a_password_mark_is_key_and_generation_or_unreadable(text, mark):
    assert marks({"akun": "a.smp", "akun_kredensial": text}) == ("a.smp", mark)


def test_a_user_without_our_marks_is_not_ours():
    assert marks({"nis": "12"}) == (None, None)


@pytest.mark.parametrize("changes", [{"account_id": None}, {"mark": None}, {"held": "dormant"}], ids=str)
def test_marks_that_are_not_sent_are_not_compared(changes):
    assert replace(USER, **changes).shows(replace(PROFILE, mark=None))
