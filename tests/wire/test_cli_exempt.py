"""`akun exempt add|list|end`: whom no campaign suspends, until when, and what is said."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from cli import asked
from shared.domain.accounts import Hold
from tests.rosters import pupil, school, some_id
from tests.wire.campaigns import ID, JANUARY, JULY, YES, campaign, offset, pupils
from tests.wire.commands import typed
from tests.wire.functions import Place, tick
from tests.wire.handout import HERE, SCHOOL, an_account, arrive, plant, plant_school

WHY = ("--reason", "sakit", "--author", "Dinas Pendidikan")
UNTIL = ("--until", "2021-07-31")
SITI = some_id("siti")


@pytest.fixture
def siti(here: Place) -> str:
    """A person, and her person_id."""
    arrive(here, pupil(), CLOCK_OFFSET=offset(JANUARY))
    return SITI


def exempt(here: Place, *words: str) -> Any:
    return typed(here, "exempt", *words, CLOCK_OFFSET=offset(JULY))


def add(here: Place, *words: str) -> Any:
    return exempt(here, "add", *words)


def test_a_person_is_exempt_until_the_end_of_a_day_in_jakarta(here: Place, siti: str):
    answer = add(here, "--person", siti.upper(), *WHY, *UNTIL)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == f"person {siti}\tis exempt, until 2021-07-31 23:59:59 WIB\n"
    stored = here.get("exemptions", f"person.{siti}")
    assert stored["until"] == datetime(2021, 7, 31, 16, 59, 59, 999_999, tzinfo=UTC)
    expected = {"kind": "person", "id": siti, "reason": "sakit", "author": "Dinas Pendidikan", "ended_at": None}
    assert {name: stored[name] for name in expected} == expected


@pytest.mark.parametrize("name", [HERE, HERE.upper(), SCHOOL["npsn"]])
def test_a_school_is_named_by_id_or_npsn(here: Place, name: str):
    plant_school(here.store)
    assert add(here, "--school", name, *WHY, *UNTIL).exit_code == 0
    assert set(here.all("exemptions")) == {f"school.{HERE}"}


def test_a_realm_is_exempt_and_a_campaign_counts_it_so(here: Place):
    pupils(here, "ani", "budi")
    assert add(here, "--realm", "smp", *WHY, *UNTIL).exit_code == 0
    told = json.loads(campaign(here, "plan", ID, "--json").stdout)
    assert (told["total"]["due"], told["total"]["exempt"]) == (0, 2)


def test_what_is_held_is_let_go_and_what_is_suspended_is_told(here: Place, siti: str):
    campaign(here, "plan", ID)
    campaign(here, "approve", ID, *YES)
    assert tick(here.load("suspend", CLOCK_OFFSET=offset(JULY)), {}).status_code == 200
    gone = an_account("gone", holds={"dormant": Hold(since=JULY, campaign_id=ID)}, state="suspended")
    plant(here.store, gone)
    answer = add(here, "--school", HERE, *WHY, *UNTIL)
    assert answer.stdout.splitlines()[1] == "1 accounts that a campaign was about to suspend are let go"
    assert answer.stderr == (
        "1 accounts are suspended by campaigns and stay so: akun account reinstate, first " + gone.account_id + "\n"
    )
    held = {account.account_id: set(account.holds) for account in here.accounts()}
    assert held == {f"{siti}.smp": set(), gone.account_id: {"dormant"}}


def test_an_exemption_is_prolonged_and_never_shortened(here: Place):
    add(here, "--realm", "smp", *WHY, *UNTIL)
    longer = add(here, "--realm", "smp", *WHY, "--until", "2021-08-31")
    assert longer.stdout == "realm smp\tis exempt longer now, until 2021-08-31 23:59:59 WIB\n"
    refused = add(here, "--realm", "smp", *WHY, *UNTIL)
    assert refused.exit_code == 1
    said = "is exempt until 2021-08-31 23:59:59 WIB, which is later: to shorten it, akun exempt end first"
    assert refused.stderr == f"Error: realm smp: {said}\n"


def test_the_list_has_who_why_and_until_when_and_with_all_those_that_ended(here: Place, siti: str):
    assert exempt(here, "list").stdout == "nobody is exempt\n"
    add(here, "--person", siti, *WHY, *UNTIL)
    add(here, "--realm", "smp", *WHY, *UNTIL)
    ended = exempt(here, "end", "--realm", "smp", "--author", "Kepala")
    assert (ended.exit_code, ended.stdout.startswith("realm smp\tended 2021-07-03 ")) == (0, True)

    def listed(*more: str) -> list[Any]:
        return [json.loads(line) for line in exempt(here, "list", "--json", *more).stdout.splitlines()]

    assert [(each["kind"], each["id"], each["in_force"]) for each in listed()] == [("person", siti, True)]
    assert [(each["kind"], each["ended_by"]) for each in listed("--all")] == [("person", None), ("realm", "Kepala")]
    said = exempt(here, "list", "--all").stdout
    assert siti in said
    assert "by Kepala" in said
    assert "2021-07-31 23:59:59 WIB" in said


def test_an_end_twice_is_said_and_one_of_nothing_refused(here: Place, siti: str):
    add(here, "--person", siti, *WHY, *UNTIL)
    for stderr in ("", "it had ended before\n"):
        answer = exempt(here, "end", "--person", siti, "--author", "Kepala")
        assert (answer.exit_code, answer.stderr) == (0, stderr)
    answer = exempt(here, "end", "--realm", "smp", "--author", "Kepala")
    assert (answer.exit_code, answer.stderr) == (1, "Error: realm smp: never was exempt: akun exempt list\n")


def test_whom_nobody_knows_is_refused(here: Place, siti: str):
    nobody = some_id("nobody")
    for words, why in [
        (("--person", nobody), "no event has named such a person"),
        (("--school", nobody), "no event has named such a school"),
        (("--school", "00000000"), "no event has named such a school"),
    ]:
        answer = add(here, *words, *WHY, *UNTIL)
        assert (answer.exit_code, why in answer.stderr) == (1, True), answer.output
    assert here.all("exemptions") == {}


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        ((*WHY, *UNTIL), "name one of --person, --school and --realm"),
        (("--person", SITI, "--realm", "smp", *WHY, *UNTIL), "name one of --person, --school and --realm"),
        (("--person", "0101234567", *WHY, *UNTIL), "must be a person_id, a UUID"),
        (("--realm", "smu", *WHY, *UNTIL), "must be one of admin.kesetaraan"),
        (("--school", "SMP 1", *WHY, *UNTIL), "neither a sekolah_id nor an NPSN"),
        (("--realm", "smp", *WHY), "--until"),
        (("--realm", "smp", "--author", "A", *UNTIL), "--reason"),
        (("--realm", "smp", "--reason", "A", *UNTIL), "--author"),
        (("--realm", "smp", *WHY, "--until", "2021-07-02"), "is past: give a day to come"),
        (("--realm", "smp", *WHY, "--until", "2023-07-31"), "is more than two years ahead"),
        (("--realm", "smp", *WHY, "--until", "31-07-2021"), "give a day, 2021-07-31"),
        (("--realm", "smp", *WHY, "--until", "2021-02-30"), "give a day, 2021-07-31"),
        (("--realm", "smp", *WHY, "--until", "2021-07-31T12:00:00"), "give a day, 2021-07-31"),
        (("--realm", "smp", "--reason", "a\x1bb", "--author", "A", *UNTIL), "without control characters"),
        (("--realm", "smp", "--reason", "a\u2028b", "--author", "A", *UNTIL), "without control characters"),
        (("--realm", "smp", "--reason", "x" * 201, "--author", "A", *UNTIL), "at most 200 characters"),
        (("--realm", "smp", "--reason", "A", "--author", " ", *UNTIL), "one line"),
    ],
)
def test_wrong_use_ends_with_two_and_says_the_cure(here: Place, words: tuple[str, ...], cure: str):
    answer = add(here, *words)
    assert (answer.exit_code, cure in answer.stderr) == (2, True), answer.output
    assert here.all("exemptions") == {}


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2021-07-31", datetime(2021, 7, 31, 16, 59, 59, 999_999, tzinfo=UTC)),
        ("2021-07-31T12:00:00+09:00", datetime(2021, 7, 31, 12, tzinfo=timezone(timedelta(hours=9)))),
        ("2021-07-31T12:00Z", datetime(2021, 7, 31, 12, tzinfo=UTC)),
        ("2021-07-31T12:00", None),
        ("20210731", None),
        ("besok", None),
    ],
)
def test_a_date_is_a_day_in_jakarta_or_a_moment_with_its_zone(text: str, at: datetime | None):
    assert asked.moment(text) == at


def test_the_day_itself_is_exempt_and_no_day_behind_it(here: Place):
    add(here, "--realm", "smp", *WHY, "--until", "2021-07-03")
    evening = datetime(2021, 7, 3, 12, 0, tzinfo=UTC)
    for at, listed in [(evening, 1), (evening + timedelta(hours=6), 0)]:
        answer = typed(here, "exempt", "list", "--json", CLOCK_OFFSET=offset(at))
        assert len(answer.stdout.splitlines()) == listed


def test_several_schools_of_one_npsn_are_named(here: Place):
    plant_school(here.store)
    plant_school(here.store, school("SMP LAIN", npsn=SCHOOL["npsn"]))
    answer = add(here, "--school", SCHOOL["npsn"], *WHY, *UNTIL)
    assert (answer.exit_code, some_id("SMP LAIN") in answer.stderr) == (1, True)


def test_why_tells_of_an_exemption_in_words(here: Place, siti: str):
    add(here, "--person", siti, *WHY, *UNTIL)
    said = typed(here, "why", siti, CLOCK_OFFSET=offset(JULY)).stdout
    assert "exempt from campaigns until 2021-07-31T16:59:59+00:00, as person: sakit" in said
