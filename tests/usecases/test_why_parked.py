"""What was refused before: it may be the only trace of a person, and it stays an answer until a call has succeeded."""

import pytest

from shared.ports import Verdict
from shared.usecases.why import Asked, Why
from tests.doubles import refused
from tests.rosters import event, pupil, some_id
from tests.world import World

NISN = Asked("nisn", "0101234567")


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def test_messages_that_do_not_say_whose_they_are_are_counted(world):
    world.take(b"no event", message_id="m1")
    world.take(event(pupil(person_id="no id", nisn=None)), message_id="m2")
    world.take(event(pupil(kind="guru", who="other", nisn="0107654321")), message_id="m3")
    answer = Why(world.store, world.clock)(NISN)
    assert (answer.is_known, answer.parked, answer.nameless) == (False, [], 2)


def test_a_message_without_a_readable_id_is_found_by_its_number(world):
    world.take(event(pupil(person_id="no id")), message_id="m1")
    answer = Why(world.store, world.clock)(NISN)
    assert ([entry.ref.id for entry in answer.parked], answer.nameless) == (["m1"], 0)


def test_a_blocked_account_is_nobody_elses_and_not_nameless(world):
    world.receive(pupil())
    world.directory.plans = [refused(Verdict.REFUSED, "name_refused", "name")]
    world.run_due()
    answer = Why(world.store, world.clock)(Asked("person_id", some_id("other")))
    assert (answer.is_known, answer.nameless) == (False, 0)


def test_an_account_that_was_refused_and_is_tried_again_tells_the_last_answer(world):
    world.receive(pupil())
    world.directory.plans = [refused(Verdict.REFUSED, "name_refused", "name")]
    world.run_due()
    world.receive(pupil("SITI AMINAH PUTRI"), revision=2)
    (seen,) = Why(world.store, world.clock)(NISN).people
    assert [(fact.code, fact.detail) for fact in seen.accounts[0].facts] == [("pending", "name_refused")]
