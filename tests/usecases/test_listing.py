"""A listing: who came becomes active, what drifted is mended, and whoever is not ours is left alone."""

import zlib
from dataclasses import replace
from typing import Any

import pytest

from shared.listing_page import LIVE, ROUNDS
from shared.outcomes import Outcome, Result
from shared.ports import Put, Ref
from tests.rosters import pupil
from tests.usecases.listed import by_hand, counts, crowd, of, pupils, signs_in, write
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def test_a_listing_takes_a_call_for_each_500_users_and_the_next_one_reads_no_account_again(world):
    accounts = crowd(world, 1001)
    world.directory.calls.clear()
    world.store.reset()
    assert world.listing() == Result(Outcome.DONE, rows=1001)
    assert world.directory.calls == ["list"] * 3
    assert world.store.reads >= 1001
    world.directory.calls.clear()
    world.store.reset()
    assert world.listing() == Result(Outcome.DONE, rows=1001)
    assert world.directory.calls == ["list"] * 3
    its_turn = sum(zlib.crc32((a.directory_id or "").encode()) % ROUNDS == 2 for a in accounts)
    pages, switches, waiting, count = 3, 1, 2, 2
    assert world.store.reads <= its_turn + 2 * pages + 2 + switches + waiting + count
    assert world.store.writes == 2 * pages + 1
    assert counts(world, "looked", "compared") == (1001, its_turn)


def test_every_user_is_compared_in_28_listings_whatever_it_shows(world):
    pupils(world, *[f"p{n}" for n in range(40)])
    compared = 0
    world.listing()
    for _ in range(ROUNDS):
        world.clock.pass_by(days=1)
        world.listing()
        compared += counts(world, "compared")[0]
    assert compared == 40


def test_who_has_signed_in_is_active(world):
    pupils(world, "ani", "budi")
    world.listing()
    world.clock.pass_by(days=1)
    signs_in(world, of(world, "ani"))
    at = world.clock.now()
    world.clock.pass_by(hours=1)
    world.directory.calls.clear()
    world.listing()
    ani, budi = of(world, "ani"), of(world, "budi")
    assert (ani.state, ani.accessed_at, ani.version, ani.lane) == ("active", at, 1, None)
    assert (budi.state, budi.accessed_at) == ("issued", None)
    assert world.directory.calls == ["list"]
    assert world.tasks.tasks == []


def test_accepted_terms_without_a_date_are_a_sign_in_too(world):
    pupils(world, "ani")
    world.user(of(world, "ani")).agreed = True
    world.listing()
    assert (of(world, "ani").state, of(world, "ani").accessed_at) == ("active", world.clock.now())


def test_a_list_that_wrongly_says_never_changes_nothing(world):
    pupils(world, "ani")
    signs_in(world, of(world, "ani"))
    world.listing()
    known = of(world, "ani")
    user = world.user(known)
    user.last_login, user.agreed = None, False
    world.clock.pass_by(days=1)
    world.listing()
    assert of(world, "ani") == known
    assert known.state == "active"


def test_after_a_reset_an_older_sign_in_counts_no_more_and_the_next_one_is_found(world):
    pupils(world, "ani")
    signs_in(world, of(world, "ani"))
    world.listing()
    world.clock.pass_by(days=1)
    account = of(world, "ani")
    credential = account.credential
    credential = replace(account.credential, generation=2, issued_at=world.clock.now())
    wished = account.wish(world.clock.now(), "live", "reset", credential=credential)
    write(world, account, wished)
    world.converge(account.account_id, wished.version)
    for _ in range(2):
        world.listing()
        assert (of(world, "ani").state, of(world, "ani").is_unused) == ("issued", True)
        world.clock.pass_by(days=1)
    signs_in(world, account)
    world.listing()
    assert (of(world, "ani").state, of(world, "ani").is_unused) == ("active", False)


