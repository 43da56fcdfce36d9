import re
import tomllib

import pytest

from shared import policies
from shared.domain.decide import decide
from shared.domain.policy import CATEGORIES
from shared.errors import ConfigError
from tests.deciding import LAUNCH, WIDE, person_of
from tests.rosters import member, pupil, school, staff

TEXT = """
name = "trial"
legal_basis = "Peraturan Nomor 1"
[outside]
paud = [1, 2]
[staff]
teacher_jenis_ptk = [4]
head_jenis_ptk = [20]
head_jabatan_ptk = [2]
[defaults]
overlap_days = 90
grace_days = 30
withdrawn_grace_days = 60
shown_unused_days = 0
[realms.smp]
role = "pupil"
level = "smp"
forms = [6]
grades = [7, 8, 9]
org_unit = "/Siswa"
in_address_list = false
[realms."guru.smp"]
role = "teacher"
level = "smp"
forms = [6]
org_unit = "/Guru"
in_address_list = true
"""

WIDER = """
name = "trial"
extends = "launch_2020"
legal_basis = "Peraturan Nomor 1"
"""


def problems(text, name="trial"):
    with pytest.raises(ConfigError) as caught:
        policies.parse(text, name)
    return caught.value.problems


def edited(old, new):
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def realm_table(name, role, level, forms, **more):
    lines = {"role": f'"{role}"', "level": f'"{level}"', "forms": forms, "org_unit": '"/Baru"', **more}
    lines["in_address_list"] = "false"
    return "\n".join([f'[realms."{name}"]', *(f"{key} = {value}" for key, value in lines.items())])


def test_the_sample_that_the_mistakes_are_made_in_has_none():
    assert set(policies.parse(TEXT, "trial").realms) == {"smp", "guru.smp"}


