"""The sample roster: its shape, its shares and its hard cases (never its names, which change with Faker)."""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from local.roster import __main__, sample
from local.roster.hard_names import HARD
from local.roster.schools import LEVEL_OF, REGISTER, invented, registered

NOW = datetime(2021, 1, 4, 7, 0, tzinfo=UTC)
SIZE = 3200
TITLE = re.compile(r"(^(Drs|Dra|Dr|dr|Ir|Prof|H|Hj)\. )|([ ,](S|M)\.(Pd|PD|Kom|M)\b)|Ph\.D")
BLANK = (None, "", "null")
HEADS = {2, 33, 151, 153, 155}

Row = dict[str, Any]


@pytest.fixture(scope="module")
def events() -> list[Row]:
    return sample.events(SIZE, 7, NOW)


@pytest.fixture(scope="module")
def people(events: list[Row]) -> list[Row]:
    return [state[max(state)] for state in states(events).values()]


@pytest.fixture(scope="module")
def memberships(people: list[Row]) -> list[Row]:
    return [membership for person in people for membership in person["memberships"]]


def states(events: list[Row]) -> dict[str, dict[int, Row]]:
    """Give each person's states by revision, in order of arrival."""
    found: dict[str, dict[int, Row]] = defaultdict(dict)
    for event in events:
        found[event["person"]["person_id"].lower()][event["revision"]] = event["person"]
    return found


def share(some: int, everything: list[Any]) -> float:
    return some / len(everything)


def number(code: Any) -> int | None:
    return None if code is None else int(code)


def kind_of(people: list[Row], kind: str) -> list[Row]:
    return [person for person in people if person["kind"] == kind]


def is_code(value: Any) -> bool:
    return (type(value) is int or (type(value) is str and value.strip().isdigit())) and 0 <= int(value) <= 999_999


def test_every_event_has_what_the_contract_requires(events: list[Row]) -> None:
    for event in events:
        person = event["person"]
        at = datetime.fromisoformat(event["occurred_at"])
        assert event["schema"] == "roster-change/1"
        assert UUID(event["event_id"]) != UUID(person["person_id"])
        assert person["kind"] in {"peserta_didik", "ptk"}
        assert any(character.isalnum() for character in person["nama"])
        assert type(person["deleted"]) is bool
        assert len(person["memberships"]) <= 50
        assert type(event["revision"]) is int
        assert event["revision"] // 10**6 == int(at.timestamp())  # microseconds of that instant
        assert at < NOW


def test_every_membership_is_of_the_contracts_types(memberships: list[Row]) -> None:
    for membership in memberships:
        school = membership["sekolah"]
        assert UUID(membership["membership_id"]) != UUID(school["sekolah_id"])
        assert school["nama"]
        assert school["npsn"] is None or len(school["npsn"]) == 8
        assert re.fullmatch(r"\d{6}( {2})?", school["kode_wilayah"])
        codes = [membership.get(name) for name in ("tingkat_pendidikan_id", "jenis_ptk_id")]
        assert all(code is None or is_code(code) for code in codes + membership["jabatan_ptk_id"])
        assert is_code(school["bentuk_pendidikan_id"])
        assert type(membership["operator"]) is type(membership["induk"]) is bool
        assert len(membership.get("rombel") or "") <= 30
        assert (membership.get("jenis_keluar_id") is None) == (membership.get("tanggal_keluar") is None)


def test_people_seed_and_now_decide_what_comes(events: list[Row], people: list[Row]) -> None:
    assert sample.events(SIZE, 7, NOW) == events != sample.events(SIZE, 8, NOW)
    assert len(people) == SIZE
    assert len(states(sample.events(25))) == 25
    latest = max(int(str(event["revision"])) for event in sample.events(30))
    assert latest / 1e6 < (datetime.now(UTC) - timedelta(hours=5)).timestamp()


def test_the_register_covers_all_its_forms_many_provinces_and_its_dirt() -> None:
    schools = registered()
    names = [school.nama for school in schools]
    assert len(schools) >= 40
    assert {school.form for school in schools} == {5, 6, 7, 8, 13, 14, 15, 29}
    assert {"06", "25"} <= {school.province for school in schools}
    assert len({school.province for school in schools}) >= 8
    assert all(school.sekolah_id == school.sekolah_id.upper() for school in schools)
    assert any((school.npsn or "").startswith("NP") for school in schools)
    assert len({school.npsn for school in schools}) < len(schools)
    assert all(any(mark in name for name in names) for mark in ("`", "/", "\u00a0", "  "))
    assert max(map(len, names)) > 60
    assert REGISTER.stat().st_size <= 20_000