DRIFTS: dict[str, dict[str, Any]] = {
    "name": {"name": {"givenName": "SALAH", "familyName": "NAMA"}},
    "org unit": {"orgUnitPath": "/Lain"},
    "cost centre": {
        "organizations": [{"primary": True, "type": "school", "name": "SMP NEGERI 1", "costCenter": "00000000"}]
    },
    "school": {"organizations": []},
    "address list": {"includeInGlobalAddressList": True},
}


@pytest.mark.parametrize("what", DRIFTS)
def test_what_somebody_changed_by_hand_is_mended(world, what):
    pupils(world, "ani", "budi")
    world.listing()
    ani = of(world, "ani")
    before = dict(world.user(ani).fields)
    world.clock.pass_by(days=1)
    by_hand(world, ani, **DRIFTS[what])
    world.listing()
    assert (of(world, "ani").lane, of(world, "ani").history[-1]["what"]) == ("live", "drift")
    assert [task.account_id for task in world.tasks.tasks] == [ani.account_id]
    world.settle()
    after = world.user(ani).fields
    for field in DRIFTS[what]:
        assert after[field] == before[field]
    assert of(world, "budi").version == 1


def test_an_overtaken_call_that_landed_late_and_looks_as_before_is_found_within_28_listings(world):
    pupils(world, "ani")
    world.listing()
    account = of(world, "ani")
    moved = account.wish(world.clock.now(), "live", "moved", npsn="99999999")
    write(world, account, moved)
    before = world.user(account).fields
    world.converge(account.account_id, moved.version)
    world.user(account).fields = before
    for _ in range(ROUNDS):
        world.clock.pass_by(days=1)
        world.listing()
    world.settle()
    assert world.user(account).fields["organizations"][0]["costCenter"] == "99999999"


def test_an_older_password_that_landed_late_is_replaced_unless_somebody_uses_it(world):
    pupils(world, "ani", "budi")
    for name in ("ani", "budi"):
        account = of(world, name)
        credential = replace(account.credential, generation=2)
        wished = account.wish(world.clock.now(), "live", "reset", credential=credential)
        write(world, account, wished)
        world.converge(account.account_id, wished.version)
    signs_in(world, of(world, "budi"))
    for name in ("ani", "budi"):
        user = world.user(of(world, name))
        user.password = "yang lama"
        marks = [{**entry} for entry in user.fields["externalIds"]]
        marks[1]["value"] = "k1.1"
        by_hand(world, of(world, name), externalIds=marks)
    world.clock.pass_by(days=1)
    world.listing()
    assert of(world, "ani").password_is_due
    world.settle()
    ani, budi = of(world, "ani"), of(world, "budi")
    assert world.user(ani).password == world.password_of(ani)
    assert world.user(ani).fields["externalIds"][1]["value"] == "k1.2"
    assert (ani.credential.applied_generation, budi.credential.applied_generation) == (2, 2)
    assert (world.user(budi).password, budi.state) == ("yang lama", "active")


def test_more_drift_than_a_hundred_at_once_is_bulk_work(world):
    accounts = crowd(world, LIVE + 30)
    for account in accounts:
        by_hand(world, account, orgUnitPath="/Lain")
    world.listing()
    lanes = [account.lane for account in world.accounts()]
    assert (lanes.count("live"), lanes.count("bulk")) == (LIVE, 30)
    assert len(world.tasks.tasks) == LIVE


def test_a_pending_account_is_left_to_its_task(world):
    pupils(world, "ani")
    world.receive(pupil("ANI BARU", who="ani"), revision=2)
    world.tasks.tasks.clear()
    before = of(world, "ani")
    world.listing()
    assert of(world, "ani") == before
    assert counts(world, "pending") == (1,)


def test_a_stopped_realm_is_not_listed(world):
    pupils(world, "ani")
    world.inner.commit([Put(Ref("switches", "stop.smp"), {"suspensions_only": False})])
    world.clock.pass_by(minutes=1)
    world.directory.calls.clear()
    assert world.listing() == Result(Outcome.HELD, "stopped")
    assert world.directory.calls == []
