"""What a run counts in the store, and what it prints of it."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from local.run import handing, summary
from local.run.handing import Offer
from local.run.settling import Left
from local.run.survey import Parked, Pending, Survey, pending, survey
from tests.rosters import member, pupil, school, staff
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def printed(show, *arguments) -> str:
    console = Console(file=io.StringIO(), width=110)
    show(console, *arguments)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_accounts_are_counted_by_realm_and_standing(world):
    world.receive(pupil())
    world.run_due()
    world.receive(pupil(who="another"))
    world.receive(staff())
    found = survey(world.inner)
    assert (found.people, found.total()) == (3, 3)
    assert found.accounts["smp"] == {"issued": 1, "waiting": 1}
    assert found.accounts["guru.smp"] == {"waiting": 1}


def test_a_person_is_counted_once_for_each_reason(world):
    world.receive(pupil("SITI AMINAH", member(tingkat_pendidikan_id=99), member(school("B"), tingkat_pendidikan_id=98)))
    world.receive(pupil("BUDI", member(tingkat_pendidikan_id=99), who="budi"))
    world.receive({**pupil(who="nowhere"), "memberships": []})
    assert survey(world.inner).refused == {"grade_not_eligible": 2, "no_membership": 1}


def test_the_schools_to_look_at_are_those_with_the_most_accounts_most_first(world):
    for number, name in enumerate("ABBCCC"):
        world.receive(pupil("ANI", member(school(name), tingkat_pendidikan_id=7), who=f"pupil {number}"))
    found = survey(world.inner)
    assert list(handing.schools(found, world.inner).values()) == ["C", "B", "A"]
    assert found.schools[school("C")["sekolah_id"]] == 3


def test_only_some_schools_are_shown(world):
    for number in range(handing.MANY + 1):
        world.receive(pupil("ANI", member(school(f"S{number}"), tingkat_pendidikan_id=7), who=f"pupil {number}"))
    assert len(handing.schools(survey(world.inner), world.inner)) == handing.MANY


def test_without_a_school_there_is_no_link_and_that_is_said():
    assert handing.offer(9, Survey(), {}) is None
    assert "no school with an account" in printed(summary.hand_out, None, "http://127.0.0.1:8")


def test_a_run_that_serves_ends_with_a_whole_link_and_where_the_portal_is():
    url = "http://127.0.0.1:7/unduh/" + "x" * 300
    text = printed(summary.hand_out, Offer("SMP NEGERI 1", 1234, url), "http://127.0.0.1:8")
    assert "SMP NEGERI 1 (1,234 accounts)" in text
    assert text.splitlines()[1] == f"  {url}"
    assert text.splitlines()[-1] == "  http://127.0.0.1:8"


def test_a_run_that_ends_says_how_the_link_opens():
    text = printed(summary.hand_out, Offer("SMP NEGERI 1", 1, "http://127.0.0.1:7/unduh/x"), None)
    assert "(1 account)" in text
    assert text.splitlines()[-1] == "It opens while a run serves: leave out ONCE=1."


def test_the_sample_is_an_issued_pupil_before_a_member_of_staff(world):
    world.receive(staff())
    world.run_due()
    assert survey(world.inner).issued is not None
    world.receive(pupil())
    world.run_due()
    issued = survey(world.inner).issued
    assert issued is not None
    assert issued[-1].endswith("@smp.belajar.id")


def test_what_is_pending_is_told_by_realm_lane_and_what_it_waits_for(world):
    world.receive(pupil())
    world.receive(staff(), lane="bulk")
    found = {(group.realm, group.lane, group.code, group.number) for group in pending(world.inner, world.policy.realms)}
    assert found == {("smp", "live", "queued", 1), ("guru.smp", "bulk", "queued", 1)}
    world.run_due()
    assert [group.realm for group in pending(world.inner, world.policy.realms)] == ["guru.smp"]


def test_parked_entries_are_told_by_line_field_code_and_cure_and_only_so_many():
    entries = [Parked(str(number), "nama_empty", "person.nama") for number in range(30)]
    text = printed(summary.parked, Survey(parked=entries), {str(number): number + 1 for number in range(30)}, None)
    assert "line 1: person.nama: nama_empty. Mend the name in Dapodik" in text
    assert "line 20:" in text
    assert "line 21:" not in text
    assert "… and 10 more" in text


def test_a_user_is_shown_without_password_or_what_only_the_stand_in_knows():
    user = {"primaryEmail": "siti42@smp.belajar.id", "password": "Kmtw-rqhn-4729", "passwordsSet": 1, "updates": 0}
    text = printed(summary.sample_user, user)
    assert '"password": "••••-••••-••••"' in text
    assert "siti42@smp.belajar.id" in text
    assert "Kmtw" not in text
    assert "passwordsSet" not in text


def test_what_is_stuck_is_told_with_where_to_look(tmp_path):
    group = Pending("smp", "live", "conflict", 3, datetime(2021, 1, 1, tzinfo=UTC))
    left = Left(undelivered=2, given_up=1, pending=[group])
    assert left
    text = printed(summary.left, left, tmp_path, datetime(2021, 1, 1, 0, 2, tzinfo=UTC))
    assert "2 messages are not acknowledged" in text
    assert "1 messages became dead letters" in text
    assert "3 accounts of smp, lane live: conflict, the oldest for 120 s" in text
    assert "converge.log" in text


def test_nothing_is_said_where_nothing_is_stuck(tmp_path):
    assert not Left()
    assert printed(summary.left, Left(), tmp_path, datetime(2021, 1, 1, tzinfo=UTC)) == ""


def test_the_command_for_another_event_is_one_that_a_shell_takes(tmp_path):
    console = Console(file=io.StringIO(), width=60)
    summary.go_on(
        console,
        provision="http://127.0.0.1:1",
        directory="http://127.0.0.1:2",
        domain="belajar.id",
        env=tmp_path / "env",
        python=tmp_path / "python",
    )
    assert isinstance(console.file, io.StringIO)
    [command] = [line for line in console.file.getvalue().splitlines() if "curl -sS http://127.0.0.1:1 " in line]
    assert '-d "{\\"subscription\\": \\"by-hand\\", \\"message\\": {' in command
    assert "tr -d '\\n')\\\"}}\"" in command
