"""users.list and field masks of the Directory stand-in."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.wire.test_directory_standin_support import ADDRESS, Client, refusal, standin

DAY = 86400
PEOPLE: list[dict[str, Any]] = [
    {
        "primaryEmail": "siti.aminah1@smp.belajar.id",
        "name": {"givenName": "Siti", "familyName": "Aminah"},
        "orgUnitPath": "/smp",
        "externalIds": [{"type": "custom", "customType": "akun", "value": "p1.smp"}],
        "organizations": [{"primary": True, "costCenter": "20106343", "name": "SMP NEGERI 241"}],
    },
    {
        "primaryEmail": "budi.santoso1@smp.belajar.id",
        "name": {"givenName": "Budi", "familyName": "Santoso"},
        "orgUnitPath": "/smp/kelas 7",
        "suspended": True,
    },
    {
        "primaryEmail": "citra.dewi1@admin.smp.belajar.id",
        "name": {"givenName": "Citra Ayu", "familyName": "Dewi"},
        "orgUnitPath": "/smpx",
        "customSchemas": {"dapodik": {"nisn": "0101234567"}},
    },
]
SITI, BUDI, CITRA = (person["primaryEmail"] for person in PEOPLE)


@pytest.fixture(scope="module")
def running() -> Iterator[Client]:
    with standin() as client:
        yield client


@pytest.fixture
def directory(running: Client) -> Client:
    running.control("reset", {})
    running.control("seed", {"users": PEOPLE})
    return running


def test_a_list_is_ordered_by_address(directory: Client):
    assert directory.addresses() == sorted([SITI, BUDI, CITRA])
    assert directory.addresses(orderBy="email") == sorted([SITI, BUDI, CITRA])
    assert directory.addresses(orderBy="email", sortOrder="DESCENDING") == sorted([SITI, BUDI, CITRA], reverse=True)


def test_a_list_can_be_ordered_by_name(directory: Client):
    assert directory.addresses(orderBy="familyName") == [SITI, CITRA, BUDI]
    assert directory.addresses(orderBy="givenName") == [BUDI, CITRA, SITI]


@pytest.mark.parametrize("order", [{}, {"orderBy": "familyName"}, {"orderBy": "email", "sortOrder": "DESCENDING"}])
def test_pages_hold_everybody_once(directory: Client, order: dict[str, str]):
    request = directory.users.list(customer="my_customer", maxResults=2, **order)
    seen: list[str] = []
    pages = 0
    while request is not None:
        page = request.execute()
        seen += [user["primaryEmail"] for user in page["users"]]
        request = directory.users.list_next(request, page)
        pages += 1
    assert pages == 2
    assert sorted(seen) == sorted([SITI, BUDI, CITRA])


def test_users_who_come_and_go_between_pages_are_neither_doubled_nor_in_the_way(directory: Client):
    first = directory.list(maxResults=2)
    directory.insert("aan1@smp.belajar.id")
    directory.users.delete(userKey=first["users"][1]["id"]).execute()
    assert directory.addresses(maxResults=2, pageToken=first["nextPageToken"]) == [SITI]


def test_a_user_renamed_or_made_anew_is_listed_once(directory: Client):
    directory.addresses()
    directory.update(SITI, primaryEmail="siti2@smp.belajar.id")
    assert directory.addresses() == sorted(["siti2@smp.belajar.id", BUDI, CITRA])
    directory.users.delete(userKey=BUDI).execute()
    directory.advance(21 * DAY)
    directory.insert(BUDI)
    assert directory.addresses() == sorted(["siti2@smp.belajar.id", BUDI, CITRA])


def test_a_page_holds_100_users_unless_asked_for_up_to_500(directory: Client):
    directory.control("seed", {"users": [{"primaryEmail": f"a{number}@smp.belajar.id"} for number in range(600)]})
    assert len(directory.list()["users"]) == 100
    assert len(directory.list(maxResults=500)["users"]) == 500


@pytest.mark.parametrize("size", [0, 501, -1])
def test_a_page_size_out_of_range_is_refused(directory: Client, size: int):
    assert refusal(directory.list, maxResults=size)[:2] == (400, "invalidParameter")


def test_a_page_token_is_good_for_three_days(directory: Client):
    token = directory.list(maxResults=2)["nextPageToken"]
    directory.advance(3 * DAY + 1)
    assert refusal(directory.list, maxResults=2, pageToken=token)[:2] == (400, "invalid")


@pytest.mark.parametrize("token", ["rubbish", "!!!"])
def test_a_made_up_page_token_is_refused(directory: Client, token: str):
    assert refusal(directory.list, pageToken=token)[:2] == (400, "invalid")


def test_a_page_token_of_another_query_is_refused(directory: Client):
    token = directory.list(maxResults=1)["nextPageToken"]
    assert refusal(directory.list, query="isSuspended=true", pageToken=token)[:2] == (400, "invalid")


def test_a_list_needs_a_customer_or_a_domain(directory: Client):
    assert refusal(directory.users.list().execute)[:2] == (400, "badRequest")
    assert refusal(directory.list, customer="C1")[:2] == (403, "forbidden")
    foreign = directory.users.list(domain="example.org")
    assert refusal(foreign.execute) == (404, "notFound", "Resource Not Found: domain")


def test_a_list_of_a_domain_leaves_out_the_domains_below(directory: Client):
    listed = directory.users.list(domain="smp.belajar.id").execute()["users"]
    assert [user["primaryEmail"] for user in listed] == [BUDI, SITI]


def test_a_list_of_nobody_has_no_collection(directory: Client):
    assert "users" not in directory.list(query="email:tidak.ada*")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("email:siti*", [SITI]),
        (f"email={BUDI}", [BUDI]),
        ("isSuspended=true", [BUDI]),
        ("isSuspended=false", [CITRA, SITI]),
        ("orgUnitPath=/smp", [BUDI, SITI]),
        ("orgUnitPath='/smp/kelas 7'", [BUDI]),
        ("externalId=p1.smp", [SITI]),
        ("externalId:p1*", [SITI]),
        ("orgCostCenter=20106343", [SITI]),
        ("orgName:'negeri 241'", [SITI]),
        ("givenName=siti", [SITI]),
        ("givenName:ayu", [CITRA]),
        ("familyName:san*", [BUDI]),
        ("name='Citra Ayu Dewi'", [CITRA]),
        ("dapodik.nisn=0101234567", [CITRA]),
        ("orgUnitPath=/smp isSuspended=false", [SITI]),
    ],
)
def test_a_query_finds_what_it_says(directory: Client, query: str, found: list[str]):
    assert sorted(directory.addresses(query=query, projection="full")) == sorted(found)


@pytest.mark.parametrize("query", ["lastLoginTime=1970", "isSuspended=maybe", "email", "creationTime>2020", "a b=c"])
def test_what_cannot_be_queried_is_refused(directory: Client, query: str):
    assert refusal(directory.list, query=query) == (400, "invalid", "Invalid Input: query")


def test_deleted_users_are_listed_only_when_asked_for(directory: Client):
    directory.users.delete(userKey=SITI).execute()
    assert SITI not in directory.addresses()
    (deleted,) = directory.list(showDeleted="true")["users"]
    assert deleted["primaryEmail"] == SITI
    assert deleted["deletionTime"]


def test_a_field_mask_cuts_a_list_and_a_get(directory: Client):
    listed = directory.list(maxResults=1, fields="nextPageToken,users(id,name/familyName)")
    assert set(listed) == {"nextPageToken", "users"}
    assert set(listed["users"][0]) == {"id", "name"}
    assert directory.get(SITI, fields="organizations(costCenter),suspended") == {
        "organizations": [{"costCenter": "20106343"}],
        "suspended": False,
    }


@pytest.mark.parametrize("mask", ["surname", "name(", "users(id)", "name/nickname", ",", "id,,suspended"])
def test_a_field_mask_that_cannot_be_is_refused(directory: Client, mask: str):
    assert refusal(directory.get, SITI, fields=mask)[:2] == (400, "invalidParameter")


def test_a_refused_field_mask_writes_nothing(directory: Client):
    request = directory.users.update(userKey=SITI, body={"suspended": True}, fields="surname")
    assert refusal(request.execute)[0] == 400
    assert directory.get(SITI)["suspended"] is False


def test_the_public_view_hides_what_only_administrators_see(directory: Client):
    shown = directory.get(SITI, viewType="domain_public")
    assert shown["primaryEmail"] == ADDRESS
    assert "lastLoginTime" not in shown


def test_a_very_long_query_arrives_as_a_post(directory: Client):
    query = " ".join(["isSuspended=true"] * 200)
    assert directory.addresses(query=query) == [BUDI]
