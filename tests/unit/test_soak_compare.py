"""The soak's comparison finds what is planted: a checker that cannot fail is worth nothing."""

from dataclasses import replace

import pytest

from bench.soak.__main__ import report
from bench.soak.compare import compare
from bench.soak.findings import Finding
from bench.soak.model.passwords import password
from bench.soak.model.worlds import Wanted
from bench.soak.stored import check, versions
from shared.ports import Create, Delete, Put, Ref, Update
from tests.rosters import member, pupil, school, staff
from tests.unit.soaks import KEYS, only_world, user, worlds_of
from tests.world import World

ALLOWED = {**worlds_of(pupil()), **worlds_of(staff())}


def right() -> list[dict[str, object]]:
    accounts = [account for worlds in ALLOWED.values() for account in worlds[0].values()]
    return [user(account, number) for number, account in enumerate(accounts)]


def siti() -> Wanted:
    (account,) = only_world(pupil()).values()
    return account


def found_of(**changed: object) -> list[Finding]:
    """Compare with one thing changed of one user."""
    users = right()
    users[0] = {**users[0], **changed}
    return compare(ALLOWED, users)


def test_what_is_right_gives_no_finding():
    assert compare(ALLOWED, right()) == []
    assert report([]) == 0


def test_an_account_without_its_user_is_found():
    assert compare(ALLOWED, right()[1:]) == [Finding(siti().account_id, "has no user")]


def test_an_account_with_two_users_is_found():
    assert compare(ALLOWED, [*right(), user(siti(), 9)]) == [Finding(siti().account_id, "has 2 users")]


@pytest.mark.parametrize("realm", ["sma", "guru.smp"])
def test_a_user_that_must_not_be_is_found(realm):
    other = replace(siti(), account_id=siti().account_id.replace("smp", realm))
    assert compare(ALLOWED, [*right(), user(other, 9)]) == [Finding(other.account_id, "has a user and must not")]


def test_a_user_of_somebody_whom_the_roster_never_named_is_found():
    stranger = replace(siti(), account_id="00000000-0000-4000-8000-000000000000.smp")
    assert Finding(stranger.account_id, "has a user and must not") in compare(ALLOWED, [*right(), user(stranger, 9)])


def test_a_user_without_a_mark_of_ours_is_found():
    assert Finding(f"user 1{9:020d}", "has no mark of ours") in compare(
        ALLOWED, [*right(), user(siti(), 9, externalIds=[])]
    )


def test_an_address_that_two_users_have_is_found():
    users = right()
    users[1]["primaryEmail"] = str(users[0]["primaryEmail"]).upper()
    assert Finding(f"user {users[1]['id']}", "has another user's address") in compare(ALLOWED, users)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("givenName", {"name": {"givenName": "SITY", "familyName": "AMINAH"}}),
        ("familyName", {"name": {"givenName": "SITI", "familyName": "AMYNAH"}}),
        ("displayName", {"name": {"givenName": "SITI", "familyName": "AMINAH", "displayName": "SITI"}}),
        ("orgUnitPath", {"orgUnitPath": "/"}),
        ("includeInGlobalAddressList", {"includeInGlobalAddressList": True}),
        ("costCenter", {"organizations": [{"primary": True, "name": "SMP NEGERI 1", "costCenter": "00000000"}]}),
        ("school", {"organizations": [{"primary": True, "name": "SMP 2", "costCenter": school()["npsn"]}]}),
        ("suspended", {"suspended": True}),
        ("isAdmin", {"isAdmin": True}),
        ("deleted", {"deleted": True}),
        ("password", {"password": password(KEYS.secret, school()["sekolah_id"], siti().account_id, 2)}),
        ("passwordsSet", {"passwordsSet": 2}),
        ("changePasswordAtNextLogin", {"changePasswordAtNextLogin": False}),
        ("domain", {"primaryEmail": "siti10@sma.belajar.id"}),
        ("address", {"primaryEmail": "siti1@smp.belajar.id"}),
        ("address", {"aliases": ["siti@smp.belajar.id"]}),
    ],
)
def test_one_wrong_field_is_one_finding_that_names_no_person(field, changed):
    assert found_of(**changed) == [Finding(siti().account_id, field)]


