"""Planned faults of the Directory stand-in: errors, lost answers, late calls, lists that lie."""

import contextlib
import threading
from collections.abc import Iterator
from http.client import HTTPException

import httplib2
import pytest

from local.directory.errors import CATALOGUE
from tests.wire.test_directory_standin_support import ADDRESS, Client, person, refusal, standin

OTHER = "budi.santoso1@smp.belajar.id"
PATIENCE = 10


@pytest.fixture(scope="module")
def running() -> Iterator[Client]:
    with standin() as client:
        yield client


@pytest.fixture
def directory(running: Client) -> Client:
    running.control("reset", {})
    return running


def impatient(directory: Client, address: str = ADDRESS) -> bool:
    """Insert with little patience; True if an answer came in time."""
    http = httplib2.Http(timeout=0.2)
    request = directory.users.insert(body=person(address))
    request.http = http
    try:
        request.execute()
    except TimeoutError:
        assert directory.control("faults/await", {"held": 1}) == {"held": 1}
        return False
    finally:
        http.close()
    return True


@pytest.mark.parametrize(("status", "reason", "message"), CATALOGUE)
def test_every_known_error_can_be_planned(directory: Client, status: int, reason: str, message: str):
    directory.fault(method="insert", status=status, reason=reason)
    assert refusal(directory.insert) == (status, reason, message)
    assert directory.insert()["primaryEmail"] == ADDRESS


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, (503, "backendError")),
        ({"reason": "conflict"}, (409, "conflict")),
        ({"status": 429}, (429, "rateLimitExceeded")),
        ({"reason": "backendError"}, (503, "backendError")),
    ],
)
def test_half_an_error_is_completed(directory: Client, rule: dict[str, object], expected: tuple[int, str]):
    directory.fault(**rule)
    assert refusal(directory.insert)[:2] == expected


def test_an_error_can_carry_a_message_of_its_own(directory: Client):
    directory.fault(reason="conditionNotMet", message="User is deleted.")
    assert refusal(directory.get) == (412, "conditionNotMet", "User is deleted.")


def test_an_update_answers_duplicate_although_it_was_applied(directory: Client):
    directory.insert()
    directory.fault(method="update", kind="errorApplied", reason="duplicate")
    assert refusal(directory.update, suspended=True)[:2] == (409, "duplicate")
    assert directory.get()["suspended"] is True


def test_an_insert_answers_503_although_it_was_applied(directory: Client):
    directory.fault(method="insert", kind="errorApplied")
    assert refusal(directory.insert)[:2] == (503, "backendError")
    assert directory.get()["primaryEmail"] == ADDRESS


def test_an_answer_lost_by_a_reset_leaves_the_user_there(directory: Client):
    directory.fault(method="insert", kind="lostReset")
    with pytest.raises(ConnectionResetError):
        directory.insert()
    assert directory.get()["primaryEmail"] == ADDRESS
    assert directory.control("counters")["calls"]["insert"] == {"lostReset": 1}


def test_an_answer_lost_by_closing_makes_the_client_call_again_and_meet_its_own_user(directory: Client):
    directory.fault(method="insert", kind="lost")
    assert refusal(directory.insert)[:2] == (409, "duplicate")
    assert directory.control("counters")["calls"]["insert"] == {"lost": 1, "409": 1}


def test_a_dropped_call_is_not_applied(directory: Client):
    directory.fault(method="insert", kind="dropped", count=2)
    with pytest.raises(HTTPException):
        directory.insert()
    assert directory.control("users")["users"] == []


def test_a_held_call_lands_after_its_client_gave_up(directory: Client):
    directory.fault(method="insert", kind="hold")
    assert not impatient(directory)
    assert directory.control("users")["users"] == []
    assert directory.control("faults")["held"][0]["key"] == ADDRESS
    assert directory.control("faults/release", {}) == {"released": 1}
    assert directory.dump()["primaryEmail"] == ADDRESS


def test_a_held_call_overtaken_by_another_finds_the_address_taken(directory: Client):
    directory.fault(method="insert", kind="hold")
    assert not impatient(directory)
    directory.insert(name={"givenName": "Budi", "familyName": "Santoso"})
    directory.control("faults/release", {})
    assert directory.get()["name"]["fullName"] == "Budi Santoso"
    assert directory.control("counters")["calls"]["insert"] == {"200": 1, "409": 1}


def test_a_held_call_answers_its_client_when_released(directory: Client):
    directory.fault(method="insert", kind="hold")
    answered = threading.Event()

    def insert() -> None:
        with contextlib.closing(httplib2.Http(timeout=PATIENCE)) as http:
            request = directory.users.insert(body=person())
            request.http = http
            if request.execute()["primaryEmail"] == ADDRESS:
                answered.set()

    thread = threading.Thread(target=insert)
    thread.start()
    assert directory.control("faults/await", {"held": 1}) == {"held": 1}
    directory.control("faults/release", {})
    thread.join(PATIENCE)
    assert answered.is_set()


