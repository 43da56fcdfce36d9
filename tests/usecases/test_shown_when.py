"""When a password was first shown: carried over from the notes of fetches to the accounts, once a day."""

from typing import Any

import pytest

from shared import queries
from shared.errors import TransientError
from shared.ports import Update
from shared.usecases.shown import LINKS
from tests.counting import HookedStore
from tests.rosters import member, pupil, school, some_id
from tests.usecases.leaks import HERE, PUPILS
from tests.usecases.shown import POLICY, Fetched, stored
from tests.world import World

THERE = school("SMP NEGERI 2")


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path, policy=POLICY)


@pytest.fixture
def here(world) -> Fetched:
    return Fetched(world, *PUPILS)


def shown_at(here: Fetched) -> dict[str, Any]:
    return {who: here.account(who).credential.shown_at for who in PUPILS}


def test_each_account_learns_when_its_password_was_shown(here):
    here.fetch(here.link())
    at = here.world.clock.now()
    assert here.shown.carry_over().rows == len(PUPILS)
    assert shown_at(here) == dict.fromkeys(PUPILS, at)


def test_it_is_the_earliest_time_whatever_the_order_of_links_and_fetches(here):
    first = here.link()
    here.fetch(first)
    at = here.world.clock.now()
    for _ in range(4):
        here.world.clock.pass_by(minutes=3)
        here.fetch(first)
        here.fetch(here.link())
    here.shown.carry_over()
    assert shown_at(here) == dict.fromkeys(PUPILS, at)


def test_a_later_fetch_does_not_change_it(here):
    here.fetch(here.link())
    at = here.world.clock.now()
    here.shown.carry_over()
    here.world.clock.pass_by(days=1)
    here.fetch(here.link())
    here.world.clock.pass_by(days=1)
    here.world.store.reset()
    here.shown.carry_over()
    assert here.world.store.writes == 1  # the cursor
    assert shown_at(here) == dict.fromkeys(PUPILS, at)


def test_it_takes_a_read_a_link_and_part_and_a_read_and_a_write_an_account(here):
    here.fetch(here.link())
    here.world.store.reset()
    here.shown.carry_over()
    # The cursor, yesterday without a link, the link, the part, the accounts; the accounts and the cursor.
    assert here.world.store.reads == 1 + 1 + 1 + 1 + len(PUPILS)
    assert (here.world.store.writes, here.world.store.commits) == (len(PUPILS) + 1, 2)


def test_a_second_run_on_the_same_day_takes_one_read(here):
    here.fetch(here.link())
    here.shown.carry_over()
    here.world.clock.pass_by(hours=2)
    here.world.store.reset()
    here.shown.carry_over()
    assert (here.world.store.reads, here.world.store.commits) == (1, 0)


def test_parts_of_the_last_pass_are_not_looked_at_account_by_account_again(here):
    here.fetch(here.link())
    here.world.clock.pass_by(hours=3)
    here.shown.carry_over()
    here.world.clock.pass_by(hours=14)  # the next day
    here.world.store.reset()
    here.shown.carry_over()
    assert here.world.store.reads == 1 + 1 + 1 + 1  # the cursor, two days, the part; no account


def test_a_part_that_was_noted_while_the_last_pass_ran_is_found_by_the_next(here):
    here.world.clock.pass_by(hours=16, minutes=59)  # a minute before midnight
    link = here.link()
    here.fetch(link)
    begun = here.world.clock.now()
    parts = list(here.world.inner.query(queries.reads(link.link_id, limit=10)))
    held_back = [Update(part.ref, {"accounts": [], "generations": []}) for part in parts]
    here.world.inner.commit(held_back)  # still being written
    here.world.clock.pass_by(minutes=20)
    here.shown.carry_over()
    assert shown_at(here) == dict.fromkeys(PUPILS)
    here.world.inner.commit([Update(part.ref, part.data) for part in parts])
    here.world.clock.pass_by(days=1)
    here.shown.carry_over()
    assert shown_at(here) == dict.fromkeys(PUPILS, begun)


def test_days_on_which_nothing_ran_are_made_up(here):
    here.shown.carry_over()
    here.world.clock.pass_by(days=1)
    here.fetch(here.link())
    at = here.world.clock.now()
    here.world.clock.pass_by(days=40)
    here.shown.carry_over()
    assert shown_at(here) == dict.fromkeys(PUPILS, at)


