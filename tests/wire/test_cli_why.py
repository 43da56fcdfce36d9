"""`akun why`: what somebody who asks is told."""

import json
import subprocess
import sys
from typing import get_args

import pytest

from cli.why import CURES as CURES_OF_FACTS
from cli.why import DETAILS, SAID
from shared.contract import CURES
from shared.domain.decide import REASONS
from shared.ports import Ref, Update
from shared.usecases.why import Code
from tests.rosters import event, member, pupil, school, some_id
from tests.wire.commands import told, typed
from tests.wire.functions import ROOT, Place, push
from tests.wire.handout import arrive

NISN = "0101234567"
SITI = some_id("siti")


def flat(here: Place, *words: str) -> str:
    """Give what is printed as one line of words, the frames of tables left out."""
    answer = typed(here, "why", *words)
    assert answer.exit_code == 0, answer.output
    return " ".join("".join(" " if letter in "│┃┏┓┡┩└┘├┤─━┳╇┴" else letter for letter in answer.output).split())


def test_who_never_was_in_the_roster_is_told_so_with_exit_one(here: Place):
    answer = typed(here, "why", NISN)
    assert (answer.exit_code, answer.stdout.splitlines()[0]) == (1, "never in the roster: no event has named this NISN")
    answer = typed(here, "why", SITI, "--json")
    assert (answer.exit_code, json.loads(answer.stdout)["found"]) == (1, False)
    answer = typed(here, "why", "siti01@smp.belajar.id")
    assert (answer.exit_code, answer.stdout) == (1, "no account has this address, and none ever had\n")


def test_who_was_refused_is_told_why_and_who_mends_it(here: Place):
    arrive(here, pupil("SITI AMINAH", member(tingkat_pendidikan_id=None)))
    shown = flat(here, NISN)
    assert f"grade_missing: {REASONS['grade_missing']}" in shown
    assert "Operator satuan pendidikan" in shown
    assert "Kelas belum tercatat. Masukkan ke rombongan belajar di Dapodik, lalu sinkronkan." in shown
    assert "has no account, and never had one" in shown
    (membership,) = told(here, "why", NISN)["people"][0]["memberships"]
    assert (membership["reason"], membership["mended_by"]) == ("grade_missing", "Operator satuan pendidikan")


def test_who_waits_is_told_since_when_and_for_what(here: Place):
    push(here.load("provision"), event(pupil()))
    account = here.only_account()
    assert account.pending_since is not None
    since = account.pending_since.isoformat(timespec="seconds")
    assert f"pending since {since}, last answer: none yet" in flat(here, NISN)
    waiting = {"waiting": {"code": "address_unseen", "since": account.pending_since}}
    here.store.commit([Update(Ref("accounts", account.account_id), waiting)])
    shown = flat(here, NISN)
    assert f"pending since {since}, last answer: address_unseen" in shown
    assert "after an hour the next address is taken" in shown


def test_who_is_suspended_is_told_since_when_because_of_what(here: Place):
    arrive(here, pupil())
    account = here.only_account()
    at = account.credential.issued_at
    hold = {"state": "suspended", "holds": {"dormant": {"since": at, "campaign_id": "2021-06-30"}}}
    here.store.commit([Update(Ref("accounts", account.account_id), hold)])
    expected = f"suspended since {at.isoformat(timespec='seconds')} because nobody opened it by the deadline"
    assert f"{expected}, campaign 2021-06-30" in flat(here, NISN)


def test_who_has_an_account_that_nobody_opened_is_told_so_and_then_that_it_is_active(here: Place):
    arrive(here, pupil())
    account = here.only_account()
    shown = flat(here, account.address)
    assert "issued, never opened; password of" in shown
    assert account.address in shown
    here.store.commit([Update(Ref("accounts", account.account_id), {"accessed_at": account.credential.issued_at})])
    assert "active since" in flat(here, account.account_id)