# What is wrong, and how the one message begins: its path, and its cure.
MISTAKES = [
    ('name = "trial"', 'name = "other"', "name: must be the file's own name"),
    ('name = "trial"', "", "name: must be the file's own name"),
    ('legal_basis = "Peraturan Nomor 1"', "", "legal_basis: must name the regulation"),
    ('legal_basis = "Peraturan Nomor 1"', 'legal_basis = "  "', "legal_basis: must name the regulation"),
    ('legal_basis = "Peraturan Nomor 1"', "legal_basis = 1", "legal_basis: must name the regulation"),
    ("[outside]", "valid_from = 2020\n[outside]", "valid_from: unknown; known are campaigns, defaults"),
    ("[outside]", 'extends = "trial"\n[outside]', "extends: must be another policy"),
    ("[outside]", 'extends = "nowhere"\n[outside]', "extends: must be another policy"),
    ("[outside]", 'extends = ["launch_2020"]\n[outside]', "extends: must be another policy"),
    ("[outside]", 'extends = "wide_2022"\n[outside]', "extends: must be another policy, one that extends none"),
    ("paud = [1, 2]", "paud = 1", "outside.paud: must be a list of different codes"),
    ("paud = [1, 2]", "paud = [1, 1]", "outside.paud: must be a list of different codes"),
    ("paud = [1, 2]", "kursus = [1, 2]", "outside.kursus: unknown; known are madrasah, paud"),
    ("paud = [1, 2]", "paud = [1, 6]", "realms.smp.forms: form 6 is in outside.paud too"),
    ("teacher_jenis_ptk = [4]", "", "staff.teacher_jenis_ptk: must be a list of different codes"),
    ("teacher_jenis_ptk = [4]", "teacher_jenis_ptk = []", "staff.teacher_jenis_ptk: must be a list of different codes"),
    ("head_jenis_ptk = [20]", 'head_jenis_ptk = ["20"]', "staff.head_jenis_ptk: must be a list of different codes"),
    ("head_jenis_ptk = [20]", "head_jenis_ptk = [true]", "staff.head_jenis_ptk: must be a list of different codes"),
    ("head_jabatan_ptk = [2]", "head_jabatan_ptk = [-1]", "staff.head_jabatan_ptk: must be a list of different codes"),
    ("head_jabatan_ptk = [2]", "head_jabatan_ptk = [2]\nplt = [33]", "staff.plt: unknown; known are head_jabatan_ptk"),
    ("overlap_days = 90", "", "realms.smp.overlap_days: must be a number of days, 0 to 3660"),
    ("grace_days = 30", "grace_days = -1", "realms.smp.grace_days: must be a number of days"),
    ("grace_days = 30", "grace_days = 3661", "realms.smp.grace_days: must be a number of days"),
    ("grace_days = 30", "grace_days = true", "realms.smp.grace_days: must be a number of days"),
    ("grace_days = 30", 'grace_days = "30"', "realms.smp.grace_days: must be a number of days"),
    ("grace_days = 30", "grace_days = 30\ngrace_dayz = 10", "defaults.grace_dayz: unknown; known are grace_days"),
    ("[realms.smp]", "[realms.Smp]", "realms.Smp: a realm is one or two lower-case words"),
    ("[realms.smp]", '[realms."a.b.c"]', "realms.a.b.c: a realm is one or two lower-case words"),
    ('role = "teacher"', 'role = "siswa"', "realms.guru.smp.role: must be one of pupil, teacher, admin"),
    ('role = "teacher"', 'role = ["teacher"]', "realms.guru.smp.role: must be one of pupil, teacher, admin"),
    ('level = "smp"', "level = 3", "realms.smp.level: must be one lower-case word"),
    ('level = "smp"', 'level = "SMP 1"', "realms.smp.level: must be one lower-case word"),
    ("forms = [6]", "forms = []", "realms.smp.forms: must be a list of different codes, 0 to 999999, not empty"),
    ("forms = [6]", "forms = [1000000]", "realms.smp.forms: must be a list of different codes"),
    ("grades = [7, 8, 9]", "", "realms.smp.grades: pupils' realms need grades, staff realms have none"),
    ("grades = [7, 8, 9]", "grades = [7, 37]", "realms.smp.grades: Paket grades (31 to 42) and others do not mix"),
    ('org_unit = "/Guru"', "grades = [7]\n" + 'org_unit = "/Guru"', "realms.guru.smp.grades: pupils' realms need"),
    ('org_unit = "/Siswa"', 'org_unit = "Siswa"', "realms.smp.org_unit: must be an org unit's path, from /"),
    ('org_unit = "/Siswa"', "", "realms.smp.org_unit: must be an org unit's path, from /"),
    ("in_address_list = false", "in_address_list = true", "realms.smp.in_address_list: must be true or false; pupils"),
    ("in_address_list = true", "in_address_list = 1", "realms.guru.smp.in_address_list: must be true or false"),
    ("in_address_list = true", "", "realms.guru.smp.in_address_list: must be true or false"),
    ("in_address_list = true", "in_address_list = true\ndomain = 1", "realms.guru.smp.domain: unknown; known are"),
]


@pytest.mark.parametrize(
    ("old", "new", "begins"), MISTAKES, ids=[f"{new or 'without ' + old}" for old, new, _ in MISTAKES]
)
def test_every_mistake_gives_a_message_with_file_path_and_cure(old, new, begins):
    found = problems(edited(old, new))
    assert f"trial.toml: {begins}" in [problem[: len(f"trial.toml: {begins}")] for problem in found]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"trial\.toml: [\w.]+: .+", problem) for problem in found)


@pytest.mark.parametrize("table", ["outside", "staff", "defaults", "realms"])
def test_what_must_be_a_table_is_said_once(table):
    source = TEXT.partition("[realms")[0] if table == "realms" else edited(f"[{table}]", "[other]")
    found = problems(source)
    assert found.count(f"trial.toml: {table}: must be a table") == 1


def test_a_realm_that_is_no_table_is_named():
    assert "trial.toml: realms.sd: must be a table" in problems(
        TEXT.replace("[realms.smp]", "[realms]\nsd = 5\n[realms.smp]")
    )


def test_a_policy_without_realms_is_none():
    assert problems(TEXT.partition("[realms")[0] + "[realms]") == [
        "trial.toml: realms: must hold a table for each realm"
    ]


def test_two_mistakes_of_one_file_are_both_reported():
    text = edited("paud = [1, 2]", "paud = 7").replace('org_unit = "/Guru"', 'org_unit = "Guru"')
    assert problems(text) == [
        "trial.toml: realms.guru.smp.org_unit: must be an org unit's path, from /",
        "trial.toml: outside.paud: must be a list of different codes, 0 to 999999",
    ]


def test_text_that_is_no_toml_is_reported_with_its_place():
    (problem,) = problems("name = \n")
    assert problem.startswith("trial.toml: ")
    assert "line 1" in problem


