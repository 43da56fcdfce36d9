"""The soak's model against the design's own examples, so that it may judge the system."""

import ast
import base64
import json
from pathlib import Path

import pytest

from bench.soak import model
from bench.soak.model import fault
from bench.soak.model.names import shown, units
from bench.soak.model.passwords import VECTORS, password
from tests.rosters import event, member, pupil, school, some_id, staff
from tests.unit.soaks import KEYS, only_world, realms, worlds_of

DAY = 86_400_000_000


def a_pupil(form: int, grade: int | None) -> dict[str, object]:
    return pupil("SITI AMINAH", member(school(form=form), tingkat_pendidikan_id=grade))


def a_teacher(form: int, **fields: object) -> dict[str, object]:
    return staff("BUDI SANTOSO", member(school(form=form), **{"jenis_ptk_id": 4, **fields}))


def test_the_model_imports_nothing_of_what_it_judges():
    for path in Path(model.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        named += [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
        assert not [name for name in named if name.split(".")[0] in ("shared", "functions", "local", "cli")], path


@pytest.mark.parametrize(
    ("form", "grade", "realm"),
    [
        *((5, grade, "sd" if grade in (5, 6) else None) for grade in (4, 5, 6, 7)),
        *((6, grade, "smp" if 7 <= grade <= 9 else None) for grade in (6, 7, 9, 10)),
        *((13, grade, "sma" if 10 <= grade <= 12 else None) for grade in (9, 10, 12, 13)),
        *((15, grade, "smk" if 10 <= grade <= 13 else None) for grade in (9, 10, 13)),
        *((29, grade, "slb" if 5 <= grade <= 12 else None) for grade in (4, 5, 12, 13)),
        *((27, grade, "kesetaraan" if 35 <= grade <= 42 else None) for grade in (34, 35, 42)),
        *((form, grade, "slb") for form, grade in ((7, 5), (8, 9), (14, 12))),
        *((form, grade, realm) for form, grade, realm in ((53, 5, "sd"), (54, 7, "smp"), (55, 12, "sma"))),
        *((form, 40, "kesetaraan") for form in (11, 12, 18, 40)),
        (6, 38, None),
        (27, 8, None),
        (9, 6, None),
        (1, 72, None),
        (999, 5, None),
        (6, None, None),
    ],
)
def test_a_pupil_gets_the_realm_of_form_and_grade(form, grade, realm):
    assert realms(only_world(a_pupil(form, grade))) == ([realm] if realm else [])


@pytest.mark.parametrize(
    ("form", "level"), [(5, "sd"), (6, "smp"), (13, "sma"), (15, "smk"), (29, "slb"), (27, "kesetaraan")]
)
def test_staff_get_a_teachers_or_an_admins_realm(form, level):
    teacher = "pendidik.kesetaraan" if level == "kesetaraan" else f"guru.{level}"
    assert realms(only_world(a_teacher(form))) == [teacher]
    for duty in ({"jenis_ptk_id": 20}, {"jabatan_ptk_id": [2]}, {"jabatan_ptk_id": ["33"]}, {"operator": True}):
        assert realms(only_world(a_teacher(form, **duty))) == [f"admin.{level}"]
    assert realms(only_world(a_teacher(form, jenis_ptk_id=11))) == []
    assert realms(only_world(a_teacher(form, jenis_ptk_id=None))) == []


def test_at_one_level_admin_wins_with_the_school_of_that_duty():
    teaches = member(school("SMP A"), jenis_ptk_id=4, induk=True)
    heads = member(school("SMP B"), jenis_ptk_id=4, jabatan_ptk_id=[2], induk=False)
    world = only_world(staff("BUDI SANTOSO", teaches, heads))
    assert [(account.school, account.domain) for account in world.values()] == [("SMP B", "admin.smp.belajar.id")]
    other_level = member(school("SMA A", form=13), jenis_ptk_id=4)
    assert realms(only_world(staff("BUDI SANTOSO", teaches, heads, other_level))) == ["admin.smp", "guru.sma"]


def test_the_home_school_is_induk_and_else_the_lowest_membership():
    places = [member(school(name), jenis_ptk_id=4, membership_id=some_id(name)) for name in ("A", "B")]
    (account,) = only_world(staff("BUDI", {**places[0], "induk": False}, {**places[1], "induk": True})).values()
    assert account.school == "B"
    (account,) = only_world(staff("BUDI", *places)).values()
    assert account.school == min(places, key=lambda place: place["membership_id"])["sekolah"]["nama"]


def test_who_left_or_was_withdrawn_has_no_account():
    assert only_world(pupil("SITI", member(tingkat_pendidikan_id=7, jenis_keluar_id="1"))) == {}
    assert only_world(pupil(deleted=True)) == {}
    assert only_world({**pupil(), "memberships": []}) == {}


def test_untidy_values_mean_what_they_say():
    tidy = pupil("SITI AMINAH", member(tingkat_pendidikan_id=7))
    place = member(school(npsn=f" {school()['npsn']}\t", nama=" SMP  NEGERI\t1 "), tingkat_pendidikan_id=" 07 ")
    dirty = {**pupil("SITI\u00a0 AMI\u200bNAH\n", place), "person_id": tidy["person_id"].upper()}
    dirty["memberships"][0]["sekolah"]["sekolah_id"] = school()["sekolah_id"].upper()
    assert only_world(dirty) == only_world(tidy)


@pytest.mark.parametrize(
    ("nama", "expected"),
    [
        ("SITI NUR AMINAH", ("SITI NUR", "AMINAH", None)),
        ("Sutrisno", ("Sutrisno", "Sutrisno", "Sutrisno")),
        ("Budi <Santoso>", ("Budi", "Santoso", None)),
        ("- Siti . Aminah ...", ("Siti .", "Aminah", None)),
        ("<>", ("Pengguna", "Pengguna", "Pengguna")),
        ("A" * 70, ("A" * 40, "A" * 40, "A" * 70)),
        ("Muhammad Rizky Ramadhan Alfarizi Nurrahman Adiputra", ("Muhammad Rizky Ramadhan Alfarizi", "Adiputra", None)),
    ],
)
def test_names_are_split_as_the_design_says(nama, expected):
    assert shown(nama) == expected


def test_a_part_is_cut_between_visible_letters():
    given = shown("x\u0323\u0302" * 30 + " B").given
    assert units(given) <= 40
    assert given == "x\u0323\u0302" * 13


def test_passwords_are_those_of_the_published_vectors():
    published = json.loads(VECTORS.read_text("utf-8"))
    keys = {row["school_key"]: row for row in published["school_keys"]}
    for row in published["passwords"]:
        origin = keys[row["school_key"]]
        derived = password(base64.b64decode(origin["key"]), origin["scope"], row["account_id"], row["generation"])
        assert derived == row["password"]


def test_an_account_carries_org_unit_list_school_and_credential():
    (account,) = only_world(pupil()).values()
    assert (account.org_unit, account.in_address_list, account.credential) == ("/Peserta Didik/SMP", False, "local.1")
    assert (account.cost_center, account.school) == (school()["npsn"], "SMP NEGERI 1")
    assert account.password == password(KEYS.secret, school()["sekolah_id"], account.account_id, 1)
    (teacher,) = only_world(staff()).values()
    assert teacher.in_address_list is True


def test_a_school_without_an_npsn_gives_no_cost_centre():
    (account,) = only_world(pupil("SITI", member(school(npsn=None), tingkat_pendidikan_id=7))).values()
    assert account.cost_center is None


def test_an_older_revision_may_have_made_an_account_that_stays_as_it_was():
    left = pupil("SITI AMINAH", member(tingkat_pendidikan_id=7, jenis_keluar_id="1"))
    ((nothing, made),) = worlds_of(pupil("SITI AMYNAH"), left).values()
    assert nothing == {}
    assert [account.family_name for account in made.values()] == ["AMYNAH"]


def test_what_both_revisions_bring_follows_the_newer_with_the_password_of_the_first():
    moved = pupil("SITI", member(school("SMP B"), tingkat_pendidikan_id=8))
    ((alone, followed),) = worlds_of(pupil("SITI", member(school("SMP A"), tingkat_pendidikan_id=7)), moved).values()
    ((one,), (other,)) = alone.values(), followed.values()
    assert (one.school, other.school) == ("SMP B", "SMP B")
    assert one.password != other.password


def test_a_change_that_shows_nowhere_leaves_one_world():
    (allowed,) = worlds_of(pupil(), pupil("SITI AMINAH", member(tingkat_pendidikan_id=8, rombel="VIII A"))).values()
    assert len(allowed) == 1


def test_without_a_class_an_account_that_exists_is_kept_and_none_is_made():
    ((never, kept),) = worlds_of(pupil(), pupil("SITI", member(tingkat_pendidikan_id=None))).values()
    assert (realms(never), realms(kept)) == ([], ["smp"])
    assert [account.given_name for account in kept.values()] == ["SITI"]


def test_events_that_can_only_be_parked_are_known_by_their_code():
    now = 10 * DAY
    told = {
        "nama_empty": pupil(" - "),
        "jenis_keluar_unknown": pupil("SITI", member(jenis_keluar_id="8")),
    }
    assert {code: fault(json.loads(event(person)), now) for code, person in told.items()} == {
        code: code for code in told
    }
    assert fault(json.loads(event(pupil(), revision=now + DAY + 1)), now) == "revision_in_future"
    assert fault(json.loads(event(pupil(), revision=now)), now) is None
