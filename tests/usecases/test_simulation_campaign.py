"""The deadline in virtual time: all right under faults, undone exactly, and a checker that finds what is wrong."""

from collections import Counter
from collections.abc import Callable

import pytest

from bench.simulate import campaign_report
from bench.simulate.campaign import Operation
from bench.simulate.chance import NONE
from bench.simulate.checking import check
from bench.simulate.deadline import Deadline, Setting
from bench.simulate.directory import User
from bench.simulate.people import Country
from bench.simulate.scenario import Plan, launch
from bench.simulate.verdicts import Judged, Verdicts, judge
from shared.ports import Ref, Update

PEOPLE = 1_500
COUNTRY = Country(PEOPLE)
KINDS = {"never came", "came", "exempt", "external", "new", "caught"}


def judged(setting: Setting) -> Judged:
    run = launch(Plan(people=PEOPLE, scale=1.0, changes_a_second=0.0, faults=NONE))
    return judge(run, COUNTRY, setting)


@pytest.fixture(scope="module")
def stormy() -> Judged:
    return judged(Setting(scale=1 / 30))


@pytest.fixture(scope="module")
def quiet() -> Judged:
    return judged(Setting(scale=1.0, faults=NONE, disturbed=False))


def test_under_faults_exactly_who_never_came_is_suspended_and_all_is_undone(stormy):
    assert (stormy.wrong, stormy.undo_wrong) == (Counter(), Counter())
    assert set(stormy.kinds) >= KINDS


def test_what_is_to_be_survived_happened(stormy):
    ticks, world = stormy.deadline.ticks, stormy.deadline.world
    assert (ticks.killed, set(stormy.deadline.spans)) == (7, {"pause", "stop"})
    assert min(ticks.twice, ticks.leased, ticks.short, world.tasks.lost, world.kills) > 0
    assert {200, 500} <= set(world.tasks.statuses)


def test_a_dry_plan_writes_nothing_and_counts_what_the_real_one_counts(stormy):
    dry, planned = stormy.deadline.dry, stormy.deadline.planned
    assert dry is not None
    assert planned is not None
    assert stormy.deadline.dry_commits == 0
    assert (dry.tallies, dry.provinces) == (planned.tallies, planned.provinces)


def test_before_the_approval_nothing_is_held_and_nobody_suspended(stormy):
    planned = stormy.deadline.planned
    assert planned is not None
    assert (planned.state, stormy.deadline.too_early) == ("awaiting_approval", 0)


def test_live_changes_stay_fresh_and_few_calls_are_refused(stormy):
    figures = {figure.name: figure for figure in campaign_report.figures(stormy)}
    assert len(stormy.deadline.delays) > 200
    # Of so few changes the last of a hundred is one or two lost tasks: `make simulate` has enough of them to tell.
    assert {figure.name for figure in figures.values() if not figure.met} <= {"campaign_live_p99"}


def test_without_faults_a_suspension_takes_two_calls_and_two_writes(quiet):
    assert (quiet.wrong, quiet.undo_wrong) == (Counter(), Counter())
    figures = {figure.name: figure for figure in campaign_report.costs(quiet)}
    assert figures["campaign_calls"].met
    assert figures["campaign_writes"].met


def test_without_faults_a_suspension_takes_three_reads(quiet):
    figures = {figure.name: figure for figure in campaign_report.costs(quiet)}
    assert figures["campaign_reads"].met


Mistake = Callable[[Deadline, User], Callable[[], object]]


def _user(**fields: object) -> Mistake:
    def make(_: Deadline, user: User) -> Callable[[], object]:
        before = {name: getattr(user, name) for name in fields}
        _set(user, fields)
        return lambda: _set(user, before)

    return make


def _set(user: User, fields: dict[str, object]) -> None:
    for name, value in fields.items():
        setattr(user, name, value)


def _account(**fields: object) -> Mistake:
    def make(deadline: Deadline, user: User) -> Callable[[], object]:
        store, ref = deadline.world.memory, Ref("accounts", user.account_id)
        document = store.get(ref)
        assert document is not None
        store.commit([Update(ref, fields)])
        return lambda: store.commit([Update(ref, {name: document.data[name] for name in fields})])

    return make


def _suspended_again(deadline: Deadline, user: User) -> Callable[[], object]:
    return _user(switched=(*user.switched, (deadline.done_at, True)))(deadline, user)


def _suspended_while_stopped(deadline: Deadline, user: User) -> Callable[[], object]:
    return _user(switched=((deadline.spans["stop"][1] - 1.0, True),))(deadline, user)


PLANTED: dict[str, tuple[str, Mistake, dict[str, int]]] = {
    "spared": ("never came", _user(suspended=False), {"wrong never came": 1, "suspension differs": 1}),
    "state": ("never came", _account(state="issued"), {"state of never came": 1, "suspension differs": 1}),
    "hold lost": ("never came", _account(holds={}), {"hold of never came": 1}),
    "owner suspended": ("came", _user(suspended=True), {"wrong came": 1, "suspension differs": 1}),
    "mended since": ("came", _suspended_again, {"suspended though came": 1}),
    "exempt": ("exempt", _user(suspended=True), {"wrong exempt": 1, "suspension differs": 1}),
    "new": ("new", _suspended_again, {"suspended though new": 1}),
    "lifted": ("external", _user(suspended=False), {"wrong external": 1}),
    "stopped": ("never came", _suspended_while_stopped, {"suspended though stopped": 1}),
    "pending": ("came", _account(lane="bulk"), {"not settled": 1}),
}


@pytest.fixture(scope="module")
def findings() -> dict[str, Counter[str]]:
    """Plant each mistake when the campaign is done, see what is found, and mend it."""
    run = launch(Plan(people=PEOPLE, scale=1.0, changes_a_second=0.0, faults=NONE))
    operation = Operation(run, COUNTRY, Setting(scale=1 / 30, faults=NONE, rehearsed=False))
    deadline = operation.deadline
    verdicts = Verdicts(deadline)
    found = dict[str, Counter[str]]()

    def looked() -> Counter[str]:
        return check(run, COUNTRY, verdicts.when_done) + verdicts.of_history()

    def plant() -> None:
        found[""] = looked()
        users = list(run.world.directory.users.values())
        for name, (kind, mistake, _) in PLANTED.items():
            user = next(user for user in users if verdicts.kind(user) == kind)
            mend = mistake(deadline, user)
            found[name] = looked()
            mend()

    operation.go(plant)
    return found


def test_without_a_mistake_nothing_is_found(findings):
    assert findings[""] == Counter()


@pytest.mark.parametrize("name", PLANTED)
def test_a_mistake_is_found_and_counted_by_kind(findings, name):
    assert findings[name] == Counter(PLANTED[name][2])
