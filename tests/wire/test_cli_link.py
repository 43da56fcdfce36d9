"""`akun link`: links for whom there is no portal, and what was fetched through them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.ports import Ref, Update
from tests.rosters import pupil, school
from tests.wire.commands import PUBLIC, file_of, link, told, typed
from tests.wire.functions import Place
from tests.wire.handout import HERE, SCHOOL, arrive, derived, download, plant_school

NPSN = SCHOOL["npsn"]


@pytest.fixture
def here(here: Place) -> Place:
    plant_school(here.store)
    return here


def only_link(here: Place) -> dict[str, Any]:
    (data,) = here.all("links").values()
    return data


@pytest.mark.parametrize("name", [NPSN, HERE, HERE.upper()])
def test_a_link_opens_the_schools_page(here: Place, name: str):
    assert download(here).get(link(here, name)).status_code == 200
    assert (only_link(here)["requested_by"], only_link(here)["registered"]) == ("op-7", True)


def test_it_opens_what_was_chosen_for_as_long_as_was_chosen(here: Place):
    url = link(here, NPSN, "--category", "ptk", "--category", "admin", "--ttl", "3600")
    known = only_link(here)
    assert (known["categories"], known["expires_at"] - known["issued_at"]) == (["admin", "ptk"], timedelta(hours=1))
    assert download(here).get(file_of(url, "/ptk.csv")).status_code == 200
    assert download(here).get(file_of(url)).status_code == 403


def test_all_categories_and_the_configured_time_are_the_default(here: Place):
    answer = typed(here, "link", "create", NPSN, "--requested-by", "op-7", LINK_TTL_SECONDS="120")
    assert answer.exit_code == 0
    known = only_link(here)
    assert known["categories"] == ["admin", "peserta_didik", "ptk"]
    assert known["expires_at"] - known["issued_at"] == timedelta(minutes=2)


def test_nothing_but_the_link_is_on_stdout(here: Place):
    answer = typed(here, "link", "create", NPSN, "--requested-by", "op-7")
    assert answer.stdout.startswith(f"{PUBLIC}/unduh/{HERE}?k=")
    assert answer.stdout.count("\n") == 1
    assert answer.stderr.startswith(f"files begin with {only_link(here)['file_mark']}; until ")


def test_a_program_gets_the_link_with_its_id(here: Place):
    made = told(here, "link", "create", NPSN, "--requested-by", "op-7")
    assert here.get("links", made["link_id"])["file_mark"] == made["file_mark"]
    assert (made["sekolah_id"], made["url"].startswith(PUBLIC)) == (HERE, True)


def test_what_cannot_be_signed_is_refused_and_registers_nothing(here: Place):
    plant_school(here.store, {**school("SMP NEGERI 2"), "npsn": NPSN})
    asking = ("--requested-by", "op-7")
    for code, words, why in [
        (1, (NPSN, *asking), "several schools have this NPSN"),
        (1, ("99999999", *asking), "refused: school_unknown (npsn)"),
        (2, ("SMP NEGERI 1", *asking), "neither a sekolah_id nor an NPSN"),
        (2, (HERE,), "--requested-by"),
        (2, (HERE, "--requested-by", "Ibu Ani"), "--requested-by"),
        (2, (HERE, "--requested-by", "ani@belajar.id"), "--requested-by"),
        (2, (HERE, *asking, "--ttl", "59"), "--ttl"),
        (2, (HERE, *asking, "--ttl", "86401"), "--ttl"),
        (2, (HERE, *asking, "--category", "siswa"), "--category"),
    ]:
        answer = typed(here, "link", "create", *words)
        assert (answer.exit_code, answer.stdout, why in answer.stderr) == (code, "", True), answer.output
    assert here.all("links") == {}


def test_without_keys_it_says_what_is_missing(here: Place):
    answer = typed(here, "link", "create", NPSN, "--requested-by", "op-7", LINK_KEYS=None, PUBLIC_URL=None)
    assert answer.exit_code == 1
    assert "LINK_KEYS: is not set" in answer.output
    assert "PUBLIC_URL: is not set" in answer.output


def test_list_tells_who_asked_until_when_and_how_it_was_used(here: Place):
    assert typed(here, "link", "list", NPSN).output == "no link of this school is known\n"
    arrive(here, pupil())
    download(here).get(file_of(link(here, NPSN)))
    (listed,) = [json.loads(line) for line in typed(here, "link", "list", NPSN, "--json").stdout.splitlines()]
    assert (listed["requested_by"], listed["uses"], listed["state"]) == ("op-7", {"peserta_didik": 1}, "alive")
    assert listed["npsn"] == NPSN
    table = typed(here, "link", "list", HERE).stdout
    assert all(text in table for text in ("op-7", "peserta_didik 1", "alive", only_link(here)["file_mark"]))


def test_list_tells_which_links_are_dead_and_why(here: Place):
    for _ in range(3):
        link(here, NPSN)
    ids = sorted(here.all("links"))
    now = datetime.now(UTC)
    times = {
        "expired": {"issued_at": now - timedelta(minutes=2), "expires_at": now - timedelta(minutes=1)},
        "revoked": {"issued_at": now - timedelta(minutes=5)},
        "alive": {"issued_at": now - timedelta(minutes=1)},
    }
    for link_id, changes in zip(ids, times.values(), strict=True):
        here.store.commit([Update(Ref("links", link_id), changes)])
    here.store.commit([Update(Ref("schools", HERE), {"links_valid_after": now - timedelta(minutes=4)})])
    listed = [json.loads(line) for line in typed(here, "link", "list", NPSN, "--json").stdout.splitlines()]
    assert {told["link_id"]: told["state"] for told in listed} == dict(zip(ids, times, strict=True))
    assert [told["state"] for told in listed] == ["revoked", "expired", "alive"]  # oldest first


def test_show_tells_each_fetch_by_link_and_by_file(here: Place):
    arrive(here, pupil())
    url = link(here, NPSN)
    (link_id,) = here.all("links")
    assert "nothing was fetched" in typed(here, "link", "show", link_id).output
    download(here).get(file_of(url))
    download(here).get(file_of(url, "/ptk.csv"))
    mark = only_link(here)["file_mark"]
    for name in (link_id, mark, mark.lower()):
        files = told(here, "link", "show", name)["files"]
        assert [(f["number"], f["category"], f["rows"], f["passwords"]) for f in files] == [
            (f"{mark}-1", "peserta_didik", 1, 1),
            (f"{mark}-2", "ptk", 0, 0),
        ]
    (second,) = told(here, "link", "show", f"{mark}-2")["files"]
    assert second["category"] == "ptk"
    answer = typed(here, "link", "show", f"{mark}-1")
    assert answer.exit_code == 0
    assert "requested_by: op-7" in answer.output
    assert f"{mark}-1" in answer.output
    assert f"{mark}-2" not in answer.output
    for secret in ("SITI", "belajar.id", derived(here.only_account()), "sig="):
        assert secret not in answer.output


@pytest.mark.parametrize("name", ["AAAAAAAA-1", "AAAAAAAA", "a-link-id-that-nobody-has", "x", "a/b"])
def test_what_nobody_knows_is_refused(here: Place, name: str):
    answer = typed(here, "link", "show", name)
    assert (answer.exit_code, answer.stderr) == (1, f"Error: {name}: no such link or file is known\n")


def test_a_file_that_was_never_fetched_is_refused(here: Place):
    link(here, NPSN)
    answer = typed(here, "link", "show", f"{only_link(here)['file_mark']}-1")
    assert (answer.exit_code, "no such link or file" in answer.stderr) == (1, True)


def test_looking_needs_no_key_and_no_queue(here: Place):
    link(here, NPSN)
    without = dict.fromkeys(("LINK_KEYS", "PUBLIC_URL", "TASKS_PARENT", "CREDENTIAL_KEYS", "CONVERGE_URL"))
    assert typed(here, "link", "list", NPSN, **without).exit_code == 0
    assert typed(here, "link", "show", only_link(here)["file_mark"], **without).exit_code == 0


def test_the_offset_of_the_clock_counts(here: Place):
    link(here, NPSN)
    (listed,) = typed(here, "link", "list", NPSN, "--json", CLOCK_OFFSET="7200").stdout.splitlines()
    assert json.loads(listed)["state"] == "expired"
