import re

import pytest

from shared import policies
from shared.domain.decide import REASONS, decide
from shared.domain.policy import PAKET_GRADES, SCHOOL_GRADES
from tests.deciding import person_of
from tests.rosters import member, pupil, school, staff

# Who, form of school (bentuk_pendidikan_id), what the roster says, and the realm of the account or why there is none.
# To try a rule, add a line: `grade` is tingkat_pendidikan_id, `jenis` jenis_ptk_id, `jabatan` jabatan_ptk_id.
LAUNCH_ROWS = [
    ("pupil", 5, "grade 4", "grade_not_eligible"),
    ("pupil", 5, "grade 5", "sd"),
    ("pupil", 5, "grade 6", "sd"),
    ("pupil", 5, "grade 7", "grade_not_eligible"),
    ("pupil", 53, "grade 4", "grade_not_eligible"),
    ("pupil", 53, "grade 5", "sd"),
    ("pupil", 53, "grade 6", "sd"),
    ("pupil", 53, "grade 7", "grade_not_eligible"),
    ("pupil", 6, "grade 6", "grade_not_eligible"),
    ("pupil", 6, "grade 7", "smp"),
    ("pupil", 6, "grade 8", "smp"),
    ("pupil", 6, "grade 9", "smp"),
    ("pupil", 6, "grade 10", "grade_not_eligible"),
    ("pupil", 54, "grade 6", "grade_not_eligible"),
    ("pupil", 54, "grade 7", "smp"),
    ("pupil", 54, "grade 9", "smp"),
    ("pupil", 54, "grade 10", "grade_not_eligible"),
    ("pupil", 13, "grade 9", "grade_not_eligible"),
    ("pupil", 13, "grade 10", "sma"),
    ("pupil", 13, "grade 11", "sma"),
    ("pupil", 13, "grade 12", "sma"),
    ("pupil", 13, "grade 13", "grade_not_eligible"),
    ("pupil", 55, "grade 9", "grade_not_eligible"),
    ("pupil", 55, "grade 10", "sma"),
    ("pupil", 55, "grade 12", "sma"),
    ("pupil", 55, "grade 13", "grade_not_eligible"),
    ("pupil", 15, "grade 9", "grade_not_eligible"),
    ("pupil", 15, "grade 10", "smk"),
    ("pupil", 15, "grade 12", "smk"),
    ("pupil", 15, "grade 13", "smk"),
    ("pupil", 15, "grade 14", "grade_not_eligible"),
    ("pupil", 29, "grade 4", "grade_not_eligible"),
    ("pupil", 29, "grade 5", "slb"),
    ("pupil", 29, "grade 12", "slb"),
    ("pupil", 29, "grade 13", "grade_not_eligible"),
    ("pupil", 7, "grade 4", "grade_not_eligible"),
    ("pupil", 7, "grade 5", "slb"),
    ("pupil", 7, "grade 12", "slb"),
    ("pupil", 7, "grade 13", "grade_not_eligible"),
    ("pupil", 8, "grade 4", "grade_not_eligible"),
    ("pupil", 8, "grade 5", "slb"),
    ("pupil", 8, "grade 12", "slb"),
    ("pupil", 8, "grade 13", "grade_not_eligible"),
    ("pupil", 14, "grade 4", "grade_not_eligible"),
    ("pupil", 14, "grade 5", "slb"),
    ("pupil", 14, "grade 12", "slb"),
    ("pupil", 14, "grade 13", "grade_not_eligible"),
    *(
        ("pupil", form, f"grade {grade}", expected)
        for form in (11, 12, 18, 27, 40)
        for grade, expected in [
            (34, "grade_not_eligible"),
            (35, "kesetaraan"),
            (36, "kesetaraan"),
            (37, "kesetaraan"),
            (39, "kesetaraan"),
            (40, "kesetaraan"),
            (42, "kesetaraan"),
            (43, "grade_not_eligible"),
            (6, "form_grade_mismatch"),
            (12, "form_grade_mismatch"),
        ]
    ),
    ("pupil", 5, "grade 35", "form_grade_mismatch"),
    ("pupil", 53, "grade 36", "form_grade_mismatch"),
    ("pupil", 6, "grade 37", "form_grade_mismatch"),
    ("pupil", 13, "grade 42", "form_grade_mismatch"),
    ("pupil", 15, "grade 40", "form_grade_mismatch"),
    ("pupil", 29, "grade 39", "form_grade_mismatch"),
    ("pupil", 5, "grade 31", "form_grade_mismatch"),
    ("pupil", 5, "grade 30", "grade_not_eligible"),
    ("pupil", 5, "grade 43", "grade_not_eligible"),
    ("pupil", 5, "grade 0", "grade_not_eligible"),
    ("pupil", 6, "", "grade_missing"),
    ("pupil", 27, "", "grade_missing"),
    *(("pupil", form, "grade 71", "paud_outside") for form in (1, 2, 3, 4)),
    *(("staff", form, "jenis 20", "paud_outside") for form in (1, 2, 3, 4)),
    *(("pupil", form, "grade 7", "madrasah_outside") for form in (9, 10, 16, 17, 34, *range(36, 40), 41, 44, 45)),
    *(("staff", form, "jenis 4", "madrasah_outside") for form in (9, 10, 16, 17, 34, *range(36, 40), 41, 44, 45)),
    *(("pupil", form, "grade 7", "madrasah_outside") for form in range(56, 66)),
    ("pupil", 33, "grade 7", "form_unknown"),
    ("pupil", 0, "grade 7", "form_unknown"),
    ("pupil", 33, "", "form_unknown"),
    ("staff", 33, "jenis 20, operator", "form_unknown"),
    ("staff", 5, "jenis 3", "guru.sd"),
    ("staff", 53, "jenis 4", "guru.sd"),
    ("staff", 6, "jenis 4", "guru.smp"),
    ("staff", 54, "jenis 5", "guru.smp"),
    ("staff", 13, "jenis 14", "guru.sma"),
    ("staff", 55, "jenis 54", "guru.sma"),
    ("staff", 15, "jenis 17", "guru.smk"),
    ("staff", 29, "jenis 16", "guru.slb"),
    ("staff", 7, "jenis 6", "guru.slb"),
    ("staff", 8, "jenis 12", "guru.slb"),
    ("staff", 14, "jenis 13", "guru.slb"),
    ("staff", 27, "jenis 63", "pendidik.kesetaraan"),
    ("staff", 40, "jenis 64", "pendidik.kesetaraan"),
    ("staff", 11, "jenis 15", "pendidik.kesetaraan"),
    ("staff", 12, "jenis 56", "pendidik.kesetaraan"),
    ("staff", 18, "jenis 63", "pendidik.kesetaraan"),
    *(("staff", 6, f"jenis {kind}", "staff_not_eligible") for kind in (7, 8, 9, 10, 11, 25, 26, 30, *range(40, 46))),
    *(("staff", 6, f"jenis {kind}", "staff_not_eligible") for kind in (51, 52, 53, 55, 58, 59, 60, 61, 62, 81, 82, 99)),
    ("staff", 5, "jenis 20", "admin.sd"),
    ("staff", 53, "jenis 57", "admin.sd"),
    ("staff", 6, "jenis 20", "admin.smp"),
    ("staff", 54, "jenis 57", "admin.smp"),
    ("staff", 13, "jenis 20", "admin.sma"),
    ("staff", 15, "jenis 20", "admin.smk"),
    ("staff", 29, "jenis 20", "admin.slb"),
    ("staff", 27, "jenis 20", "admin.kesetaraan"),
    ("staff", 6, "jenis 4, jabatan 2", "admin.smp"),
    ("staff", 6, "jenis 4, jabatan 33", "admin.smp"),
    ("staff", 6, "jenis 4, jabatan 151", "admin.smp"),
    ("staff", 6, "jenis 4, jabatan 153", "admin.smp"),
    ("staff", 6, "jenis 4, jabatan 155", "admin.smp"),
    ("staff", 6, "jenis 4, jabatan 3 and 33", "admin.smp"),
    ("staff", 6, "jenis 4, jabatan 3", "guru.smp"),
    ("staff", 6, "jenis 4, jabatan 152", "guru.smp"),
    ("staff", 6, "jenis 11, jabatan 33", "admin.smp"),
    ("staff", 6, "jenis 4, operator", "admin.smp"),
    ("staff", 6, "jenis 11, operator", "admin.smp"),
    ("staff", 6, "jenis 20, operator", "admin.smp"),
    ("staff", 6, "operator", "admin.smp"),
    ("staff", 6, "jabatan 2", "admin.smp"),
    ("staff", 40, "jenis 63, operator", "admin.kesetaraan"),
    ("staff", 6, "", "jenis_ptk_missing"),
    ("staff", 6, "jabatan 3", "jenis_ptk_missing"),
    *(("pupil", 6, f"grade 7, left {code}", "left") for code in "1234567Z"),
    ("staff", 6, "jenis 20, left 2", "left"),
    ("pupil", 6, "grade 7, deleted", "deleted"),
    ("pupil", 6, "grade 7, left 1, deleted", "deleted"),
    ("staff", 6, "jenis 4, deleted", "deleted"),
    ("pupil", 33, "grade 7, left 1", "left"),
]

