"""The launch in virtual time: small enough for every check, and a checker that finds what is wrong."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from bench.simulate import report
from bench.simulate.__main__ import LIVE_FAULTS, main
from bench.simulate.chance import NONE, Faults
from bench.simulate.checking import check
from bench.simulate.directory import User
from bench.simulate.people import GROUPS, OUTSIDE, Country, shares
from bench.simulate.scenario import ADMIN_LIMIT, LEAST, REALM_LIMIT, Plan, Run, launch, rates
from bench.simulate.timeline import Timeline
from shared import events
from shared.ports import Ref, Update
from tests.clocks import START

PEOPLE = 10_000


def test_a_launch_with_faults_ends_as_announced_with_everybody_right():
    plan = Plan(people=PEOPLE, scale=1 / 30, changes_a_second=1.0, faults=Faults())
    run = launch(plan)
    assert check(run, Country(PEOPLE)) == Counter()
    assert run.world.kills > 0 < run.world.tasks.lost
    assert {200, 500, 503} <= set(run.world.tasks.statuses)
    assert run.delays
    figures = {figure.name: figure for figure in report.of_launch(run, Counter())}
    assert figures.pop("launch_eta_miss").value < 0.15  # the tail of ten minutes weighs more among so few
    assert [figure.name for figure in figures.values() if not figure.met] == []


def test_the_live_lane_keeps_its_promise_while_a_back_fill_fills_the_queues():
    run = launch(Plan(people=8_000, scale=1.0, changes_a_second=5.0, changes_for=600.0, faults=LIVE_FAULTS))
    assert check(run, Country(8_000)) == Counter()
    assert len(run.delays) > 1_500
    assert [figure.name for figure in report.of_live(run, Counter()) if not figure.met] == []
    assert report.refused_share(run) < 0.005


def test_without_faults_a_launch_takes_a_call_and_two_commits_an_account():
    run = launch(Plan(people=1_000, scale=1.0, changes_a_second=0.0, faults=NONE))
    made = len(run.world.directory.users)
    assert run.world.directory.calls == made
    assert run.world.tasks.statuses == {200: made}
    assert run.world.directory.refused == 0
    assert run.announced <= max(run.done_at.values())


@pytest.fixture(scope="module")
def settled() -> Run:
    return launch(Plan(people=1_000, scale=1.0, changes_a_second=0.0, faults=NONE))


def _without(run: Run, user: User) -> Callable[[], object]:
    del run.world.directory.users[user.id]
    return lambda: run.world.directory.users.update({user.id: user})


def _twice(run: Run, user: User) -> Callable[[], object]:
    run.world.directory.users["again"] = dataclasses.replace(user, id="again", address="again@smp.belajar.id")
    return lambda: run.world.directory.users.pop("again")


def _nobodys(run: Run, user: User) -> Callable[[], object]:
    other = dataclasses.replace(user, id="x", address="x@smp.belajar.id", account_id="x.smp")
    run.world.directory.users["x"] = other
    return lambda: run.world.directory.users.pop("x")


def _differing(**fields: object) -> Callable[[Run, User], Callable[[], object]]:
    def change(_: Run, user: User) -> Callable[[], object]:
        before = {name: getattr(user, name) for name in fields}
        _set(user, fields)
        return lambda: _set(user, before)

    return change


def _set(user: User, fields: Mapping[str, object]) -> None:
    for name, value in fields.items():
        setattr(user, name, value)


def _stored(**fields: object) -> Callable[[Run, User], Callable[[], object]]:
    def change(run: Run, user: User) -> Callable[[], object]:
        store, ref = run.world.memory, Ref("accounts", user.account_id)
        before = store.get(ref)
        assert before is not None
        store.commit([Update(ref, fields)])
        return lambda: store.commit([Update(ref, {name: before.data[name] for name in fields})])

    return change


@pytest.mark.parametrize(
    ("mistake", "found"),
    [
        (_without, {"lost": 1, "store differs": 1}),
        (_twice, {"duplicate": 1}),
        (_nobodys, {"not wanted": 1, "store differs": 1}),
        (_differing(family_name="X"), {"wrong name": 1}),
        (_differing(cost_center="1"), {"wrong cost centre": 1}),
        (_differing(org_unit="/"), {"wrong org unit": 1}),
        (_differing(suspended=True), {"wrong suspended": 1}),
        (_differing(passwords_set=2), {"wrong password": 1}),
        (_stored(lane="live"), {"not settled": 1}),
        (_stored(address="a@b"), {"store differs": 1}),
    ],
    ids=["lost", "twice", "nobody's", "name", "npsn", "org unit", "suspended", "password", "pending", "other address"],
)
def test_a_mistake_is_found_and_counted_by_kind(settled: Run, mistake, found):
    user = next(iter(settled.world.directory.users.values()))
    undo = mistake(settled, user)
    try:
        assert {kind: check(settled, Country(1_000))[kind] for kind in found} == found
    finally:
        undo()
    assert check(settled, Country(1_000)) == Counter()


def test_the_people_are_dapodiks_by_level_and_their_events_keep_the_contract():
    country, counted, outside = Country(20_000), Counter[str](), 0
    for number in range(20_000):
        person = country.person(number)
        outside += person.is_outside
        counted[person.group.realm] += not person.is_outside
        if number % 40 == 0:
            change = events.parse(person.event(), now=START)
            assert (change.person.person_id, change.revision) == (person.person_id, 1_609_000_000_000_001)
    assert outside / 20_000 == pytest.approx(OUTSIDE, abs=0.005)
    inside = 20_000 - outside
    assert {realm: counted[realm] / inside for realm in shares()} == pytest.approx(shares(), abs=0.01)
    assert sum(group.thousands for group in GROUPS) == pytest.approx(30_000, rel=0.05)


def test_a_second_revision_differs_in_name_school_or_class():
    country = Country(1_000)
    pairs = [(country.person(number), country.person(number, 2)) for number in range(300)]
    kinds = Counter(
        (
            before.family_name != after.family_name,
            before.npsn != after.npsn,
            before.rombel != after.rombel,
        )
        for before, after in pairs
    )
    assert set(kinds) == {(True, False, False), (False, True, False), (False, False, True)}


def test_the_queues_share_the_admins_rate_within_a_domains_limit():
    table = rates(1.0)
    assert sum(table.values()) == pytest.approx(ADMIN_LIMIT)
    assert all(LEAST <= rate <= REALM_LIMIT for rate in table.values())
    assert table["smp"] == REALM_LIMIT
    assert rates(0.5) == pytest.approx({realm: rate / 2 for realm, rate in table.items()})


def test_time_goes_from_event_to_event_and_ends_when_it_is_over():
    timeline, seen = Timeline(), list[float]()
    for seconds in (5.0, 1.0, 3.0, 9.0):
        timeline.after(seconds, lambda: seen.append(timeline.seconds))
    timeline.run(is_over=lambda: timeline.seconds >= 5)
    assert seen == [1.0, 3.0, 5.0]
    assert (timeline.now() - Timeline().now()).total_seconds() == 5


def test_the_command_prints_the_table_and_writes_the_json(tmp_path, capsys):
    file = tmp_path / "out.json"
    assert main(["--people", "1000", "--json", str(file)]) == 0
    assert "launch_eta_miss" in file.read_text()
    printed = capsys.readouterr().out
    assert "days to launch" in printed
    assert "The launch and the deadline, simulated" in printed
