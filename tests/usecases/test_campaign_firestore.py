"""A whole campaign on Firestore: its queries, counts and preconditions are the same there."""

import pytest

from shared.adapters.firestore import FirestoreStore
from tests.rosters import some_id
from tests.usecases.campaigning import AFTER, ID, approve, arrive, come, exempt, plan, states, suspended, until
from tests.world import World


@pytest.mark.emulator
def test_a_campaign_is_planned_carried_out_and_undone(tmp_path, firestore_store: FirestoreStore):
    world = World(tmp_path, store=firestore_store)
    arrive(world, "ani", "budi", "citra", "dewi")
    world.clock.pass_by(**AFTER)
    exempt(world, "person", some_id("dewi"))
    assert world.decisions.dry_plan(ID, lambda _, __: None).total == plan(world).total
    approve(world)
    world.tick()
    come(world, "ani")
    assert until(world, "done", at_most=20).results == {
        "held": 3,
        "suspended": 2,
        "came_in_time": 1,
        "left_alone": 0,
    }
    assert states(world) == {"ani": "active", "budi": "suspended", "citra": "suspended", "dewi": "issued"}
    world.decisions.undo(ID, "ops")
    until(world, "undone", at_most=20)
    assert suspended(world) == set()