# What other policies say, by name: only where it differs from the launch.
OTHER_ROWS = {
    "wide_2022": [
        ("pupil", 5, "grade 0", "grade_not_eligible"),
        ("pupil", 5, "grade 1", "sd"),
        ("pupil", 5, "grade 4", "sd"),
        ("pupil", 53, "grade 1", "sd"),
        ("pupil", 53, "grade 4", "sd"),
        ("pupil", 29, "grade 1", "grade_not_eligible"),
        *(
            ("pupil", form, f"grade {grade}", expected)
            for form in (11, 12, 18, 27, 40)
            for grade, expected in [(30, "grade_not_eligible"), (31, "kesetaraan"), (34, "kesetaraan")]
        ),
    ],
}

POLICIES = {name: policies.load(name) for name in policies.names()}


def rows_of(name):
    """Give all rows of a policy: its own, and those of the launch that they leave as they are."""
    own = OTHER_ROWS.get(name, [])
    facts = {row[:3] for row in own}
    return [*own, *(row for row in LAUNCH_ROWS if row[:3] not in facts)]


ALL_ROWS = [(name, row) for name in POLICIES for row in rows_of(name)]


def outcome(row, policy):
    who, form, told, _ = row
    facts = dict(re.findall(r"(grade|jenis|left) (\w+)", told))
    is_deleted = "deleted" in told
    membership = member(
        school(form=form),
        tingkat_pendidikan_id=facts.get("grade"),
        jenis_ptk_id=facts.get("jenis"),
        jabatan_ptk_id=re.findall(r"\d+", told.partition("jabatan")[2]),
        operator="operator" in told,
        jenis_keluar_id=facts.get("left"),
    )
    build = pupil if who == "pupil" else staff
    verdict = decide(person_of(build("SITI", membership, deleted=is_deleted)), policy, {})
    (decision,) = verdict.decisions
    assert [target.realm.name for target in verdict.targets] == ([decision.realm] if decision.realm else [])
    return decision.realm or decision.reason


