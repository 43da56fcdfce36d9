"""Why a campaign spared an account, or suspended it, is told with all else."""

from datetime import timedelta

import pytest

from shared.usecases.exempt import Exempt
from shared.usecases.why import Fact, Why, asked
from tests.rosters import some_id
from tests.usecases.campaigning import AFTER, ID, approve, arrive, plan, until
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    world = World(tmp_path)
    arrive(world, "ani")
    world.clock.pass_by(**AFTER)
    return world


def facts(world: World) -> list[Fact]:
    about = asked(some_id("ani"))
    assert about is not None
    (seen,) = Why(world.store, world.clock)(about).people
    return [fact for standing in seen.accounts for fact in standing.facts]


@pytest.mark.parametrize(
    ("kind", "subject"), [("person", some_id("ani")), ("school", some_id("SEKOLAH 1 6")), ("realm", "smp")]
)
def test_who_is_exempt_is_told_until_when_and_why(world, kind, subject):
    end = world.clock.now() + timedelta(days=3)
    exempt = Exempt(store=world.store, clock=world.clock)
    exempt.add(kind, subject, reason="banjir", author="Dinas", until=end)
    assert facts(world)[-1] == Fact("exempt", end, kind, "banjir")
    world.clock.pass_by(days=3)
    assert "exempt" not in [fact.code for fact in facts(world)]
    exempt.add(kind, subject, reason="banjir", author="Dinas", until=world.clock.now() + timedelta(days=3))
    exempt.end(kind, subject, "Dinas")
    assert "exempt" not in [fact.code for fact in facts(world)]


def test_who_was_suspended_by_a_campaign_is_told_which(world):
    plan(world)
    approve(world)
    world.tick()
    assert [(fact.code, fact.detail, fact.more) for fact in facts(world)][:1] == [("to_be_suspended", "dormant", ID)]
    until(world, "done")
    assert [(fact.code, fact.detail, fact.more) for fact in facts(world)] == [("suspended", "dormant", ID)]
