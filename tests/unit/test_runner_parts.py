"""The parts of a run that need no process: options, roster, keys and settings, the wait, the folder."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from local.run import environment, ports, roster, stack
from local.run.errors import RunError
from local.run.folder import Folder
from local.run.options import Options, parse
from shared import config
from shared.errors import ConfigError
from tests.clocks import START
from tests.rosters import event, pupil

PLACES = environment.Places(directory=1, tasks=2, provision=3, converge=4, reconcile=5)
WITH_HAND_OUT = replace(PLACES, link=6, download=7, portal=8)
WITH_ALL = replace(WITH_HAND_OUT, suspend=9)


def test_without_options_the_sample_comes_live_into_the_embedded_store():
    assert parse([]) == Options()
    assert (Options().backend, Options().lane, Options().once, Options().keep) == ("embedded", "live", False, False)


@pytest.mark.parametrize(
    "arguments",
    [["--rate", "0"], ["--rate", "nan"], ["--people", "0"], ["--lane", "both"], ["--keep", "--backend", "emulators"]],
)
def test_wrong_options_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_a_file_is_read_line_by_line_and_a_bad_line_is_an_entry_too(tmp_path):
    path = tmp_path / "roster.jsonl"
    path.write_bytes(b"\n" + event(pupil()) + b"\r\n  \nnot json\n" + b'["x"]')
    good, bad, other = roster.of_file(path)
    assert (good.line, bad.line, other.line) == (2, 4, 5)
    person = json.loads(event(pupil()))["person"]["person_id"]
    assert good.attributes("live") == {"schema": "roster-change/1", "person_id": person}
    assert bad.attributes("bulk") == {"schema": "roster-change/1", "lane": "bulk"}
    assert (bad.event_id, other.event_id) == (None, None)


@pytest.mark.parametrize(("content", "cure"), [(None, "cannot be read"), (b"\n \n", "one roster-change/1 a line")])
def test_a_file_without_events_is_refused_with_the_cure(tmp_path, content, cure):
    path = tmp_path / "roster.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RunError, match=cure):
        roster.of_file(path)


def test_the_sample_has_the_people_that_are_asked_for():
    assert len({entry.person_id for entry in roster.invented(40, START)}) == 40


def test_the_settings_of_a_run_suit_every_function():
    chosen = environment.settings(PLACES, Path("/somewhere/akun.db"), environment.new_keys(), {"POLICY": "wide_2022"})
    assert config.provision(chosen).store == "sqlite:////somewhere/akun.db"
    assert config.converge(chosen).directory_endpoint == "http://127.0.0.1:1"
    assert config.reconcile(chosen).policy.name == "wide_2022"
    assert config.suspend(chosen).rates == config.reconcile(chosen).rates


def test_links_of_a_run_lead_to_its_own_download_with_its_own_keys():
    keys = environment.new_keys()
    chosen = environment.settings(WITH_HAND_OUT, Path("/somewhere/akun.db"), keys, {"PUBLIC_URL": "https://x.test"})
    link, download = config.link(chosen), config.download(chosen)
    assert link.public_url == "http://127.0.0.1:7"
    assert dict(link.keys) == dict(download.link_keys)
    assert list(link.keys) == ["local"]
    assert link.store == download.store == "sqlite:////somewhere/akun.db"


def test_a_stack_without_places_for_hand_out_and_deadlines_has_none(tmp_path):
    names = {}
    for places in (PLACES, WITH_HAND_OUT, WITH_ALL):
        chosen = environment.settings(places, tmp_path / "akun.db", environment.new_keys(), {})
        (sockets := tmp_path / f"{places.link} {places.suspend}").mkdir()
        names[places.link, places.suspend] = [program.name for program in stack.programs(places, chosen, None, sockets)]
    assert names[None, None] == list(environment.Places.ALWAYS)
    assert names[6, None] == [*environment.Places.ALWAYS, "link", "download"]
    assert names[6, 9] == [*environment.Places.ALWAYS, "suspend", "link", "download"]


def test_the_sample_portal_is_given_its_schools_and_no_key(monkeypatch):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "elsewhere")
    program = stack.portal(8, 6, {"a": "SMP NEGERI 1"})
    assert json.loads(program.environment["PORTAL_SCHOOLS"]) == {"a": "SMP NEGERI 1"}
    assert program.environment["LINK_URL"] == "http://127.0.0.1:6"
    assert not {"LINK_KEYS", "CREDENTIAL_KEYS", "STORE"} & program.environment.keys()
    assert program.command[-2:] == ["--port", "8"]


def test_a_wrong_setting_from_outside_is_told_by_name():
    chosen = environment.settings(PLACES, Path("/x.db"), environment.new_keys(), {"POLICY": "no such"})
    with pytest.raises(ConfigError, match="POLICY"):
        config.provision(chosen)


def test_a_shell_reads_the_settings_as_they_are(tmp_path):
    chosen = environment.settings(PLACES, tmp_path / "a b'c.db", environment.new_keys(), {})
    (tmp_path / "env").write_text(environment.as_shell(chosen))
    script = f". '{tmp_path}/env'; printf '%s|%s' \"$STORE\" \"$CREDENTIAL_KEYS\""
    read = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, timeout=60).stdout
    assert read == f"{chosen['STORE']}|{chosen['CREDENTIAL_KEYS']}"


def test_kept_keys_are_those_of_the_last_run_and_others_never_repeat(tmp_path):
    keys = environment.new_keys()
    (tmp_path / "env").write_text(environment.as_shell(environment.settings(PLACES, tmp_path, keys, {})))
    assert environment.kept(tmp_path / "env") == keys
    assert environment.new_keys() != environment.new_keys()
    (tmp_path / "env").write_text("STORE=x\n")
    with pytest.raises(RunError, match="without KEEP=1"):
        environment.kept(tmp_path / "env")


def test_nothing_from_outside_sends_a_function_elsewhere(monkeypatch):
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "DIRECTORY_SUBJECT", "FIRESTORE_EMULATOR_HOST", "PORT"):
        monkeypatch.setenv(name, "elsewhere")
    child = environment.of_child({"STORE": "sqlite:///x"}, Path("/root"), THREADS="4")
    assert "elsewhere" not in child.values()
    assert (child["STORE"], child["THREADS"], child["PATH"]) == ("sqlite:///x", "4", os.environ["PATH"])


def test_a_new_run_starts_empty_and_a_kept_one_with_what_was_there(tmp_path):
    first = Folder(tmp_path / "run", keep=False)
    first.store.touch()
    first.write_private(first.env, "A=1\n")
    assert stat.S_IMODE(first.env.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o700
    first.release()
    kept = Folder(tmp_path / "run", keep=True)
    assert kept.store.exists()
    assert kept.env.read_text() == "A=1\n"
    kept.release()
    anew = Folder(tmp_path / "run", keep=False)
    assert not anew.store.exists()
    assert not anew.env.exists()
    anew.release()


def test_a_folder_belongs_to_one_run_at_a_time(tmp_path):
    first = Folder(tmp_path / "run", keep=False)
    with pytest.raises(RunError, match=f"another run \\(process {os.getpid()}\\) uses .*make run FOLDER="):
        Folder(tmp_path / "run", keep=False)
    first.release()
    Folder(tmp_path / "run", keep=False).release()


def test_free_ports_differ_and_nobody_listens_there():
    found = ports.free(7)
    assert len(set(found)) == 7
    assert not any(ports.is_open(port) for port in found)


def test_a_signal_stops_once_and_what_was_ignored_before_stays_ignored():
    script = """
import os, signal
from local.run.stopping import Stopped, stoppable
signal.signal(signal.SIGHUP, signal.SIG_IGN)
try:
    with stoppable():
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGTERM)
        print("not reached")
except Stopped as stopped:
    os.kill(os.getpid(), signal.SIGTERM)
    print(stopped.status)
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("143\n", 0)
