"""A run that lives before a deadline, and comes to it."""

import base64
import re
import subprocess

from local.run import http
from tests.rosters import event, pupil
from tests.wire.running import ROOT, running
from tests.wire.runs import everything, fetch_json, moved, write_roster


def walk_of(text: str) -> str:
    """Give the commands by which a run says that its deadline can be tried."""
    [found] = re.findall(r"(?ms)^Try the deadline of 2021-06-30 in another terminal, in this folder:\n(.*?)\n\n", text)
    return str(found)


def test_the_deadline_of_a_run_can_be_tried_by_pasting_what_it_prints(tmp_path):
    with running(tmp_path / "run", "--people", "45", "--at", "2021-01-04", "--tick", "2") as run:
        run.await_text("Serving until Ctrl-C.")
        before = {account["account_id"]: account for account in everything(run.folder, "accounts")}
        walk = walk_of(run.text).replace("sleep 10", "sleep 1")
        done = subprocess.run(["sh", "-ec", walk], cwd=ROOT, capture_output=True, timeout=200, check=False)
        assert done.returncode == 0, done.stderr.decode()
        directory = int(re.findall(r"http://127.0.0.1:(\d+)/control/login", walk)[0])
        users = http.get(directory, "/control/users")["users"]
        said = (run.folder / "logs" / "suspend.log").read_text()
    after = {account["account_id"]: account for account in everything(run.folder, "accounts")}
    came = {user["externalIds"][0]["value"] for user in users if user["agreedToTerms"]}
    assert len(came) == len(before) // 3
    left = {account_id for account_id, account in after.items() if account["state"] == "closed"}
    assert {i: account["state"] for i, account in after.items() if i not in left} == {
        i: "active" if i in came else "issued" for i in before if i not in left
    }
    assert {user["externalIds"][0]["value"] for user in users if user["suspended"]} == left
    [campaign] = everything(run.folder, "campaigns")
    assert (campaign["state"], campaign["results"]["suspended"]) == ("undone", len(before.keys() - came - left))
    assert {entry["state"] for entry in campaign["history"]} >= {"awaiting_approval", "running", "done", "undoing"}
    assert "awaiting_approval" in said
    assert "2021-06-30: done" in done.stderr.decode()


def test_the_clock_of_a_run_goes_forward_only_and_nothing_is_lost_by_it(tmp_path):
    with running(tmp_path / "run", "--people", "5", "--at", "2021-01-04") as run:
        run.await_text("Serving until Ctrl-C.")
        accounts = everything(run.folder, "accounts")
        assert {f"{account['issued_at']:%Y-%m-%d}" for account in accounts} == {"2021-01-03"}  # UTC
        back, forth = (moved(run.folder, day) for day in ("2021-01-01", "2021-02-01"))
        assert (back.returncode, forth.returncode) == (1, 0)
        assert "it is 2021-01-04 00:00 in Jakarta for this run, and a clock only goes forward" in back.stderr
        provision = re.search(r"curl -sS (http://127.0.0.1:\d+) -H", run.text)
        assert provision
        message = {"messageId": "by-hand", "data": base64.b64encode(event(pupil())).decode()}
        fetch_json(provision[1], {"subscription": "by-hand", "message": message})
        settings = dict(line.partition("=")[::2] for line in (run.folder / "env").read_text().splitlines())
        assert http.post(int(settings["TASKS_ENDPOINT"].rpartition(":")[2]), "/control/drain", {"timeout": 60}) == 200
        directory = int(settings["DIRECTORY_ENDPOINT"].rpartition(":")[2])
        users = http.get(directory, "/control/users")["users"]
    assert everything(run.folder, "accounts")[: len(accounts)] == accounts
    [new] = [account for account in everything(run.folder, "accounts") if account["nama"] == "SITI AMINAH"]
    assert f"{new['issued_at']:%Y-%m-%d}" == "2021-01-31"
    [user] = [user for user in users if user["primaryEmail"] == new["address"]]
    assert user["creationTime"].startswith("2021-01-31")


def test_nobody_moves_a_run_that_there_is_not(tmp_path):
    asked = moved(tmp_path, "2021-07-01")
    assert (asked.returncode, asked.stdout) == (1, "")
    assert f"no run serves from {tmp_path}: start one with make run AT=2021-01-04" in asked.stderr


def test_a_kept_run_goes_on_at_the_time_of_the_last_and_never_before_it(tmp_path):
    roster = write_roster(tmp_path / "first.jsonl", event(pupil()))
    kept = ("--once", "--keep", "--roster", str(roster))
    with running(tmp_path / "run", *kept, "--at", "2021-01-04") as run:
        assert run.end() == 0, run.text
    before = (tmp_path / "run" / "env").read_text()
    with running(tmp_path / "run", *kept) as run:
        assert run.end() == 0, run.text
    again = (tmp_path / "run" / "env").read_text()
    offsets = [re.findall(r"(?m)^CLOCK_OFFSET=(.*)$", text) for text in (before, again)]
    assert offsets[0] == offsets[1] != []
    with running(tmp_path / "run", *kept, "--at", "2021-01-01") as run:
        assert run.end() == 1
    assert "a clock only goes forward: name a later day" in run.text
