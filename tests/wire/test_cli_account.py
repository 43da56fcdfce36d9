"""`akun account reset`: the new password signs in, the old one does not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.domain.accounts import Account, Blocked, External, Hold
from shared.ports import Create, Ref, Update
from tests.rosters import pupil, some_id
from tests.wire.commands import typed
from tests.wire.functions import Place
from tests.wire.handout import arrive, derived, settle, signs_in

NOW = datetime(2026, 1, 4, 7, 0, tzinfo=UTC)
WHY = ("--reason", "kata sandi hilang")


@pytest.fixture
def account(here: Place) -> Account:
    arrive(here, pupil())
    return here.only_account()


def change(here: Place, account: Account, **changes) -> None:
    fields = account.fields_changed_in(replace(account, **changes))
    here.store.commit([Update(Ref("accounts", account.account_id), fields)])


@pytest.mark.parametrize("used", [False, True])
def test_the_new_password_signs_in_and_the_old_one_does_not(here: Place, account: Account, used: bool):
    old = derived(account)
    assert not used or signs_in(here, account.address, old)
    answer = typed(here, "account", "reset", account.address, *WHY)
    assert (answer.exit_code, answer.stdout) == (0, f"{account.account_id}\tpassword 2 is on its way\n")
    here.directory.control("counters/reset", {})
    settle(here)
    calls = here.directory.control("counters")["calls"]
    assert {name: sum(answers.values()) for name, answers in calls.items()} == {"get": 1, "update": 1}
    after = here.only_account()
    assert (after.state, after.credential.applied_generation, after.is_unused) == ("issued", 2, True)
    assert not signs_in(here, account.address, old)
    assert signs_in(here, account.address, derived(after))


def test_the_owners_own_password_ends_too(here: Place, account: Account):
    own = {"userKey": account.address, "password": derived(account), "newPassword": "Rahasia-saya-1"}
    assert here.directory.control("login", own)["changedPassword"]
    typed(here, "account", "reset", account.account_id, *WHY)
    settle(here)
    assert not signs_in(here, account.address, "Rahasia-saya-1")
    assert signs_in(here, account.address, derived(here.only_account()))


def test_an_account_is_named_in_four_ways(here: Place, account: Account):
    person = account.person_id
    ways = [(account.address.upper(),), (account.account_id,), (person, "smp"), (person,)]
    for generation, way in enumerate(ways, 2):
        assert typed(here, "account", "reset", *way, *WHY).exit_code == 0
        assert here.only_account().credential.generation == generation


def test_the_reason_is_kept_in_the_history_and_the_task_is_queued(here: Place, account: Account):
    here.target.deliveries.clear()
    typed(here, "account", "reset", account.account_id, *WHY)
    assert here.tasks_sent(1) == [{"account_id": account.account_id, "version": 2}]
    last = here.get("accounts", account.account_id)["history"][-1]
    assert (last["what"], last["reason"]) == ("reset", "kata sandi hilang")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"directory_id": None, "state": "reserved"}, "the Directory has no user for it yet"),
        ({"holds": {"left": Hold(since=NOW)}, "state": "closed"}, "its person has left"),
        ({"holds": {"dormant": Hold(since=NOW)}, "state": "suspended"}, "it is suspended: dormant;"),
        ({"external": External(kind="google", seen_at=NOW)}, "somebody else did this to it: google;"),
        ({"blocked": Blocked(code="refused", field="")}, "the Directory refuses it as it is: refused;"),
    ],
)
def test_a_refusal_gives_its_reason_in_a_line(here: Place, account: Account, changes, why):
    change(here, account, **changes)
    answer = typed(here, "account", "reset", account.account_id, *WHY)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"Error: {account.account_id}: {why}")
    assert here.only_account().credential.generation == 1


def test_whom_nobody_knows_is_refused(here: Place, account: Account):
    nobody = some_id("nobody")
    for words, why in [
        (("nobody@smp.belajar.id",), "no account has this address"),
        (("a/b@smp.belajar.id",), "no account has this address"),
        ((f"{nobody}.smp",), "there is no such account"),
        ((nobody, "smp"), "there is no such account"),
        ((nobody,), "no such person"),
    ]:
        answer = typed(here, "account", "reset", *words, *WHY)
        assert (answer.exit_code, why in answer.stderr) == (1, True), answer.output


def test_an_address_that_was_given_up_resets_nobody(here: Place, account: Account):
    here.store.commit([Create(Ref("addresses", "siti99@smp.belajar.id"), {"account_id": account.account_id})])
    answer = typed(here, "account", "reset", "siti99@smp.belajar.id", *WHY)
    assert (answer.exit_code, "has another one" in answer.stderr) == (1, True)
    assert here.only_account() == account


def test_wrong_use_ends_with_two(here: Place, account: Account):
    here.store.commit([Update(Ref("people", account.person_id), {"realms": ["sd", "smp"]})])
    for words in [
        (account.account_id,),
        (account.account_id, "--reason", " "),
        (account.account_id, "--reason", "a\nb"),
        (account.account_id, "--reason", "x" * 201),
        ("siti aminah", *WHY),
        (account.account_id, "smp", *WHY),
        (account.address, "smp", *WHY),
    ]:
        assert typed(here, "account", "reset", *words).exit_code == 2, words
    which = typed(here, "account", "reset", account.person_id, *WHY)
    assert (which.exit_code, "name the realm; the person has: sd, smp" in which.stderr) == (2, True)
    assert here.only_account() == account


def test_a_task_that_cannot_be_queued_is_said(here: Place, account: Account):
    answer = typed(here, "account", "reset", account.account_id, *WHY, TASKS_ENDPOINT="http://127.0.0.1:9")
    assert (answer.exit_code, "(enqueue_failed): reconcile" in answer.stderr) == (0, True)
    assert here.only_account().lane == "live"


def test_the_offset_of_the_clock_counts(here: Place, account: Account):
    assert typed(here, "account", "reset", account.account_id, *WHY, CLOCK_OFFSET="86400").exit_code == 0
    assert (here.only_account().credential.issued_at - account.credential.issued_at).days == 1
