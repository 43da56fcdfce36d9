"""What the campaign's soak judges by: its cast, its model, and a comparison that finds whatever is planted."""

import json
from collections import Counter
from typing import Any

import pytest

from bench.soak.campaign_cast import SHARES, Cast, draw, first, sure
from bench.soak.campaign_compare import HELD, State, done, undone, untouched
from bench.soak.campaign_model import LONGEST_STEP, Acts, SignIn
from bench.soak.findings import Finding
from bench.soak.options import parse
from tests.rosters import event, pupil, some_id
from tests.unit.soaks import worlds_of

ID = "2021-06-30"
NEVER, CAME, LATE, SOMETIME, EXEMPT, ADMIN, GOOGLE = (f"{n}.smp" for n in "abcdefg")
EVERYBODY = (NEVER, CAME, LATE, SOMETIME, EXEMPT, ADMIN, GOOGLE)


def acts() -> Acts:
    signed_in = {CAME: SignIn(100.0, "before"), LATE: SignIn(200.0, "after"), SOMETIME: SignIn(300.0, "unknown")}
    return Acts({EXEMPT}, signed_in, suspended_by={ADMIN: "admin", GOOGLE: "google"})


def a_user(**changed: Any) -> dict[str, Any]:
    shown = {
        "primaryEmail": "siti@smp.belajar.id",
        "suspended": False,
        "updates": 0,
        "updatedAt": 1.0,
        "agreedToTerms": False,
    }
    return {**shown, **changed}


def an_account(**changed: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "state": "issued",
        "holds": {},
        "external": None,
        "accessed_at": None,
        "lane": None,
        "pending_since": None,
    }
    return {**told, "version": 1, "applied_version": 1, "waiting": None, "blocked": None, "npsn": "20106343", **changed}


def suspended_user(at: float = 400.0, **changed: Any) -> dict[str, Any]:
    ours = {"suspended": True, "suspensionReason": "ADMIN", "keywords": [HELD], "updates": 1, "updatedAt": at}
    return a_user(**ours, **changed)


def suspended_account(**changed: Any) -> dict[str, Any]:
    hold = {"since": 1, "campaign_id": ID}
    return an_account(
        **({"state": "suspended", "holds": {"dormant": hold}, "version": 2, "applied_version": 2} | changed)
    )


def opened(**changed: Any) -> dict[str, Any]:
    return an_account(state="active", accessed_at=100.0, version=2, applied_version=2, **changed)


