"""When it is for a run: days as people type them, the schedule's days, what is said of deadlines."""

import argparse
import io
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from local.run import deadline, environment, moment
from local.run.errors import RunError
from local.run.options import parse
from local.run.processes import Processes
from local.run.schedule import DAILY, MINUTELY, Job, Schedule
from shared import policies
from tests.clocks import START
from tests.wire.standin_target import Target, eventually, target_server

LAUNCH = policies.load("launch_2020")
[CAMPAIGN] = LAUNCH.campaigns


@pytest.mark.parametrize("text", ["2021-07-01", "2021-07-01T00:00+07:00", "2021-06-30T17:00:00Z"])
def test_a_day_begins_in_jakarta(text):
    assert moment.parse(text) == datetime(2021, 6, 30, 17, tzinfo=UTC)
    assert moment.shown(moment.parse(text)) == "2021-07-01 00:00 in Jakarta"


@pytest.mark.parametrize("text", ["", "tomorrow", "2021-13-01", "2021-07-01T08:00", "1625072400", "01-07-2021"])
def test_what_is_no_day_and_no_time_with_a_zone_is_refused_with_the_cure(text):
    with pytest.raises(argparse.ArgumentTypeError, match="must be a day, 2021-07-01, or a time with its zone"):
        moment.parse(text)


def test_a_run_that_is_told_when_it_is_has_its_clock_moved_there():
    options = parse(["--at", "2021-01-04"])
    offset = float(environment.clock(options.at, None)["CLOCK_OFFSET"])
    assert options.at is not None
    assert abs(moment.now(offset) - options.at) < timedelta(minutes=1)
    assert environment.clock(None, None) == {}


def test_a_kept_run_never_goes_back():
    there = moment.offset_to(START)
    assert float(environment.clock(START + timedelta(days=1), str(there))["CLOCK_OFFSET"]) >= there + 86_000
    with pytest.raises(RunError, match=r"AT: the kept run has come to 2021-01-04 1.* in Jakarta, .* a later day"):
        environment.clock(START - timedelta(days=1), str(there))


def test_the_clock_of_a_run_is_kept_with_its_keys(tmp_path):
    places = environment.Places(directory=1, tasks=2, provision=3, converge=4, reconcile=5)
    keys = {**environment.new_keys(), "CLOCK_OFFSET": "-1000"}
    (tmp_path / "env").write_text(environment.as_shell(environment.settings(places, tmp_path, keys, {})))
    assert environment.kept(tmp_path / "env") == keys


def jobs_called(target: Target) -> Counter[str]:
    return Counter(body.decode() for body in target.bodies())


def test_each_job_is_called_by_itself_and_a_new_day_begins_with_all_that_a_day_begins_with(tmp_path):
    listing = Job("listing", "reconcile", {"job": "listing"}, every=1_440)
    resumed = Job("resumed", "reconcile", {"resume": True}, every=1_440, first=1_000)
    with target_server() as target:
        port = int(target.url.rpartition(":")[2])
        schedule = Schedule({"reconcile": port}, 0.02, tmp_path / "log", (*MINUTELY, listing, resumed))
        schedule.start()
        assert eventually(lambda: jobs_called(target)['{"job": "feed"}'] > 10)
        with schedule.still(), target_server() as another:
            before = jobs_called(target)['{"job": "feed"}']
            beside = Schedule({"reconcile": int(another.url.rpartition(":")[2])}, 0.02, tmp_path / "log")
            beside.start()
            assert eventually(lambda: jobs_called(another)['{"job": "feed"}'] > 10)  # so much time passes
            assert jobs_called(target)['{"job": "feed"}'] <= before + 1  # one was under way
            beside.stop()
        assert eventually(lambda: jobs_called(target)['{"job": "listing"}'] == 2)
        schedule.stop()
        found = jobs_called(target)
        assert found['{"job": "stuck"}'] * 2 < found['{"job": "feed"}']
        assert found['{"resume": true}'] == 0
    assert {line.split(" ", 1)[1] for line in (tmp_path / "log").read_text().splitlines()} >= {
        "feed 200",
        "listing 200",
    }


def test_a_job_that_takes_long_holds_up_no_other(tmp_path):
    release = threading.Event()
    with target_server(lambda each: 200 if b"feed" in each.body or release.wait(20) else 500) as target:
        port = int(target.url.rpartition(":")[2])
        schedule = Schedule({"reconcile": port, "suspend": port}, 0.02, tmp_path / "log", (MINUTELY[0], *DAILY))
        schedule.start()
        assert eventually(lambda: jobs_called(target)['{"job": "feed"}'] > 5)
        assert jobs_called(target)["{}"] == 1
        release.set()
        schedule.stop()


def test_what_is_stopped_for_a_while_ends_well_and_comes_again_with_what_has_changed(tmp_path):
    script = "import os, signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: (print('ended'), sys.exit()))\n"
    script += "print(os.environ['CLOCK_OFFSET'], flush=True)\ntime.sleep(60)"
    processes = Processes(tmp_path)
    try:
        for name in ("one", "other"):
            processes.start(name, [sys.executable, "-c", script], {"CLOCK_OFFSET": "0"})
        logs = {name: tmp_path / f"{name}.log" for name in ("one", "other")}
        assert eventually(lambda: all(log.read_text() == "0\n" for log in logs.values()))
        with processes.stopped({"one"}, CLOCK_OFFSET="9"):
            assert logs["one"].read_text() == "0\nended\n"
        assert eventually(lambda: logs["one"].read_text() == "0\nended\n9\n")
        assert logs["other"].read_text() == "0\n"
        processes.check()
    finally:
        processes.stop()


def test_a_deadline_is_ahead_of_whom_it_will_concern_alone():
    assert deadline.ahead(LAUNCH, deadline.START) == CAMPAIGN
    assert deadline.ahead(LAUNCH, datetime(2021, 6, 15, tzinfo=UTC)) is None  # whoever is issued now is not concerned
    assert deadline.ahead(LAUNCH, datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert deadline.ahead(policies.load("wide_2022"), deadline.START) is None


def test_the_walk_leads_to_the_day_after_in_the_folder_of_the_run(tmp_path):
    told = []
    for folder in (Path(".run"), tmp_path / "a b"):
        console = Console(file=io.StringIO(), width=60)
        deadline.walk(console, CAMPAIGN, directory="http://127.0.0.1:1", folder=folder, python=Path("python"))
        assert isinstance(console.file, io.StringIO)
        told.append(console.file.getvalue())
    assert "python -m local.run.move 2021-07-01\n" in told[0]
    assert "set -a; . .run/env; set +a\n" in told[0]
    assert f"python -m local.run.move 2021-07-01 --folder '{tmp_path}/a b'\n" in told[1]
    assert f"set -a; . '{tmp_path}/a b/env'; set +a\n" in told[1]
    assert "python -m cli campaign undo 2021-06-30" in told[0]
