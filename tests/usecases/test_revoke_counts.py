"""A file has leaked: what it exposed is counted, and a named link or file bounds what is re-issued."""

from dataclasses import replace

import pytest

from shared.domain.accounts import Blocked
from shared.domain.reissuing import Fate
from shared.errors import LinkError, PermanentError
from shared.ports import Create, Ref
from shared.usecases.revoke import PAGE, PARTS
from tests.rosters import member, pupil, school, some_id, staff
from tests.usecases.leaks import HERE, PUPILS, School, fates, generations, noted
from tests.world import World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


@pytest.fixture
def leak(world) -> School:
    return School(world, *PUPILS)


def test_a_row_without_a_password_is_exposed_and_nothing_more(leak):
    leak.change("siti", accessed_at=leak.world.clock.now())
    leak.fetch(leak.link())
    leak.change("siti", accessed_at=None)
    report = leak.revoke(HERE)
    assert report.fates[leak.account_of("siti").account_id] is Fate.NOT_SHOWN
    assert generations(leak)["siti"] == 1
    assert (report.rows, report.people) == (4, 4)


def test_what_nobody_fetched_keeps_its_password(leak):
    leak.link()
    report = leak.revoke(HERE)
    assert (report.rows, report.people, report.fates) == (0, 0, {})
    assert generations(leak) == dict.fromkeys(PUPILS, 1)


def test_rows_are_counted_by_file_and_people_once(leak):
    link = leak.link()
    leak.fetch(link)
    leak.fetch(link)  # the same within two minutes is the same file, and noted twice
    leak.fetch(link, form="xlsx")
    leak.world.receive(
        pupil("SITI DUA", member(tingkat_pendidikan_id=7), member(school("SD", 5), tingkat_pendidikan_id=6), who="dua")
    )
    leak.world.run_due()
    leak.fetch(leak.link())
    report = leak.revoke(HERE)
    assert sorted((file.rows, file.passwords) for file in report.files.values()) == [(4, 4), (4, 4), (5, 5)]
    assert (report.rows, report.people, len(report.fates)) == (13, 5, 5)


def test_two_accounts_of_one_person_are_one_person(leak):
    both = member(school("SMP NEGERI 1"), jenis_ptk_id=4, induk=True)
    leak.world.receive(staff("PAK GURU", both, who="guru"))
    leak.world.run_due()
    (first,) = [account for account in leak.world.accounts() if account.realm == "guru.smp"]
    second = replace(first, account_id=f"{first.person_id}.admin.smp", realm="admin.smp", category="admin")
    leak.world.inner.commit([Create(Ref("accounts", second.account_id), second.to_doc())])
    link = leak.link()
    leak.fetch(link, "ptk")
    leak.fetch(link, "admin")
    report = leak.revoke(HERE)
    assert (report.rows, report.people, len(report.fates)) == (2, 1, 2)


def test_only_the_named_links_files_count_but_all_links_die(leak):
    first, other = leak.link(), leak.link()
    leak.fetch(first)
    leak.world.receive(pupil("FAJAR PRATIWI", who="fajar"))
    leak.world.run_due()
    leak.fetch(other)
    report = leak.revoke(HERE, first.link_id)
    assert {file.link_id for file in report.files.values()} == {first.link_id}
    assert leak.account_of("fajar").credential.generation == 1
    assert generations(leak) == dict.fromkeys(PUPILS, 2)
    with pytest.raises(LinkError, match="link_revoked"):
        leak.fetch(other)


def test_only_the_named_file_counts(leak):
    link = leak.link()
    seen = {"kind": "admin", "seen_at": leak.world.clock.now()}
    leak.change("ayu", external=seen)  # a row without a password in the first file
    leak.fetch(link)
    leak.change("ayu", external=None)
    leak.fetch(link, form="xlsx")
    report = leak.revoke(HERE, f"{link.file_mark.lower()}-1")
    assert [file.number for file in report.files.values()] == [f"{link.file_mark}-1"]
    assert generations(leak) == {**dict.fromkeys(PUPILS, 2), "ayu": 1}
    leak.revoke(HERE, f"{link.file_mark}-2")
    assert generations(leak) == dict.fromkeys(PUPILS, 2)


def test_a_links_mark_alone_means_all_its_files(leak):
    link = leak.link()
    leak.fetch(link)
    leak.fetch(link, form="xlsx")
    assert len(leak.revoke(HERE, link.file_mark).files) == 2


@pytest.mark.parametrize("name", ["AAAAAAAA-1", "a-link-id-that-nobody-has", "of another school", "../x"])
def test_a_name_that_is_none_of_the_schools_changes_nothing(leak, name):
    leak.world.receive(pupil("LAIN", member(school("SMP NEGERI 2"), tingkat_pendidikan_id=7), who="lain"))
    foreign = leak.link(sekolah_id=some_id("SMP NEGERI 2"))
    with pytest.raises(PermanentError, match="link_unknown"):
        leak.revoke(HERE, foreign.link_id if name == "of another school" else name)
    assert leak.school().data["links_valid_after"] is None


def test_a_file_number_that_was_never_given_changes_nothing(leak):
    link = leak.link()
    leak.fetch(link)
    with pytest.raises(PermanentError, match="file_unknown"):
        leak.revoke(HERE, f"{link.file_mark}-2")
    assert leak.school().data["links_valid_after"] is None
    assert generations(leak) == dict.fromkeys(PUPILS, 1)


def test_a_dry_run_counts_the_same_and_writes_nothing(leak):
    link = leak.link()
    leak.fetch(link)
    leak.world.store.reset()
    report = leak.revoke(HERE, dry_run=True)
    assert (report.valid_after, leak.world.store.commits, leak.world.tasks.tasks) == (None, 0, [])
    assert fates(report) == {Fate.REISSUED: len(PUPILS)} == fates(leak.revoke(HERE))
    assert report.rows == len(PUPILS)


def test_who_is_blocked_is_told_because_the_old_password_goes_on(leak):
    leak.fetch(leak.link())
    leak.change("siti", blocked={"code": "name_refused", "field": "name"})
    assert leak.account_of("siti").blocked == Blocked(code="name_refused", field="name")
    report = leak.revoke(HERE)
    assert report.blocked == [leak.account_of("siti").account_id]


def test_an_unknown_school_is_refused(leak):
    with pytest.raises(PermanentError, match="school_unknown"):
        leak.revoke(some_id("nowhere"))


def test_an_account_that_is_gone_is_told(leak):
    link = leak.link()
    noted(leak, link, 1, "nobody.smp")
    assert leak.revoke(HERE).fates == {"nobody.smp": Fate.GONE}


def test_a_school_with_more_fetches_than_are_read_at_a_time_is_read_to_the_end(leak):
    link = leak.link()
    for number in range(1, 2 * PARTS + 2):
        noted(leak, link, number, f"{some_id(str(number))}.smp")
    report = leak.revoke(HERE)
    assert (report.rows, report.people) == (2 * PARTS + 1, 2 * PARTS + 1)


def test_a_file_with_more_rows_than_are_read_at_a_time_is_re_issued_to_the_end(leak):
    link = leak.link()
    siti = leak.account_of("siti")
    for number in range(PAGE + 1):
        another = replace(siti, account_id=f"{some_id(str(number))}.smp", directory_id=f"u{number}")
        leak.world.inner.commit([Create(Ref("accounts", another.account_id), another.to_doc())])
    leak.fetch(link)
    report = leak.revoke(HERE)
    assert fates(report) == {Fate.REISSUED: PAGE + 1 + len(PUPILS)}
