"""Figure: commits that a claim takes when people of one base name come at once."""

import statistics
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from bench.bare_sample import NoTasks, provisioner
from bench.counting import WatchedStore
from bench.figures import REPEATS, Figure, MeasurementError
from bench.people import event
from shared import events
from shared.adapters.clock import SystemClock
from shared.ports import Store

PEOPLE = 16
GOAL = 2.0
_NAME = "NURHAYATI"


def commits_per_claim(new_store: Callable[[], Store], runs: Iterator[int], where: str) -> list[Figure]:
    """Let 16 people of one name come at the same moment, and count commits; those of the school apart."""
    store = new_store()
    found = [_commits(store, next(runs)) / PEOPLE for _ in range(REPEATS)]
    detail = f"{PEOPLE} people, {where}; from {min(found):.2f} to {max(found):.2f}"
    return [Figure("commits_per_claim", statistics.median(found), GOAL, detail)]


def _commits(store: Store, run: int) -> int:
    watched, tasks = WatchedStore(store), NoTasks()
    provision, now = provisioner(watched, tasks), SystemClock(0.0).now()
    changes = [events.parse(event(run, number, _NAME), now=now) for number in range(PEOPLE + 1)]
    provision(changes.pop(), "live")  # somebody came before, and with them the school
    watched.commits.clear()
    together = threading.Barrier(PEOPLE)

    def claim(number: int) -> None:
        together.wait(30)
        provision(changes[number], "live")

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(claim, range(PEOPLE)))
    if len(set(tasks.asked)) != PEOPLE + 1:
        raise MeasurementError("not everybody got an account")
    return len(watched.commits)
