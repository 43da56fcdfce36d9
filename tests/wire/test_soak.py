"""The soak in small: the whole path on Google's emulators, under faults and kills, against the model."""

import os
import re
import signal

import pytest

from tests.require import require
from tests.wire.running import running
from tests.wire.test_make_run import needs_proc, what_emulators_lack

SECONDS = 240.0  # alone it takes 45, beside other tests more
SMALL = ("--people", "150", "--kills", "1", "--hurry", "--fresh", "0")


@needs_proc
@pytest.mark.emulator
def test_under_faults_and_kills_every_account_is_as_the_model_wants_it_and_a_replay_changes_nothing(tmp_path):
    require(what_emulators_lack())
    with running(tmp_path / "run", *SMALL, module="bench.soak") as run:
        assert run.end(SECONDS) == 0, run.text
    for name in ("provision", "converge"):
        assert re.search(rf"killed {name} with \d+% of its work done, \d+ under way; started again", run.text), run.text
    assert re.search(r"Struck: [1-9]\d* of \d+ Directory calls failed", run.text), run.text
    assert re.search(r"Compared 150 people and at least [1-9]\d+ accounts with the model: 0 differences", run.text)
    assert "Replayed: 0 differences" in run.text
    assert "Everything is as the model wants it." in run.text
    assert run.left_running() == []


@needs_proc
@pytest.mark.emulator
def test_a_soak_that_is_stopped_leaves_nothing_running(tmp_path):
    require(what_emulators_lack())
    with running(tmp_path / "run", *SMALL, module="bench.soak") as run:
        run.await_text("killed provision")
        os.kill(run.process.pid, signal.SIGTERM)
        assert run.end() == 128 + signal.SIGTERM, run.text
    assert run.left_running() == []
