"""The whole path on one machine, in processes, as `make run` starts it."""

import base64
import json
import os
import re
import signal
import stat
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from local.roster import sample
from local.run import emulators, http
from local.run.errors import RunError
from tests.require import require
from tests.rosters import event, pupil
from tests.wire.running import running
from tests.wire.runs import everything, fetch, fetch_json, link_of, shell, write_roster

needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")


@needs_proc
def test_a_run_makes_every_account_tells_of_it_and_leaves_nothing_running(tmp_path):
    with running(tmp_path / "run", "--once", "--people", "60") as run:
        assert run.end() == 0, run.text
    accounts = everything(run.folder, "accounts")
    assert len(accounts) > 20
    assert Counter((account["state"], account["lane"]) for account in accounts) == {("issued", None): len(accounts)}
    assert len(everything(run.folder, "people")) == 60
    assert re.search(rf"in all .* {len(accounts)} ", run.text)
    assert "grade_not_eligible" in run.text
    assert '"password": "••••-••••-••••"' in run.text
    assert link_of(run.text)
    assert run.text.endswith("It opens while a run serves: leave out ONCE=1.\n")
    assert run.left_running() == []


def test_a_bad_line_of_a_roster_is_told_with_its_cure_and_stops_no_other(tmp_path):
    good, nameless = event(pupil()), event(pupil("-", who="nobody"))
    roster = write_roster(tmp_path / "mine.jsonl", b"no event at all", good, b"", nameless, good)
    with running(tmp_path / "run", "--once", "--roster", str(roster)) as run:
        assert run.end() == 0, run.text
    assert [account["state"] for account in everything(run.folder, "accounts")] == ["issued"]
    assert "line 1: the whole message: not_json. Send one JSON object" in run.text
    assert "line 4: person.nama: nama_empty. Mend the name in Dapodik" in run.text
    assert len(everything(run.folder, "parked")) == 2


def test_bulk_work_is_fed_by_the_schedule(tmp_path):
    with running(tmp_path / "run", "--once", "--people", "20", "--lane", "bulk", "--tick", "1") as run:
        assert run.end() == 0, run.text
    assert {(account["state"], account["lane"]) for account in everything(run.folder, "accounts")} == {("issued", None)}


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_serving_run_ends_well_when_it_is_told_to(tmp_path, number):
    with running(tmp_path / "run", "--people", "5") as run:
        run.await_text("Serving until Ctrl-C.")
        os.kill(run.process.pid, number)
        assert run.end() == 0, run.text
    assert run.left_running() == []


@needs_proc
def test_a_run_that_is_stopped_before_its_end_says_so_by_its_status(tmp_path):
    with running(tmp_path / "run", "--once") as run:
        run.await_text("Publishing")
        os.kill(run.process.pid, signal.SIGTERM)
        assert run.end() == 128 + signal.SIGTERM, run.text
    assert run.left_running() == []


@needs_proc
def test_a_process_that_dies_is_named_with_its_last_lines_and_ends_the_run(tmp_path):
    with running(tmp_path / "run", "--people", "5") as run:
        run.await_text("Serving until Ctrl-C.")
        os.kill(run.pid_of("local.tasks"), signal.SIGKILL)
        assert run.end() == 1
    assert "tasks ended by itself (signal 9). The last lines of" in run.text
    assert "listening on http://127.0.0.1:" in run.text
    assert run.left_running() == []


@needs_proc
def test_nothing_is_left_running_when_the_run_itself_is_killed(tmp_path):
    with running(tmp_path / "run", "--people", "5") as run:
        run.await_text("Serving until Ctrl-C.")
        directory = run.pid_of("local.directory")
        os.kill(run.process.pid, signal.SIGKILL)
        run.end()  # its output closes when the reaper has ended the others and itself
        assert not Path(f"/proc/{directory}").exists()
    assert run.left_running() == []


