"""`akun why`, of messages and accounts that were refused before."""

from shared.ports import Ref, Update
from tests.rosters import event, pupil
from tests.wire.commands import told, typed
from tests.wire.functions import Place, push

NISN = "0101234567"


def test_never_in_the_roster_says_too_how_many_messages_could_not_be_read(here: Place):
    push(here.load("provision"), b"no event")
    answer = typed(here, "why", NISN)
    assert answer.exit_code == 1
    assert "never in the roster" in answer.stdout
    assert "1 parked message(s) do not say whose they are: akun parked list" in answer.stdout


def test_a_program_is_told_their_number(here: Place):
    function = here.load("provision")
    push(function, b"no event")
    push(function, event(pupil()), "m2")
    assert told(here, "why", NISN)["parked_nameless"] == 1


def test_who_was_refused_and_waits_again_is_told_the_last_answer_and_its_cure(here: Place):
    push(here.load("provision"), event(pupil()))
    blocked = {"blocked": {"code": "name_refused", "field": "name"}}
    here.store.commit([Update(Ref("accounts", here.only_account().account_id), blocked)])
    (fact,) = told(here, "why", NISN)["people"][0]["accounts"][0]["facts"]
    assert (fact["code"], fact["detail"]) == ("pending", "name_refused")
    assert fact["mended_by"] == "Correct the name in Dapodik; the new event tries again by itself."
