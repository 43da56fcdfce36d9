"""Figures: CPU of a new account and of an unchanged event, over the bare calls behind the same framework."""

from collections.abc import Sequence
from contextlib import ExitStack

from bench.calling import all_done
from bench.figures import REPEATS, Figure, ratio
from bench.people import Post, pushed, tasked
from bench.processes import Server
from bench.stage import Stage

NEW_GOAL = 1.25
UNCHANGED_GOAL = 1.2
PEOPLE = 100  # of one turn: short, so that none waits until the stand-ins close its connections
TURNS = 4  # of each side in one round
EVENTS = 800  # unchanged, of one round
WARM = 80
HOURS_LATER = "7200"  # seconds: within the hour a redelivery may mean a lost enqueue, and is looked at


def new_account(stage: Stage) -> list[Figure]:
    """Compare `provision` and `converge` with a read, a commit, a task; a read, an insert, an update."""
    with ExitStack() as running:
        ours = [running.enter_context(stage.ours(name)) for name in ("provision", "converge")]
        bare = [running.enter_context(stage.bare(name)) for name in ("provision", "converge")]
        for servers in (ours, bare):
            _new(servers, next(stage.runs), WARM)
        spent: tuple[list[float], list[float]] = ([], [])
        for number in range(REPEATS):
            for each, ms in enumerate(_round(stage, (ours, bare), _turns(number))):
                spent[each].append(ms)
    return [ratio("new_account_cpu", *spent, NEW_GOAL, f"ms an account, {stage.store}")]


def unchanged_event(stage: Stage) -> list[Figure]:
    """Compare a redelivery after hours with a CloudEvent that reads one document."""
    run = next(stage.runs)
    events = [pushed(run, number) for number in range(EVENTS)]
    with stage.ours("provision") as ours, stage.bare("provision") as bare:
        for server in (ours, bare):
            all_done(server.port, events)
    with stage.ours("provision", CLOCK_OFFSET=HOURS_LATER) as ours, stage.bare("unchanged") as bare:
        for server in (ours, bare):
            all_done(server.port, events[:WARM])
        spent: tuple[list[float], list[float]] = ([], [])
        for number in range(REPEATS):
            for each in _turns(number):
                spent[each].append(_cpu([((ours, bare)[each], events)]) / len(events) * 1000)
    return [ratio("unchanged_event_cpu", *spent, UNCHANGED_GOAL, f"ms an event, {stage.store}")]


def _round(stage: Stage, sides: Sequence[Sequence[Server]], turns: tuple[int, int]) -> list[float]:
    """Give the ms of CPU of a new account for each side, over some turns of both."""
    spent = [0.0, 0.0]
    for each in turns * TURNS:
        spent[each] += _new(sides[each], next(stage.runs), PEOPLE) / TURNS
    return spent


def _new(servers: Sequence[Server], run: int, people: int) -> float:
    """Give the ms of CPU that a new account takes in both servers."""
    provision, converge = servers
    events, tasks = ([make(run, number) for number in range(people)] for make in (pushed, tasked))
    return _cpu([(provision, events), (converge, tasks)]) / people * 1000


def _cpu(work: Sequence[tuple[Server, Sequence[Post]]]) -> float:
    before = sum(server.cpu() for server, _ in work)
    for server, posts in work:
        all_done(server.port, posts)
    return sum(server.cpu() for server, _ in work) - before


def _turns(number: int) -> tuple[int, int]:
    """Let who comes first change from round to round."""
    return (0, 1) if number % 2 == 0 else (1, 0)
