"""Why a person has this account, or none: each state that an account can be in is told apart."""

import pytest

from shared.domain.accounts import CAUSES
from shared.ports import Create, Ref, Verdict
from shared.usecases.why import Asked, Why, asked
from tests.doubles import refused
from tests.rosters import event, member, pupil, school, some_id, staff
from tests.usecases.leaks import School
from tests.usecases.test_converge_holds import hold, reset, wish
from tests.world import World

NISN = "0101234567"
SITI = some_id("siti")


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


def why(world: World, text: str = NISN):
    about = asked(text)
    assert about is not None
    return Why(world.store, world.clock)(about)


def facts(world: World, text: str = NISN) -> list[tuple[str, str]]:
    """Give code and detail of all facts of the person's only account."""
    (seen,) = why(world, text).people
    (standing,) = seen.accounts
    return [(fact.code, fact.detail) for fact in standing.facts]


def since(world: World, code: str):
    (seen,) = why(world).people
    (found,) = [fact.since for standing in seen.accounts for fact in standing.facts if fact.code == code]
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0101234567", Asked("nisn", "0101234567")),
        (" 101234567 ", Asked("nisn", "0101234567")),  # a spreadsheet took the zero
        ("1234567890123456", Asked("nuptk", "1234567890123456")),
        ("234567890123456", Asked("nuptk", "0234567890123456")),
        ("Siti01@SMP.belajar.id", Asked("address", "siti01@smp.belajar.id")),
        (SITI.upper(), Asked("person_id", SITI)),
        (f"{SITI}.guru.smp", Asked("account_id", f"{SITI}.guru.smp")),
        ("siti aminah", None),
        ("123", None),
        ("12345678901", None),
        ("0000000000", None),
        ("٠١٠١٢٣٤٥٦٧", None),
        ("", None),
    ],
)
def test_what_is_asked_for_is_told_by_its_form(text, expected):
    assert asked(text) == expected


def test_nobody_has_heard_of_somebody_never_in_the_roster(world):
    world.receive(pupil(who="other", nisn="0109999999"))
    answer = why(world)
    assert (answer.is_known, answer.people, answer.parked) == (False, [], [])


@pytest.mark.parametrize("text", [NISN, SITI, f"{SITI}.smp"])
def test_a_person_is_found_by_every_name(world, text):
    world.receive(pupil())
    (seen,) = why(world, text).people
    assert seen.record.person.person_id == SITI
    assert [standing.account.realm for standing in seen.accounts] == ["smp"]


def test_a_person_is_found_by_address_and_by_nuptk(world):
    world.receive(staff(nuptk="1234567890123456"))
    (account,) = world.accounts()
    for text in (account.address, "1234567890123456"):
        (seen,) = why(world, text).people
        assert seen.record.person.person_id == some_id("budi")


def test_who_was_refused_has_reasons_and_no_account(world):
    world.receive(pupil("SITI", member(school("RA", 4), tingkat_pendidikan_id=None)))
    (seen,) = why(world).people
    assert seen.accounts == []
    assert [decision.reason for decision in seen.record.decisions] == ["paud_outside"]


def test_pending_tells_since_when_and_the_last_answer(world):
    world.receive(pupil())
    assert facts(world) == [("pending", "")]
    assert since(world, "pending") == world.clock.now()
    first = world.clock.now()
    world.state.groups[world.only_account().address] = {"email": "x"}
    world.clock.pass_by(minutes=1)
    world.run_due()
    assert facts(world) == [("pending", "address_unseen")]
    assert since(world, "pending") == first


def test_what_a_switch_holds_back_says_so(world):
    world.receive(pupil())
    world.inner.commit([Create(Ref("switches", "licences"), {"since": world.clock.now()})])
    assert facts(world) == [("pending", ""), ("held_back", "licences_full")]


def test_refused_by_the_directory_tells_code_field_and_time_and_its_entry(world):
    world.receive(pupil())
    world.clock.pass_by(minutes=1)
    world.directory.plans = [refused(Verdict.REFUSED, "name_refused", "name")]
    world.run_due()
    assert facts(world) == [("blocked", "name_refused")]
    assert since(world, "blocked") == world.clock.now()
    (entry,) = why(world).parked
    assert entry.ref.id == f"account.{SITI}.smp"
    assert why(world).people[0].accounts[0].facts[0].more == "name"


