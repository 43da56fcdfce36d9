"""What converge makes of each answer of the Directory."""

import pytest

from local.directory.state import User
from shared.errors import QuotaError, TransientError
from shared.outcomes import Outcome
from shared.ports import Ref, Verdict
from tests.doubles import Task, lost_after, lost_before, refused
from tests.rosters import pupil
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def outcomes(results) -> list[str]:
    return [result.outcome.value for result in results]


def test_a_task_for_an_unknown_account_is_acknowledged(world):
    assert world.run(Task("smp", "nobody.smp", 1)).outcome is Outcome.UNKNOWN


def test_a_second_task_changes_nothing(world):
    world.receive(pupil())
    task = world.tasks.tasks[0]
    world.run_due()
    world.store.reset()
    world.directory.calls.clear()
    assert world.run(task).outcome is Outcome.UNCHANGED
    assert (world.store.reads, world.store.writes, world.directory.calls) == (1, 0, [])


def test_an_insert_whose_answer_was_lost_is_adopted_with_its_password(world):
    world.receive(pupil())
    task = world.tasks.tasks.pop()
    world.directory.plans = [lost_after]
    with pytest.raises(TransientError):
        world.run(task)
    world.kid = "k2"  # the key rotates between insert and record
    world.restart()
    task.retries = 1
    assert world.run(task).outcome is Outcome.DONE
    account = world.only_account()
    assert account.credential.key_id == "k1"
    assert world.user(account).password == world.password_of(account)
    assert world.directory.calls == ["insert", "insert", "get"]


def test_an_address_that_somebody_else_holds_gives_way_to_the_next_candidate(world):
    world.receive(pupil())
    first = world.only_account().address
    fields = {"name": {"givenName": "Orang", "familyName": "Lain"}, "orgUnitPath": "/", "externalIds": []}
    world.state.add(User(id="stranger", email=first, fields=fields, created=0.0))
    assert outcomes(world.run_due()) == ["done"]
    account = world.only_account()
    assert account.address != first
    assert world.inner.get(Ref("addresses", first)).data["account_id"] == account.account_id
    assert world.inner.get(Ref("addresses", account.address)).data["account_id"] == account.account_id
    assert world.user(account).email == account.address


def test_an_address_that_no_get_shows_is_waited_for_an_hour_and_then_given_up(world):
    world.receive(pupil())
    first = world.only_account().address
    world.state.groups[first] = {"email": first}
    assert outcomes(world.run_due()) == ["waiting"]
    waiting = world.only_account().waiting
    assert waiting is not None
    assert waiting.code == "address_unseen"
    world.clock.pass_by(minutes=30)
    assert outcomes(world.run_due()) == ["waiting"]
    assert world.only_account().waiting == waiting
    assert world.directory.calls.count("insert") == 1
    world.clock.pass_by(minutes=31)
    assert outcomes(world.run_due()) == ["done"]
    assert world.only_account().address != first


@pytest.mark.parametrize(
    ("verdict", "code"),
    [(Verdict.CONFLICT, "conflict"), (Verdict.NOT_READY, "not_ready"), (Verdict.NOT_FOUND, "not_visible")],
)
def test_what_must_be_waited_for_becomes_a_new_task_and_is_written_once(world, verdict, code):
    world.receive(pupil())
    world.run_due()
    world.receive(pupil("SITI AMINAH PUTRI"), revision=2)
    world.directory.plans = [refused(verdict), refused(verdict)]
    assert outcomes(world.run_due()) == ["waiting"]
    account = world.only_account()
    assert account.waiting is not None
    assert account.waiting.code == code
    (task,) = world.tasks.tasks
    assert task.at is not None
    assert task.name is not None
    world.clock.pass_by(seconds=20)
    world.store.reset()
    assert outcomes(world.run_due()) == ["waiting"]
    assert world.store.writes == 0
    world.clock.pass_by(minutes=1)
    assert outcomes(world.run_due()) == ["done"]
    assert world.only_account().waiting is None


def test_a_refused_quota_is_the_only_thing_that_slows_the_queue(world):
    world.receive(pupil())
    world.directory.plans = [refused(Verdict.QUOTA)]
    with pytest.raises(QuotaError):
        world.run_due()


@pytest.mark.parametrize("verdict", [Verdict.UNAVAILABLE, Verdict.MISCONFIGURED])
def test_what_may_pass_is_retried_and_leaves_the_account_pending(world, verdict):
    world.receive(pupil())
    world.directory.plans = [refused(verdict)]
    with pytest.raises(TransientError):
        world.run_due()
    assert world.only_account().lane == "live"


def test_what_can_never_succeed_is_blocked_and_parked_until_the_name_changes(world):
    world.receive(pupil())
    world.directory.plans = [refused(Verdict.REFUSED, "name_refused", "name")]
    assert outcomes(world.run_due()) == ["blocked"]
    account = world.only_account()
    assert (account.lane, account.is_blocked) == (None, True)
    entry = world.parked()[f"account.{account.account_id}"]
    assert (entry["code"], entry["field"]) == ("name_refused", "name")
    assert "SITI" not in str(entry)
    world.receive(pupil("SITI AMINAH B"), revision=2)
    assert outcomes(world.run_due()) == ["done"]
    assert world.only_account().blocked is None
    assert world.parked() == {}


def test_a_blocked_account_costs_no_call(world):
    world.receive(pupil())
    task = world.tasks.tasks[0]
    world.directory.plans = [refused(Verdict.REFUSED)]
    world.run_due()
    world.directory.calls.clear()
    assert world.run(task).outcome is Outcome.BLOCKED
    assert world.directory.calls == []


def test_a_full_licence_pool_stops_creations_with_one_loud_line_until_a_probe_succeeds(world):
    for who in ("a", "b", "c"):
        world.receive(pupil(who=who))
    world.directory.plans = [refused(Verdict.LICENCES_FULL, "licences_full")]
    results = world.run_due()
    assert outcomes(results) == ["held", "held", "held"]
    assert [result.loud for result in results] == [True, False, False]
    assert world.directory.calls == ["insert"]
    world.clock.pass_by(seconds=60)
    for realm in world.policy.realms:
        world.feed(realm)
    (probe,) = world.tasks.tasks
    assert probe.probe
    assert outcomes(world.run_due()) == ["done"]
    assert world.inner.get(Ref("switches", "licences")) is None
    world.settle()
    assert {account.state for account in world.accounts()} == {"issued"}


def test_accounts_that_exist_are_followed_while_licences_are_full(world):
    world.receive(pupil())
    world.run_due()
    world.receive(pupil(who="other"))
    world.directory.plans = [refused(Verdict.LICENCES_FULL, "licences_full")]
    world.run_due()
    world.receive(pupil("SITI AMINAH PUTRI"), revision=2)
    assert outcomes(world.run_due()) == ["done"]


def test_a_call_that_lands_after_a_newer_one_is_overwritten_by_its_own_retry(world):
    world.receive(pupil("SITI LAMA"))
    world.run_due()
    world.receive(pupil("SITI TENGAH"), revision=2)
    landing = []

    def late(call):
        landing.append(call)
        return lost_before(call)

    world.directory.plans = [late]
    old = world.tasks.tasks.pop()
    with pytest.raises(TransientError):
        world.run(old)
    world.receive(pupil("SITI BARU"), revision=3)
    world.run_due()
    landing[0]()
    assert world.user(world.only_account()).fields["name"]["familyName"] == "TENGAH"
    old.retries = 1
    assert world.run(old).outcome is Outcome.DONE
    assert world.user(world.only_account()).fields["name"]["familyName"] == "BARU"