def by_others(kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    reason = "ADMIN" if kind == "admin" else "ABUSE"
    left = an_account(external={"kind": kind}, holds={"dormant": {"campaign_id": ID}})
    return a_user(suspended=True, suspensionReason=reason), left


def before() -> State:
    return State({each: a_user() for each in EVERYBODY}, {each: an_account() for each in EVERYBODY})


def right() -> State:
    """Give what is right once the campaign is done."""
    pairs = {
        NEVER: (suspended_user(), suspended_account()),
        CAME: (a_user(agreedToTerms=True), opened()),
        LATE: (suspended_user(agreedToTerms=True), suspended_account()),
        SOMETIME: (a_user(agreedToTerms=True), opened()),
        EXEMPT: (a_user(), an_account()),
        ADMIN: by_others("admin"),
        GOOGLE: by_others("google"),
    }
    return State({each: pair[0] for each, pair in pairs.items()}, {each: pair[1] for each, pair in pairs.items()})


def right_again() -> State:
    """Give what is right once it is undone."""
    users, accounts = dict(right().users), dict(right().accounts)
    users[NEVER], accounts[NEVER] = a_user(updates=2), an_account(version=3, applied_version=3)
    users[LATE], accounts[LATE] = a_user(updates=2, agreedToTerms=True), opened()
    for each in (ADMIN, GOOGLE):
        accounts[each] = {**accounts[each], "holds": {}}
    return State(users, accounts)


def with_user(there: State, account_id: str, **changed: Any) -> State:
    return State({**there.users, account_id: {**there.users[account_id], **changed}}, there.accounts)


def with_account(there: State, account_id: str, **changed: Any) -> State:
    return State(there.users, {**there.accounts, account_id: {**there.accounts[account_id], **changed}})


def with_pair(there: State, account_id: str, shown: dict[str, Any], stored: dict[str, Any]) -> State:
    return State({**there.users, account_id: shown}, {**there.accounts, account_id: stored})


def told_of(found: list[Finding], account_id: str) -> str:
    assert found, "nothing was found"
    assert {each.where for each in found} == {account_id}
    return "; ".join(each.what for each in found)


def test_what_is_right_gives_no_finding():
    assert done(ID, acts(), before(), right()) == []
    assert undone(acts(), before(), right_again()) == []
    assert untouched(before(), before()) == []


@pytest.mark.parametrize("account_id", [CAME, EXEMPT])
def test_somebody_who_must_not_be_suspended_and_is_is_found(account_id):
    wrong = with_pair(right(), account_id, suspended_user(agreedToTerms=True), suspended_account())
    assert "is suspended and must not be" in told_of(done(ID, acts(), before(), wrong), account_id)


def test_somebody_who_never_came_and_is_not_suspended_is_found():
    wrong = with_pair(right(), NEVER, a_user(), an_account())
    assert told_of(done(ID, acts(), before(), wrong), NEVER) == "is not suspended and must be: suspended"


@pytest.mark.parametrize("seconds", [-1.0, LONGEST_STEP + 1])
def test_a_suspension_long_after_a_sign_in_at_some_time_is_found(seconds):
    account, shown = suspended_account(), suspended_user(300.0 + seconds, agreedToTerms=True)
    wrong = with_pair(right(), SOMETIME, shown, account)
    assert "is suspended and must not be" in told_of(done(ID, acts(), before(), wrong), SOMETIME)
    in_the_step = with_pair(right(), SOMETIME, suspended_user(301.0, agreedToTerms=True), account)
    assert done(ID, acts(), before(), in_the_step) == []


@pytest.mark.parametrize("account_id", [CAME, EXEMPT, ADMIN, GOOGLE])
def test_an_update_of_a_user_who_is_to_be_left_alone_is_found(account_id):
    wrong = with_user(right(), account_id, updates=1)
    assert "was updated and must not be" in told_of(done(ID, acts(), before(), wrong), account_id)


def test_somebody_who_came_behind_the_last_look_may_be_let_in_again():
    let_in = with_pair(right(), LATE, a_user(updates=2, agreedToTerms=True), opened())
    assert done(ID, acts(), before(), let_in) == []


@pytest.mark.parametrize(("account_id", "kind"), [(ADMIN, "admin"), (GOOGLE, "google")])
def test_a_suspension_of_others_that_was_lifted_or_taken_over_is_found(account_id, kind):
    lifted = with_user(right(), account_id, suspended=False)
    assert f"was suspended by {kind}, and that is not left alone" in told_of(
        done(ID, acts(), before(), lifted), account_id
    )
    unknown = with_account(right(), account_id, external=None)
    assert f"is external by None, not by {kind}" in told_of(done(ID, acts(), before(), unknown), account_id)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("state", "issued", "its account says otherwise"),
        ("holds", {"dormant": {"campaign_id": "other"}}, "is held by another campaign"),
        ("external", {"kind": "admin"}, "is external"),
        ("lane", "bulk", "is pending"),
        ("applied_version", 1, "is not applied"),
        ("npsn", None, "account: npsn is not as it was"),
    ],
)
def test_an_account_that_does_not_tell_what_the_directory_shows_is_found(field, value, told):
    assert told in told_of(done(ID, acts(), before(), with_account(right(), NEVER, **{field: value})), NEVER)


def test_somebody_who_came_and_whose_account_does_not_know_it_is_found():
    assert "does not say so" in told_of(done(ID, acts(), before(), with_account(right(), CAME, accessed_at=None)), CAME)
    assert "is issued" in told_of(done(ID, acts(), before(), with_account(right(), CAME, state="issued")), CAME)


