"""25,000 people of one name in one realm: each gets an address of their own, in four tries on average."""

from dataclasses import replace

from tests.rosters import change, pupil
from tests.world import World

PEOPLE = 25_000


def test_25_000_people_called_nurhayati_each_get_an_address_in_four_tries_on_average(tmp_path):
    world = World(tmp_path)
    made = change(pupil("NURHAYATI"))
    for n in range(PEOPLE):
        person_id = f"00000000-0000-4000-8000-{n:012x}"
        world.provision(_with_id(made, person_id), "bulk")
    accounts = world.accounts()
    assert len({account.address for account in accounts}) == PEOPLE
    assert all(account.address.startswith("nurhayati") for account in accounts)
    tries = world.store.commits - 1  # the school's commit apart
    assert tries / PEOPLE <= 4


def _with_id(made, person_id):
    return replace(made, person=replace(made.person, person_id=person_id))
