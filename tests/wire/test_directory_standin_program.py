"""The Directory stand-in as a program of its own: start, discovery, batches, stop."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest

from local.directory.server import control
from tests.wire.test_directory_standin_support import ADDRESS, person

DISCOVERY = ("/discovery/v1/apis/{api}/{apiVersion}/rest", "/$discovery/rest?version={apiVersion}")


def started(*options: str, **environment: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "local.directory", "--port", "0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("listening on http://127.0.0.1:")
    return process, line.removeprefix("listening on ").strip()


def stopped(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=20)
    return process.returncode, output + errors


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    process, address = started("--google-quotas")
    yield address
    assert stopped(process) == (0, "")


@pytest.fixture
def http(url: str) -> Iterator[httplib2.Http]:
    control(url, "reset", {})
    client = httplib2.Http(timeout=10)
    yield client
    client.close()


@pytest.fixture
def service(url: str, http: httplib2.Http) -> Any:
    return build("admin", "directory_v1", http=http, discoveryServiceUrl=url + DISCOVERY[0])


def run(service: Any, http: httplib2.Http, requests: dict[str, Any]) -> tuple[dict[str, Any], dict[str, HttpError]]:
    answers: dict[str, Any] = {}
    errors: dict[str, HttpError] = {}

    def note(request_id: str, response: Any, error: HttpError | None) -> None:
        if error is None:
            answers[request_id] = response
        else:
            errors[request_id] = error

    batch: Any = service.new_batch_http_request(callback=note)
    for request_id, request in requests.items():
        batch.add(request, request_id=request_id)
    batch.execute(http=http)
    return answers, errors


@pytest.mark.parametrize("path", DISCOVERY)
def test_a_client_can_be_built_from_its_discovery_document(url: str, http: httplib2.Http, path: str):
    service: Any = build("admin", "directory_v1", http=http, discoveryServiceUrl=url + path)
    assert service.users().insert(body=person()).execute()["primaryEmail"] == ADDRESS


def test_other_apis_have_no_discovery_document(url: str, http: httplib2.Http):
    assert http.request(url + "/$discovery/rest?version=reports_v1")[0].status == 404
    assert http.request(url + "/admin/reports/v1/usage")[0].status == 404
    assert http.request(url + "/admin/directory/v1/resources")[0].status == 404


def test_each_part_of_a_batch_is_answered_on_its_own(service: Any, http: httplib2.Http, url: str):
    users = service.users()
    answers, errors = run(
        service,
        http,
        {
            "first": users.insert(body=person()),
            "again": users.insert(body=person()),
            "read": users.get(userKey=ADDRESS, fields="primaryEmail"),
            "gone": users.get(userKey="nobody@smp.belajar.id"),
        },
    )
    assert answers["first"]["primaryEmail"] == ADDRESS
    assert answers["read"] == {"primaryEmail": ADDRESS}
    assert {name: int(error.resp.status) for name, error in errors.items()} == {"again": 409, "gone": 404}
    counted = control(url, "counters")
    assert (counted["batches"], counted["total"]) == (1, 4)


def test_each_part_of_a_batch_counts_against_the_quota(service: Any, http: httplib2.Http, url: str):
    control(url, "clock", {"frozen": True})
    users = service.users()
    people = {f"p{number}": users.insert(body=person(f"p{number}@smp.belajar.id")) for number in range(12)}
    answers, errors = run(service, http, people)
    assert len(answers) == 10
    assert {int(error.resp.status) for error in errors.values()} == {403}


def test_one_part_of_a_batch_can_fail_alone(service: Any, http: httplib2.Http, url: str):
    control(url, "faults", {"method": "get", "after": 1, "reason": "backendError"})
    users = service.users()
    users.insert(body=person()).execute()
    answers, errors = run(service, http, {name: users.get(userKey=ADDRESS) for name in "abc"})
    assert set(answers) == {"a", "c"}
    assert int(errors["b"].resp.status) == 503


def test_a_batch_of_more_than_1000_parts_is_refused(url: str, http: httplib2.Http):
    part = "--b\r\nContent-Type: application/http\r\n\r\nGET /admin/directory/v1/users/x HTTP/1.1\r\n\r\n\r\n"
    headers = {"content-type": "multipart/mixed; boundary=b"}
    answer, _ = http.request(url + "/batch", "POST", body=part * 1001 + "--b--", headers=headers)
    assert answer.status == 400
    answer, _ = http.request(url + "/batch", "POST", body=part * 1000 + "--b--", headers=headers)
    assert answer.status == 200


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", "x"),
        ("multipart/mixed", "x"),
        ("multipart/mixed; boundary=b", "x"),
        ("multipart/mixed; boundary=b", "--b\r\n\r\n--b--"),
    ],
)
def test_a_batch_that_is_none_is_refused(url: str, http: httplib2.Http, content_type: str, body: str):
    answer, _ = http.request(url + "/batch", "POST", body=body, headers={"content-type": content_type})
    assert answer.status == 400


def test_a_batch_of_the_second_address_is_answered_too(service: Any, http: httplib2.Http, url: str):
    seen: list[Any] = []
    batch: Any = BatchHttpRequest(batch_uri=url + "/batch/admin/directory_v1")
    batch.add(service.users().insert(body=person()), callback=lambda _id, response, _error: seen.append(response))
    batch.execute(http=http)
    assert seen[0]["primaryEmail"] == ADDRESS


def test_a_lost_part_loses_the_whole_batch(service: Any, http: httplib2.Http, url: str):
    control(url, "faults", {"method": "insert", "kind": "lostReset"})
    with pytest.raises(ConnectionResetError):
        run(service, http, {"one": service.users().insert(body=person())})
    assert control(url, f"users/{ADDRESS}")["primaryEmail"] == ADDRESS


def test_the_control_api_explains_itself(url: str, http: httplib2.Http):
    answer, text = http.request(url + "/control")
    assert answer.status == 200
    assert b"POST /control/login" in text


def test_its_clock_obeys_the_environment_and_its_options_the_command_line():
    process, url = started("--domain", "Example.org", "--org-unit", "smp", "--get-lag", "5", CLOCK_OFFSET="-31536000")
    offset = control(url, "clock")
    lag = control(url, "lag")
    control(url, "seed", {"users": [{"primaryEmail": "a@example.org", "orgUnitPath": "/smp"}]})
    created = control(url, "users/a@example.org")["creationTime"]
    assert offset["offset"] == 0
    assert lag["get"] == 5
    assert created[:4] < control_year(url)
    assert stopped(process)[0] == 0


def control_year(url: str) -> str:
    """Return the year that the stand-in is in, once a year has been added to its clock."""
    control(url, "clock", {"advance": 366 * 86400})
    control(url, "seed", {"users": [{"primaryEmail": "b@example.org"}]})
    return str(control(url, "users/b@example.org")["creationTime"])[:4]


def test_it_stops_while_a_call_is_held_and_logs_nothing():
    process, url = started()
    control(url, "faults", {"method": "insert", "kind": "hold"})
    http = httplib2.Http(timeout=0.2)
    service: Any = build("admin", "directory_v1", http=http, client_options={"api_endpoint": url})
    with pytest.raises(TimeoutError):
        service.users().insert(body=person()).execute()
    http.close()
    assert stopped(process) == (0, "")
