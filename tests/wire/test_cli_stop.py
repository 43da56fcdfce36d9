"""`akun stop` and `akun go`: the switch, the queues of the stand-in, and what is said."""

import getpass
from typing import Any

import pytest

from shared import policies
from tests.rosters import pupil
from tests.wire.commands import typed
from tests.wire.functions import PARENT, Place, tick
from tests.wire.handout import arrive
from tests.wire.standin_target import call

REALMS = sorted(policies.load("launch_2020").realms)


def states(here: Place) -> dict[str, str]:
    """Give the state of each queue that the stand-in knows, by realm."""
    listed: Any = call(here.tasks.url, "GET", f"/v2/{PARENT}/queues")[1]
    found = {queue["name"].rpartition("directory-")[2]: queue["state"] for queue in listed.get("queues", [])}
    return {realm: found[realm.replace(".", "-")] for realm in REALMS if realm.replace(".", "-") in found}


def test_all_is_stopped_and_goes_on(here: Place):
    answer = typed(here, "stop", "--reason", "alamat salah", "--by", "Sri")
    assert answer.exit_code == 0
    first, queues = answer.stdout.splitlines()
    assert first.startswith("all realms: everything is stopped since 20")
    assert first.endswith(" WIB by Sri: alamat salah")
    assert queues == f"queues paused: {', '.join(REALMS)}"
    assert states(here) == dict.fromkeys(REALMS, "PAUSED")
    answer = typed(here, "go")
    assert (answer.exit_code, answer.stdout.splitlines()[0]) == (0, "nothing is stopped")
    assert states(here) == dict.fromkeys(REALMS, "RUNNING")
    assert here.all("switches") == {}


def test_one_realm_is_stopped_and_noted_by_whom(here: Place):
    assert typed(here, "stop", "--realm", "guru.smp").exit_code == 0
    switch = here.get("switches", "stop.guru.smp")
    assert (switch["by"], switch["suspensions_only"]) == (getpass.getuser(), False)
    assert states(here) == {"guru.smp": "PAUSED"}
    assert typed(here, "go", "--realm", "guru.smp").exit_code == 0
    assert (states(here), here.all("switches")) == ({"guru.smp": "RUNNING"}, {})


def test_suspensions_alone_touch_no_queue(here: Place):
    answer = typed(here, "stop", "--suspensions-only", "--realm", "smp")
    assert answer.stdout.startswith("smp: suspensions are stopped since ")
    assert (states(here), here.get("switches", "stop.smp")["suspensions_only"]) == ({}, True)
    assert typed(here, "go", "--suspensions-only", "--realm", "smp").exit_code == 0
    assert here.all("switches") == {}


def test_a_realm_that_is_stopped_with_all_says_how_to_go_on(here: Place):
    typed(here, "stop")
    refused = typed(here, "go", "--realm", "smp")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: all realms are stopped, and this one with them: akun go\n",
    )
    refused = typed(here, "go", "--suspensions-only")
    assert (refused.exit_code, "akun go, without --suspensions-only" in refused.stderr) == (1, True)
    assert set(here.all("switches")) == {"stop.*"}


def test_what_stays_stopped_is_said(here: Place):
    typed(here, "stop", "--suspensions-only", "--by", "siang")
    answer = typed(here, "stop", "--by", "malam")
    assert "all realms: after akun go, suspensions stay stopped, as somebody asked before" in answer.stdout
    answer = typed(here, "go")
    assert answer.stdout.startswith("all realms: suspensions are stopped since ")
    assert "by siang" in answer.stdout


def test_queues_that_cannot_be_reached_are_told_and_the_switch_holds(here: Place):
    answer = typed(here, "stop", "--realm", "smp", TASKS_ENDPOINT="http://127.0.0.1:9")
    assert answer.exit_code == 1
    assert "the queue of smp could not be paused (queue_unanswered)" in answer.stderr
    assert "1 queues were not paused: the switch holds it within 30 s; run the command again" in answer.stderr
    assert set(here.all("switches")) == {"stop.smp"}
    again = typed(here, "stop", "--realm", "smp")
    assert (again.exit_code, "it was so before" in again.stdout) == (0, True)
    assert states(here) == {"smp": "PAUSED"}


def test_queues_that_cannot_be_resumed_are_told(here: Place):
    typed(here, "stop", "--realm", "smp")
    answer = typed(here, "go", "--realm", "smp", TASKS_ENDPOINT="http://127.0.0.1:9")
    assert (answer.exit_code, "nothing of it is sent; run the command again" in answer.stderr) == (1, True)
    assert states(here) == {"smp": "PAUSED"}
    assert typed(here, "go", "--realm", "smp").exit_code == 0
    assert states(here) == {"smp": "RUNNING"}


def test_what_comes_while_all_is_stopped_waits_and_goes_on(here: Place):
    typed(here, "stop")
    arrive(here, pupil())
    account = here.only_account()
    assert (account.state, account.lane, here.users()) == ("reserved", "live", [])
    assert here.target.deliveries == []
    typed(here, "go")
    assert here.tasks_sent(1) == [{"account_id": account.account_id, "version": 1}]
    assert tick(here.load("reconcile"), {"job": "stuck"}).status_code == 200


@pytest.mark.parametrize("words", [("--realm", "smu"), ("--realm", ""), ("--reason", "a\nb"), ("--by", " "), ("smp",)])
def test_wrong_use_ends_with_two_and_stops_nothing(here: Place, words: tuple[str, ...]):
    answer = typed(here, "stop", *words)
    assert answer.exit_code == 2
    assert (states(here), here.all("switches")) == ({}, {})
    if words[0] == "--realm":
        assert "must be one of admin.kesetaraan, " in answer.stderr
