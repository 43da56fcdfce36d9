"""Nothing follows from a listing that is not whole; from a whole one, that somebody deleted a user, proved by a get."""

import pytest

from shared.domain.accounts import External
from shared.listing_absent import DISORDER
from shared.outcomes import Outcome, Result
from shared.ports import Put, Ref, Verdict
from tests.doubles import goes_through, refused
from tests.rosters import pupil
from tests.usecases.listed import checkpoint, counts, crowd, delete, externals, fault, limited, of, pupils
from tests.world import World

WHOLE = Result(Outcome.DONE, rows=1001)


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def test_whom_somebody_deleted_is_recorded_and_told_of_loudly_once(world):
    pupils(world, "ani", "budi", "citra")
    world.listing()
    delete(world, "ani")
    world.clock.pass_by(days=1)
    world.directory.calls.clear()
    told = world.listing()
    assert told == Result(Outcome.DONE, "deleted_by_others", loud=True, field="listing", rows=1)
    assert of(world, "ani").external == External(kind="deleted", seen_at=world.clock.now())
    assert externals(world) == {"ANI": "deleted"}
    assert world.directory.calls == ["list", "get"]
    assert list(checkpoint(world).samples["deleted_by_others"]) == [of(world, "ani").directory_id]
    world.clock.pass_by(days=1)
    world.directory.calls.clear()
    assert world.listing() == Result(Outcome.DONE, rows=2)
    assert world.directory.calls == ["list"]


def test_who_was_deleted_before_is_neither_looked_at_nor_counted_again(world):
    pupils(world, "ani", "budi", "citra")
    for number, name in enumerate(("ani", "budi"), 1):
        delete(world, name)
        world.directory.calls.clear()
        assert (world.listing().rows, checkpoint(world).deleted) == (1, number)
        assert world.directory.calls == ["list", "get"]
        world.clock.pass_by(days=1)


def test_a_deleted_user_that_is_restored_is_ours_again(world):
    pupils(world, "ani", "budi")
    world.listing()
    user = world.user(of(world, "ani"))
    delete(world, "ani")
    world.listing()
    world.clock.pass_by(days=1)
    del world.state.deleted[user.id]
    user.deleted_at = None
    world.state.add(user)
    world.listing()
    assert externals(world) == {}
    world.clock.pass_by(days=1)
    delete(world, "budi")
    world.listing()
    assert externals(world) == {"BUDI": "deleted"}


def test_a_user_that_the_list_leaves_out_and_a_get_shows_is_no_deleted_one(world):
    pupils(world, "ani", "budi", "citra")
    fault(world, "omitItems", items=2)
    assert world.listing().code == ""
    assert externals(world) == {}
    assert counts(world, "unlisted") == (2,)


def test_an_answer_that_fails_proves_nobody_deleted(world):
    pupils(world, "ani", "budi")
    delete(world, "ani")
    world.directory.plans = [goes_through, refused(Verdict.UNAVAILABLE)]
    assert world.listing().loud is False
    assert (externals(world), counts(world, "unproven")) == ({}, (1,))
    world.clock.pass_by(days=1)
    world.listing()
    assert externals(world) == {"ANI": "deleted"}


def test_a_deleted_user_whose_account_is_pending_is_left_to_its_task(world):
    pupils(world, "ani", "budi")
    delete(world, "ani")
    world.receive(pupil("ANI BARU", who="ani"), revision=2)
    pending = of(world, "ani")
    assert world.listing().loud is False
    assert of(world, "ani") == pending
    world.settle()
    assert externals(world) == {"ANI BARU": "deleted"}


def test_a_user_younger_than_an_hour_need_not_be_listed(world):
    pupils(world, "ani")
    world.state.lag.list = 600
    world.receive(pupil("BARU", who="baru"))
    world.run_due()
    world.directory.calls.clear()
    world.listing()
    assert world.directory.calls == ["list"]


def test_a_younger_user_that_is_listed_makes_up_for_nobody(world):
    pupils(world, "ani", "budi")
    delete(world, "ani")
    world.receive(pupil("BARU", who="baru"))
    world.run_due()
    world.listing()
    assert externals(world) == {"ANI": "deleted"}


def test_too_many_missing_are_the_lists_fault(world):
    accounts = crowd(world, 60)
    for account in accounts[:21]:
        world.state.delete(world.user(account))
    told = world.listing()
    assert told == Result(Outcome.DONE, "listing_short", loud=True, field="listing", rows=21)
    assert externals(world) == {}
    assert "get" not in world.directory.calls
    assert checkpoint(world).whole_at is None


def test_a_page_that_never_comes_with_its_users_makes_a_listing_that_concludes_nothing(world):
    accounts = crowd(world, 1001)
    world.state.delete(world.user(accounts[3]))
    fault(world, "omitCollection", after=1, count=3)
    told = world.listing()
    assert (told.code, told.loud, told.rows) == ("listing_incomplete", False, 501 - 1)
    assert externals(world) == {}
    assert checkpoint(world).whole_at is None
    assert "get" not in world.directory.calls


def test_a_realm_without_users_is_whole_though_the_list_has_no_collection_then(world):
    pupils(world, "ani")
    world.listing("sma")
    assert checkpoint(world, "sma").whole_at == world.clock.now()


def test_a_token_that_goes_in_a_circle_ends_a_listing_that_concludes_nothing(world):
    accounts = crowd(world, 1001)
    world.state.delete(world.user(accounts[900]))
    fault(world, "repeatPageToken", count=20, after=1)
    told = world.listing()
    assert told.code == "listing_incomplete"
    assert world.directory.calls.count("list") < 8
    assert externals(world) == {}


def test_the_search_for_the_missing_goes_on_where_the_time_was_over(world):
    accounts = crowd(world, 1001)
    for account in accounts[::100]:
        world.state.delete(world.user(account))
    world.has_time = limited(3)
    assert world.listing().code == "under_way"
    for _ in range(10):
        world.has_time = limited(1)
        told = world.listing(resume=True)
        if told.code != "under_way":
            break
    assert (told.code, told.rows) == ("deleted_by_others", 11)
    gone = {account.account_id for account in world.accounts() if account.external}
    assert gone == {account.account_id for account in accounts[::100]}


def test_a_checkpoint_with_all_the_disorder_it_may_hold_fits_a_document(world):
    from shared.documents import check_data
    from shared.listing_absent import Comparison

    pupils(world, "ani")
    world.listing()
    widest = f"{'a' * 36}.pendidik.kesetaraan"
    comparison = Comparison(expected=1, after={"id": widest, "address": "a" * 90})
    comparison.listed = {f"1{n:020}" for n in range(DISORDER)}
    comparison.missing = {f"2{n:020}": widest for n in range(DISORDER)}
    data = {**checkpoint(world).to_doc(), "comparison": comparison.to_doc()}
    check_data(data)
    world.inner.commit([Put(Ref("cursors", "listing.pendidik.kesetaraan"), data)])


def test_every_28th_listing_looks_for_the_missing_though_none_seems_to_be(world):
    pupils(world, "ani", "budi")
    world.listing()
    document = world.inner.get(Ref("cursors", "listing.smp"))
    assert document is not None
    # As if one were known to be deleted who is not: then the next one that is would not be missed.
    world.inner.commit([Put(document.ref, {**document.data, "deleted": 1, "number": 26})])
    delete(world, "ani")
    for found in ({}, {"ANI": "deleted"}):
        world.clock.pass_by(days=1)
        world.listing()
        assert externals(world) == found
    assert checkpoint(world).deleted == 1
