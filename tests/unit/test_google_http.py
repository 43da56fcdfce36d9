import json
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import httplib2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from shared.adapters import google_http
from tests.unit.test_google_http_support import ACCOUNT, METADATA, Google, google

IAM, OAUTH, ADMIN = "iamcredentials.googleapis.com", "oauth2.googleapis.com", "admin.googleapis.com"
TASKS = "cloudtasks.googleapis.com"
USERS = "https://www.googleapis.com/auth/admin.directory.user"
READS_USERS = "https://www.googleapis.com/auth/admin.directory.user.readonly"
CLOUD = "https://www.googleapis.com/auth/cloud-platform"

DIRECTORY = """
from threading import Thread
from shared.adapters import google_http
from shared.adapters.directory import GoogleDirectory
from shared.ports import DirectoryError

def get(directory):
    try:
        print(directory.get("1").address)
    except DirectoryError as error:
        print(error.verdict.name, error.code)
    finally:
        directory.close()

def in_threads(*directories):
    for directory in directories:
        thread = Thread(target=get, args=(directory,))
        thread.start()
        thread.join()
"""
AS_ADMIN = DIRECTORY + 'in_threads(*[GoogleDirectory(google_http.directory("admin@belajar.id"))] * 3)'
AS_READER = DIRECTORY + 'in_threads(GoogleDirectory(google_http.directory("admin@belajar.id", reads_only=True)))'
AS_ITSELF = DIRECTORY + "in_threads(*[GoogleDirectory(google_http.directory(None))] * 3)"
ENQUEUE = """
from shared.adapters import google_http
from shared.adapters.tasks import CloudTasks

for _ in range(2):
    tasks = CloudTasks(google_http.cloud, parent="projects/p/locations/l", converge_url="https://c", invoker="i@p.iam")
    print(tasks.enqueue("smp", "a.smp", 1))
    tasks.close()
"""


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Google]:
    with google(tmp_path) as found:
        yield found


def tokens_asked_for(cloud: Google) -> list[list[str]]:
    targets = [urlsplit(asked.path) for asked in cloud.of("")]
    return [parse_qs(target.query).get("scopes", []) for target in targets if target.path.endswith("/token")]


def test_a_plain_http_has_no_credentials_and_a_limit_of_time():
    http = google_http.plain()
    assert isinstance(http, httplib2.Http)
    assert http.timeout == google_http.TIMEOUT


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connections = 0

    def setup(self):
        type(self).connections += 1
        super().setup()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_connection_that_lay_idle_is_not_used_again(monkeypatch: pytest.MonkeyPatch):
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answering) as server, closing(google_http.plain()) as http:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        for idle, connections in ((60.0, 1), (60.0, 1), (0.0, 2), (60.0, 2)):
            monkeypatch.setattr(google_http, "IDLE", idle)
            assert http.request(url, "POST", body="{}")[0].status == 200
            assert _Answering.connections == connections
        http.close()
        server.shutdown()


def test_who_only_reads_asks_for_no_right_to_write(cloud: Google):
    assert cloud.run(AS_READER).split() == ["a@belajar.id"]
    (signed,) = cloud.of(IAM)
    assert json.loads(json.loads(signed.body)["payload"])["scope"] == READS_USERS


def test_the_service_account_signs_for_itself_that_it_acts_as_the_admin(cloud: Google):
    assert cloud.run(AS_ADMIN).split() == ["a@belajar.id"] * 3
    (signed,) = cloud.of(IAM)
    assert signed.path == f"/v1/projects/-/serviceAccounts/{ACCOUNT}:signJwt"
    claims = json.loads(json.loads(signed.body)["payload"])
    assert (claims["iss"], claims["sub"], claims["scope"]) == (ACCOUNT, "admin@belajar.id", USERS)
    assert claims["exp"] - claims["iat"] == 3600
    (exchanged,) = cloud.of(OAUTH)
    assert parse_qs(exchanged.body)["assertion"] == ["signed"]
    assert [asked.token for asked in cloud.of(ADMIN)] == ["delegated"] * 3


