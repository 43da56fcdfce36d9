"""A campaign's report: what it tells of the campaign in each of its states, and of who came."""

import pytest

from shared.domain.activation import Activation, School
from shared.errors import PermanentError
from shared.ports import Delete, Query, Ref, Update
from shared.usecases.campaign_report import CampaignReport, Report
from tests.rosters import member, pupil, school, some_id, staff
from tests.usecases.campaigning import AFTER, ID, account_id, approve, come, exempt, minutes, plan, record, until
from tests.world import World

JAKARTA = school("SMP NEGERI 1", kode_wilayah="010101")
PAPUA = school("SMP NEGERI 9", kode_wilayah="250101")


@pytest.fixture
def july(tmp_path) -> World:
    """Six pupils and a teacher at two schools in July, of whom three have come."""
    world = World(tmp_path)
    for name in ("ani", "budi", "citra", "dewi"):
        world.receive(pupil(name.upper(), member(JAKARTA, tingkat_pendidikan_id=7), who=name))
    for name in ("eka", "fajar"):
        world.receive(pupil(name.upper(), member(PAPUA, tingkat_pendidikan_id=7), who=name))
    world.receive(staff("GURU", member(PAPUA, jenis_ptk_id=4), who="guru"))
    world.run_due()
    world.clock.pass_by(**AFTER)
    return world


def report(world: World) -> Report:
    made = CampaignReport(store=world.store, clock=world.clock, policy=world.policy)
    return made(made.expected(ID), lambda _: None)


def amounts(made: Report) -> dict[str, int | None]:
    course, total = made.course, made.record.total
    return {
        "due": total.due,
        "exempt": total.exempt,
        "held_ever": course.held_ever,
        "held": course.held,
        "suspended": course.suspended,
        "waiting": course.waiting,
        "came": course.came_in_time,
        "left_alone": course.left_alone,
        "lifted": course.lifted,
    }


NOTHING = {"held_ever": 0, "held": 0, "suspended": 0, "waiting": 0, "came": 0, "left_alone": 0, "lifted": 0}


def test_a_campaign_is_told_from_plan_to_undo(july: World):
    exempt(july, "person", some_id("dewi"))
    plan(july)
    assert amounts(report(july)) == {**NOTHING, "due": 6, "exempt": 1}
    come(july, "ani", "eka")
    july.state.users[july.account(account_id("budi")).directory_id or ""].suspended = "admin"
    approve(july)
    until(july, "done")
    done = {"held_ever": 6, "held": 4, "suspended": 3, "waiting": 0, "came": 2, "left_alone": 1, "lifted": 0}
    assert amounts(report(july)) == {"due": 6, "exempt": 1, **done}
    july.decisions.undo(ID, "ops")
    until(july, "undone")
    undone = {"held": 0, "suspended": 0, "lifted": 4}
    assert amounts(report(july)) == {"due": 6, "exempt": 1, **done, **undone}


def test_while_it_runs_it_tells_what_waits_and_not_yet_what_was_left_alone(july: World):
    plan(july)
    approve(july)
    july.tick()
    under_way = {"due": 7, "exempt": 0, "held_ever": 7, "held": 7, "suspended": 0, "waiting": 7}
    assert amounts(report(july)) == {**under_way, "came": 0, "left_alone": None, "lifted": 0}
    july.decisions.pause(ID, "ops")
    come(july, "ani")
    july.settle()
    gone = {"held": 6, "suspended": 6, "waiting": 0, "came": 1, "left_alone": 0}
    assert amounts(report(july)) == {"due": 7, "exempt": 0, "held_ever": 7, "lifted": 0, **gone}


def test_undone_before_it_was_done_it_does_not_pretend_to_know_how_far_it_was(july: World):
    plan(july)
    approve(july)
    july.tick()
    july.decisions.undo(ID, "ops")
    begun = amounts(report(july))
    assert (begun["held_ever"], begun["came"], begun["left_alone"], begun["waiting"]) == (None, None, None, 7)
    until(july, "undone")
    assert amounts(report(july))["lifted"] == 7