def test_issued_and_never_opened_is_told_from_active(world):
    world.receive(pupil())
    world.run_due()
    assert facts(world) == [("never_opened", "")]
    assert since(world, "never_opened") == world.clock.now()
    world.clock.pass_by(days=1)
    wish(world, accessed_at=world.clock.now())
    world.run_due()
    assert facts(world) == [("active", "")]
    assert since(world, "active") == world.clock.now()


def test_a_new_password_begins_a_new_wait(world):
    world.receive(pupil())
    world.run_due()
    world.clock.pass_by(days=1)
    reset(world)
    world.run_due()
    assert since(world, "never_opened") == world.clock.now()


@pytest.mark.parametrize("cause", CAUSES)
def test_suspended_tells_since_when_and_why(world, cause):
    world.receive(pupil())
    world.run_due()
    world.clock.pass_by(days=1)
    hold(world, cause)
    assert facts(world) == [("to_be_suspended", cause), ("never_opened", ""), ("pending", "")]
    world.run_due()
    code = "closed" if cause == "left" else "suspended"
    assert facts(world) == [(code, cause)]
    assert since(world, code) == world.clock.now()
    wish(world, holds={})
    assert [code for code, _ in facts(world)] == ["reopening", "never_opened", "pending"]


def test_a_suspension_of_others_comes_first(world):
    world.receive(pupil())
    world.run_due()
    world.user(world.only_account()).suspended = "WEB_LOGIN_REQUIRED"
    reset(world)
    world.run_due()
    assert facts(world) == [("external", "google"), ("never_opened", "")]


def test_who_is_leaving_is_told_the_end(world):
    world.receive(pupil())
    world.run_due()
    gone = member(tingkat_pendidikan_id=7, rombel="VII B", jenis_keluar_id="1", tanggal_keluar="2021-01-02")
    world.receive(pupil("SITI AMINAH", gone), revision=2)
    assert facts(world) == [("never_opened", ""), ("ending", "")]
    assert since(world, "ending") == world.only_account().ends_at


def test_who_has_left_is_told_the_end_no_more(world):
    world.receive(pupil())
    world.run_due()
    hold(world, "left")
    wish(world, ends_at=world.clock.now())
    world.run_due()
    assert facts(world) == [("closed", "left")]


def test_another_person_with_the_same_number_is_named(world):
    world.receive(pupil())
    world.receive(pupil("SITI LAIN", who="other"))
    assert {seen.record.person.person_id: list(seen.same_number) for seen in why(world).people} == {
        SITI: [some_id("other")],
        some_id("other"): [SITI],
    }
    (seen,) = why(world, SITI).people
    assert list(seen.same_number) == [some_id("other")]


def test_an_event_that_was_refused_is_found_by_number_and_by_person(world):
    world.take(event(pupil(kind="guru")), message_id="m1")
    world.take(event(pupil(kind="guru", who="other", nisn="0109999999")), message_id="m2")
    world.take(b"not json", message_id="m3")
    for text in (NISN, SITI, f"{SITI}.smp"):
        answer = why(world, text)
        assert (answer.is_known, answer.people) == (True, [])
        assert [entry.ref.id for entry in answer.parked] == ["m1"]


def test_a_known_persons_refused_event_is_found_too(world):
    world.receive(pupil(nisn=None), revision=2)
    world.take(event(pupil("SITI LAIN", nisn=None), 2), message_id="m1")
    answer = why(world, SITI)
    assert [entry.data["code"] for entry in answer.parked] == ["revision_conflict"]
    assert len(answer.people) == 1


def test_an_address_that_was_given_up_says_whose_it_was_to_be(world):
    world.receive(pupil())
    first = world.only_account().address
    world.state.groups[first] = {"email": first}
    world.settle()
    answer = why(world, first)
    assert answer.given_up == f"{SITI}.smp"
    assert answer.people[0].accounts[0].account.address != first
    assert why(world, world.only_account().address).given_up == ""


@pytest.mark.parametrize("address", ["nobody@smp.belajar.id", "a/b@smp.belajar.id"])
def test_an_address_that_nobody_has_is_unknown(world, address):
    assert not why(world, address).is_known


def test_it_takes_few_reads(world):
    School(world, "siti")
    world.store.reset()
    why(world)
    assert world.store.reads <= 7  # by number, the account, what may spare it (3), the number again, parked
    assert world.store.commits == 0