def test_who_is_blocked_is_told_code_field_and_cure(here: Place):
    push(here.load("provision"), event(pupil()))
    account = here.only_account()
    changes = {"lane": None, "pending_since": None, "blocked": {"code": "name_refused", "field": "name"}}
    here.store.commit([Update(Ref("accounts", account.account_id), changes)])
    shown = flat(here, NISN)
    assert "refused by the Directory since -: name_refused (name)" in shown
    assert "Correct the name in Dapodik" in shown


def test_an_event_that_was_refused_is_told_with_its_cure_though_nobody_is_known(here: Place):
    push(here.load("provision"), event(pupil(kind="guru")), "m7")
    shown = flat(here, NISN)
    assert "refused whenever it came: 1 parked event(s) name this NISN" in shown
    assert "m7" in shown
    assert f"kind_unknown person.kind {CURES['kind_unknown']}" in shown
    assert "SITI" not in shown
    (entry,) = told(here, "why", NISN)["parked"]
    assert (entry["id"], entry["code"]) == ("m7", "kind_unknown")


def test_several_people_with_one_number_are_told_apart(here: Place):
    arrive(here, pupil())
    arrive(here, pupil("SITI LAIN", who="other"))
    shown = flat(here, NISN)
    assert shown.startswith("2 people have this NISN")
    assert f"another person has the same number: {some_id('other')}" in shown
    assert [p["same_number"] for p in told(here, "why", SITI)["people"]] == [[some_id("other")]]


def test_an_address_that_was_given_up_is_told(here: Place):
    arrive(here, pupil())
    here.plant("addresses", "siti99@smp.belajar.id", {"account_id": f"{SITI}.smp"})
    shown = flat(here, "siti99@smp.belajar.id")
    assert f"it was reserved for {SITI}.smp, and somebody else's user has it" in shown


def test_a_name_is_shown_once_and_a_number_not_at_all(here: Place):
    arrive(here, pupil("SITI AMINAH [b]", who="siti"))
    shown = flat(here, SITI)
    assert shown.count("SITI AMINAH [b]") == 1
    assert NISN not in shown


def test_nothing_in_a_name_is_taken_for_markup(here: Place):
    arrive(here, pupil("SITI", member(school("SMP [bold]SATU[/bold]"), tingkat_pendidikan_id=7)))
    assert "SMP [bold]SATU[/bold]" in flat(here, NISN)


def test_a_long_row_is_shown_whole_where_nobody_looks_on(here: Place):
    name = "SEKOLAH MENENGAH PERTAMA NEGERI SATU ATAP TIGA BELAS KEPULAUAN SERIBU UTARA"
    arrive(here, pupil("SITI", member(school(name), tingkat_pendidikan_id=7)))
    assert all(word in flat(here, NISN) for word in name.split())


def test_a_program_gets_facts_with_codes_and_times(here: Place):
    arrive(here, pupil())
    (person,) = told(here, "why", NISN)["people"]
    (account,) = person["accounts"]
    (fact,) = account["facts"]
    assert (person["kind"], account["account_id"], account["state"]) == ("peserta_didik", f"{SITI}.smp", "issued")
    assert fact["code"] == "never_opened"
    assert fact["since"].endswith("+00:00")
    assert [entry["what"] for entry in account["history"]] == ["created", "issued"]


def test_wrong_use_ends_with_two(here: Place):
    for words in ((), ("siti aminah",), ("123",), ("",)):
        assert typed(here, "why", *words).exit_code == 2


def test_it_needs_the_store_alone(here: Place):
    arrive(here, pupil())
    without = {name: None for name in here.env if name != "STORE"}
    assert typed(here, "why", NISN, **without).exit_code == 0


def test_every_fact_has_words_and_every_detail_of_ours_a_cure():
    assert set(SAID) == set(get_args(Code))
    assert set(DETAILS) <= set(CURES_OF_FACTS)


@pytest.mark.parametrize("command", ["why", "school", "link", "account"])
def test_the_tables_are_not_loaded_for_what_prints_none(command: str):
    code = f"import sys; import cli.{command}; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
