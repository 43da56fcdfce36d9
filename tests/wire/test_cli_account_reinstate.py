"""`akun account reinstate`: who was suspended by a campaign signs in again with the old password, and is spared."""

import json

import pytest

from shared.domain.accounts import Account
from shared.ports import Ref, Update
from tests.wire.campaigns import ID, JULY, YES, campaign, minutes, offset, pupils, suspended
from tests.wire.commands import typed
from tests.wire.functions import Place
from tests.wire.handout import derived, settle, signs_in

WHY = ("--reason", "orang tua datang", "--author", "SMP Negeri 1")


@pytest.fixture
def ani(here: Place) -> Account:
    """An account that a campaign suspended, beside another one."""
    pupils(here, "ani", "budi")
    campaign(here, "plan", ID)
    campaign(here, "approve", ID, *YES)
    minutes(here, 3)
    assert suspended(here) == {"ani", "budi"}
    return next(account for account in here.accounts() if account.nama == "ANI")


def reinstate(here: Place, *words: str):
    return typed(here, "account", "reinstate", *words, CLOCK_OFFSET=offset(JULY))


def present(here: Place, account: Account) -> Account:
    return Account.from_doc(here.get("accounts", account.account_id))


def test_the_first_password_opens_it_again_and_nobody_elses_account(here: Place, ani: Account):
    assert not signs_in(here, ani.address, derived(ani))
    answer = reinstate(here, ani.address, *WHY)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout.startswith(f"{ani.account_id}\tis given back; its person is exempt until 2021-08-02 ")
    settle(here, CLOCK_OFFSET=offset(JULY))
    assert suspended(here) == {"budi"}
    assert signs_in(here, ani.address, derived(present(here, ani)))


def test_its_person_is_spared_by_the_next_campaign(here: Place, ani: Account):
    reinstate(here, ani.person_id, *WHY)
    settle(here, CLOCK_OFFSET=offset(JULY))
    told = json.loads(campaign(here, "plan", ID, "--json").stdout)
    assert (told["total"]["due"], told["total"]["exempt"]) == (0, 1)
    (listed,) = typed(here, "exempt", "list", "--json", CLOCK_OFFSET=offset(JULY)).stdout.splitlines()
    assert json.loads(listed)["author"] == "SMP Negeri 1"


def test_the_task_is_queued_at_once(here: Place, ani: Account):
    here.target.deliveries.clear()
    reinstate(here, ani.account_id, *WHY)
    assert here.tasks_sent(1) == [{"account_id": ani.account_id, "version": ani.version + 1}]


def test_another_hold_is_told(here: Place, ani: Account):
    change(here, ani, holds={**ani.to_doc()["holds"], "frozen": {"since": JULY, "campaign_id": None}})
    answer = reinstate(here, ani.account_id, *WHY)
    assert (answer.exit_code, answer.stderr) == (0, "it stays suspended all the same: frozen\n")


def change(here: Place, account: Account, **fields: object) -> None:
    here.store.commit([Update(Ref("accounts", account.account_id), fields)])


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"holds": {}, "state": "active"}, "no campaign suspended it, nor is about to; it is: active; akun why says"),
        ({"holds": {"left": {"since": JULY}}, "state": "closed"}, "its person has left"),
        ({"external": {"kind": "admin", "seen_at": JULY}}, "somebody else did this to it: admin;"),
    ],
)
def test_a_refusal_gives_its_reason_in_a_line(here: Place, ani: Account, fields, why):
    change(here, ani, **fields)
    answer = reinstate(here, ani.account_id, *WHY)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"Error: {ani.account_id}: {why}")
    assert here.all("exemptions") == {}


def test_wrong_use_ends_with_two_and_changes_nothing(here: Place, ani: Account):
    for words in [
        (ani.account_id,),
        (ani.account_id, "--reason", "a"),
        (ani.account_id, "--reason", "a\nb", "--author", "A"),
        (ani.account_id, "--reason", "a", "--author", ""),
        ("ani", *WHY),
    ]:
        assert reinstate(here, *words).exit_code == 2, words
    assert present(here, ani) == ani


def test_a_task_that_cannot_be_queued_is_said(here: Place, ani: Account):
    answer = typed(
        here,
        "account",
        "reinstate",
        ani.account_id,
        *WHY,
        CLOCK_OFFSET=offset(JULY),
        TASKS_ENDPOINT="http://127.0.0.1:9",
    )
    assert (answer.exit_code, "(enqueue_failed): reconcile" in answer.stderr) == (0, True)
    assert present(here, ani).lane == "live"
