"""The benches' own parts: medians, met or missed, table, JSON; and one figure measured for real."""

import json
from itertools import count

import pytest
from rich.console import Console

from bench.__main__ import finish
from bench.claims import commits_per_claim
from bench.figures import Figure, MeasurementError, as_json, line, ratio, table
from bench.people import event, person_id, pushed
from shared import events
from shared.adapters.sqlite import SqliteStore
from tests.clocks import START

GOOD, BAD = Figure("good", 1.2, 1.2, "how"), Figure("bad", 1.21, 1.2)
ENOUGH, SHORT = (Figure("share", value, 0.95, "how", "lower") for value in (0.95, 0.949))


def test_a_ratio_is_the_median_of_the_pairs_not_the_pair_of_the_medians():
    assert ratio("x", [1.0, 4.0, 9.0], [1.0, 2.0, 1.0], 3.0, "ms").value == 2.0


@pytest.mark.parametrize(("ours", "bare"), [([], []), ([1.0], []), ([1.0], [0.0])])
def test_a_ratio_over_nothing_is_a_failed_measurement(ours, bare):
    with pytest.raises(MeasurementError):
        ratio("x", ours, bare, 1.0, "ms")


def test_a_goal_that_is_just_reached_is_met_and_one_passed_is_missed():
    assert (GOOD.met, BAD.met) == (True, False)
    assert line(GOOD) == "good: 1.200, goal ≤ 1.200, met (how)"
    assert ", missed (" in line(BAD)


def test_a_goal_that_is_a_lower_bound_is_missed_by_what_is_below_it():
    assert (ENOUGH.met, SHORT.met) == (True, False)
    assert line(SHORT) == "share: 0.949, goal ≥ 0.950, missed (how)"


def test_a_ratio_tells_how_far_its_pairs_lie_apart():
    assert ratio("x", [1.0, 4.0], [1.0, 2.0], 3.0, "ms").detail == "2.50 over 1.50 ms; from 1.00 to 2.00"


def test_the_json_has_name_value_goal_and_met():
    told = {"name": "bad", "value": 1.21, "goal": 1.2, "met": False}
    assert json.loads(as_json([BAD])) == [told]


def test_the_table_shows_each_figure_beside_its_goal():
    console = Console(width=120)
    with console.capture() as shown:
        console.print(table([GOOD, BAD, SHORT]))
    rows = [row for row in shown.get().splitlines() if "≤ 1.200" in row or "≥ 0.950" in row]
    assert [("good" in row, "missed" in row) for row in rows] == [(True, False), (False, True), (False, True)]


def test_a_missed_goal_is_no_failure_but_a_failed_measurement_is(tmp_path):
    file, console = tmp_path / "out.json", Console(width=120)
    with console.capture() as shown:
        assert finish([BAD], [], file, console) == 0
        assert finish([GOOD], ["other"], None, console) == 1
    assert json.loads(file.read_text())[0]["met"] is False
    assert "other: not measured" in shown.get()


def test_the_invented_people_are_valid_and_share_no_name_or_id():
    made = [events.parse(event(run, number), now=START).person for run in (1, 2) for number in range(300)]
    assert len({person.person_id for person in made}) == len({person.nama for person in made}) == len(made)
    message = json.loads(pushed(1, 2).body)["message"]
    assert message["messageId"] == person_id(1, 2)


def test_people_of_one_name_at_once_are_counted_on_the_real_store(tmp_path):
    store = SqliteStore(str(tmp_path / "akun.db"))
    (figure,) = commits_per_claim(lambda: store, count(1), "SQLite")
    store.close()
    assert figure.name == "commits_per_claim"
    assert figure.value >= 1
