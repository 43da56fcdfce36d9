"""A plan over a school of which the roster tells no region: `kode_wilayah` may be null."""

from typing import Any

import pytest

from tests.rosters import pupil
from tests.world import World

ID = "2021-06-30"


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def somewhere_unknown(name: str) -> dict[str, Any]:
    person = pupil(name.upper(), who=name)
    person["memberships"][0]["sekolah"]["kode_wilayah"] = None
    return person


def test_accounts_of_a_school_without_a_region_are_planned_like_all_others(world):
    world.receive(somewhere_unknown("ani"))
    world.run_due()
    world.clock.pass_by(days=180)
    planned = world.decisions.plan(ID, "ops", lambda: True, lambda *_: None)
    assert planned.total.due == 1
    assert sum(tally.due for tally in planned.provinces.values()) == 1
