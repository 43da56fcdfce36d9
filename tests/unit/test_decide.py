import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.accounts import Account
from shared.domain.decide import REASONS, decide
from tests.clocks import START
from tests.deciding import LAUNCH, at_rest, person_of, settle
from tests.rosters import member, pupil, school, some_id, staff

SMP_A, SMP_B = school("SMP A"), school("SMP B")
SD, UNKNOWN = school("SD A", form=5), school("KURSUS A", form=33)
LATER = START + timedelta(days=10)


def verdict_of(data, accounts=None):
    return decide(person_of(data), LAUNCH, accounts or {})


def decided(verdict):
    return {decision.sekolah_id: (decision.realm, decision.reason) for decision in verdict.decisions}


def only_target(verdict):
    (target,) = verdict.targets
    return target


def accounts_after(*people, now=START):
    accounts: dict[str, Account] = {}
    for data in people:
        accounts = settle(person_of(data), accounts, now=now)
    return {realm: at_rest(account) for realm, account in accounts.items()}


def test_a_person_without_memberships_gets_nothing():
    verdict = verdict_of(pupil(memberships=[]))
    assert (verdict.decisions, verdict.targets, verdict.kept, verdict.refused_at) == ((), (), frozenset(), ())


def test_of_two_schools_at_one_level_the_induk_is_home_and_both_see_the_account():
    verdict = verdict_of(
        staff("BUDI", member(SMP_A, jenis_ptk_id=4), member(SMP_B, jenis_ptk_id=4, induk=True)),
    )
    target = only_target(verdict)
    assert target.realm.name == "guru.smp"
    assert target.home.sekolah.npsn == SMP_B["npsn"]
    assert target.sekolah_ids == (SMP_B["sekolah_id"], SMP_A["sekolah_id"])


@pytest.mark.parametrize("induk", [False, True], ids=["none is induk", "both are induk"])
def test_without_one_induk_the_lowest_membership_is_home(induk):
    first, second = some_id("1"), some_id("2")
    low, high = min(first, second), max(first, second)
    verdict = verdict_of(
        pupil(
            "SITI",
            member(SMP_A, tingkat_pendidikan_id=7, induk=induk, membership_id=high),
            member(SMP_B, tingkat_pendidikan_id=7, induk=induk, membership_id=low),
        )
    )
    assert only_target(verdict).home.sekolah.nama == "SMP B"


def test_an_induk_that_was_left_is_no_home():
    verdict = verdict_of(
        pupil(
            "SITI",
            member(SMP_A, tingkat_pendidikan_id=7, induk=True, jenis_keluar_id="2"),
            member(SMP_B, tingkat_pendidikan_id=7),
        )
    )
    assert only_target(verdict).sekolah_ids == (SMP_B["sekolah_id"],)
    assert verdict.refused_at == ()


def test_two_levels_give_two_accounts():
    verdict = verdict_of(staff("BUDI", member(SD, jenis_ptk_id=3), member(SMP_A, jenis_ptk_id=4)))
    assert [target.realm.name for target in verdict.targets] == ["guru.sd", "guru.smp"]


def test_a_teacher_who_is_head_at_another_school_of_the_level_has_one_account_with_the_school_of_the_duty():
    verdict = verdict_of(
        staff("BUDI", member(SMP_A, jenis_ptk_id=4, induk=True), member(SMP_B, jenis_ptk_id=20)),
    )
    target = only_target(verdict)
    assert target.realm.name == "admin.smp"
    assert target.sekolah_ids == (SMP_B["sekolah_id"], SMP_A["sekolah_id"])
    assert decided(verdict) == {
        SMP_A["sekolah_id"]: ("admin.smp", "duty_elsewhere"),
        SMP_B["sekolah_id"]: ("admin.smp", "head"),
    }
    assert verdict.refused_at == ()


