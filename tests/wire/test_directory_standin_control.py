"""The control API of the Directory stand-in, and its org units."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.directory.options import Options
from local.directory.server import ControlError
from tests.wire.test_directory_standin_support import ADDRESS, PASSWORD, Client, refusal, standin

OTHER = "budi.santoso1@smp.belajar.id"
YEAR_2021 = 1609743175


@pytest.fixture(scope="module")
def running() -> Iterator[Client]:
    with standin() as client:
        yield client


@pytest.fixture
def directory(running: Client) -> Client:
    running.control("reset", {})
    return running


def test_the_first_sign_in_accepts_the_terms_and_ends_the_first_password(directory: Client):
    directory.insert()
    directory.control("clock", {"offset": YEAR_2021 - directory.control("clock")["now"]})
    signed_in = directory.control("login", {"userKey": ADDRESS, "password": PASSWORD, "newPassword": "rahasia-baru"})
    assert signed_in == {"accepted": True, "changedPassword": True, "hadToChange": True}
    shown = directory.get()
    assert shown["lastLoginTime"].startswith("2021-01-04T06:52")
    assert (shown["agreedToTerms"], shown["changePasswordAtNextLogin"]) == (True, False)
    assert directory.dump()["password"] == "rahasia-baru"


@pytest.mark.parametrize("reason", ["password", "suspended", "deleted"])
def test_a_sign_in_that_must_fail_changes_nothing(directory: Client, reason: str):
    made = directory.insert()
    if reason == "suspended":
        directory.update(suspended=True)
    if reason == "deleted":
        directory.users.delete(userKey=ADDRESS).execute()
    signed_in = directory.control("login", {"userKey": made["id"], "password": "salah-sekali"})
    assert signed_in == {"accepted": False, "reason": reason}
    assert directory.dump()["agreedToTerms"] is False


def test_the_dump_tells_how_often_a_password_was_set(directory: Client):
    directory.insert()
    directory.update(password="Btrx-mkfp-5823")
    directory.update(suspended=True)
    dumped = directory.dump()
    assert (dumped["passwordsSet"], dumped["updates"], dumped["password"]) == (2, 2, "Btrx-mkfp-5823")


def test_counters_tell_calls_by_method_and_status_and_can_start_anew(directory: Client):
    directory.insert()
    refusal(directory.insert)
    directory.get()
    counted = directory.control("counters/reset", {})
    assert counted["calls"] == {"insert": {"200": 1, "409": 1}, "get": {"200": 1}}
    assert (counted["total"], counted["created"], counted["refused"]) == (3, 1, {"duplicate": 1})
    assert directory.control("counters")["total"] == 0


def test_users_can_be_planted_with_what_is_read_only_otherwise(directory: Client):
    planted = {
        "primaryEmail": ADDRESS,
        "id": "42",
        "lastLoginTime": "2021-03-01T01:02:03.000Z",
        "suspended": True,
        "suspensionReason": "ABUSE",
        "isAdmin": True,
    }
    directory.control("seed", {"users": [planted]})
    shown = directory.get()
    assert {field: shown[field] for field in planted} == planted
    assert shown["agreedToTerms"] is True


def test_a_dump_can_be_of_one_domain(directory: Client):
    directory.insert()
    directory.insert("a@sma.belajar.id")
    assert [user["primaryEmail"] for user in directory.control("users?domain=smp.belajar.id")["users"]] == [ADDRESS]


def test_a_reset_forgets_everything(directory: Client):
    directory.insert()
    directory.fault(reason="conflict", share=1)
    directory.control("quotas", {"callsPerMinute": 0})
    directory.control("lag", {"get": 60})
    directory.control("clock", {"offset": 60})
    directory.control("reset", {})
    assert directory.control("users")["users"] == []
    assert directory.control("clock")["offset"] == 0
    directory.insert()
    assert directory.get()["primaryEmail"] == ADDRESS


def test_domains_can_be_given_and_added():
    with standin(Options(domains=("example.org",))) as foreign:
        assert refusal(foreign.insert)[:2] == (404, "notFound")
        foreign.control("seed", {"domains": ["*.belajar.id"]})
        foreign.insert()
        foreign.insert("a@example.org")


def test_once_org_units_are_seeded_no_others_exist(directory: Client):
    directory.insert(orgUnitPath="/anywhere")
    directory.control("seed", {"orgUnits": ["/smp/negeri"]})
    assert refusal(directory.insert, OTHER, orgUnitPath="/sma") == (400, "invalid", "Invalid Input: INVALID_OU_ID")
    directory.insert(OTHER, orgUnitPath="/smp")
    assert refusal(directory.update, OTHER, orgUnitPath="/sma")[2] == "Invalid Input: INVALID_OU_ID"
    directory.update(OTHER, orgUnitPath="/smp/negeri")


@pytest.mark.parametrize(("any_unit", "accepted"), [(True, True), (False, False)])
def test_org_units_of_the_start_are_the_only_ones_unless_any_is_asked_for(any_unit: bool, accepted: bool):
    with standin(Options(org_units=("/smp",), any_org_unit=any_unit)) as strict:
        strict.insert()
        if accepted:
            strict.insert(OTHER, orgUnitPath="/sma")
        else:
            assert refusal(strict.insert, OTHER, orgUnitPath="/sma")[2] == "Invalid Input: INVALID_OU_ID"


def test_org_units_are_made_listed_read_and_deleted(directory: Client):
    units: Any = directory.service.orgunits()

    def make(name: str, parent: str) -> Any:
        return units.insert(customerId="my_customer", body={"name": name, "parentOrgUnitPath": parent})

    assert make("smp", "/").execute()["orgUnitPath"] == "/smp"
    made = make("kelas 7", "/smp").execute()
    listed = units.list(customerId="my_customer", type="all").execute()["organizationUnits"]
    assert [unit["orgUnitPath"] for unit in listed] == ["/smp", "/smp/kelas 7"]
    children = units.list(customerId="my_customer").execute()["organizationUnits"]
    assert [unit["orgUnitPath"] for unit in children] == ["/smp"]
    for key in ("smp/kelas 7", made["orgUnitId"]):
        assert units.get(customerId="my_customer", orgUnitPath=key).execute()["name"] == "kelas 7"
    assert refusal(make("smp", "/").execute)[:2] == (400, "invalid")
    assert refusal(make("x", "/sma").execute)[2] == "Invalid Parent Orgunit Id"
    assert refusal(units.delete(customerId="my_customer", orgUnitPath="smp").execute)[0] == 412
    units.delete(customerId="my_customer", orgUnitPath="smp/kelas 7").execute()
    assert refusal(units.get(customerId="my_customer", orgUnitPath="smp/kelas 7").execute)[0] == 404
    assert refusal(units.list(customerId="C1").execute)[:2] == (403, "forbidden")


def test_an_org_unit_can_be_described(directory: Client):
    directory.control("seed", {"orgUnits": ["/smp"]})
    units: Any = directory.service.orgunits()
    units.update(customerId="my_customer", orgUnitPath="smp", body={"description": "SMP"}).execute()
    assert units.get(customerId="my_customer", orgUnitPath="smp").execute()["description"] == "SMP"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("seed", {"user": []}),
        ("seed", {"aliases": [{"alias": "a@smp.belajar.id"}]}),
        ("seed", {"unmanaged": {ADDRESS: "sell"}}),
        ("login", {"userKey": "nobody@smp.belajar.id"}),
        ("suspend", {"userKey": ADDRESS, "by": "nobody"}),
        ("quotas", {"callsPerMinute": "many"}),
        ("nothing", {}),
    ],
)
def test_a_wrong_control_call_is_refused_with_a_sentence(directory: Client, path: str, body: dict[str, Any]):
    with pytest.raises(ControlError):
        directory.control(path, body)
