"""`download` as the framework serves it: what is told of each account, with which headers, and what outages come to."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from local.kms.server import Running as RunningKms
from shared.domain.accounts import Blocked, Category, Credential, External, Hold
from tests.rosters import member, pupil, school, staff
from tests.wire.answers import told
from tests.wire.functions import Place, run_task
from tests.wire.handout import (
    FILES,
    HERE,
    JSON,
    SCHOOL,
    a_link,
    address,
    an_account,
    arrive,
    derived,
    download,
    now,
    plant,
    plant_school,
    rows,
    settle,
    signs_in,
)  # fmt: skip
from tests.wire.standin_target import call

KMS_KEYS = '{"m1": "kms:projects/p/locations/l/keyRings/r/cryptoKeys/c/cryptoKeyVersions/1"}'
LONG_AGO = datetime(2021, 2, 1, tzinfo=UTC)


@pytest.fixture
def client(here: Place) -> FlaskClient:
    plant_school(here.store)
    return download(here)


# ------------------------------------------------------------------------------------------------------- headers


def check_headers(headers: dict[str, str]) -> None:
    """Hold an answer against design 8; a browser must not keep, sniff, frame or tell of it."""
    found = {name.lower(): value for name, value in headers.items()}
    assert found["cache-control"] == "no-store, no-transform"
    assert found["referrer-policy"] == "no-referrer"
    assert found["x-content-type-options"] == "nosniff"
    assert "noindex" in found["x-robots-tag"]
    policy = dict(part.strip().partition(" ")[::2] for part in found["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["font-src"] == "data:"
    assert "script-src" not in policy
    assert "set-cookie" not in found
    assert "location" not in found


@pytest.mark.parametrize(
    ("way", "content", "attached"),
    [
        ("", "text/html", False), ("/peserta_didik/kartu", "text/html", False), ("/ptk.csv", "text/csv", True),
        ("/admin.xlsx", "application/vnd.openxmlformats", True), ("/pengecualian.csv", "text/csv", True),
    ],
)  # fmt: skip
def test_what_is_served_is_neither_kept_nor_sniffed_and_files_are_attachments(
    client: FlaskClient, way: str, content: str, attached: bool
):
    answer = client.get(address(a_link(), way))
    assert answer.status_code == 200
    check_headers(dict(answer.headers))
    assert answer.content_type.startswith(content)
    assert ("Content-Disposition" in answer.headers) is attached
    if attached:
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="')


def test_every_kind_of_refusal_carries_the_same_headers(here: Place, client: FlaskClient):
    wanted = {
        400: client.get(f"/unduh/{HERE}"), 403: client.get(address(a_link()) + "x"), 404: client.get("/"),
        405: client.delete(address(a_link())), 410: client.get(address(a_link(at=now() - 100, seconds=50))),
    }  # fmt: skip
    for status, answer in wanted.items():
        assert answer.status_code == status
        check_headers(dict(answer.headers))
    for path in ("/favicon.ico", "/robots.txt", f"/unduh/{HERE}%0A"):  # the framework's own, or not routed by it
        answer = client.get(path)
        assert (answer.status_code, answer.data) == (404, wanted[404].data)
        check_headers(dict(answer.headers))


def test_a_problem_is_told_to_programs_and_a_page_to_people(client: FlaskClient):
    accepted = {
        None: "text/html", "*/*": "text/html", "text/html,*/*;q=0.8": "text/html", "text/csv": "text/html",
        "application/problem+json": "application/problem+json", "application/json": "application/problem+json",
        "nonsense": "text/html", ";q=nan,/;q=1e999,\x7f": "text/html", ",".join(["a/b;q=0.1"] * 500): "text/html",
    }  # fmt: skip
    for accept, content in accepted.items():
        answer = client.get("/", headers={"Accept": accept} if accept else {})
        assert (answer.status_code, answer.mimetype) == (404, content)
    problem = json.loads(client.get("/", headers=JSON).data)
    assert set(problem) == {"type", "title", "detail", "status"}
    assert problem["status"] == 404


# ------------------------------------------------------------------------------------------------------ statuses


def test_each_status_is_told_of_an_account_in_its_state_and_only_unused_passwords_are_shown(
    here: Place, client: FlaskClient
):
    plant(
        here.store,
        an_account("baru"),
        an_account("masuk", accessed_at=LONG_AGO, state="active"),
        an_account("beku", holds={"frozen": Hold(since=LONG_AGO)}, state="suspended"),
        an_account("diam", holds={"dormant": Hold(since=LONG_AGO)}),
        an_account("google", external=External(kind="google", seen_at=LONG_AGO)),
        an_account("lekas", directory_id=None, state="reserved", applied_version=0, lane="live"),
        an_account("nama", directory_id=None, state="reserved", blocked=Blocked(code="name_refused", field="name")),
        an_account("lain", sekolah_id=school("SMP NEGERI 2")["sekolah_id"], sekolah_nama="SMP NEGERI 2"),
    )
    found = {row["nama"].split()[0]: row for row in rows(client.get(address(a_link(), "/peserta_didik.csv")))}
    assert {name: row["status"] for name, row in found.items()} == {
        "BARU": "belum diaktifkan", "MASUK": "sudah diaktifkan", "BEKU": "ditangguhkan", "DIAM": "ditangguhkan",
        "GOOGLE": "ditangguhkan", "LEKAS": "sedang disiapkan", "NAMA": "sedang disiapkan",
        "LAIN": "dikelola oleh SMP NEGERI 2",
    }  # fmt: skip
    assert [name for name, row in found.items() if row["kata_sandi_awal"]] == ["BARU"]
    assert [name for name, row in sorted(found.items()) if not row["id_pengguna"]] == ["LEKAS", "NAMA"]
    assert len({row["keterangan"] for row in found.values()}) == len(found)


def test_statuses_follow_the_person_from_roster_event_to_sign_in_and_leaving(here: Place):
    function = download(here)

    def row() -> dict[str, str]:
        (only,) = rows(function.get(address(a_link(), "/peserta_didik.csv")))
        return only

    here.fault(method="insert", status=503, reason="backendError", kind="error", count=1)
    arrive(here, pupil())
    assert (row()["status"], row()["id_pengguna"], row()["kata_sandi_awal"]) == ("sedang disiapkan", "", "")
    settle(here)
    account, shown = here.only_account(), row()
    assert (shown["status"], shown["id_pengguna"]) == ("belum diaktifkan", account.address)
    assert signs_in(here, account.address, shown["kata_sandi_awal"])
    task = {"account_id": account.account_id, "version": account.version - 1}
    run_task(here.load("converge"), task, retries=1)  # an overtaken task looks before it sends
    assert (row()["status"], row()["kata_sandi_awal"]) == ("sudah diaktifkan", "")
    assert row()["id_pengguna"] == account.address
    arrive(here, pupil(deleted=True), revision=2)
    assert (row()["status"], row()["kata_sandi_awal"]) == ("sudah diaktifkan", "")  # until the grace has passed
    assert "berakhir" in row()["keterangan"] or "masuk" in row()["keterangan"]


def test_a_row_whose_key_is_gone_is_being_prepared_and_no_fault(here: Place, client: FlaskClient):
    plant(here.store, an_account("siti"), an_account("tua", credential=_under("k0")))
    found = {row["nama"].split()[0]: row for row in rows(client.get(address(a_link(), "/peserta_didik.csv")))}
    assert (found["TUA"]["status"], found["TUA"]["kata_sandi_awal"]) == ("sedang disiapkan", "")
    assert found["SITI"]["kata_sandi_awal"] == derived(an_account("siti"))


def test_the_exceptions_of_a_link_are_those_of_its_categories(here: Place):
    infant = member(SCHOOL, tingkat_pendidikan_id=99, rombel="X", induk=True)
    arrive(here, pupil("PAUD TANPA", infant, who="p1"), staff("STAF TANPA", member(SCHOOL, jenis_ptk_id=99), who="s1"))
    function = download(here)
    wanted: dict[tuple[Category, ...], set[str]] = {
        ("peserta_didik",): {"PAUD TANPA"}, ("ptk",): {"STAF TANPA"}, ("admin",): {"STAF TANPA"},
        ("admin", "peserta_didik", "ptk"): {"PAUD TANPA", "STAF TANPA"},
    }  # fmt: skip
    for categories, names in wanted.items():
        file = rows(function.get(address(a_link(*categories), "/pengecualian.csv")))
        assert {row["nama"] for row in file} == names
    file = rows(function.get(address(a_link(), "/pengecualian.csv") + "&pemisah=koma"), ",")
    assert all(row["alasan"] and row["perbaikan"] for row in file)


# ------------------------------------------------------------------------------------------------ outages and KMS


@pytest.mark.parametrize("way", ["", *(f"/peserta_didik{form}" for form in FILES), "/pengecualian.csv"])
def test_without_a_store_the_answer_is_a_page_that_says_come_again(
    here: Place, client: FlaskClient, way: str, capsys: pytest.CaptureFixture[str]
):
    here.store.close()
    here.path.write_bytes(b"SITI AMINAH is no database" * 100)
    for suffix in ("-wal", "-shm"):
        here.path.with_name(here.path.name + suffix).unlink(missing_ok=True)
    for headers in ({}, JSON):
        answer = client.get(address(a_link(), way), headers=headers)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        check_headers(dict(answer.headers))
        assert "database" not in answer.text
        assert "Error" not in answer.text
    assert {line["outcome"] for line in told(capsys)} == {"retry"}


def test_a_served_file_asks_kms_once_for_each_scope(here: Place):
    elsewhere = school("SMP NEGERI 9")["sekolah_id"]
    plant_school(here.store)
    plant(here.store, *(an_account(f"s{number}", credential=_under("m1")) for number in range(40)))
    with RunningKms() as kms:
        function = download(here, CREDENTIAL_KEYS=KMS_KEYS, KMS_ENDPOINT=kms.url)
        assert len(rows(function.get(address(a_link(), "/peserta_didik.csv")))) == 40
        assert call(kms.url, "GET", "/control/counters")[1]["signed"] == 1
        plant(here.store, an_account("pindah", credential=_under("m1", elsewhere)))
        for form in FILES:
            assert function.get(address(a_link(), f"/peserta_didik{form}")).status_code == 200
        assert call(kms.url, "GET", "/control/counters")[1]["signed"] == 2


def test_without_kms_no_fetch_is_counted_and_the_answer_says_come_again(here: Place):
    plant_school(here.store)
    plant(here.store, an_account(credential=_under("m1")))
    with RunningKms() as kms:
        function = download(here, CREDENTIAL_KEYS=KMS_KEYS, KMS_ENDPOINT=kms.url)
        call(kms.url, "POST", "/control/faults", {"macsign_503": 1})
        link = a_link()
        assert function.get(address(link, "/peserta_didik.csv")).status_code == 503
        assert here.all("links") == {}
        (row,) = rows(function.get(address(link, "/peserta_didik.csv")))
        assert row["kata_sandi_awal"]


def _under(kid: str, scope: str = HERE) -> Credential:
    return replace(an_account().credential, key_id=kid, scope=scope)