def test_without_an_admin_the_service_account_asks_for_a_token_of_its_own(cloud: Google):
    assert cloud.run(AS_ITSELF).split() == ["a@belajar.id"] * 3
    (made,) = cloud.of(IAM)
    assert made.path == f"/v1/projects/-/serviceAccounts/{ACCOUNT}:generateAccessToken"
    assert json.loads(made.body)["scope"] == [USERS]
    assert cloud.of(OAUTH) == []
    assert [asked.token for asked in cloud.of(ADMIN)] == ["as-itself"] * 3


def test_each_admin_has_a_token_of_its_own(cloud: Google):
    cloud.run(DIRECTORY + "in_threads(*[GoogleDirectory(google_http.directory(a)) for a in ('a@b.id', 'c@b.id')] * 2)")
    subjects = [json.loads(json.loads(asked.body)["payload"])["sub"] for asked in cloud.of(IAM)]
    assert subjects == ["a@b.id", "c@b.id"]


def test_nothing_is_asked_of_google_before_the_first_call(cloud: Google):
    cloud.run(DIRECTORY + 'GoogleDirectory(google_http.directory("admin@belajar.id"))')
    assert cloud.asked == []


def test_google_cloud_is_called_with_the_service_accounts_own_rights(cloud: Google):
    assert cloud.run(ENQUEUE).split() == ["True", "True"]
    assert tokens_asked_for(cloud) == [[CLOUD]]
    assert [asked.token for asked in cloud.of(TASKS)] == ["own", "own"]
    assert [asked.path.startswith(METADATA) for asked in cloud.of("")] == [True] * 2


def test_a_token_that_google_no_longer_takes_is_renewed_once(cloud: Google):
    cloud.first[ADMIN] = [(200, {"id": "1", "primaryEmail": "a@belajar.id"}), (401, {})]
    assert cloud.run(AS_ADMIN).split() == ["a@belajar.id"] * 3
    assert (len(cloud.of(IAM)), len(cloud.of(ADMIN))) == (2, 4)


def test_where_google_takes_no_token_the_call_is_not_authorised(cloud: Google):
    cloud.first[ADMIN] = [(401, {})] * 9
    assert cloud.run(AS_ADMIN).splitlines() == ["MISCONFIGURED not_authorised"] * 3


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        (IAM, (403, {"error": {"code": 403, "message": "Permission iam.serviceAccounts.signJwt denied"}})),
        (OAUTH, (401, {"error": "unauthorized_client", "error_description": "Client is unauthorized"})),
        ("", (403, {"error": "forbidden"})),
    ],
    ids=["iam", "delegation", "metadata"],
)
def test_a_refused_token_is_told_from_a_refused_call_and_is_asked_for_again(
    cloud: Google, host: str, answer: tuple[int, dict[str, object]]
):
    cloud.first[host] = [answer]
    assert cloud.run(AS_ADMIN).splitlines() == ["MISCONFIGURED no_token", "a@belajar.id", "a@belajar.id"]


def test_without_any_credentials_there_is_no_token(cloud: Google):
    assert cloud.run(AS_ADMIN, NO_GCE_CHECK="true").splitlines() == ["MISCONFIGURED no_token"] * 3
    assert cloud.asked == []


def test_a_persons_credentials_do_not_do_for_the_directory(cloud: Google, tmp_path: Path):
    person = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
    file = tmp_path / "person.json"
    file.write_text(json.dumps(person))
    told = cloud.run(AS_ADMIN, GOOGLE_APPLICATION_CREDENTIALS=str(file))
    assert told.splitlines() == ["MISCONFIGURED no_token"] * 3
    assert cloud.asked == []


def test_a_key_file_works_too_and_only_signs_for_its_own_account(cloud: Google, tmp_path: Path):
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    account = {"type": "service_account", "client_email": "file@akun.iam.gserviceaccount.com", "private_key_id": "1"}
    file = tmp_path / "account.json"
    file.write_text(json.dumps({**account, "private_key": key.decode(), "token_uri": f"https://{OAUTH}/token"}))
    told = cloud.run(AS_ADMIN, GOOGLE_APPLICATION_CREDENTIALS=str(file))
    assert told.split() == ["a@belajar.id"] * 3
    assert [asked.path for asked in cloud.of(IAM)] == [
        "/v1/projects/-/serviceAccounts/file@akun.iam.gserviceaccount.com:signJwt"
    ]