def test_one_form_belongs_to_one_realm_of_a_role():
    more = realm_table("mts", "pupil", "mts", [6], grades=[7])
    assert problems(TEXT + more) == ["trial.toml: realms.mts.forms: form 6 is smp's already"]


def test_one_level_has_one_realm_of_a_role():
    more = realm_table("mts", "pupil", "smp", [9], grades=[7])
    assert problems(TEXT + more) == ["trial.toml: realms.mts.level: smp has this role and level already"]


def test_an_unknown_policy_is_refused_with_those_that_exist():
    with pytest.raises(ConfigError) as caught:
        policies.load("launch_2021")
    known = ", ".join(policies.names())
    assert caught.value.problems == [f"POLICY: 'launch_2021' is no policy; use one of {known}"]


@pytest.mark.parametrize("name", policies.names())
def test_every_policy_there_is_can_be_loaded_and_names_its_legal_basis(name):
    policy = policies.load(name)
    assert policy.name == name
    assert re.search(r"Nomor \d+ Tahun 20\d\d", policy.legal_basis)


def test_the_launch_policy_is_what_its_file_says():
    source = tomllib.loads((policies.FOLDER / "launch_2020.toml").read_text("utf-8"))
    assert list(LAUNCH.realms) == list(source["realms"])
    for name, table in source["realms"].items():
        realm = LAUNCH.realms[name]
        own = {key: sorted(value) if isinstance(value := getattr(realm, key), frozenset) else value for key in table}
        assert own == table
        assert {span: getattr(realm, span) for span in source["defaults"]} == source["defaults"]
    assert {key: sorted(forms) for key, forms in LAUNCH.outside.items()} == source["outside"]
    assert {key: sorted(getattr(LAUNCH, key)) for key in source["staff"]} == source["staff"]


def test_every_realm_is_one_of_a_level_and_pupils_are_never_in_the_address_list():
    prefixes = {"pupil": "", "teacher": "guru.", "admin": "admin."}
    for name, realm in LAUNCH.realms.items():
        expected = f"{prefixes[realm.role]}{realm.level}"
        assert name == ("pendidik.kesetaraan" if expected == "guru.kesetaraan" else expected)
        assert realm.in_address_list == (realm.role != "pupil")
        assert realm.category == CATEGORIES[realm.role]
    assert len(LAUNCH.realms) == 18


def test_the_wider_policy_differs_from_the_launch_only_where_it_says_so():
    changed = {
        name: [key for key in realm.__slots__ if getattr(realm, key) != getattr(LAUNCH.realms[name], key)]
        for name, realm in WIDE.realms.items()
    }
    assert changed == {
        name: ["grades", "shown_unused_days"] if name in ("sd", "kesetaraan") else ["shown_unused_days"]
        for name in LAUNCH.realms
    }
    assert (WIDE.realms["sd"].grades, WIDE.realms["smp"].shown_unused_days) == (frozenset(range(1, 7)), 90)
    assert (WIDE.outside, WIDE.teacher_jenis_ptk) == (LAUNCH.outside, LAUNCH.teacher_jenis_ptk)


def test_a_realm_may_have_spans_of_its_own():
    policy = policies.parse(edited("[realms.smp]", "[realms.smp]\ngrace_days = 0"), "trial")
    assert (policy.realms["smp"].grace_days, policy.realms["guru.smp"].grace_days) == (0, 30)


def test_a_realm_added_by_one_table_is_decided_like_the_others():
    added = realm_table("kursus", "pupil", "kursus", [33], grades=[79])
    policy = policies.parse(WIDER + added, "trial")
    person = person_of(pupil("SITI", member(school(form=33), tingkat_pendidikan_id=79)))
    assert [target.realm.name for target in decide(person, policy, {}).targets] == ["kursus"]
    assert decide(person, LAUNCH, {}).targets == ()


def test_forms_that_were_outside_can_be_given_a_realm():
    added = realm_table("guru.paud", "teacher", "paud", [1, 2, 3, 4])
    policy = policies.parse(f"{WIDER}[outside]\npaud = []\n{added}", "trial")
    teacher = person_of(staff("BUDI", member(school(form=1), jenis_ptk_id=54)))
    assert [target.realm.name for target in decide(teacher, policy, {}).targets] == ["guru.paud"]
