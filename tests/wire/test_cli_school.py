"""`akun school revoke`: from a leaked file to passwords that no longer open anything."""

import json

import pytest

from tests.rosters import pupil, school
from tests.wire.commands import file_of, link, told, typed
from tests.wire.functions import Place
from tests.wire.handout import HERE, SCHOOL, arrive, derived, download, plant_school, rows, settle, signs_in

NPSN = SCHOOL["npsn"]
OTHER = school("SMP NEGERI 2")


@pytest.fixture
def here(here: Place) -> Place:
    arrive(here, pupil("SITI AMINAH", who="siti"), pupil("BUDI SANTOSO", who="budi", nisn="0107654321"))
    return here


def fetched(here: Place, url: str = "") -> dict[str, str]:
    """Fetch a file; give the passwords in it by address."""
    answer = download(here).get(file_of(url or link(here, NPSN)))
    assert answer.status_code == 200, answer.text
    return {row["id_pengguna"]: row["kata_sandi_awal"] for row in rows(answer)}


def test_after_a_leak_the_leaked_passwords_open_nothing_and_the_schools_next_file_has_those_that_do(here: Place):
    url = link(here, NPSN)
    leaked = fetched(here, url)
    assert all(leaked.values())
    answer = typed(here, "school", "revoke", NPSN)
    assert answer.exit_code == 0, answer.output
    settle(here)
    assert [signs_in(here, address, password) for address, password in leaked.items()] == [False, False]
    assert download(here).get(file_of(url)).status_code == 410
    fresh = fetched(here)
    assert [signs_in(here, address, password) for address, password in fresh.items()] == [True, True]


def test_it_says_how_many_rows_of_how_many_people_left_and_what_was_done(here: Place):
    url = link(here, NPSN)
    fetched(here, url)
    fetched(here, url)
    signs_in(here, *next(iter(fetched(here).items())))
    answer = typed(here, "school", "revoke", NPSN)
    assert "exposed: 6 rows of 2 people in 3 files; passwords of 2" in answer.output
    assert "2 given a new password" in answer.output  # the Directory has not been looked at since the sign-in
    assert "every link issued until" in answer.output
    assert "not only for the one named" not in answer.output
    again = typed(here, "school", "revoke", NPSN)
    assert "0 given a new password" in again.output
    assert "2 given a new one before" in again.output


def test_the_table_names_each_file_and_nobody(here: Place):
    fetched(here)
    (mark,) = [known["file_mark"] for known in here.all("links").values()]
    answer = typed(here, "school", "revoke", NPSN, "--dry-run", "--people")
    assert f"{mark}-1" in answer.output
    assert all(account.account_id in answer.output for account in here.accounts())
    for secret in ("SITI", "BUDI", "belajar.id", *(derived(account) for account in here.accounts())):
        assert secret not in answer.output


def test_people_are_listed_only_if_asked_for(here: Place):
    fetched(here)
    assert here.accounts()[0].account_id not in typed(here, "school", "revoke", NPSN, "--dry-run").output
    assert "accounts" not in told(here, "school", "revoke", NPSN, "--dry-run")


def test_a_program_gets_all_of_it_as_one_object(here: Place):
    fetched(here)
    (link_id,) = here.all("links")
    shown = told(here, "school", "revoke", HERE.upper(), "--people")
    (file,) = shown.pop("files")
    assert shown.pop("links_valid_after") is not None
    assert shown.pop("accounts") == dict.fromkeys(sorted(a.account_id for a in here.accounts()), "reissued")
    counts = {"rows": 2, "people": 2, "passwords": 2, "reissued": 2, "blocked": 0}
    none = dict.fromkeys(("already_reissued", "used", "not_shown", "gone"), 0)
    assert shown == {"sekolah_id": HERE, "dry_run": False, "unqueued": None, **counts, **none}
    assert (file["link_id"], file["category"], file["rows"], file["passwords"]) == (link_id, "peserta_didik", 2, 2)


def test_each_re_issue_is_queued(here: Place):
    fetched(here)
    here.target.deliveries.clear()
    before = len(here.target.bodies())
    typed(here, "school", "revoke", NPSN)
    assert {task["account_id"] for task in here.tasks_sent(before + 2)} == {a.account_id for a in here.accounts()}


def test_only_what_the_named_link_or_file_showed_is_re_issued_though_all_links_die(here: Place):
    named, other = link(here, NPSN), link(here, NPSN)
    fetched(here, other)
    (known,) = [link_id for link_id, data in here.all("links").items() if not data["uses"]]
    answer = typed(here, "school", "revoke", NPSN, "--link", known)
    assert "0 given a new password" in answer.output
    assert "for all links of the school, not only for the one named" in answer.output
    assert [download(here).get(url).status_code for url in (named, other)] == [410, 410]
    (mark,) = [data["file_mark"] for data in here.all("links").values() if data["uses"]]
    assert "2 given a new password" in typed(here, "school", "revoke", NPSN, "--file", f"{mark}-1").output


def test_a_dry_run_counts_and_leaves_everything_as_it_was(here: Place):
    url = link(here, NPSN)
    fetched(here, url)
    before = here.accounts()
    answer = typed(here, "school", "revoke", NPSN, "--dry-run")
    assert "2 given a new password (dry run: would be)" in answer.output
    assert "no link was killed" in answer.output
    assert here.accounts() == before
    assert download(here).get(url).status_code == 200


def test_what_is_refused_says_why_in_a_line_and_changes_nothing(here: Place):
    plant_school(here.store, {**OTHER, "npsn": NPSN})
    for words, why in [
        ((NPSN,), f"{NPSN}: several schools have this NPSN: "),
        (("99999999",), "99999999: no event has named such a school"),
        ((HERE, "--link", "a-link-id-that-nobody-has"), "refused: link_unknown"),
        ((HERE, "--file", "AAAAAAAA-1"), "refused: link_unknown"),
    ]:
        answer = typed(here, "school", "revoke", *words)
        assert (answer.exit_code, answer.stdout) == (1, "")
        assert answer.stderr.startswith(f"Error: {why}")
        assert answer.stderr.count("\n") == 1
    assert here.get("schools", HERE)["links_valid_after"] is None


def test_wrong_use_ends_with_two(here: Place):
    for words in ((), ("x y",), (NPSN, "--link", "a" * 24, "--file", "AAAAAAAA-1")):
        assert typed(here, "school", "revoke", *words).exit_code == 2


def test_without_tasks_it_says_what_is_missing(here: Place):
    answer = typed(here, "school", "revoke", NPSN, TASKS_PARENT=None)
    assert (answer.exit_code, "TASKS_PARENT: is not set" in answer.output) == (1, True)


def test_what_cannot_be_queued_is_said_and_is_no_failure(here: Place):
    fetched(here)
    answer = typed(here, "school", "revoke", NPSN, "--json", TASKS_ENDPOINT="http://127.0.0.1:9")
    assert (answer.exit_code, json.loads(answer.stdout)["unqueued"]) == (0, "enqueue_failed")
    assert {account.lane for account in here.accounts()} == {"live"}