def test_a_missing_organisation_is_found_field_by_field():
    assert {each.what for each in found_of(organizations=[])} == {"organizations", "costCenter", "school"}


def test_a_credential_of_another_generation_is_found():
    marks = [("akun", siti().account_id), ("akun_kredensial", "local.2")]
    ids = [{"type": "custom", "customType": kind, "value": value} for kind, value in marks]
    assert found_of(externalIds=ids) == [Finding(siti().account_id, "akun_kredensial")]


def test_worlds_are_not_mixed():
    teaches = staff("BUDI", member(school("SMP A"), jenis_ptk_id=4), member(school("SMA A", 13), jenis_ptk_id=4))
    moved = staff("BUDI", member(school("SMP B"), jenis_ptk_id=4), member(school("SMA B", 13), jenis_ptk_id=4))
    allowed = worlds_of(teaches, moved)
    ((first, second),) = allowed.values()
    smp, sma = sorted(first)
    for world in (first, second):
        assert compare(allowed, [user(world[smp], 0), user(world[sma], 1)]) == []
    mixed = compare(allowed, [user(first[smp], 0), user(second[sma], 1)])
    assert [each.what for each in mixed] == ["password"]


def test_the_report_ends_with_one_where_anything_was_found(capsys):
    assert report([Finding(siti().account_id, "familyName")]) == 1
    assert f"WRONG {siti().account_id}: familyName" in capsys.readouterr().out


@pytest.fixture
def world(tmp_path) -> World:
    made = World(tmp_path)
    made.receive(pupil())
    made.run_due()
    return made


def stored_findings(world: World, expected: dict[str, int] | None = None, people: int = 1) -> list[str]:
    users = [
        {"id": document.data["directory_id"], "primaryEmail": document.data["address"]} for document in accounts(world)
    ]
    return [each.what for each in check(world.inner, users, expected or {}, people)]


def accounts(world: World):
    return [world.inner.get(Ref("accounts", siti().account_id))]


@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("is not applied", {"version": 2}),
        ("is pending", {"lane": "live"}),
        ("is waiting", {"waiting": {"code": "conflict"}}),
        ("is blocked", {"blocked": {"code": "name_refused"}}),
        ("is external", {"external": {"kind": "google"}}),
        ("is not issued", {"state": "reserved"}),
    ],
)
def test_an_account_that_is_not_done_is_found(world, what, changed):
    assert stored_findings(world) == []
    world.inner.commit([Update(Ref("accounts", siti().account_id), changed)])
    assert stored_findings(world) == [what]


def test_a_second_address_of_an_account_is_found_and_one_that_is_gone(world):
    world.inner.commit([Create(Ref("addresses", "x10@smp.belajar.id"), {"account_id": siti().account_id})])
    assert stored_findings(world) == ["has 2 addresses, or another's"]
    address = accounts(world)[0].data["address"]
    world.inner.commit([Delete(Ref("addresses", address)), Delete(Ref("addresses", "x10@smp.belajar.id"))])
    assert stored_findings(world) == ["has 0 addresses, or another's"]


def test_what_is_parked_is_counted_by_code(world):
    assert stored_findings(world, {"nama_empty": 1}) == ["0 entries, 1 expected"]
    world.inner.commit([Put(Ref("parked", "1"), {"code": "nama_empty"})])
    assert stored_findings(world, {"nama_empty": 1}) == []
    assert stored_findings(world) == ["1 entries, 0 expected"]


def test_somebody_who_is_not_stored_and_a_switch_that_is_set_are_found(world):
    world.inner.commit([Put(Ref("switches", "stop"), {"by": "nobody"})])
    assert stored_findings(world, people=2) == ["1 stored, 2 expected", "stop is set"]


def test_any_write_shows_in_the_versions(world):
    before = versions(world.inner)
    assert versions(world.inner) == before
    world.inner.commit([Update(Ref("accounts", siti().account_id), {"rombel": "VII C"})])
    assert versions(world.inner) != before
