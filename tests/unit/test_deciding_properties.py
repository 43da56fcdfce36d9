from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.accounts import Account
from shared.domain.decide import decide
from shared.domain.roster import Membership, Person, Sekolah
from tests.clocks import START
from tests.deciding import LAUNCH, at_rest, planned, settle
from tests.rosters import some_id

FORMS = {"A": 6, "B": 6, "C": 5, "D": 27, "E": 9}  # few schools, so that they meet
UNKNOWN = 33


def told(unknown):
    """Give the schools as one message tells them, some with a form that the policy does not know."""
    forms = {name: UNKNOWN if name in unknown else form for name, form in FORMS.items()}
    return [
        Sekolah(
            sekolah_id=some_id(name), npsn=f"2010000{name}", nama=name, bentuk_pendidikan_id=form, kode_wilayah=None
        )
        for name, form in forms.items()
    ]


def memberships(schools, grades, kinds):
    return st.builds(
        Membership,
        membership_id=st.uuids().map(str),
        sekolah=st.sampled_from(schools),
        tingkat_pendidikan_id=st.sampled_from(grades),
        rombel=st.sampled_from([None, "A", "B"]),
        jenis_ptk_id=st.sampled_from(kinds),
        jabatan_ptk_id=st.sampled_from([(), (), (3,), (33,)]),
        operator=st.sampled_from([False, False, True]),
        induk=st.booleans(),
        jenis_keluar_id=st.sampled_from([None, None, "1"]),
        tanggal_keluar=st.none() | st.dates(START.date(), START.date() + timedelta(days=200)),
    )


def states(schools, grades, kinds, kind):
    return st.builds(
        Person,
        person_id=st.just(some_id("one")),
        kind=st.just(kind),
        nama=st.sampled_from(["SITI AMINAH", "SITI AMINAH PUTRI"]),
        deleted=st.sampled_from([False, False, False, True]),
        memberships=st.lists(memberships(schools, grades, kinds), max_size=4).map(tuple),
    )


GRADES, KINDS = [5, 7, 8, 36], [4, 11, 20]
ANY_KIND = st.sampled_from(["peserta_didik", "ptk"])


def any_states(kind):
    """Give states in which something may be unknown."""
    unknown = st.sampled_from(["", "", "A", "AB", "C"])
    return unknown.flatmap(lambda names: states(told(names), [None, *GRADES], [None, *KINDS], kind))


any_state = ANY_KIND.flatmap(any_states)
any_course = ANY_KIND.flatmap(
    lambda kind: st.tuples(st.lists(any_states(kind), max_size=5), states(told(""), GRADES, KINDS, kind))
)
lanes = st.sampled_from(["live", "bulk"])


def followed(course, *, rests=True):
    """Give the accounts after each state, a day apart."""
    accounts: dict[str, Account] = {}
    for day, person in enumerate(course):
        accounts = settle(person, accounts, now=START + timedelta(days=day))
        yield {realm: at_rest(account) for realm, account in accounts.items()} if rests else accounts


def going_on(accounts):
    return {realm: account for realm, account in accounts.items() if account.ends_at is None}


@given(any_course, any_state, st.randoms())
def test_a_decision_is_pure_and_does_not_depend_on_the_order_of_memberships(course, person, shuffler):
    accounts = (list(followed([*course[0], course[1]])))[-1]
    shuffled = list(person.memberships)
    shuffler.shuffle(shuffled)
    one = decide(person, LAUNCH, accounts)
    other = decide(replace(person, memberships=tuple(shuffled)), LAUNCH, dict(reversed(accounts.items())))
    assert decide(person, LAUNCH, accounts) == one
    assert (other.targets, other.kept, other.refused_at) == (one.targets, one.kept, one.refused_at)
    assert set(other.decisions) == set(one.decisions)


@given(any_course, any_state)
def test_every_membership_gets_one_decision_and_every_realm_at_most_one_target(course, person):
    accounts = (list(followed([*course[0], course[1]])))[-1]
    verdict = decide(person, LAUNCH, accounts)
    realms = [target.realm for target in verdict.targets]
    assert [d.membership_id for d in verdict.decisions] == [m.membership_id for m in person.memberships]
    assert max(Counter(realm.name for realm in realms).values(), default=0) <= 1
    levels = Counter(realm.level for realm in realms if realm.role in ("admin", "teacher"))
    assert max(levels.values(), default=0) <= 1
    assert verdict.kept.isdisjoint(realm.name for realm in realms)
    assert {d.realm for d in verdict.decisions if d.realm} == {realm.name for realm in realms} | verdict.kept


@given(any_course, any_state)
def test_a_target_is_seen_by_just_the_schools_whose_membership_was_decided_to_it_home_first(course, person):
    accounts = (list(followed([*course[0], course[1]])))[-1]
    verdict = decide(person, LAUNCH, accounts)
    for target in verdict.targets:
        schools = {d.sekolah_id for d in verdict.decisions if d.realm == target.realm.name}
        assert target.sekolah_ids[0] == target.home.sekolah.sekolah_id
        assert sorted(target.sekolah_ids) == sorted(schools)
        assert target.home.is_present


@given(any_course, any_state, lanes)
def test_deciding_and_planning_twice_changes_nothing(course, person, lane):
    before = (list(followed([*course[0], course[1]])))[-1]
    once = settle(person, before, now=START + timedelta(days=9), lane=lane)
    again = planned(person, once, now=START + timedelta(days=10), lane=lane)
    assert (again.wanted, again.changed) == ((), ())
    assert decide(person, LAUNCH, once) == decide(person, LAUNCH, before)


@given(any_course)
def test_any_course_of_states_ends_where_the_last_state_alone_would(course):
    states, last = course
    accounts = (list(followed([*states, last])))[-1]
    alone = settle(last)
    facts = (
        "category",
        "sekolah_id",
        "npsn",
        "sekolah_nama",
        "rombel",
        "sort_key",
        "nama",
        "nisn_nuptk",
        "sekolah_ids",
    )
    shown = {realm: [getattr(a, name) for name in facts] for realm, a in going_on(accounts).items()}
    assert shown == {realm: [getattr(a, name) for name in facts] for realm, a in alone.items()}


@given(any_course, st.booleans())
def test_addresses_and_first_passwords_never_change_and_versions_never_fall(course, rests):
    before: dict[str, Account] = {}
    for accounts in followed([*course[0], course[1]], rests=rests):
        assert set(before) <= set(accounts)
        for realm, account in before.items():
            now = accounts[realm]
            assert (now.account_id, now.address) == (account.account_id, account.address)
            assert now.credential == account.credential
            assert now.version >= account.version
        before = accounts


@given(any_course)
def test_whoever_is_pending_has_a_lane_and_a_time_and_only_they(course):
    for accounts in followed([*course[0], course[1]], rests=False):
        for account in accounts.values():
            assert (account.lane is None) == (account.pending_since is None)
            assert (account.lane is not None) == (account.version > account.applied_version)