def test_a_held_call_lands_by_itself_after_its_time(directory: Client):
    directory.fault(method="insert", kind="hold", ms=20)
    assert directory.insert()["primaryEmail"] == ADDRESS


def test_a_late_call_answers_an_error_and_lands_when_released(directory: Client):
    directory.insert()
    directory.fault(method="update", kind="late", status=504)
    assert refusal(directory.update, suspended=True)[:2] == (504, "gatewayTimeout")
    directory.update(suspended=False)
    directory.control("faults/await", {"held": 1})
    directory.control("faults/release", {})
    assert directory.get()["suspended"] is True


def test_cleared_faults_never_apply_what_they_held(directory: Client):
    directory.fault(method="insert", kind="late")
    refusal(directory.insert)
    directory.control("faults/await", {"held": 1})
    directory.control("faults", method="DELETE")
    assert directory.control("faults") == {"faults": [], "held": []}
    assert directory.control("users")["users"] == []


def test_a_delayed_call_is_answered(directory: Client):
    directory.fault(method="insert", kind="delay", ms=20)
    assert directory.insert()["primaryEmail"] == ADDRESS


def test_a_fault_hits_after_some_calls_and_so_many_times(directory: Client):
    directory.fault(method="get", after=1, count=2)
    directory.insert()
    outcomes = [
        directory.http.request(f"{directory.url}/admin/directory/v1/users/{ADDRESS}")[0].status for _ in range(5)
    ]
    assert outcomes == [200, 503, 503, 200, 200]
    (fault,) = directory.control("faults")["faults"]
    assert (fault["seen"], fault["hits"]) == (3, 2)


def test_a_share_of_calls_is_hit_the_same_way_for_the_same_seed(directory: Client):
    outcomes = []
    for _ in range(2):
        directory.control("reset", {})
        directory.insert()
        directory.fault(method="get", share=0.5, seed=7)
        url = f"{directory.url}/admin/directory/v1/users/{ADDRESS}"
        outcomes.append([directory.http.request(url)[0].status for _ in range(20)])
    assert outcomes[0] == outcomes[1]
    assert set(outcomes[0]) == {200, 503}


def test_a_fault_can_be_aimed_at_one_user_or_domain(directory: Client):
    directory.fault(method="insert", key=OTHER, reason="conflict")
    directory.fault(method="insert", domain="sma.belajar.id", reason="internalError")
    directory.fault(method="update", key=ADDRESS, reason="conflict")
    made = directory.insert()
    assert refusal(directory.update, made["id"], suspended=True)[:2] == (409, "conflict")
    assert refusal(directory.insert, OTHER)[:2] == (409, "conflict")
    assert refusal(directory.insert, "a@sma.belajar.id")[:2] == (500, "internalError")


def test_a_call_refused_by_a_quota_uses_up_no_fault(directory: Client):
    directory.control("quotas", {"callsPerMinute": 0})
    directory.fault(method="insert", reason="conflict")
    refusal(directory.insert)
    directory.control("quotas", {"callsPerMinute": None})
    assert refusal(directory.insert)[:2] == (409, "conflict")


def test_a_list_can_lack_items_its_collection_or_its_end(directory: Client):
    directory.control("seed", {"users": [{"primaryEmail": f"a{number}@smp.belajar.id"} for number in range(4)]})
    directory.fault(method="list", kind="omitItems", items=3)
    directory.fault(method="list", kind="omitCollection")
    directory.fault(method="list", kind="repeatPageToken")
    assert len(directory.list()["users"]) == 1
    assert "users" not in directory.list()
    again = directory.list(maxResults=2)
    assert len(again["users"]) == 2
    assert directory.list(maxResults=2, pageToken=again["nextPageToken"])["users"] == again["users"]


def test_a_later_page_can_fail_or_cycle(directory: Client):
    directory.control("seed", {"users": [{"primaryEmail": f"a{number}@smp.belajar.id"} for number in range(4)]})
    directory.fault(method="list", after=1, reason="backendError")
    token = directory.list(maxResults=2)["nextPageToken"]
    assert refusal(directory.list, maxResults=2, pageToken=token)[:2] == (503, "backendError")
    directory.fault(method="list", kind="repeatPageToken")
    assert directory.list(maxResults=2, pageToken=token)["nextPageToken"] == token


def test_an_unknown_kind_of_fault_is_refused(directory: Client):
    answer, body = directory.http.request(f"{directory.url}/control/faults", "POST", body='{"kind": "earthquake"}')
    assert answer.status == 400
    assert b"wrong use" in body
