"""`link` as the framework serves it: what it signs opens `download`, until its key is taken out."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from shared.domain.links import Link, signature
from tests.rosters import event, pupil, staff
from tests.wire.functions import Place, converge, lines, push
from tests.wire.linking import (
    ALL,
    ID,
    K1,
    LINK_KEYS,
    NPSN,
    PUBLIC,
    SCHOOL,
    SETTINGS,
    UUID,
    answer,
    ask,
    local,
    plant,
    query,
)

K2_FIRST = json.dumps(dict(reversed(json.loads(LINK_KEYS).items())))
ONLY_K2 = json.dumps({"k2": json.loads(LINK_KEYS)["k2"]})


@pytest.fixture
def here(here: Place) -> Place:
    here.env |= SETTINGS
    return here


@pytest.fixture
def function(here: Place) -> FlaskClient:
    plant(here, ID, NPSN, SCHOOL["nama"])
    return here.load("link")


def test_a_link_is_signed_by_the_first_key_and_told_whole(function: FlaskClient):
    before = datetime.now(UTC)
    response = ask(function)
    told = answer(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert "Location" not in response.headers
    given = query(told["url"])
    link = Link.read(ID, given)
    assert link is not None
    assert given["kid"] == "k1"
    assert given["sig"] == signature(K1, link)
    assert told["url"] == PUBLIC + link.signed(K1)
    assert told["categories"] == ALL == given["k"].split(",")
    assert (told["lid"], told["sekolah_id"]) == (given["lid"], ID)
    assert re.fullmatch(r"[A-Za-z0-9_-]{24}", told["lid"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["expires_at"])
    assert datetime.fromisoformat(told["expires_at"]).timestamp() == link.expires_at == link.issued_at + 900
    assert abs(link.issued_at - before.timestamp()) < 60


def test_two_links_are_never_the_same(function: FlaskClient):
    first, second = answer(ask(function)), answer(ask(function))
    assert first["lid"] != second["lid"]
    assert first["url"] != second["url"]


def test_a_link_is_registered_under_who_asked_for_it(here: Place, function: FlaskClient):
    told = answer(ask(function, requested_by="dapodik:OP_1.a-b", categories=["ptk"], ttl_seconds=3600))
    kept = here.get("links", told["lid"])
    assert (kept["requested_by"], kept["registered"]) == ("dapodik:OP_1.a-b", True)
    assert (kept["sekolah_id"], kept["categories"], kept["key_id"]) == (ID, ["ptk"], "k1")
    assert kept["expires_at"] - kept["issued_at"] == timedelta(hours=1)
    assert kept["expires_at"].strftime("%Y-%m-%dT%H:%M:%SZ") == told["expires_at"]
    assert (kept["uses"], kept["fetches"]) == ({}, [])


def test_categories_come_in_any_order_and_go_out_in_one(function: FlaskClient):
    told = answer(ask(function, categories=["ptk", "admin"]))
    assert told["categories"] == ["admin", "ptk"]
    assert query(told["url"])["k"] == "admin,ptk"


def test_a_school_may_be_named_by_its_npsn_or_by_its_id_in_capitals(function: FlaskClient):
    assert answer(ask(function, npsn=NPSN))["sekolah_id"] == ID
    assert answer(ask(function, sekolah_id=ID.upper()))["sekolah_id"] == ID


def test_a_link_lives_as_long_as_asked_or_as_configured(here: Place, function: FlaskClient):
    def lifetime(url: str) -> int:
        return int(query(url)["exp"]) - int(query(url)["iat"])

    assert lifetime(answer(ask(function, ttl_seconds=60))["url"]) == 60
    assert lifetime(answer(ask(function, ttl_seconds=86_400))["url"]) == 86_400
    assert lifetime(answer(ask(here.load("link", LINK_TTL_SECONDS="120")))["url"]) == 120


def test_one_line_tells_of_a_link_and_holds_nothing_that_opens_it(
    function: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    told = answer(ask(function, requested_by="op-4711"))
    printed = capsys.readouterr().out
    (line,) = lines(printed)
    link = Link.read(ID, query(told["url"]))
    assert link is not None
    assert (line["function"], line["outcome"], line["severity"]) == ("link", "signed", "INFO")
    assert (line["sekolah_id"], line["file_mark"]) == (ID, link.file_mark)
    for secret in (told["url"], query(told["url"])["sig"], told["lid"], "op-4711"):
        assert secret not in printed


def issued(here: Place) -> str:
    """Let a pupil get an account, and give their address."""
    push(here.load("provision"), event(pupil()))
    account = here.only_account()
    assert converge(here.load("converge"), account).status_code == 200
    return account.address


def test_a_link_opens_the_file_of_its_school_alone(here: Place):
    address = issued(here)
    url = local(answer(ask(here.load("link"), npsn=NPSN, categories=["peserta_didik"]))["url"])
    path, _, asked = url.partition("?")
    download = here.load("download")
    file = download.get(f"{path}/peserta_didik.csv?{asked}")
    assert file.status_code == 200
    assert address in file.text
    assert download.get(f"{path}/ptk.csv?{asked}").status_code == 403
    assert download.get(f"{path.replace(ID, UUID)}/peserta_didik.csv?{asked}").status_code == 403


def test_a_link_of_link_is_a_registered_one(here: Place):
    issued(here)
    path, _, asked = local(answer(ask(here.load("link")))["url"]).partition("?")
    download = here.load("download", LINK_REGISTERED_ONLY="1")
    assert download.get(f"{path}/peserta_didik.csv?{asked}").status_code == 200
    (kept,) = here.all("links").values()
    assert kept["uses"] == {"peserta_didik": 1}
    assert kept["requested_by"] == "op-1"


def test_a_key_is_changed_without_a_dead_link_and_dies_when_it_is_taken_out(here: Place):
    issued(here)
    old = local(answer(ask(here.load("link")))["url"])
    new = local(answer(ask(here.load("link", LINK_KEYS=K2_FIRST)))["url"])
    assert (query(old)["kid"], query(new)["kid"]) == ("k1", "k2")

    def statuses(keys: str) -> list[int]:
        download = here.load("download", LINK_KEYS=keys)
        return [download.get(link.replace("?", "/ptk.csv?")).status_code for link in (old, new)]

    assert statuses(LINK_KEYS) == [200, 200]
    assert statuses(K2_FIRST) == [200, 200]
    assert statuses(ONLY_K2) == [403, 200]


def test_a_link_asked_for_right_after_the_schools_links_were_revoked_opens(here: Place):
    push(here.load("provision"), event(staff()))
    moment = datetime.now(UTC)
    plant(here, UUID, "11111111", "SMP LAIN", links_valid_after=moment)
    url = local(answer(ask(here.load("link"), sekolah_id=UUID))["url"])
    assert int(query(url)["iat"]) > moment.timestamp()
    assert here.load("download").get(url.replace("?", "/ptk.csv?")).status_code == 200
