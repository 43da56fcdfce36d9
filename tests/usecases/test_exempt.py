"""Exemptions act at once: on plans, on a campaign at work, and on what it holds and has not suspended yet."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.domain.accounts import Account
from shared.domain.exemptions import Exemption, Kind
from shared.errors import PermanentError
from shared.exempting import read_exemption
from shared.exemption_records import exemption_ref
from shared.ports import Ref, Update
from shared.usecases.exempt import Added, Exempt
from tests.rosters import member, school, some_id, staff
from tests.usecases.campaigning import AFTER, account_id, approve, arrive, minutes, plan, states, until
from tests.world import World

NOBODY = some_id("nobody")
SEKOLAH_1 = some_id("SEKOLAH 1 6")
SUBJECTS: list[tuple[Kind, str]] = [("person", some_id("ani")), ("school", SEKOLAH_1), ("realm", "smp")]


@pytest.fixture
def world(tmp_path) -> World:
    world = World(tmp_path)
    arrive(world, "ani")
    arrive(world, "budi", at="SEKOLAH 2")
    arrive(world, "citra", form=13, grade=10)
    world.clock.pass_by(**AFTER)
    return world


def exempt(world: World) -> Exempt:
    return Exempt(store=world.store, clock=world.clock)


def in_days(world: World, days: float) -> datetime:
    return world.clock.now() + timedelta(days=days)


def add(world: World, kind: Kind, subject: str, days: float = 30, **changes: Any) -> Added:
    given = {"reason": "sakit", "author": "Dinas", "until": in_days(world, days), **changes}
    return exempt(world).add(kind, subject, **given)


def stored(world: World, kind: Kind, subject: str) -> Exemption:
    document = world.inner.get(exemption_ref(kind, subject))
    assert document is not None
    return read_exemption(document)


def change(world: World, account: Account, **changes: Any) -> None:
    fields = account.fields_changed_in(replace(account, **changes))
    world.inner.commit([Update(Ref("accounts", account.account_id), fields)])


def hold(world: World) -> None:
    """Let the campaign hold everybody; nobody is suspended yet."""
    plan(world)
    approve(world)
    world.tick()
    assert all(set(account.holds) == {"dormant"} for account in world.accounts())


@pytest.mark.parametrize(("kind", "subject", "spared"), [
    ("person", some_id("ani"), {"ani"}), ("school", SEKOLAH_1, {"ani"}), ("realm", "smp", {"ani", "budi"}),
])  # fmt: skip
def test_who_is_exempt_is_not_due_and_not_suspended(world, kind, subject, spared):
    add(world, kind, subject)
    planned = plan(world)
    assert (planned.total.due, planned.total.exempt) == (3 - len(spared), len(spared))
    approve(world)
    until(world, "done")
    assert {name for name, state in states(world).items() if state == "issued"} == spared


@pytest.mark.parametrize(("kind", "subject"), SUBJECTS)
def test_what_is_held_and_not_suspended_yet_is_let_go(world, kind, subject):
    hold(world)
    added = add(world, kind, subject)
    let_go = {name for name, held in holds(world).items() if not held}
    assert let_go == ({"ani", "budi"} if kind == "realm" else {"ani"})
    assert (added.let_go, added.suspended) == (len(let_go), 0)
    until(world, "done")
    assert {name for name, state in states(world).items() if state == "issued"} == let_go


@pytest.mark.parametrize(("kind", "subject"), SUBJECTS)
def test_what_is_suspended_already_stays_so_and_is_told(world, kind, subject):
    hold(world)
    minutes(world, 10)
    added = add(world, kind, subject)
    assert (added.let_go, added.suspended) == (0, 2 if kind == "realm" else 1)
    assert added.first == ("" if kind == "realm" else account_id("ani"))
    assert set(states(world).values()) == {"suspended"}


def test_a_school_exempts_all_whom_its_files_list_and_every_category(world):
    two = [
        member(school(name, 6), jenis_ptk_id=4, induk=not n) for n, name in enumerate(("SEKOLAH 9 6", "SEKOLAH 1 6"))
    ]
    world.receive(staff("GURU", *two, who="guru"))
    world.run_due()
    world.clock.pass_by(days=1)
    guru = world.account(account_id("guru", "guru.smp"))
    assert guru.sekolah_id != SEKOLAH_1
    change(world, guru, issued_at=world.account(account_id("ani")).issued_at, credential=world_long_ago(world, guru))
    hold(world)
    assert add(world, "school", SEKOLAH_1).let_go == 2
    assert not world.account(guru.account_id).holds


def world_long_ago(world: World, account: Account) -> Any:
    return replace(account.credential, issued_at=world.account(account_id("ani")).credential.issued_at)


def test_an_exemption_says_who_why_and_until_when(world):
    exemption = add(world, "realm", "smp", 3).exemption
    assert exemption == stored(world, "realm", "smp")
    assert (exemption.reason, exemption.author) == ("sakit", "Dinas")
    assert (exemption.until, exemption.added_at) == (in_days(world, 3), world.clock.now())


def test_once_more_prolongs_and_never_shortens(world):
    assert not add(world, "realm", "smp", 10).prolonged
    again = add(world, "realm", "smp", 20, reason="lama")
    assert again.prolonged
    assert (stored(world, "realm", "smp").until, stored(world, "realm", "smp").reason) == (in_days(world, 20), "lama")
    with pytest.raises(PermanentError, match="exempt_longer") as refused:
        add(world, "realm", "smp", 5)
    assert refused.value.field == in_days(world, 20).isoformat()
    assert stored(world, "realm", "smp").until == in_days(world, 20)


def test_one_that_ran_out_or_was_ended_can_be_given_anew(world):
    add(world, "realm", "smp", 20)
    exempt(world).end("realm", "smp", "Dinas")
    assert not add(world, "realm", "smp", 1).prolonged
    assert (stored(world, "realm", "smp").ended_at, stored(world, "realm", "smp").until) == (None, in_days(world, 1))
    world.clock.pass_by(days=2)
    assert not add(world, "realm", "smp", 1).prolonged


def test_an_end_is_noted_and_campaigns_count_them_again(world):
    add(world, "realm", "smp")
    ended, changed = exempt(world).end("realm", "smp", "Kepala")
    assert (ended, changed) == (stored(world, "realm", "smp"), True)
    assert (ended.ended_at, ended.ended_by) == (world.clock.now(), "Kepala")
    assert plan(world).total.due == 3
    again, changed = exempt(world).end("realm", "smp", "Lain")
    assert (again, changed) == (ended, False)


def test_an_exemption_ends_by_itself(world):
    add(world, "realm", "smp", 1)
    world.clock.pass_by(days=1)
    assert plan(world).total.exempt == 0
    assert exempt(world).end("realm", "smp", "Kepala")[1] is False
    assert stored(world, "realm", "smp").ended_at is None


def test_whom_nobody_knows_cannot_be_exempt(world):
    with pytest.raises(PermanentError, match="person_unknown"):
        add(world, "person", NOBODY)
    assert world.inner.get(exemption_ref("person", NOBODY)) is None
    with pytest.raises(PermanentError, match="exemption_unknown"):
        exempt(world).end("person", NOBODY, "Kepala")


def test_all_are_listed_those_that_ended_too(world):
    for kind, subject in SUBJECTS:
        add(world, kind, subject)
    exempt(world).end("realm", "smp", "Kepala")
    assert [(each.kind, each.id) for each in exempt(world).all()] == sorted(SUBJECTS)


def test_others_holds_stay(world):
    hold(world)
    ani = world.account(account_id("ani"))
    change(world, ani, holds={**ani.holds, "frozen": ani.holds["dormant"]})
    add(world, "person", some_id("ani"))
    assert set(world.account(ani.account_id).holds) == {"frozen"}


def test_the_account_stays_in_its_place_in_the_queue(world):
    hold(world)
    before = world.account(account_id("ani"))
    add(world, "person", some_id("ani"))
    after = world.account(account_id("ani"))
    assert (after.lane, after.pending_since, after.version) == ("bulk", before.pending_since, before.version + 1)
    assert after.history[-1]["what"] == "exempted"


def test_a_person_costs_few_reads_and_one_write_an_account(world):
    hold(world)
    world.store.reset()
    add(world, "person", some_id("ani"))
    assert (world.store.reads, world.store.writes) == (6, 3)  # person, exemption, campaign, cursor, query, account


def holds(world: World) -> dict[str, set[str]]:
    return {account.nama.lower(): set(account.holds) for account in world.accounts()}
