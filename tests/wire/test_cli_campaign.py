"""`akun campaign`, as the ops team types it: approve, start, pause, resume, undo, and what is refused."""

import getpass

import pytest

from tests.wire.campaigns import (
    ID,
    JULY,
    NAMES,
    YES,
    campaign,
    come,
    everything,
    in_use,
    minutes,
    pupils,
    state,
    suspended,
)
from tests.wire.functions import Place
from tests.wire.handout import an_account, plant

PLAN = ("plan", ID)
DEADLINE = "2021-06-30 23:59:59 WIB"


def test_from_the_plan_to_the_end_and_back(here: Place):
    pupils(here, *NAMES)
    before = {account.nama: account.state for account in here.accounts()}
    come(here, "ani")
    planned = campaign(here, *PLAN)
    assert planned.exit_code == 0, planned.output
    assert planned.stdout.startswith(f"{ID}: is awaiting_approval (plan 1, counted 2021-07-03 ")
    approved = campaign(here, "approve", ID, *YES)
    assert (approved.exit_code, approved.stdout) == (0, f"{ID}\trunning\n")
    assert "Kepala Pusat, 2021-07-03" in approved.stderr
    assert "Surat 12/2021 (4 accounts, and a tenth more)" in approved.stderr
    minutes(here, 3)
    assert (state(here), suspended(here)) == ("done", {"budi", "citra", "dewi"})
    assert campaign(here, "status", ID).stdout.startswith(f"{ID}: done\n")
    assert campaign(here, "undo", ID).stdout == f"{ID}\tundoing\n"
    minutes(here, 3)
    assert (state(here), suspended(here)) == ("undone", set())
    assert {account.nama: account.state for account in here.accounts()} == before | {"ANI": "active"}


def test_nothing_is_written_above_the_share_before_somebody_approves(here: Place):
    in_use(here, "issued", "issued")
    campaign(here, *PLAN)
    before = everything(here)["accounts"]
    refused = campaign(here, "start", ID)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"Error: {ID}: is awaiting_approval: start is not possible then; possible is: akun campaign approve {ID} "
        f"--approver WHO --reason WHY, or akun campaign plan {ID} anew\n"
    )
    assert everything(here)["accounts"] == before


def test_below_the_share_it_is_started_by_hand_and_noted_by_whom(here: Place):
    in_use(here, "issued", *["active"] * 9)
    planned = campaign(here, *PLAN)
    assert planned.stdout.splitlines()[-1] == f"next: akun campaign start {ID}"
    assert campaign(here, "start", ID, "--by", "Sri").stdout == f"{ID}\trunning\n"
    entries = [(entry["state"], entry["by"]) for entry in here.get("campaigns", ID)["history"]]
    assert entries == [("planning", getpass.getuser()), ("planned", "plan"), ("running", "Sri")]


def test_paused_it_commits_nothing_and_resumed_it_goes_on(here: Place):
    pupils(here, *NAMES)
    campaign(here, *PLAN)
    campaign(here, "approve", ID, *YES)
    assert campaign(here, "pause", ID).stdout == f"{ID}\tpaused\n"
    minutes(here, 2)
    assert suspended(here) == set()
    assert campaign(here, "resume", ID).stdout == f"{ID}\trunning\n"
    minutes(here, 3)
    assert (state(here), suspended(here)) == ("done", set(NAMES))


def test_the_same_decision_twice_is_no_mistake(here: Place):
    in_use(here, "issued")
    campaign(here, *PLAN)
    for command, more, then in [
        ("approve", YES, "running"),
        ("pause", (), "paused"),
        ("resume", (), "running"),
        ("undo", (), "undoing"),
    ]:
        for _ in range(2):
            assert campaign(here, command, ID, *more).stdout == f"{ID}\t{then}\n"


@pytest.mark.parametrize("command", ["start", "pause", "resume", "undo", "status"])
def test_what_is_not_planned_says_how_to_plan_it(here: Place, command: str):
    refused = campaign(here, command, ID)
    assert refused.exit_code == 1
    assert refused.stderr == f"Error: {ID}: is not planned yet: akun campaign plan {ID}\n"


@pytest.mark.parametrize("command", ["plan", "start", "pause", "resume", "undo", "status"])
def test_a_campaign_that_the_policy_does_not_have_says_which_it_has(here: Place, command: str):
    refused = campaign(here, command, "2021-12-31")
    assert refused.exit_code == 1
    assert refused.stderr == f"Error: 2021-12-31: the policy has no such campaign; it has: {ID}\n"
    assert campaign(here, command, "../2021").exit_code == 2


def test_a_plan_that_has_been_outgrown_is_counted_again_before_it_is_approved(here: Place):
    in_use(here, "issued")
    campaign(here, *PLAN)
    campaign(here, "approve", ID, *YES)
    plant(here.store, *[an_account(f"x{n}") for n in range(5)])
    minutes(here, at=JULY)
    assert state(here) == "awaiting_approval"
    refused = campaign(here, "approve", ID, *YES)
    assert refused.exit_code == 1
    assert "in smp: count again before you approve: akun campaign plan" in refused.stderr
    campaign(here, *PLAN)
    assert campaign(here, "approve", ID, *YES).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("plan",),
        ("plan", ID, "--schools", "-1"),
        ("plan", ID, "--by", ""),
        ("approve", ID),
        ("approve", ID, "--approver", "A"),
        ("approve", ID, "--approver", "A", "--reason", "a\nb"),
        ("approve", ID, "--approver", "A", "--reason", "x" * 201),
        ("approve", ID, "--approver", "\u202eA", "--reason", "b"),
        ("start",),
        ("undo", ID, "--by", "a\x07"),
    ],
)
def test_wrong_use_ends_with_two_and_changes_nothing(here: Place, words: tuple[str, ...]):
    in_use(here, "issued")
    campaign(here, *PLAN)
    before = everything(here)
    assert campaign(here, *words).exit_code == 2
    assert everything(here) == before


def test_a_decision_needs_no_rates_and_no_queues(here: Place):
    in_use(here, "issued")
    campaign(here, *PLAN)
    for command, more in [("approve", YES), ("pause", ())]:
        answer = campaign(here, command, ID, *more, QUEUE_RATES="", TASKS_PARENT="", CONVERGE_URL="")
        assert answer.exit_code == 0, answer.output
    assert "QUEUE_RATES" in campaign(here, *PLAN, QUEUE_RATES="").stderr
