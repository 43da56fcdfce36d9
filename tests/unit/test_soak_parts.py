"""The soak's own parts: lanes and bad events, rates, the changes and their times, the kill of a process by its name."""

import json
import sys
import time
from collections import Counter
from contextlib import contextmanager

import pytest

from bench.soak import changes
from bench.soak.changes import Change
from bench.soak.freshness import Timing, by_kind, figures, quantile, timings
from bench.soak.load import load
from bench.soak.model import Keys, fault, worlds
from bench.soak.options import Options, parse
from bench.soak.rates import LEAST, MOST, TOTAL, shared_out
from bench.soak.roster import Sent, invented
from local.directory import seeding, users
from local.directory.calls import Call
from local.directory.options import Options as DirectoryOptions
from local.directory.state import State
from local.roster import sample
from local.run.errors import RunError
from local.run.processes import Processes
from tests.rosters import event, pupil
from tests.unit.soaks import POLICY

NOW = 1_000.0


def test_a_soak_has_the_size_that_is_asked_for_and_the_freshness_run_unless_it_is_left_out():
    assert parse([]) == Options()
    given = parse(["--people", "150", "--fresh", "0", "--no-backfill-wait"])
    assert (given.people, given.fresh, given.backfill_wait) == (150, False, False)


@pytest.mark.parametrize("arguments", [["--people", "0"], ["--kills", "0"], ["--fresh", "yes"]])
def test_wrong_options_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_the_roster_comes_in_both_lanes_and_some_people_change_theirs():
    sent = invented(600, 3)
    lanes = Counter(each.lane for each in sent)
    assert 0.1 < lanes["bulk"] / len(sent) < 0.35
    by_person: dict[str, set[str]] = {}
    for each in sent:
        by_person.setdefault(str(each.event["person"]["person_id"]).lower(), set()).add(each.lane)
    assert any(len(known) == 2 for known in by_person.values())


def test_the_bad_events_are_those_that_the_model_finds_at_fault():
    now_us = int(time.time() * 1_000_000)
    for each in invented(100, 3):
        assert each.is_bad == (fault(each.event, now_us) is not None)
    codes = Counter(fault(each.event, now_us) for each in invented(100, 3) if each.is_bad)
    assert codes == {"nama_empty": 2, "jenis_keluar_unknown": 2, "revision_in_future": 2}


def test_rates_are_shared_by_need_within_googles_bounds():
    others = dict.fromkeys(("sd", "sma", "smk", "slb", "guru.sd", "guru.smp"), 300.0)
    rates = shared_out({"smp": 9000.0, **others, "admin.sd": 1.0, "admin.smp": 0.0})
    assert rates["smp"] == MOST
    assert rates["admin.sd"] == rates["admin.smp"] == LEAST
    assert len({rates[realm] for realm in others}) == 1
    assert TOTAL - 0.1 <= sum(rates.values()) <= TOTAL


def test_where_nobody_needs_much_the_whole_budget_is_shared():
    rates = shared_out(dict.fromkeys("abcdefgh", 5.0))
    assert sum(rates.values()) == pytest.approx(TOTAL, abs=0.1)


def planned(number: int) -> list[Change]:
    backfill, new = sample.events(120, 1), sample.events(changes.people_wanted(number), 2)
    allowed = worlds([*backfill, *new], POLICY, Keys("k", b"k"), "belajar.id")
    return changes.plan(number, 7, new, backfill, allowed)


def test_most_changes_are_of_new_people_and_nobody_changes_twice():
    found = planned(60)
    kinds = Counter(change.kind for change in found)
    assert kinds == {"new": 45, "name": 6, "school": 6, "class": 3}
    assert len({change.person_id for change in found}) == 60


def test_a_change_of_a_known_person_is_a_newer_revision_that_the_model_tells_apart():
    before = {changes.person_of(each): each for each in sample.events(120, 1)}
    for change in planned(60):
        if change.kind in ("name", "school"):
            old = before[change.person_id]
            assert change.sent.event["revision"] > old["revision"]
            both = worlds([old, change.sent.event], POLICY, Keys("k", b"k"), "x")[change.person_id]
            alone = worlds([old], POLICY, Keys("k", b"k"), "x")[change.person_id]
            assert alone[0] not in both


def change_of(who: str, kind: changes.Kind = "new") -> Change:
    return Change(Sent(json.loads(event(pupil(who=who))), "live"), who, kind)


def shown(who: str, created: float, updated: float) -> dict[str, object]:
    marks = [{"type": "custom", "customType": "akun", "value": f"{who}.smp"}]
    return {"externalIds": marks, "createdAt": created, "updatedAt": updated}


