"""Quotas, limits and lag of the Directory stand-in, on a clock that the tests move."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.directory.options import Options, Quotas
from tests.wire.test_directory_standin_support import ADDRESS, Client, refusal, standin

OTHER = "budi.santoso1@smp.belajar.id"
THIRD = "citra.dewi1@smp.belajar.id"


@pytest.fixture(scope="module")
def running() -> Iterator[Client]:
    with standin() as client:
        yield client


@pytest.fixture
def directory(running: Client) -> Client:
    running.control("reset", {})
    running.control("clock", {"frozen": True})
    return running


def test_the_call_quota_is_per_caller_and_minute(directory: Client):
    directory.control("quotas", {"callsPerMinute": 2})
    directory.insert()
    directory.get()
    assert refusal(directory.get)[:2] == (403, "userRateLimitExceeded")
    stranger = directory.users.get(userKey=ADDRESS)
    stranger.headers["Authorization"] = "Bearer another"
    assert stranger.execute()["primaryEmail"] == ADDRESS
    directory.advance(61)
    assert directory.get()["primaryEmail"] == ADDRESS


def test_a_refused_call_changes_nothing_and_is_counted(directory: Client):
    directory.control("quotas", {"callsPerMinute": 0})
    refusal(directory.insert)
    counters = directory.control("counters")
    assert counters["refused"] == {"userRateLimitExceeded": 1}
    assert counters["calls"] == {"insert": {"403": 1}}
    assert directory.control("users")["users"] == []


@pytest.mark.parametrize(
    ("reason", "status"),
    [("quotaExceeded", 403), ("userRateLimitExceeded", 403), ("rateLimitExceeded", 429), ("backendError", 503)],
)
def test_the_creation_quota_is_per_domain_and_second(directory: Client, reason: str, status: int):
    directory.control("quotas", {"creationsPerSecond": 1, "creationReason": reason})
    directory.insert()
    assert refusal(directory.insert, OTHER)[:2] == (status, reason)
    directory.insert("budi.santoso1@sma.belajar.id")
    directory.advance(1.1)
    directory.insert(OTHER)
    assert directory.control("counters")["creations"] == {"smp.belajar.id": 2, "sma.belajar.id": 1}


def test_too_many_calls_at_one_time_answer_429(directory: Client):
    directory.control("quotas", {"concurrent": 0})
    assert refusal(directory.insert)[:2] == (429, "rateLimitExceeded")


def test_the_user_limit_counts_deleted_users_too(directory: Client):
    directory.control("quotas", {"userLimit": 1})
    directory.insert()
    directory.users.delete(userKey=ADDRESS).execute()
    assert refusal(directory.insert, OTHER) == (412, "limitExceeded", "Domain user limit reached.")
    directory.advance(20 * 86400 + 1)
    directory.insert(OTHER)


def test_the_limits_of_the_start_come_back_with_a_reset():
    with standin(Options(quotas=Quotas(user_limit=0))) as limited:
        limited.control("quotas", {"userLimit": None})
        limited.insert()
        limited.control("reset", {})
        assert refusal(limited.insert)[:2] == (412, "limitExceeded")


def test_a_call_without_authorization_is_refused_when_it_is_required():
    with standin(Options(require_auth=True)) as closed:
        assert refusal(closed.insert) == (401, "required", "Login Required")


def test_a_user_created_a_moment_ago_is_not_found_yet_and_not_to_be_changed(directory: Client):
    directory.control("lag", {"get": 60})
    made = directory.insert()
    for key in (ADDRESS, made["id"]):
        assert refusal(directory.get, key)[:2] == (404, "notFound")
    assert refusal(directory.update, suspended=True) == (412, "conditionNotMet", "User creation is not complete.")
    assert refusal(directory.insert)[:2] == (409, "duplicate")
    assert directory.addresses() == []
    directory.advance(61)
    assert directory.get()["id"] == made["id"]
    assert directory.update(suspended=True)["suspended"] is True
    assert directory.addresses() == [ADDRESS]


def test_a_list_shows_the_users_of_a_while_ago(directory: Client):
    directory.control("seed", {"users": [{"primaryEmail": OTHER}]})
    directory.control("lag", {"list": 3600})
    directory.insert()
    directory.control("login", {"userKey": OTHER})
    assert directory.get(OTHER)["agreedToTerms"] is True
    (listed,) = directory.list()["users"]
    assert (listed["primaryEmail"], listed["agreedToTerms"]) == (OTHER, False)
    directory.advance(3601)
    assert [user["agreedToTerms"] for user in directory.list()["users"]] == [True, False]


def test_a_query_searches_what_the_list_shows(directory: Client):
    directory.control("seed", {"users": [{"primaryEmail": OTHER}]})
    directory.control("lag", {"list": 3600})
    directory.update(OTHER, suspended=True)
    assert directory.addresses(query="isSuspended=true") == []
    directory.advance(3601)
    assert directory.addresses(query="isSuspended=true") == [OTHER]


def test_a_first_read_lacks_the_name_and_the_etag_is_restless(directory: Client):
    directory.control("lag", {"settle": 60})
    directory.insert()
    first, second = directory.get(), directory.get()
    assert first["name"] == second["name"] == {}
    assert first["etag"] != second["etag"]
    directory.advance(61)
    assert directory.get()["name"]["fullName"] == "Siti Aminah"
    assert directory.get()["etag"] == directory.get()["etag"]


def test_a_change_right_after_a_rename_answers_409(directory: Client):
    directory.control("lag", {"rename": 60})
    directory.insert()
    directory.update(primaryEmail=OTHER)
    assert refusal(directory.update, OTHER, suspended=True)[:2] == (409, "duplicate")
    directory.advance(61)
    assert directory.update(OTHER, suspended=True)["suspended"] is True


def test_an_alias_deleted_a_moment_ago_is_still_taken(directory: Client):
    directory.control("lag", {"alias": 2})
    directory.insert()
    aliases = directory.users.aliases()
    aliases.insert(userKey=ADDRESS, body={"alias": OTHER}).execute()
    assert [entry["alias"] for entry in aliases.list(userKey=ADDRESS).execute()["aliases"]] == [OTHER]
    aliases.delete(userKey=ADDRESS, alias=OTHER).execute()
    assert refusal(directory.insert, OTHER)[:2] == (409, "duplicate")
    directory.advance(2.1)
    assert directory.insert(OTHER)["primaryEmail"] == OTHER


def test_a_new_group_is_usable_only_after_a_while(directory: Client):
    directory.control("lag", {"group": 30})
    groups: Any = directory.service.groups()
    groups.insert(body={"email": OTHER}).execute()
    assert refusal(groups.get(groupKey=OTHER).execute)[:2] == (404, "notFound")
    directory.advance(31)
    assert groups.get(groupKey=OTHER).execute()["email"] == OTHER
    groups.delete(groupKey=OTHER).execute()
    directory.insert(OTHER)


def test_a_user_has_at_most_30_aliases(directory: Client):
    directory.insert()
    seeded = [{"userKey": ADDRESS, "alias": f"nama{number}@smp.belajar.id"} for number in range(30)]
    directory.control("seed", {"aliases": seeded})
    one_more = directory.users.aliases().insert(userKey=ADDRESS, body={"alias": THIRD})
    assert refusal(one_more.execute)[:2] == (412, "limitExceeded")


def test_writes_to_org_units_have_a_quota(directory: Client):
    directory.control("quotas", {"orgUnitsPerSecond": 1})
    units: Any = directory.service.orgunits()
    units.insert(customerId="my_customer", body={"name": "smp", "parentOrgUnitPath": "/"}).execute()
    second = units.insert(customerId="my_customer", body={"name": "sma", "parentOrgUnitPath": "/"})
    assert refusal(second.execute)[:2] == (403, "quotaExceeded")
    directory.advance(1.1)
    assert second.execute()["orgUnitPath"] == "/sma"


def test_unknown_settings_are_refused(directory: Client):
    answer, body = directory.http.request(f"{directory.url}/control/lag", "POST", body='{"gett": 1}')
    assert answer.status == 400
    assert b"gett" in body