def test_what_the_register_lacks_is_plainly_invented() -> None:
    assert {school.form for school in invented()} >= {27, 40, 11, 12, 18, 1, 9, 10, 16, 53, 54, 55, 999}
    assert all("CONTOH" in school.nama for school in invented())
    assert any(school.npsn is None for school in invented())


def test_every_school_has_pupils_and_nearly_every_one_a_head_and_an_operator(memberships: list[Row]) -> None:
    everywhere = {school.sekolah_id.upper() for school in registered() + invented()}
    at = [(row["sekolah"]["sekolah_id"].upper(), row) for row in memberships]
    heads = {school for school, row in at if HEADS & set(map(int, row["jabatan_ptk_id"]))}
    assert {school for school, row in at if row.get("rombel")} == everywhere
    assert len(heads) >= 0.95 * len(everywhere)  # a change may have taken the duty away
    assert len({school for school, row in at if row["operator"]}) >= 0.95 * len(everywhere)


def test_pupils_are_found_on_each_side_of_every_edge_of_the_rule(memberships: list[Row]) -> None:
    codes = [(row["sekolah"]["bentuk_pendidikan_id"], row.get("tingkat_pendidikan_id")) for row in memberships]
    found = {(number(school), number(grade)) for school, grade in codes}
    assert found >= {(5, grade) for grade in range(1, 7)} | {(27, grade) for grade in range(34, 43)}
    assert found >= {(6, 7), (6, 9), (13, 10), (13, 12), (15, 10), (15, 13), (29, 4), (29, 5), (29, 12)}
    assert found >= {(11, 35), (12, 38), (18, 41), (53, 5), (54, 7), (55, 12), (6, 10), (27, 8)}
    assert any(school in {5, 6, 13} and grade in {36, 38, 41} for school, grade in found)


def test_some_pupils_have_no_class_no_school_or_two_or_left_or_are_withdrawn(people: list[Row]) -> None:
    pupils = kind_of(people, "peserta_didik")
    single = [person["memberships"][0] for person in pupils if len(person["memberships"]) == 1]
    ungraded = [row for row in single if row.get("tingkat_pendidikan_id") is None]
    assert {row.get("rombel") is None for row in ungraded} == {True, False}
    assert {len(person["memberships"]) for person in pupils} >= {0, 1, 2}
    assert any(person["deleted"] for person in pupils)
    assert {row.get("jenis_keluar_id") for row in single} == {None, *"1234567Z"}


def test_staff_hold_every_role(people: list[Row]) -> None:
    staff = kind_of(people, "ptk")
    rows = [row for person in staff for row in person["memberships"]]
    duties = [frozenset(map(int, row["jabatan_ptk_id"])) for row in rows]
    posts = {(number(row.get("jenis_ptk_id")), duty, row["operator"]) for row, duty in zip(rows, duties, strict=True)}
    assert 0.1 <= share(len(staff), people) <= 0.2
    assert posts >= {(20, frozenset({2}), False), (57, frozenset({2}), False), (11, frozenset(), True)}
    assert any(33 in duties for _, duties, _ in posts)
    assert any(job in {3, 4, 5} and duties & HEADS - {33} for job, duties, _ in posts)
    assert any(job in {3, 4, 5} and operator for job, _, operator in posts)
    assert {job for job, _, _ in posts} >= {3, 4, 5, 6, 17, 30, 40, 63, 64}
    assert any(person["deleted"] for person in staff)


def test_some_teach_at_two_schools_of_one_level_and_some_at_two_levels(people: list[Row]) -> None:
    found = set()
    for rows in (person["memberships"] for person in kind_of(people, "ptk") if len(person["memberships"]) == 2):
        levels = {LEVEL_OF.get(int(row["sekolah"]["bentuk_pendidikan_id"])) for row in rows}
        found.add((len(levels), None in levels, sum(row["induk"] for row in rows)))
    assert found >= {(1, False, 1), (1, False, 0), (2, False, 1)}


def test_every_hard_name_is_there(people: list[Row]) -> None:
    names = {person["nama"] for person in people}
    assert sum(name in names for name in HARD) >= len(HARD) - 2  # a change may have misspelt one
    assert {1, 70} <= {len(name) for name in names}
    assert any(len(name.split()) == 19 for name in names)
    assert len({name for name in names if re.fullmatch("Ma['`\u2018\u2019]ruf .*", name)}) == 4
    assert any(unicodedata.normalize("NFC", name) != name for name in names)
    assert all(any(mark in name for name in names) for mark in ("\t", "  ", "\u00a0", "-", "王", "محمد"))