def test_a_changed_field_of_a_user_is_found():
    wrong = with_user(right(), NEVER, primaryEmail="other@smp.belajar.id")
    assert told_of(done(ID, acts(), before(), wrong), NEVER) == "user: primaryEmail is not as it was"


def test_an_undone_campaign_that_leaves_somebody_suspended_held_or_marked_is_found():
    still = with_pair(right_again(), NEVER, suspended_user(), suspended_account())
    assert told_of(undone(acts(), before(), still), NEVER) == "is still suspended"
    held = with_account(right_again(), ADMIN, holds={"dormant": {"campaign_id": ID}})
    assert told_of(undone(acts(), before(), held), ADMIN) == "bears a hold"
    marked = with_user(right_again(), NEVER, keywords=[HELD])
    assert told_of(undone(acts(), before(), marked), NEVER) == "user: keywords is not as it was"
    freed = with_user(right_again(), GOOGLE, suspended=False)
    assert "that is not left alone" in told_of(undone(acts(), before(), freed), GOOGLE)


@pytest.mark.parametrize("account_id", [CAME, EXEMPT, ADMIN, GOOGLE])
def test_an_undoing_that_calls_for_somebody_whom_the_campaign_never_suspended_is_found(account_id):
    called = with_user(right_again(), account_id, updates=1)
    assert "was updated and must not be" in told_of(undone(acts(), before(), called), account_id)


def test_an_account_or_user_that_is_gone_is_found():
    users = {each: shown for each, shown in right().users.items() if each != NEVER}
    assert told_of(done(ID, acts(), before(), State(users, right().accounts)), NEVER) == "has no user any more"


def test_anything_written_before_approval_is_found():
    assert untouched(before(), with_account(before(), NEVER, lane="bulk")) == [Finding(NEVER, "has changed")]
    assert untouched(before(), with_user(before(), NEVER, updates=1)) == [Finding(NEVER, "was updated")]


def many(number: int) -> dict[str, frozenset[str]]:
    return {f"p{each}.smp": frozenset({f"s{each % 40}"}) for each in range(number)}


def test_the_cast_has_its_shares_and_nobody_two_parts():
    cast = draw(many(2000), seed=7)
    shares = {role: number / 2000 for role, number in Counter(cast.roles.values()).items()}
    assert shares == pytest.approx(dict(SHARES))
    assert sum(SHARES[role] for role in SHARES if "late" not in role and role != "admin_early") == pytest.approx(0.3)
    assert not cast.exempt & set(cast.roles)
    assert 0.015 <= len(cast.exempt) / 2000 <= 0.03
    assert draw(many(2000), seed=7) == cast != draw(many(2000), seed=8)


def test_exempt_is_who_is_named_and_who_is_at_the_school():
    cast = Cast({"a.sd": frozenset({"s"}), "b.sd": frozenset({"t"}), "b.smp": frozenset({"t"})}, {}, "s", ["b"])
    assert cast.exempt == {"a.sd", "b.sd", "b.smp"}


def test_only_people_of_whom_the_model_is_sure_are_in_the_cast():
    once, twice = pupil(), pupil("BUDI", who="budi")
    events = [json.loads(each) for each in (event(once), event(twice), event({**twice, "nama": "BUDI SANTOSO"}, 2))]
    known = sure(events, worlds_of(once) | worlds_of(twice))
    assert list(known) == [once["person_id"]]
    assert first(known, 1) == {f"{once['person_id']}.smp": frozenset({some_id("SMP NEGERI 1")})}


def test_the_command_line_chooses_the_parts():
    given = parse(["--soak", "0", "--fresh", "0", "--campaign", "500"])
    assert (given.soak, given.fresh, given.campaign) == (False, False, 500)
    assert (parse([]).soak, parse([]).campaign) == (True, 0)