def test_a_plan_that_was_outgrown_does_not_hide_what_was_held_by_it(july: World):
    plan(july)
    approve(july)
    july.tick()
    (held,) = july.inner.query(Query("campaigns"))
    july.inner.commit([Update(held.ref, {"state": "awaiting_approval", "results": {"held": 7}})])
    july.inner.commit([Delete(Ref("cursors", ID))])
    told = amounts(report(july))
    assert (told["held_ever"], told["waiting"], told["came"], told["left_alone"]) == (7, 7, 0, None)


def test_another_round_is_added_to_what_the_first_one_did(july: World):
    plan(july)
    approve(july)
    come(july, "ani")
    until(july, "done")
    first = amounts(report(july))
    plan(july)
    assert amounts(report(july)) == {**first, "due": 0}


def test_what_an_earlier_round_holds_in_a_realm_that_the_rule_no_longer_names_is_told(july: World):
    plan(july)
    approve(july)
    until(july, "done")
    found = july.inner.get(Ref("campaigns", ID))
    assert found is not None
    only = {**found.data["rule"], "realms": ["smp"]}
    july.inner.commit([Update(found.ref, {"rule": only, "tallies": {"smp": found.data["tallies"]["smp"]}})])
    assert set(report(july).course.realms) == {"smp", "guru.smp"}
    assert amounts(report(july))["suspended"] == 7


def test_each_realm_has_its_plan_and_what_is_so_now(july: World):
    plan(july)
    approve(july)
    until(july, "done")
    realms = report(july).course.realms
    assert (realms["smp"].plan.due, realms["smp"].held, realms["smp"].suspended) == (6, 6, 6)
    assert (realms["guru.smp"].plan.due, realms["guru.smp"].suspended) == (1, 1)
    assert sum(each.plan.due for each in realms.values()) == 7


def test_who_came_is_counted_by_realm_and_province_and_once_a_school(july: World):
    plan(july)
    come(july, "ani")
    approve(july)
    until(july, "done")
    seen: list[School] = []
    use_case = CampaignReport(store=july.store, clock=july.clock, policy=july.policy)
    made = use_case(use_case.expected(ID), seen.append)
    assert {realm: each for realm, each in made.realms.items() if each.accounts} == {
        "smp": Activation(6, 1, 5),
        "guru.smp": Activation(1, 0, 1),
    }
    assert made.provinces == {"01": Activation(4, 1, 3), "25": Activation(3, 0, 3)}
    assert {each.nama: each.activation for each in seen} == {
        "SMP NEGERI 1": Activation(4, 1, 3),
        "SMP NEGERI 9": Activation(3, 0, 3),
    }
    assert [each.sekolah_id for each in seen] == sorted([JAKARTA["sekolah_id"], PAPUA["sekolah_id"]])
    assert (made.total, made.schools, made.competing) == (Activation(7, 1, 6), 2, 0)


def test_a_campaign_that_ends_while_its_report_is_read_is_told_as_it_ended(july: World):
    plan(july)
    approve(july)
    use_case = CampaignReport(store=july.store, clock=july.clock, policy=july.policy)
    expected = use_case.expected(ID)
    ends = iter([lambda: until(july, "done")])

    def tell(_: int) -> None:
        next(ends, lambda: None)()

    made = use_case(expected, lambda _: None, tell)
    assert expected.record.state == "running"
    assert (made.record.state, made.course.held_ever, made.course.suspended) == ("done", 7, 7)


def test_of_a_campaign_of_some_realms_no_other_is_read(july: World):
    plan(july)
    only = {**record(july).rule, "realms": ["guru.smp"]}
    july.inner.commit([Update(Ref("campaigns", ID), {"rule": only})])
    made = report(july)
    assert (list(made.realms), made.total.accounts) == (["guru.smp"], 1)


def test_a_campaign_that_nobody_planned_is_refused(july: World):
    use_case = CampaignReport(store=july.store, clock=july.clock, policy=july.policy)
    with pytest.raises(PermanentError, match="campaign_not_planned"):
        use_case.expected(ID)


def test_nothing_is_written(july: World):
    plan(july)
    approve(july)
    minutes(july, 2)
    july.store.reset()
    report(july)
    assert (july.store.writes, july.store.commits) == (0, 0)