def test_names_are_composed_as_the_regions_do_and_one_word_names_repeat(people: list[Row]) -> None:
    names = [person["nama"] for person in people]
    leads = ("Cut ", "Andi ", "I Gede ", "Ni Luh ", "Muh. ", "Moh. ", "M. ")
    words = Counter(name.lower() for name in names if name.isalpha())
    assert all(any(name.startswith(lead) for name in names) for lead in leads)
    assert all(any(clan in name for name in names) for clan in ("Siregar", "Nasution"))
    assert 0.2 <= share(sum(name.isupper() for name in names), names) <= 0.5
    assert share(words.total(), names) >= 0.05
    assert min(words["sutrisno"], words["nurhayati"]) >= 5


def test_three_to_five_in_a_hundred_staff_names_carry_titles_and_no_pupils(people: list[Row]) -> None:
    titled = Counter(person["kind"] for person in people if TITLE.search(person["nama"]))
    assert 0.03 <= share(titled["ptk"], kind_of(people, "ptk")) <= 0.05
    assert titled["peserta_didik"] == 0


def test_numbers_keep_their_zeros_and_are_nobodys(people: list[Row]) -> None:
    pupils, staff = kind_of(people, "peserta_didik"), kind_of(people, "ptk")
    nisn = [person["nisn"] for person in pupils if person["nisn"] not in BLANK]
    nuptk = [person["nuptk"] for person in staff if person["nuptk"] not in BLANK]
    assert all(re.fullmatch(r"09\d{8}", value) for value in nisn)
    assert all(re.fullmatch(r"0000\d{12}", value) for value in nuptk)
    assert 0.97 <= share(len(set(nisn)), pupils) <= 0.99
    assert 0.5 <= share(len(set(nuptk)), staff) <= 0.7


def test_codes_ids_and_regions_are_written_in_more_than_one_way(memberships: list[Row]) -> None:
    schools = [row["sekolah"] for row in memberships]
    assert {type(school["bentuk_pendidikan_id"]) for school in schools} == {int, str}
    assert 0.2 <= share(sum(school["sekolah_id"].isupper() for school in schools), schools) <= 0.4
    assert 0.1 <= share(sum(school["kode_wilayah"].endswith(" ") for school in schools), schools) <= 0.3
    assert any("rombel" not in row for row in memberships)


def test_a_few_events_carry_fields_that_nobody_asked_for_with_values_of_nobody(events: list[Row]) -> None:
    extra = [event["person"] for event in events if "nik" in event["person"]]
    assert 0.01 <= share(len(extra), events) <= 0.05
    assert {(person["nik"], person["tanggal_lahir"]) for person in extra} == {("0" * 16, "0001-01-01")}


def test_some_events_come_twice_and_some_people_newer_revision_first(events: list[Row]) -> None:
    copies = Counter(json.dumps(event) for event in events)
    orders = [list(state) for state in states(events).values()]
    newer_first = sum(order != sorted(order) for order in orders)
    assert 0.01 <= share(len(events) - len(copies), events) <= 0.03
    assert len({json.loads(copy)["event_id"] for copy in copies}) == len(copies)
    assert 0.02 <= share(newer_first, orders) <= 0.04
    assert {len(order) for order in orders} == {1, 2}


def test_what_changes_is_a_name_a_class_a_school_a_duty_or_a_leaving(events: list[Row]) -> None:
    changed = set()
    for state in (state for state in states(events).values() if len(state) == 2):
        before, after = (state[revision] for revision in sorted(state))
        changed |= {"nama"} if before["nama"] != after["nama"] else set()
        for field in ("rombel", "jabatan_ptk_id", "operator", "jenis_keluar_id", "membership_id"):
            was, now = ({str(row.get(field)).lower() for row in person["memberships"]} for person in (before, after))
            changed |= {field} if was != now else set()
    assert changed == {"nama", "rombel", "jabatan_ptk_id", "operator", "jenis_keluar_id", "membership_id"}


def test_the_command_writes_one_event_a_line_and_wants_a_zone(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--people", "40", "--seed", "3", "--now", "2021-01-04T07:00:00Z"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == sample.events(40, 3, NOW)
    with pytest.raises(SystemExit):
        __main__.main(["--now", "2021-01-04T07:00:00"])
