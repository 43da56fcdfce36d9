"""`akun reconcile status`: how far each realm's listing is, and what it found."""

import pytest

from shared import policies
from shared.listing_records import checkpoint_ref
from shared.ports import Update
from tests.rosters import event, pupil
from tests.wire.commands import told, typed
from tests.wire.functions import NOWHERE, Place, converge, push, tick
from tests.wire.standin_target import call

REALMS = set(policies.load("launch_2020").realms)
LATER, WEEKS = "7200", "1209600"


@pytest.fixture
def listed(here: Place) -> Place:
    """Two people, one of whose users somebody deleted, a stranger, and a listing."""
    provision, make = here.load("provision", TASKS_ENDPOINT=NOWHERE), here.load("converge")
    for name in ("ani", "budi"):
        push(provision, event(pupil(name.upper(), who=name)), name)
    for account in here.accounts():
        converge(make, account)
    gone = next(account for account in here.accounts() if account.nama == "ANI")
    call(here.directory.url, "DELETE", f"/admin/directory/v1/users/{gone.directory_id}")
    here.directory.control("seed", {"users": [{"primaryEmail": "tamu@smp.belajar.id", "id": "700"}]})
    here.directory.control("clock", {"offset": int(LATER)})
    tick(here.load("reconcile", CLOCK_OFFSET=LATER), {"job": "listing"})
    tick(here.load("reconcile", CLOCK_OFFSET=LATER), {"job": "feed"})
    return here


def test_a_table_shows_every_realm_and_lines_say_what_was_found(listed: Place):
    answer = typed(listed, "reconcile", "status", CLOCK_OFFSET=LATER)
    assert answer.exit_code == 0, answer.output
    for realm in REALMS:
        assert f"│ {realm} " in answer.stdout
    assert "smp: 1 deleted_by_others: user deleted by somebody; not made anew\n" in answer.stdout
    assert "smp: 1 unmarked: user of nobody of ours; never touched\n" in answer.stdout
    assert "700" not in answer.stdout


def test_one_realm_is_shown_with_the_ids_of_users_and_without_anybodys_name(listed: Place):
    answer = typed(listed, "reconcile", "status", "--realm", "smp", CLOCK_OFFSET=LATER)
    assert "unmarked: user of nobody of ours; never touched\n  700\n" in answer.stdout
    for account in listed.accounts():
        assert account.nama not in answer.stdout
        assert account.address not in answer.stdout
    assert "│ sma " not in answer.stdout


def test_programs_get_it_as_json(listed: Place):
    found = told(listed, "reconcile", "status")["realms"]
    assert set(found) == REALMS
    smp = found["smp"]
    assert (smp["state"], smp["users"], smp["overdue"]) == ("deleted_by_others", 2, False)
    assert smp["ids"]["unmarked"] == ["700"]
    assert (smp["counts"]["deleted_by_others"], smp["counts"]["looked"]) == (1, 2)
    assert smp["whole_at"] == smp["ended_at"]
    assert smp["feed"]["quota"] == 54.0
    assert found["sma"]["state"] == "done"


def test_one_under_way_says_how_far_it_is(listed: Place):
    listed.store.commit([Update(checkpoint_ref("smp"), {"state": "listing", "page": 7})])
    smp = told(listed, "reconcile", "status")["realms"]["smp"]
    assert (smp["state"], smp["pages"]) == ("listing", 7)


def test_a_listing_that_was_not_whole_for_days_is_marked(listed: Place):
    on_time = typed(listed, "reconcile", "status", "--realm", "smp", CLOCK_OFFSET=LATER).stdout
    late = typed(listed, "reconcile", "status", "--realm", "smp", CLOCK_OFFSET=WEEKS).stdout
    assert ("over 2 days ago" in on_time, "over 2 days ago" in late) == (False, True)


def test_before_the_first_listing_there_is_nothing_to_see(here: Place):
    assert {each["state"] for each in told(here, "reconcile", "status")["realms"].values()} == {"never"}
    assert typed(here, "reconcile", "status").exit_code == 0


def test_an_unknown_realm_is_wrong_use(here: Place):
    answer = typed(here, "reconcile", "status", "--realm", "smpx")
    assert answer.exit_code == 2
    assert "must be one of admin." in answer.stderr
