"""A listing in any order, over faults, crashes and the end of its time: the same result."""

import zlib
from contextlib import suppress

import pytest

from shared.errors import QuotaError, TransientError
from shared.listing_page import ROUNDS
from shared.outcomes import Outcome, Result
from tests.counting import Crash
from tests.doubles import crash_after, crash_before, goes_through
from tests.rosters import pupil
from tests.usecases.listed import (
    Shuffled,
    by_hand,
    checkpoint,
    counts,
    crowd,
    delete,
    fault,
    limited,
    of,
    pupils,
    signs_in,
    to_the_end,
)
from tests.world import World

WHOLE = Result(Outcome.DONE, rows=1001)


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def test_an_answer_of_503_midway_fails_the_realm_and_the_next_run_goes_on_behind_the_last_page(world):
    crowd(world, 1001)
    fault(world, "error", status=503, after=1)
    with pytest.raises(TransientError, match="server_error"):
        world.listing()
    assert (checkpoint(world).page, checkpoint(world).state) == (1, "listing")
    world.restart()
    world.directory.calls.clear()
    assert world.listing(resume=True).rows == 501
    assert world.directory.calls == ["list"] * 2
    assert (checkpoint(world).state, checkpoint(world).seen, checkpoint(world).whole) == ("done", 1001, True)


def test_a_refused_quota_is_told_as_such(world):
    pupils(world, "ani")
    fault(world, "error", status=403, reason="quotaExceeded")
    with pytest.raises(QuotaError):
        world.listing()


def test_a_page_that_comes_once_without_its_users_is_asked_for_again(world):
    crowd(world, 1001)
    fault(world, "omitCollection", after=1)
    assert world.listing() == WHOLE
    assert checkpoint(world).whole_at == world.clock.now()


def test_a_token_that_is_refused_or_too_old_begins_the_listing_anew(world):
    crowd(world, 1001)
    number = 0
    for spoil in (lambda: fault(world, "error", status=400, reason="invalid"), lambda: world.clock.pass_by(days=2.1)):
        world.has_time = limited(1)
        world.listing()
        assert checkpoint(world).page == 1
        spoil()
        world.has_time = lambda: True
        to_the_end(world)
        assert checkpoint(world).number == number + 2
        assert (checkpoint(world).seen, checkpoint(world).page) == (1001, 3)
        number += 2


def test_a_run_ends_with_its_time_and_the_next_one_goes_on(world):
    crowd(world, 1001)
    world.has_time = limited(1)
    assert world.listing() == Result(Outcome.DONE, "under_way", rows=500)
    world.has_time = limited(2)
    assert world.listing() == Result(Outcome.DONE, rows=501)
    assert checkpoint(world).number == 1


def test_resuming_begins_nothing(world):
    pupils(world, "ani")
    world.directory.calls.clear()
    for _ in range(2):
        assert world.listing(resume=True) == Result(Outcome.UNCHANGED)
    assert world.directory.calls == []


def happenings(world: World) -> None:
    """Let what a listing finds happen to ten of forty people."""
    signs_in(world, of(world, "p1"))
    signs_in(world, of(world, "p2"))
    by_hand(world, of(world, "p3"), orgUnitPath="/Lain")
    world.user(of(world, "p4")).suspended = "ADMIN"
    delete(world, "p5", "p6")


def picture(world: World) -> list[tuple[object, ...]]:
    return sorted(
        (a.nama, a.state, a.version, a.lane, a.external and a.external.kind, a.accessed_at) for a in world.accounts()
    )


@pytest.mark.parametrize("seed", range(5))
def test_users_in_no_order_give_the_same_result(tmp_path, seed):
    pictures = []
    for name, is_shuffled in (("a", False), ("b", True)):
        (tmp_path / name).mkdir()
        world = World(tmp_path / name)
        pupils(world, *[f"p{n}" for n in range(40)])
        if is_shuffled:
            world.directory = Shuffled(world.directory, seed)  # type: ignore[assignment]
        world.listing()
        world.clock.pass_by(days=1)
        happenings(world)
        told = world.listing()
        assert told.code == "deleted_by_others"
        pictures.append([*picture(world), (told, checkpoint(world).seen)])
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("crash", [crash_before, crash_after])
@pytest.mark.parametrize("at", range(8))
def test_a_listing_that_is_killed_anywhere_comes_to_the_same_result(tmp_path, crash, at):
    pictures = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        world = World(tmp_path / name)
        pupils(world, *[f"p{n}" for n in range(12)])
        world.directory = Shuffled(world.directory, 1, size=4)  # type: ignore[assignment]
        happenings(world)
        if name == "b":
            world.trouble.plans = [*[goes_through] * at, crash]
            with suppress(Crash):
                world.listing()
            world.trouble.plans = []
            world.restart()
        to_the_end(world)
        world.clock.pass_by(days=1)
        to_the_end(world)
        pictures.append([each[:5] for each in picture(world)])
    assert pictures[0] == pictures[1]
    assert [each[4] for each in pictures[0]].count("deleted") == 2


def test_of_two_runs_at_once_one_gives_way(world):
    crowd(world, 1001)
    others: list[Result] = []

    def meanwhile(call):
        others.append(world.listing())
        return call()

    world.directory.plans = [goes_through, meanwhile]
    assert world.listing() == Result(Outcome.UNCHANGED, "overtaken")
    assert [each.code for each in others] == [""]
    assert (checkpoint(world).seen, checkpoint(world).state, checkpoint(world).page) == (1001, "done", 3)
    assert checkpoint(world).whole_at == world.clock.now()


def test_a_run_that_another_one_passed_gives_way_though_its_own_page_was_written(world):
    crowd(world, 1001)
    others: list[Result] = []

    def passed(call):
        call()
        others.append(world.listing())

    world.trouble.plans = [goes_through, passed]
    assert world.listing() == Result(Outcome.UNCHANGED, "overtaken")
    assert [each.code for each in others] == [""]
    assert (checkpoint(world).state, checkpoint(world).page) == ("done", 3)


@pytest.mark.parametrize("new", ["ABDUL AAN", "P"], ids=["in front", "in between"])
def test_many_users_who_are_new_let_nobody_else_be_compared_again(world, new):
    pupils(world, *[f"p{n}" for n in range(12)])
    world.directory = Shuffled(world.directory, None, size=2)
    world.listing()
    first = {account.directory_id for account in world.accounts()}
    for n in range(12):
        world.receive(pupil(new, who=f"a{n}"))
    world.run_due()
    world.clock.pass_by(days=1)
    for pages in (3, 20):
        world.has_time = limited(pages)
        world.listing()
        world.restart()
    assert checkpoint(world).page == 12
    its_turn = sum(zlib.crc32(str(user_id).encode()) % ROUNDS == 2 for user_id in first)
    assert counts(world, "compared") == (12 + its_turn,)
