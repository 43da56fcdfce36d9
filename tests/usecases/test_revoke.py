"""A file has leaked: the school's links die, and what is still unused gets the next password."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.handout import Remark, Status
from shared.domain.reissuing import Fate
from shared.errors import LinkError
from shared.ports import Ref, Update
from tests.rosters import member, pupil, school, some_id
from tests.usecases.leaks import HERE, PUPILS, School, fates, generations
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


@pytest.fixture
def leak(world) -> School:
    return School(world, *PUPILS)


def test_links_of_until_now_open_nothing_any_more_and_new_ones_do(leak):
    old = leak.link()
    leak.world.clock.pass_by(seconds=30)
    report = leak.revoke(HERE)
    assert leak.school().data["links_valid_after"] == report.valid_after == leak.world.clock.now()
    with pytest.raises(LinkError, match="link_revoked"):
        leak.fetch(old)
    assert len(leak.fetch(leak.link())) == len(PUPILS)


def test_a_link_dated_a_little_later_by_a_clock_ahead_of_ours_is_dead_too(leak):
    ahead = leak.link()
    leak.world.clock.pass_by(seconds=-20)
    leak.fetch(ahead)
    leak.revoke(HERE)
    leak.world.clock.pass_by(seconds=30)
    with pytest.raises(LinkError, match="link_revoked"):
        leak.fetch(ahead)


def test_the_moment_never_goes_back_to_what_would_revive_links(leak):
    later = leak.world.clock.now() + timedelta(days=1)
    leak.world.inner.commit([Update(Ref("schools", HERE), {"links_valid_after": later})])
    leak.revoke(HERE)
    assert leak.school().data["links_valid_after"] == later


def test_a_link_from_a_wrong_year_does_not_kill_those_of_a_year(leak):
    link = leak.link()
    leak.fetch(link)
    leak.world.inner.commit([Update(Ref("links", link.link_id), {"issued_at": datetime(2022, 1, 1, tzinfo=UTC)})])
    assert leak.revoke(HERE).valid_after == leak.world.clock.now()


def test_every_unused_password_that_was_shown_gets_the_next_generation_and_is_sent(leak):
    shown = leak.fetch(leak.link())
    report = leak.revoke(HERE)
    assert fates(report) == {Fate.REISSUED: len(PUPILS)}
    assert generations(leak) == dict.fromkeys(PUPILS, 2)
    leak.world.run_due()
    for who in PUPILS:
        account = leak.account_of(who)
        assert leak.world.user(account).password == leak.world.password_of(account)
        assert leak.world.password_of(account) != shown[account.account_id].password
    row = leak.fetch(leak.link())[leak.account_of("siti").account_id]
    assert (row.status, row.remark, row.generation) == (Status.UNUSED, Remark.HAND_OUT_AGAIN, 2)


def test_scope_time_and_history_go_with_the_generation(leak):
    leak.fetch(leak.link())
    leak.change("siti", sekolah_id=some_id("moved"))
    leak.revoke(HERE)
    account = leak.account_of("siti")
    assert (account.credential.scope, account.credential.issued_at) == (some_id("moved"), leak.world.clock.now())
    assert (account.history[-1]["what"], account.lane) == ("reissued", "live")


def test_what_was_used_stays_as_it_is(leak):
    leak.fetch(leak.link())
    leak.change("siti", accessed_at=leak.world.clock.now())
    report = leak.revoke(HERE)
    assert report.fates[leak.account_of("siti").account_id] is Fate.USED
    assert generations(leak) == {**dict.fromkeys(PUPILS, 2), "siti": 1}


def test_who_is_suspended_or_has_left_gets_a_new_password_and_stays_suspended(leak):
    leak.fetch(leak.link())
    leak.hold("siti", "dormant")
    leak.hold("budi", "left")
    report = leak.revoke(HERE)
    leak.world.run_due()
    assert set(report.fates.values()) == {Fate.REISSUED}
    assert generations(leak) == dict.fromkeys(PUPILS, 2)
    for who, state in (("siti", "suspended"), ("budi", "closed")):
        account = leak.account_of(who)
        assert (account.state, account.credential.applied_generation) == (state, 2)
        assert leak.world.user(account).suspended == "ADMIN"


def test_who_is_being_re_opened_gets_a_new_password(leak):
    leak.fetch(leak.link())
    leak.hold("budi", "left")
    leak.change("budi", holds={})
    assert leak.revoke(HERE).fates[leak.account_of("budi").account_id] is Fate.REISSUED


def test_another_schools_links_and_passwords_stay(leak):
    leak.world.receive(pupil("LAIN", member(school("SMP NEGERI 2"), tingkat_pendidikan_id=7), who="lain"))
    leak.world.run_due()
    foreign = leak.link(sekolah_id=some_id("SMP NEGERI 2"))
    leak.fetch(foreign)
    leak.fetch(leak.link())
    leak.revoke(HERE)
    assert leak.account_of("lain").credential.generation == 1
    assert len(leak.fetch(foreign, form="xlsx")) == 1
