"""A file has leaked: what a second run makes up, and a file's number that was never used."""

import pytest

from shared.domain.reissuing import Fate
from shared.errors import PermanentError, TransientError
from tests.usecases.leaks import HERE, PUPILS, School, fates, generations
from tests.world import World


@pytest.fixture
def leak(tmp_path) -> School:
    return School(World(tmp_path), *PUPILS)


def test_tasks_that_the_first_run_could_not_queue_are_queued_by_the_second(leak):
    leak.fetch(leak.link())
    leak.world.tasks.fails = TransientError("enqueue_failed")
    leak.revoke(HERE)
    leak.world.tasks.fails = None
    leak.restart()
    assert leak.revoke(HERE, dry_run=True).unqueued == ""
    assert leak.world.tasks.tasks == []
    assert fates(leak.revoke(HERE)) == {Fate.ALREADY: len(PUPILS)}
    assert len(leak.world.tasks.tasks) == len(PUPILS)
    leak.world.run_due()
    assert generations(leak) == dict.fromkeys(PUPILS, 2)
    assert {account.credential.applied_generation for account in leak.world.accounts()} == {2}


def test_a_number_under_which_nothing_was_fetched_changes_nothing(leak):
    link = leak.link()
    leak.fetch(link)
    with pytest.raises(PermanentError, match="file_unknown"):
        leak.revoke(HERE, f"{link.file_mark}-2")
    assert leak.school().data["links_valid_after"] is None
    assert generations(leak) == dict.fromkeys(PUPILS, 1)