def test_a_teacher_at_one_level_and_head_at_another_has_two_accounts():
    verdict = verdict_of(staff("BUDI", member(SD, jenis_ptk_id=3), member(SMP_A, jenis_ptk_id=4, jabatan_ptk_id=[33])))
    assert [target.realm.name for target in verdict.targets] == ["admin.smp", "guru.sd"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"jenis_ptk_id": 4, "jabatan_ptk_id": [2]}, "head"),
        ({"jenis_ptk_id": 20}, "head"),
        ({"jenis_ptk_id": 20, "operator": True}, "head"),
        ({"jenis_ptk_id": 11, "operator": True}, "operator"),
        ({"operator": True}, "operator"),
        ({"jenis_ptk_id": 4}, "teacher"),
    ],
    ids=["head who teaches", "head", "head and operator", "operator of the staff", "operator of no kind", "teacher"],
)
def test_the_reason_says_which_duty_gave_the_account(facts, reason):
    ((_, given),) = decided(verdict_of(staff("BUDI", member(**facts)))).values()
    assert given == reason


def test_refused_at_names_the_present_schools_without_an_account_once_each_and_sorted():
    verdict = verdict_of(
        pupil(
            "SITI",
            member(SD, tingkat_pendidikan_id=4),
            member(SD, tingkat_pendidikan_id=3, membership_id=some_id("again")),
            member(UNKNOWN),
            member(SMP_A, tingkat_pendidikan_id=7),
            member(SMP_B, tingkat_pendidikan_id=8, jenis_keluar_id="1"),
        )
    )
    assert verdict.refused_at == tuple(sorted([SD["sekolah_id"], UNKNOWN["sekolah_id"]]))


def test_a_withdrawn_person_is_refused_nowhere():
    assert verdict_of(pupil("SITI", member(SD, tingkat_pendidikan_id=4), deleted=True)).refused_at == ()


def test_a_new_pupil_without_a_class_waits_for_one():
    verdict = verdict_of(pupil("SITI", member(SMP_A)))
    assert decided(verdict) == {SMP_A["sekolah_id"]: (None, "grade_missing")}
    assert verdict.refused_at == (SMP_A["sekolah_id"],)


def test_a_pupil_with_an_account_keeps_it_without_a_class_and_moves_with_it():
    accounts = accounts_after(pupil("SITI", member(SMP_A, tingkat_pendidikan_id=7)))
    verdict = verdict_of(pupil("SITI", member(SMP_B)), accounts)
    assert only_target(verdict).sekolah_ids == (SMP_B["sekolah_id"],)
    assert decided(verdict) == {SMP_B["sekolah_id"]: ("smp", "grade_missing")}


def test_an_account_of_another_level_is_not_kept_for_want_of_a_class():
    accounts = accounts_after(pupil("SITI", member(SD, tingkat_pendidikan_id=6)))
    verdict = verdict_of(pupil("SITI", member(SMP_A)), accounts)
    assert (verdict.targets, verdict.kept) == ((), frozenset())


@pytest.mark.parametrize(
    ("build", "facts"), [(pupil, {"tingkat_pendidikan_id": 7}), (staff, {"jenis_ptk_id": 4})], ids=["pupil", "teacher"]
)
def test_a_closed_account_is_not_opened_again_for_want_of_knowledge(build, facts):
    accounts = accounts_after(build("SITI", member(SMP_A, **facts)))
    closed = {realm: replace(account, state="closed") for realm, account in accounts.items()}
    assert verdict_of(build("SITI", member(SMP_A)), closed).targets == ()


@pytest.mark.parametrize(
    ("facts", "realm"), [({"jenis_ptk_id": 4}, "guru.smp"), ({"operator": True}, "admin.smp")], ids=["teacher", "admin"]
)
def test_staff_of_no_known_kind_keep_the_account_they_have(facts, realm):
    accounts = accounts_after(staff("BUDI", member(SMP_A, **facts)))
    verdict = verdict_of(staff("BUDI", member(SMP_B)), accounts)
    assert only_target(verdict).realm.name == realm
    assert decided(verdict) == {SMP_B["sekolah_id"]: (realm, "jenis_ptk_missing")}