def named(value):
    return value if isinstance(value, str) else f"{value[0]} at form {value[1]}: {value[2] or 'nothing more'}"


@pytest.mark.parametrize(("name", "row"), ALL_ROWS, ids=named)
def test_who_gets_which_account(name, row):
    assert outcome(row, POLICIES[name]) == row[3]


def test_every_policy_but_the_launch_says_where_it_differs():
    assert set(OTHER_ROWS) == set(POLICIES) - {"launch_2020"}


@pytest.mark.parametrize("name", POLICIES)
def test_every_realm_form_and_code_of_the_policy_has_a_row(name):
    policy, rows = POLICIES[name], rows_of(name)
    realms = {row[3] for row in rows} - set(REASONS)
    forms = {(policy.realms[row[3]].role, row[1]) for row in rows if row[3] in policy.realms}
    refused = {row[1] for row in rows if row[3].endswith("_outside")}
    assert realms == set(policy.realms)
    assert {(r.role, form) for r in policy.realms.values() if r.role == "pupil" for form in r.forms} <= forms
    assert {form for group in policy.outside.values() for form in group} == refused


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_any_code_at_any_form_gives_what_the_realms_of_the_policy_say(policy):
    for realm in policy.realms.values():
        for form in realm.forms if realm.role == "pupil" else ():
            taken = {
                grade for grade in range(100) if outcome(("pupil", form, f"grade {grade}", ""), policy) == realm.name
            }
            mismatched = {
                grade
                for grade in range(100)
                if outcome(("pupil", form, f"grade {grade}", ""), policy) == "form_grade_mismatch"
            }
            assert taken == realm.grades
            assert mismatched == (SCHOOL_GRADES if realm.has_paket_grades else PAKET_GRADES)


def test_no_line_is_written_twice():
    for rows in (LAUNCH_ROWS, *OTHER_ROWS.values()):
        assert len({row[:3] for row in rows}) == len(rows)
