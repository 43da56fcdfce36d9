"""`akun`, as its users type it."""

import json

import pytest
from click.testing import CliRunner

from cli.__main__ import akun
from local.tasks.options import Options
from local.tasks.server import Running
from shared.ports import Ref, Verdict
from tests.doubles import refused
from tests.rosters import event, pupil
from tests.unit.event_samples import EXAMPLES
from tests.wire.standin_target import call
from tests.world import World


@pytest.fixture
def world(tmp_path, monkeypatch) -> World:
    monkeypatch.setenv("STORE", f"sqlite:///{tmp_path}/akun.db")
    return World(tmp_path)


@pytest.fixture
def tasks(monkeypatch):
    with Running(Options(queue_rates={"*": 0.001})) as running:
        monkeypatch.setenv("TASKS_ENDPOINT", running.url)
        monkeypatch.setenv("TASKS_PARENT", "projects/p/locations/l")
        monkeypatch.setenv("CONVERGE_URL", "http://127.0.0.1:9/")
        yield running


def run(*words: str):
    return CliRunner().invoke(akun, words)


def test_nothing_parked_is_said(world):
    answer = run("parked", "list")
    assert (answer.exit_code, answer.output) == (0, "nothing is parked\n")


def test_list_gives_id_code_field_and_cure_but_nobodys_name(world):
    world.take(event(pupil(kind="guru")), message_id="m7")
    answer = run("parked", "list")
    assert answer.exit_code == 0
    assert "m7" in answer.output
    assert "kind_unknown\tperson.kind" in answer.output
    assert "SITI" not in answer.output
    (line,) = run("parked", "list", "--json").output.splitlines()
    assert json.loads(line)["cure"] == "Set it to peserta_didik or ptk."
    assert run("parked", "list", "--code", "other").output == "nothing is parked\n"


def test_show_gives_the_whole_entry(world):
    world.take(event(pupil(), 2), message_id="m1")
    world.take(event(pupil("SITI LAIN"), 2), message_id="m2")
    shown = json.loads(run("parked", "show", "m2").output)
    assert (shown["code"], shown["event"]["person"]["nama"]) == ("revision_conflict", "SITI LAIN")
    missing = run("parked", "show", "m3")
    assert (missing.exit_code, missing.output) == (1, "Error: m3: no such entry\n")


def test_an_event_of_next_year_is_replayed_when_its_time_has_come(world, tasks):
    early = event(pupil(), int(world.clock.at.timestamp() + 300 * 86_400) * 1_000_000)
    world.take(early, message_id="m1")
    assert world.parked()["m1"]["code"] == "revision_in_future"
    answer = run("parked", "replay", "m1")  # years later by the machine's clock
    assert (answer.exit_code, answer.output) == (0, "m1\tdone\n")
    assert world.parked() == {}
    assert world.only_account().state == "reserved"
    assert call(tasks.url, "GET", "/control/counters")[1]["created"] == 1


def test_what_is_refused_again_stays_and_ends_with_one(world, tasks):
    world.take(event(pupil(), 2), message_id="m1")
    world.take(event(pupil("SITI LAIN"), 2), message_id="m2")
    answer = run("parked", "replay", "--all")
    assert answer.exit_code == 1
    assert "m2\tparked: revision_conflict revision" in answer.output
    assert "1 of 1 refused" in answer.output
    assert list(world.parked()) == ["m2"]


def test_what_could_not_be_read_says_that_upstream_must_send_again(world, tasks):
    world.take(b"not json", message_id="m1")
    answer = run("parked", "replay", "m1")
    assert answer.exit_code == 1
    assert "upstream must send the event once more" in answer.output


def test_a_blocked_account_is_tried_again_by_a_new_version(world, tasks):
    world.receive(pupil())
    world.directory.plans = [refused(Verdict.REFUSED, "org_unit_missing", "orgUnitPath")]
    world.run_due()
    account = world.only_account()
    assert "Create the realm's org unit" in run("parked", "list").output
    answer = run("parked", "replay", "--code", "org_unit_missing")
    assert answer.exit_code == 0
    after = world.only_account()
    assert (after.blocked, after.lane, after.version) == (None, "live", account.version + 1)
    assert world.inner.get(Ref("parked", f"account.{account.account_id}")) is None
    assert call(tasks.url, "GET", "/control/counters")[1]["created"] == 1


def test_wrong_use_ends_with_two(world):
    assert run("parked", "replay").exit_code == 2
    assert run("parked", "replay", "m1", "--all").exit_code == 2
    assert run("parked", "nothing").exit_code == 2


def test_a_missing_configuration_is_said_in_full(world, monkeypatch):
    monkeypatch.delenv("TASKS_PARENT", raising=False)
    answer = run("parked", "replay", "--all")
    assert answer.exit_code == 1
    assert "TASKS_PARENT: is not set" in answer.output
    assert "CONVERGE_URL: is not set" in answer.output


def test_checking_events_lists_place_field_code_and_cure(tmp_path):
    bad = EXAMPLES / "bad" / "leaving-unknown.json"
    good = EXAMPLES / "good" / "pupil.json"
    assert run("event", "check", str(good)).exit_code == 0
    answer = run("event", "check", str(bad))
    assert answer.exit_code == 1
    assert answer.output == (
        f"{bad}: person.memberships[0].jenis_keluar_id: jenis_keluar_unknown: "
        "Send null for a present member, else 1 to 7 or Z.\n"
    )
    lines = tmp_path / "roster.jsonl"
    lines.write_bytes(event(pupil()) + b"\n{}\n")
    assert f"{lines}:2: schema: field_missing" in run("event", "check", str(lines)).output
    assert run("event", "check").exit_code == 2