def test_a_change_lasts_until_its_last_user_shows_it_and_one_not_shown_has_its_age():
    listed = [change_of("a"), change_of("b", "name"), change_of("c"), change_of("d", "class"), change_of("e", "name")]
    dump = [shown("a", NOW + 1, NOW + 1), shown("a", NOW + 3, NOW + 3), shown("b", NOW - 9, NOW + 2)]
    dump.append(shown("e", NOW - 9, NOW - 5))  # still as it was
    found = timings(dump, listed, [NOW] * 5, NOW + 100)
    assert found == [Timing("new", 3), Timing("name", 2), Timing("new", 100), Timing("name", 100)]
    assert "name        2 changes: p50 2.00 s" in by_kind(found)[0]


def test_a_quantile_is_a_time_that_was_measured():
    seconds = [float(number) for number in range(1, 101)]
    assert [quantile(seconds, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert quantile([4.0], 0.5) == 4.0


def test_the_figures_stand_beside_the_promise():
    found = figures([Timing("new", 1.0)] * 94 + [Timing("new", 31.0)] * 6)
    assert [(each.name, each.met) for each in found] == [
        ("freshness_p50_s", True),
        ("freshness_p95_s", False),
        ("freshness_p99_s", True),
        ("freshness_max_s", True),
    ]


class Slow:
    """A publisher that takes its time for the first entry."""

    def __init__(self, seconds: float) -> None:
        self.sent: list[float] = []
        self._seconds = seconds

    @contextmanager
    def sending(self):
        def send(_entry, _lane) -> None:
            self.sent.append(time.time())
            until = time.time() + (self._seconds if len(self.sent) == 1 else 0)
            while time.time() < until:
                pass

        yield send


def test_the_plan_of_the_load_does_not_wait_for_a_slow_publisher_and_tells_how_late_it_was():
    slow = Slow(0.3)
    done = load(slow, [change_of(str(number)) for number in range(20)], 100, lambda: None, lambda _: None)  # type: ignore[arg-type]
    steps = [b - a for a, b in zip(done.planned, done.planned[1:], strict=False)]
    assert steps == pytest.approx([0.01] * 19, abs=1e-6)
    assert 0.2 < done.behind < 1.0
    assert len(slow.sent) == 20


def test_the_directory_tells_when_what_is_shown_was_last_changed():
    state = State(DirectoryOptions())
    body = {"primaryEmail": "siti42@smp.belajar.id", "name": {"givenName": "SITI", "familyName": "AMINAH"}}
    state.clock.freeze(still=True)
    users.insert(state, Call("insert", "", {}, {**body, "password": "Kmtw-rqhn-4729"}))
    (user,) = state.users.values()
    created = state.clock.now()
    for seconds, name, changed_at in ((1, "AMINAH", 0), (2, "ZAHRA", 2), (3, "ZAHRA", 2)):
        state.clock.offset = seconds
        users.update(state, Call("update", user.id, {}, {"name": {"givenName": "SITI", "familyName": name}}))
        dumped = seeding.dump(state, user)
        assert (dumped["createdAt"], dumped["updatedAt"]) == (created, pytest.approx(created + changed_at))


SAYS = "import os, sys, time; print(os.environ['WORD'], flush=True); time.sleep(600)"


def test_a_process_that_is_killed_by_its_name_starts_again_and_its_log_goes_on(tmp_path):
    processes = Processes(tmp_path)
    try:
        processes.start("other", [sys.executable, "-c", SAYS], {"WORD": "other"})
        processes.start("said", [sys.executable, "-c", SAYS], {"WORD": "before"})
        await_lines(tmp_path / "said.log", "before\n")
        processes.crash("said", WORD="after")
        await_lines(tmp_path / "said.log", "before\nafter\n")
        processes.check()
    finally:
        processes.stop()


def test_a_kill_of_one_process_hides_no_end_of_another(tmp_path):
    processes = Processes(tmp_path)
    try:
        processes.start("ends", [sys.executable, "-c", "print('gone')"], {})
        processes.start("said", [sys.executable, "-c", SAYS], {"WORD": "before"})
        await_lines(tmp_path / "said.log", "before\n")
        processes.crash("said")
        await_lines(tmp_path / "ends.log", "gone\n")
        with pytest.raises(RunError, match="ends ended by itself"):
            poll(processes.check)
    finally:
        processes.stop()


def await_lines(log, text: str) -> None:
    deadline = time.monotonic() + 30
    while not log.exists() or log.read_text() != text:
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)


def poll(check) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        check()
        time.sleep(0.02)
