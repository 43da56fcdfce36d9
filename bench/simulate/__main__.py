"""`python -m bench.simulate`: a country in virtual time: its launch, the live lane beside a back-fill, the deadline."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench.figures import Figure, as_json, table
from bench.simulate import campaign_report, report
from bench.simulate.chance import NONE, Faults
from bench.simulate.checking import check
from bench.simulate.deadline import Setting
from bench.simulate.people import Country
from bench.simulate.scenario import Plan, Run, launch
from bench.simulate.verdicts import Judged, judge

WIDTH = 120
SMALL = 10_000
"""People of the run with which a larger one's speed is compared."""
SCALE = 1 / 30
CHANGES_A_SECOND = 1.0
"""Live changes during a launch, at the whole quota; the live lane's own run has five."""
LIVE_CHANGES_A_SECOND, LIVE_SECONDS = 5.0, 1_200.0
LIVE_PEOPLE = 40_000
LIVE_FAULTS = Faults(refused_503=0.03, delivered_late=0.0)
WHOLE_QUOTA = 300_000
"""People whose campaign is run at the whole quota; that of fewer at a share of it, down to the launch's."""
REHEARSED = 100_000
"""People up to whom a campaign is planned twice before it counts: a plan reads every account."""
FEW = 4_000
"""People of the campaign without faults, that shows what an account costs."""
MUST = ("launch_wrong", "live_wrong", "campaign_wrong", "undo_wrong")
SPEED, GROWTH = 2_000.0, 1.1
"""Goals: people a second, and how much longer a person may take among a million."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate and print; 0 whether goals are met or not, 1 when an account is wrong, twice or lost."""
    given = _parsed(arguments)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    base, run, figures = _launched(console, min(SMALL, given.people), given.seed)
    if given.people > SMALL:
        each, run, figures = _launched(console, given.people, given.seed)
        detail = f"of CPU a person, {given.people:,} people over {SMALL:,}"
        figures += [_speed(each), Figure("simulated_growth", each / base, GROWTH, detail)]
    else:
        figures += [_speed(base)]
    figures += _campaign(console, run)
    del run  # millions of objects
    figures += _campaign_cost(console, min(FEW, given.people), given.seed)
    figures += _live(console, min(LIVE_PEOPLE, given.people), given.seed)
    console.print(table(figures, "The launch and the deadline, simulated"))
    if given.json is not None:
        given.json.write_text(as_json(figures), "utf-8")
    return 1 if any(figure.name in MUST and not figure.met for figure in figures) else 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.simulate", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000, help="people of the launch (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other chances (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write name, value, goal, met of each figure, too")
    given = parser.parse_args(arguments)
    if given.people < 1_000:
        parser.error("--people: at least 1000, or chance is all that shows")
    return given


def _launched(console: Console, people: int, seed: int) -> tuple[float, Run, list[Figure]]:
    """Simulate a launch; gives the seconds of CPU a person took, the run, and the figures."""
    plan = Plan(people=people, scale=SCALE, changes_a_second=CHANGES_A_SECOND, faults=Faults(), seed=seed)
    began = time.process_time()
    run = launch(plan)
    took = (time.process_time() - began) / run.published
    return took, run, report.of_launch(run, _told(console, run))


def _campaign(console: Console, run: Run) -> list[Figure]:
    """Simulate the deadline of a launched country, with all that can go wrong, and its undoing."""
    people = run.plan.people
    scale = min(1.0, max(SCALE, people / WHOLE_QUOTA))
    judged = judge(run, Country(people), Setting(scale=scale, rehearsed=people <= REHEARSED))
    _tell(console, judged)
    return campaign_report.figures(judged)


def _campaign_cost(console: Console, people: int, seed: int) -> list[Figure]:
    """Simulate the deadline where nothing goes wrong, at the whole quota."""
    run = launch(Plan(people=people, scale=1.0, changes_a_second=0.0, faults=NONE, seed=seed))
    judged = judge(run, Country(people), Setting(scale=1.0, faults=NONE, disturbed=False))
    _tell(console, judged)
    return campaign_report.costs(judged)


def _tell(console: Console, judged: Judged) -> None:
    for line in campaign_report.lines(judged):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _live(console: Console, people: int, seed: int) -> list[Figure]:
    """Simulate the live lane at its busiest, at the whole quota, while a back-fill fills the queues."""
    plan = Plan(
        people=people,
        scale=1.0,
        changes_a_second=LIVE_CHANGES_A_SECOND,
        changes_for=LIVE_SECONDS,
        faults=LIVE_FAULTS,
        seed=seed,
    )
    run = launch(plan)
    return report.of_live(run, _told(console, run))


def _told(console: Console, run: Run) -> Counter[str]:
    """Check a run and print its story; gives the faults."""
    faults = check(run, Country(run.plan.people))
    for line in report.lines(run, faults):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return faults


def _speed(each: float) -> Figure:
    return Figure("simulated_people_a_second", 1 / each, SPEED, "of CPU, one process", "lower")


if __name__ == "__main__":
    sys.exit(main())
