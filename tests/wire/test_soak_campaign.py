"""A deadline in small, over real processes: kills, faults, sign-ins at every moment, and undone again."""

import os
import re
import signal

from tests.wire.running import running
from tests.wire.test_make_run import needs_proc

SECONDS = 300.0  # alone it takes 70, beside other tests more
SMALL = ("--soak", "0", "--fresh", "0", "--campaign", "500", "--hurry")


@needs_proc
def test_exactly_those_who_never_came_are_suspended_and_undoing_restores_everything(tmp_path):
    with running(tmp_path / "run", *SMALL, module="bench.soak") as run:
        assert run.end(SECONDS) == 0, run.text
    for name in ("suspend", "converge"):
        assert re.search(rf"killed {name} \d+ ms into its work \(5 of 5\)", run.text), run.text
    assert re.search(r"Planned: [1-9]\d\d due, [1-9]\d* exempt, awaiting_approval", run.text), run.text
    assert "Two minutes without approval: 0 differences" in run.text
    assert "Paused for a minute, and resumed: 0 wishes changed" in run.text
    assert re.search(r"stopped for \d+ s: [1-9]\d* tasks held back, 0 suspensions 30 s on", run.text), run.text
    assert "Suspended: compared 500 accounts with the model: 0 differences" in run.text
    signed_in = r"[1-9]\d* before the last look, [1-9]\d* behind it, [1-9]\d* at random moments"
    assert re.search(signed_in, run.text), run.text
    assert re.search(r"struck: [1-9]\d* of \d+ Directory calls failed", run.text), run.text
    assert "Undone: compared 500 accounts with the model: 0 differences" in run.text
    assert "Everything is as the model wants it." in run.text
    assert run.left_running() == []


@needs_proc
def test_a_campaign_that_is_stopped_midway_leaves_nothing_running(tmp_path):
    with running(tmp_path / "run", *SMALL, module="bench.soak") as run:
        run.await_text("killed suspend")
        os.kill(run.process.pid, signal.SIGTERM)
        assert run.end() == 128 + signal.SIGTERM, run.text
    assert run.left_running() == []
