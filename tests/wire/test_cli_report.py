"""`akun campaign report`: what it writes, what it says before, and that it leaves no half of a file."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rosters import some_id
from tests.wire.campaigns import ID, JULY, YES, campaign, come, minutes, offset, pupils
from tests.wire.commands import typed
from tests.wire.functions import ROOT, Place

ENDINGS = (".html", "-progress.csv", "-provinces.csv", "-realms.csv", "-schools.csv")
FILES = sorted(f"{ID}{ending}" for ending in ENDINGS)

# Presses Ctrl-C when all has been read and the second file is begun.
BREAKS_OFF = """
import sys
def hook(event, args):
    if event == "open" and str(args[0]).endswith("-progress.csv"):
        raise KeyboardInterrupt
sys.addaudithook(hook)
from cli.__main__ import akun
akun(prog_name="akun")
"""


@pytest.fixture
def here(here: Place) -> Place:
    """Three pupils in July, of whom one has come and two are suspended."""
    pupils(here, "ani", "budi", "citra")
    come(here, "ani")
    assert campaign(here, "plan", ID).exit_code == 0
    assert campaign(here, "approve", ID, *YES).exit_code == 0
    minutes(here, 3)
    return here


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";"))


def test_it_writes_a_page_and_the_same_numbers_as_files(here: Place, tmp_path: Path):
    folder = tmp_path / "new" / "reports"
    answer = campaign(here, "report", ID, "--out", str(folder))
    assert answer.exit_code == 0, answer.output
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert answer.stdout.splitlines()[-len(FILES) :] == [str(folder / name) for name in FILES]
    (smp,) = [row for row in rows(folder / f"{ID}-realms.csv") if row["accounts"] != "0"]
    counted = [smp[name] for name in ("realm", "accounts", "activated", "activated_percent", "suspended_never_opened")]
    assert counted == ["smp", "3", "1", "33,3", "2"]
    (school,) = rows(folder / f"{ID}-schools.csv")
    assert (school["name"], school["province"], school["accounts"]) == ("SMP NEGERI 1", "DKI Jakarta", "3")
    (province,) = rows(folder / f"{ID}-provinces.csv")
    assert (province["province"], province["activated"], province["plan_due"]) == ("DKI Jakarta", "1", "3")
    progress = {row["step"]: row["accounts"] for row in rows(folder / f"{ID}-progress.csv")}
    assert (progress["held"], progress["suspended_now"], progress["came_in_time"]) == ("3", "2", "1")
    page = (folder / f"{ID}.html").read_text("utf-8")
    assert "It is done." in page or "It is running." in page
    assert "33.3%" in page


def test_it_says_before_what_it_reads_and_costs_and_how_far_it_is(here: Place, tmp_path: Path):
    answer = campaign(here, "report", ID, "--out", str(tmp_path / "r"))
    first, *progress = answer.stderr.splitlines()
    assert first == "reads about 3 accounts, and each of their schools once: less than USD 0.01"
    assert progress == ["read 3 of about 3 accounts"]


def test_a_program_gets_the_numbers_as_one_object(here: Place, tmp_path: Path):
    answer = campaign(here, "report", ID, "--out", str(tmp_path / "r"), "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    one = {"accounts": 3, "activated": 1, "share": 0.3333, "suspended_never_opened": 2, "not_opened_yet": 0}
    assert (told["campaign_id"], told["total"], told["realms"]["smp"]) == (ID, one, one)
    assert told["provinces"] == {"01": {"name": "DKI Jakarta", **one}}
    assert told["progress"]["suspended_now"] == 2
    assert (told["schools"], told["competing"], told["best"]) == (1, 0, [])
    assert [Path(path).name for path in told["files"]] == FILES


def test_nobody_is_named_anywhere_and_nothing_is_changed(here: Place, tmp_path: Path):
    before = here.all("accounts"), here.all("campaigns"), here.all("cursors")
    answer = campaign(here, "report", ID, "--out", str(tmp_path / "r"))
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "r").iterdir()) + answer.output
    for who in ("ani", "budi", "citra"):
        for secret in (who.upper(), f"{who}0", some_id(who), "belajar.id", "0101234567"):
            assert secret not in written
    assert (here.all("accounts"), here.all("campaigns"), here.all("cursors")) == before


def test_a_report_of_before_is_replaced(here: Place, tmp_path: Path):
    (tmp_path / f"{ID}.html").write_text("old")
    (tmp_path / "other.html").write_text("of somebody else")
    assert campaign(here, "report", ID, "--out", str(tmp_path)).exit_code == 0
    assert (tmp_path / f"{ID}.html").read_text("utf-8").endswith("</html>\n")
    assert (tmp_path / "other.html").read_text() == "of somebody else"


def test_broken_off_it_leaves_the_files_of_before_and_no_half_of_another(here: Place, tmp_path: Path):
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / f"{ID}.html").write_text("old")
    words = [sys.executable, "-c", BREAKS_OFF, "campaign", "report", ID, "--out", str(folder)]
    env = {**here.env, "CLOCK_OFFSET": offset(JULY), "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr.splitlines()[-2:] == ["read 3 of about 3 accounts", "broken off: no file was written"]
    assert [path.name for path in folder.iterdir()] == [f"{ID}.html"]
    assert (folder / f"{ID}.html").read_text() == "old"


def test_what_is_refused_says_why_in_a_line(here: Place, tmp_path: Path):
    (tmp_path / "file").write_text("")
    for words, why in [
        ((ID, "--out", str(tmp_path / "file" / "r")), f"cannot write to {tmp_path / 'file' / 'r'}: Not a directory"),
        (("2020-01-01",), "2020-01-01: the policy has no such campaign; it has: "),
    ]:
        answer = campaign(here, "report", *words)
        assert (answer.exit_code, answer.stdout) == (1, "")
        line = answer.stderr.splitlines()[-1]
        assert line.startswith(f"Error: {why}")
    for wrong in ((), ("../x",), (ID, "--out", str(tmp_path / "file"))):
        assert campaign(here, "report", *wrong).exit_code == 2


def test_it_needs_store_and_policy_and_no_other_setting(here: Place, tmp_path: Path):
    other = dict.fromkeys(("QUEUE_RATES", "TASKS_PARENT", "CONVERGE_URL", "CREDENTIAL_KEYS"))
    answer = typed(
        here, "campaign", "report", ID, "--out", str(tmp_path / "r"), **{"CLOCK_OFFSET": offset(JULY), **other}
    )
    assert answer.exit_code == 0, answer.output