@pytest.mark.parametrize(
    ("duties", "goes_on"),
    [([20, 4], "guru.smp"), ([4, 20], "admin.smp")],
    ids=["head who went back to teaching", "teacher who became head"],
)
def test_staff_of_no_known_kind_keep_the_account_that_goes_on_not_the_one_that_ends(duties, goes_on):
    accounts = accounts_after(*(staff("BUDI", member(SMP_A, jenis_ptk_id=duty)) for duty in duties))
    assert len(accounts) == 2
    assert only_target(verdict_of(staff("BUDI", member(SMP_A)), accounts)).realm.name == goes_on


def test_a_school_of_which_too_little_is_known_sees_the_account_that_another_school_brings():
    for build, facts in ((pupil, {"tingkat_pendidikan_id": 7}), (staff, {"jenis_ptk_id": 4})):
        data = build("SITI", member(SMP_A, **facts), member(SMP_B))
        first = verdict_of(data)
        assert set(only_target(first).sekolah_ids) == {SMP_A["sekolah_id"], SMP_B["sekolah_id"]}
        assert verdict_of(data, accounts_after(data)) == first


def test_a_form_that_became_unknown_keeps_the_account_of_that_school():
    accounts = accounts_after(pupil("SITI", member(SMP_A, tingkat_pendidikan_id=7)))
    verdict = verdict_of(pupil("SITI", member({**SMP_A, "bentuk_pendidikan_id": 33})), accounts)
    assert verdict.kept == {"smp"}
    assert decided(verdict) == {SMP_A["sekolah_id"]: ("smp", "form_unknown")}
    assert (verdict.targets, verdict.refused_at) == ((), ())


def test_an_unknown_form_elsewhere_keeps_nothing():
    accounts = accounts_after(pupil("SITI", member(SMP_A, tingkat_pendidikan_id=7)))
    verdict = verdict_of(pupil("SITI", member(UNKNOWN, tingkat_pendidikan_id=7)), accounts)
    assert (verdict.kept, verdict.refused_at) == (frozenset(), (UNKNOWN["sekolah_id"],))


def test_an_unknown_form_does_not_keep_an_account_that_ends():
    accounts = accounts_after(pupil("SITI", member(SMP_A, tingkat_pendidikan_id=7)))
    ending = {"smp": replace(accounts["smp"], ends_at=LATER)}
    assert verdict_of(pupil("SITI", member({**SMP_A, "bentuk_pendidikan_id": 33})), ending).kept == frozenset()


def test_a_second_school_whose_form_became_unknown_goes_on_seeing_the_account():
    both = [member(SMP_A, jenis_ptk_id=4, induk=True), member(SMP_B, jenis_ptk_id=4)]
    accounts = accounts_after(staff("BUDI", *both))
    now_unknown = member({**SMP_B, "bentuk_pendidikan_id": 33}, jenis_ptk_id=4)
    verdict = verdict_of(staff("BUDI", both[0], now_unknown), accounts)
    assert only_target(verdict).sekolah_ids == (SMP_A["sekolah_id"], SMP_B["sekolah_id"])
    assert verdict.kept == frozenset()


def test_every_reason_has_a_text_and_every_text_a_reason():
    accounts = accounts_after(pupil("SITI", member(tingkat_pendidikan_id=7)))
    forms = [5, 6, 27, 33, *itertools.chain.from_iterable(LAUNCH.outside.values())]
    grades, kinds, leavings = [None, 5, 7, 36, 99], [None, 4, 11, 20], [None, "1"]
    given = set()
    for form, grade, kind, left, operator, deleted, known in itertools.product(
        forms, grades, kinds, leavings, [False, True], [False, True], [{}, accounts]
    ):
        facts = {"tingkat_pendidikan_id": grade, "jenis_ptk_id": kind, "jenis_keluar_id": left, "operator": operator}
        for build in (pupil, staff):
            one, other = member(school("A", form=form), **facts), member(school("B", form=form), jenis_ptk_id=4)
            verdict = verdict_of(build("SITI", one, other, deleted=deleted), known)
            given |= {decision.reason for decision in verdict.decisions}
    assert given == set(REASONS)
    assert all(text.strip() for text in REASONS.values())