def test_a_clock_that_was_put_back_leaves_nothing_out(here):
    here.world.clock.pass_by(days=300)
    here.shown.carry_over()
    here.world.clock.pass_by(days=-300)
    here.fetch(here.link())
    at = here.world.clock.now()
    here.shown.carry_over()
    assert shown_at(here) == dict.fromkeys(PUPILS, at)


def test_a_row_without_a_password_was_not_shown(here):
    here.hold("siti", "dormant")
    here.fetch(here.link())
    here.shown.carry_over()
    assert here.account("siti").credential.shown_at is None
    assert here.account("budi").credential.shown_at is not None


def test_a_password_that_was_replaced_meanwhile_counts_as_shown_to_nobody(here):
    here.fetch(here.link())
    here.revoke(HERE)
    here.world.run_due()
    here.shown.carry_over()
    assert shown_at(here) == dict.fromkeys(PUPILS)


def test_an_account_that_is_no_more_holds_up_no_other(here):
    here.fetch(here.link())
    part = next(iter(here.world.inner.query(queries.reads(_only_link(here), limit=1))))
    named = {"accounts": ["gone.smp", *part.data["accounts"]], "generations": [1, *part.data["generations"]]}
    here.world.inner.commit([Update(part.ref, named)])
    assert here.shown.carry_over().rows == len(PUPILS)


def test_a_change_that_comes_between_is_kept(here):
    here.fetch(here.link())
    at = here.world.clock.now()
    once = [True]

    def change(writes):
        if writes[0].ref.collection == "accounts" and once:
            once.pop()
            here.change("budi", rombel="VIII A")

    assert here.new_shown(store=HookedStore(here.world.inner, before=change)).carry_over().rows == len(PUPILS)
    assert here.account("budi").rombel == "VIII A"
    assert shown_at(here) == dict.fromkeys(PUPILS, at)


def test_a_password_that_is_replaced_in_that_very_moment_is_not_marked(here):
    here.fetch(here.link())
    once = [True]

    def replace_it(writes):
        if writes[0].ref.collection == "accounts" and once:
            once.pop()
            here.revoke(HERE)

    here.new_shown(store=HookedStore(here.world.inner, before=replace_it)).carry_over()
    assert shown_at(here) == dict.fromkeys(PUPILS)


def test_who_never_gets_a_turn_is_told_so_and_the_next_run_goes_on(here):
    here.fetch(here.link())
    turn = iter(range(1000))

    def change(writes):
        if writes[0].ref.collection == "accounts":
            here.change("budi", rombel=f"VII {next(turn)}")

    with pytest.raises(TransientError, match="contention"):
        here.new_shown(store=HookedStore(here.world.inner, before=change)).carry_over()
    here.shown.carry_over()
    assert None not in shown_at(here).values()


def test_where_time_runs_out_the_next_run_goes_on_behind_the_last_link(here):
    links = [here.link() for _ in range(3)]
    for link in links:
        here.fetch(link)
    here.world.clock.pass_by(days=1)
    short = here.new_shown(lambda: lambda: False)
    done = []
    while (result := short.carry_over()).code == "under_way":
        done.append((stored(here.world, "shown") or {})["link"])
    assert done == sorted(link.link_id for link in links)
    assert (result.rows, (stored(here.world, "shown") or {})["through"]) == (0, here.world.clock.now())
    assert shown_at(here) == dict.fromkeys(PUPILS, min(_noted(here)))


def test_many_links_a_day_are_read_page_by_page(here, world):
    for _ in range(LINKS + 3):
        here.fetch(here.link())
    last = here.link()
    world.receive(pupil("LAIN", member(THERE, tingkat_pendidikan_id=7, induk=True), who="lain"))
    world.run_due()
    here.fetch(here.link(sekolah_id=THERE["sekolah_id"]))
    here.fetch(last)
    here.shown.carry_over()
    assert world.account(f"{some_id('lain')}.smp").credential.shown_at is not None
    assert shown_at(here) == dict.fromkeys(PUPILS, min(_noted(here)))


def _only_link(here: Fetched) -> str:
    (link,) = here.world.inner.query(queries.links_of(HERE, limit=10))
    return link.ref.id


def _noted(here: Fetched) -> list[Any]:
    links = here.world.inner.query(queries.links_of(HERE, limit=100))
    return [part.data["at"] for link in links for part in here.world.inner.query(queries.reads(link.ref.id, limit=9))]
