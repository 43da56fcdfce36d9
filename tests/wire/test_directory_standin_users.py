"""The users noun of the Directory stand-in: what it takes, keeps, shows and refuses."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.directory.options import Options
from tests.wire.test_directory_standin_support import ADDRESS, PASSWORD, Client, person, refusal, standin

DAY = 86400
OTHER = "budi.santoso1@smp.belajar.id"


@pytest.fixture(scope="module")
def running() -> Iterator[Client]:
    with standin() as client:
        yield client


@pytest.fixture
def directory(running: Client) -> Client:
    running.control("reset", {})
    return running


def test_a_new_user_is_found_by_address_by_id_and_in_any_case(directory: Client):
    made = directory.insert()
    for key in (ADDRESS, made["id"], ADDRESS.upper()):
        assert directory.get(key)["id"] == made["id"]


def test_a_new_user_has_never_signed_in_and_shows_no_password(directory: Client):
    directory.insert(externalIds=[{"type": "custom", "customType": "akun", "value": "x.smp"}])
    shown = directory.get()
    assert shown["lastLoginTime"] == "1970-01-01T00:00:00.000Z"
    assert shown["agreedToTerms"] is False
    assert shown["suspended"] is False
    assert "suspensionReason" not in shown
    assert "password" not in shown
    assert shown["externalIds"] == [{"type": "custom", "customType": "akun", "value": "x.smp"}]
    assert shown["name"]["fullName"] == "Siti Aminah"
    assert directory.dump()["password"] == PASSWORD


def test_what_is_read_only_or_unknown_is_ignored_on_insert(directory: Client):
    made = directory.insert(
        id="7",
        isAdmin=True,
        agreedToTerms=True,
        lastLoginTime="2020-01-01T00:00:00.000Z",
        suspensionReason="ABUSE",
        x=1,
    )
    assert made["id"] != "7"
    assert made["isAdmin"] is False
    assert made["agreedToTerms"] is False
    assert made["lastLoginTime"].startswith("1970")
    assert "suspensionReason" not in made
    assert "x" not in made


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"name": {"givenName": "Siti"}}, 400, "Invalid Given/Family Name: FamilyName"),
        ({"name": {"familyName": "Aminah"}}, 400, "Invalid Given/Family Name: GivenName"),
        ({"name": {"givenName": "Siti", "familyName": " "}}, 400, "Invalid Given/Family Name: FamilyName"),
        ({"name": {"givenName": "S" * 61, "familyName": "A"}}, 400, "Invalid Given/Family Name: GivenName"),
        ({"name": {"givenName": "<Siti>", "familyName": "A"}}, 400, "Invalid Given/Family Name: GivenName"),
        ({"name": {"givenName": "S", "familyName": "A", "displayName": "x" * 257}}, 400, "Invalid Input: displayName"),
        ({"name": ...}, 400, "Invalid Given/Family Name: FamilyName"),
        ({"password": ...}, 400, "Invalid Password"),
        ({"password": "Pendek7"}, 400, "Invalid Password"),
        ({"password": "x" * 101}, 400, "Invalid Password"),
        ({"password": "kataSandié1"}, 400, "Invalid Password"),
        ({"password": "not a hash", "hashFunction": "SHA-1"}, 400, "Invalid Password"),
        ({"password": PASSWORD, "hashFunction": "SHA-256"}, 400, "Invalid Input: hashFunction"),
        ({"primaryEmail": ...}, 400, "Invalid Input: primary_user_email"),
        ({"primaryEmail": "siti aminah@smp.belajar.id"}, 400, "Invalid Input: primary_user_email"),
        ({"primaryEmail": "siti..a@smp.belajar.id"}, 400, "Invalid Input: primary_user_email"),
        ({"primaryEmail": "siti=a@smp.belajar.id"}, 400, "Invalid Input: primary_user_email"),
        ({"primaryEmail": "s" * 65 + "@smp.belajar.id"}, 400, "Invalid Input: primary_user_email"),
        ({"primaryEmail": "siti@example.org"}, 404, "Resource Not Found: domain"),
        ({"orgUnitPath": "smp"}, 400, "Invalid Input: INVALID_OU_ID"),
        ({"externalIds": [{"type": "akun", "value": "1"}]}, 400, "Invalid Input: externalIds"),
        ({"externalIds": [{"type": "custom", "value": "1"}]}, 400, "Invalid Input: externalIds"),
        ({"externalIds": [{"type": "account", "value": "1" * 2048}]}, 400, "Invalid Input: externalIds"),
        ({"organizations": [{"name": "x" * 10240}]}, 400, "Invalid Input: organizations"),
        ({"organizations": [{"type": "club"}]}, 400, "Invalid Input: organizations"),
        ({"suspended": "yes"}, 400, "Invalid Input: suspended"),
        ({"recoveryPhone": "0812345678"}, 400, "Invalid Input: recoveryPhone"),
    ],
)
def test_an_insert_against_the_rules_is_refused(directory: Client, changes: dict[str, Any], status: int, message: str):
    reason = "notFound" if status == 404 else "invalid"
    body = {field: value for field, value in person(**changes).items() if value is not ...}
    assert refusal(directory.users.insert(body=body).execute) == (status, reason, message)
    assert directory.control("users")["users"] == []


def test_a_name_of_a_zero_width_space_is_taken(directory: Client):
    assert directory.insert(name={"givenName": "Sukarno", "familyName": "\u200b"})["name"]["familyName"] == "\u200b"


def test_a_body_that_is_not_json_is_refused(directory: Client):
    answer, _ = directory.http.request(f"{directory.url}/admin/directory/v1/users", "POST", body="{")
    assert answer.status == 400


def test_the_stricter_name_limit_can_be_chosen():
    with standin(Options(name_limit=40)) as strict:
        assert refusal(strict.insert, name={"givenName": "S" * 41, "familyName": "A"})[0] == 400


def test_a_hashed_password_is_taken_and_fits_at_sign_in(directory: Client):
    directory.insert(password="cbfdac6008f9cab4083784cbd1874f76618d2a97", hashFunction="SHA-1")
    assert directory.control("login", {"userKey": ADDRESS, "password": "password123"})["accepted"]


@pytest.mark.parametrize("holder", ["user", "alias", "group", "deleted user"])
def test_an_address_that_somebody_holds_is_a_duplicate(directory: Client, holder: str):
    if holder == "group":
        directory.control("seed", {"groups": [ADDRESS]})
    elif holder == "alias":
        directory.control(
            "seed", {"users": [{"primaryEmail": OTHER}], "aliases": [{"userKey": OTHER, "alias": ADDRESS}]}
        )
    else:
        directory.insert()
    if holder == "deleted user":
        directory.users.delete(userKey=ADDRESS).execute()
    assert refusal(directory.insert) == (409, "duplicate", "Entity already exists.")


def test_an_update_keeps_what_is_absent_clears_null_and_replaces_arrays_whole(directory: Client):
    directory.insert(
        organizations=[{"costCenter": "20106343"}],
        externalIds=[{"type": "account", "value": "1"}],
        recoveryEmail="a@b.id",
    )
    shown = directory.update(externalIds=[{"type": "login_id", "value": "2"}], recoveryEmail=None)
    assert shown["externalIds"] == [{"type": "login_id", "value": "2"}]
    assert "recoveryEmail" not in shown
    assert shown["organizations"] == [{"costCenter": "20106343"}]
    assert shown["orgUnitPath"] == "/smp"


def test_an_update_of_one_half_of_a_name_keeps_the_other(directory: Client):
    directory.insert()
    assert directory.update(name={"familyName": "Rahma"})["name"]["fullName"] == "Siti Rahma"


def test_patch_cannot_clear_an_array_but_update_can(directory: Client):
    directory.insert(organizations=[{"costCenter": "20106343"}])
    assert "organizations" in directory.users.patch(userKey=ADDRESS, body={"organizations": []}).execute()
    assert "organizations" not in directory.update(organizations=[])


def test_a_whole_resource_can_be_written_back(directory: Client):
    directory.insert()
    directory.control("seed", {"aliases": [{"userKey": ADDRESS, "alias": OTHER}]})
    shown = directory.get()
    again = directory.update(**shown)
    assert {**again, "etag": ""} == {**shown, "etag": ""}