def test_a_serving_run_takes_another_event_shows_its_store_and_lets_nobody_else_into_its_folder(tmp_path):
    with running(tmp_path / "run", "--people", "5") as run:
        run.await_text("Serving until Ctrl-C.")
        settings = json.loads(
            shell(run.folder, f"'{sys.executable}' -c 'import os, json; print(json.dumps(dict(os.environ)))'")
        )
        assert stat.S_IMODE((run.folder / "env").stat().st_mode) == 0o600
        assert set(json.loads(settings["CREDENTIAL_KEYS"])) == set(json.loads(settings["LINK_KEYS"])) == {"local"}
        provision = re.search(r"curl -sS (http://127.0.0.1:\d+) -H", run.text)
        assert provision
        message = {"messageId": "by-hand", "data": base64.b64encode(event(pupil())).decode()}
        fetch_json(provision[1], {"subscription": "by-hand", "message": message})
        tasks = int(settings["TASKS_ENDPOINT"].rpartition(":")[2])
        assert http.post(tasks, "/control/drain", {"timeout": 60}) == 200
        shown = shell(run.folder, f"'{sys.executable}' -m local.run.store accounts --limit 100")
        users = http.get(int(settings["DIRECTORY_ENDPOINT"].rpartition(":")[2]), "/control/users")["users"]
        address = next(a["address"] for a in map(json.loads, shown.splitlines()) if a["nama"] == "SITI AMINAH")
        assert address in {user["primaryEmail"] for user in users}
        with running(run.folder, "--once") as second:
            assert second.end() == 1
        assert f"another run (process {run.process.pid}) uses {run.folder}" in second.text


def test_the_link_of_a_serving_run_opens_and_its_portal_gives_another(tmp_path):
    with running(tmp_path / "run", "--people", "60") as run:
        run.await_text("Serving until Ctrl-C.")
        link = link_of(run.text)
        accounts = {account["address"]: account for account in everything(run.folder, "accounts")}
        [kept] = everything(run.folder, "links")
        assert (kept["requested_by"], kept["expires_at"] - kept["issued_at"]) == ("make-run", timedelta(days=1))
        portal, schools = fetch(run.text.splitlines()[-2].strip())
        first = re.findall(r'href="/sekolah/([^"]+)"', schools)[0]
        assert first == kept["sekolah_id"]
        assert fetch(link)[1].count("<h1") == 1
        for category in ("admin", "peserta_didik", "ptk"):
            here = {
                address
                for address, account in accounts.items()
                if (account["sekolah_id"], account["category"]) == (first, category)
            }
            file = fetch(link.replace("?", f"/{category}.csv?"))[1]
            assert {address for address in accounts if address in file} == here
        page, _ = fetch(f"{portal}/sekolah/{first}", b"")
        assert page.startswith(link.partition("?")[0])
        assert page != link
        assert len(everything(run.folder, "links")) == 2
    with pytest.raises(OSError, match="refused"):
        fetch(portal)


def test_a_kept_run_goes_on_with_store_keys_and_directory_of_the_last(tmp_path):
    first = write_roster(tmp_path / "first.jsonl", event(pupil()))
    second = write_roster(tmp_path / "second.jsonl", event(pupil("SITI AMINAH PUTRI"), revision=2))
    for roster in (first, second):
        with running(tmp_path / "run", "--once", "--keep", "--roster", str(roster)) as run:
            assert run.end() == 0, run.text
    [account] = everything(run.folder, "accounts")
    assert (account["state"], account["applied_version"], account["external"]) == ("issued", 2, None)
    assert '"familyName": "PUTRI"' in run.text


def what_emulators_lack() -> str | None:
    try:
        emulators.check()
    except RunError as error:
        return str(error)
    return None


@needs_proc
@pytest.mark.emulator
def test_on_the_emulators_the_same_roster_comes_through_pubsub_into_firestore(tmp_path):
    require(what_emulators_lack())
    events = [json.dumps(each).encode() for each in sample.events(30)]
    roster = write_roster(tmp_path / "mine.jsonl", b"[]", *events)
    with running(tmp_path / "run", "--once", "--backend", "emulators", "--roster", str(roster)) as run:
        assert run.end() == 0, run.text
    assert re.search(r"\d+ accounts of 30 people", run.text)
    assert "line 1: the whole message: not_object." in run.text
    assert run.left_running() == []
