"""The report's page: self-contained, whole in numbers and words, and nobody named in it."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any, get_args

import pytest

from cli.report_charts import LONGEST
from cli.report_page import render
from cli.report_words import STATES, in_words, steps
from shared.domain.activation import Activation
from shared.domain.campaigns import State, rule_of
from shared.handout.regions import REGIONS
from tests.unit.report_facts import LONG_NAME, a_record, a_report, a_school


class Read(HTMLParser):
    """What a page holds: its elements with their attributes, and its words by section and kind of place."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[tuple[str, str, str]] = []
        self._section = ""
        self._open: list[str] = []
        self._rows: list[tuple[str, list[str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "section":
            self._section = str(dict(attrs)["aria-labelledby"])
        if tag == "tr":
            self._rows.append((self._section, []))
        if tag not in ("meta", "link", "rect", "path"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("rect", "path"):
            return
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append((self._section, self._open[-1], data.strip()))
            if "tr" in self._open:
                self._rows[-1][1].append(data.strip())

    def close(self) -> None:
        super().close()
        assert self._open == []

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def rows(self, section: str) -> list[list[str]]:
        """Give the words of a section's tables, row by row."""
        return [row for where, row in self._rows if where == section]


@pytest.fixture(scope="module")
def page() -> Read:
    return Read(render(a_report()))


def test_it_needs_nothing_from_anywhere_and_runs_nothing():
    html = render(a_report())
    assert re.findall(r"https?:|@import|<script|javascript:|\bon\w+=|<img|<iframe", html) == []
    assert set(re.findall(r"url\(([^)]*)\)", html)) == {"#stripes"}
    assert set(re.findall(r'(?:href|src)="([^"]*)"', html)) == {"data:,"}
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in html


def test_no_id_is_given_twice_and_each_that_is_named_is_there(page: Read):
    ids = Counter(each["id"] for _, each in page.elements if "id" in each)
    assert set(ids.values()) == {1}
    named = {name for _, each in page.elements for name in str(each.get("aria-labelledby", "")).split()}
    assert named
    assert named <= set(ids)


def test_each_chart_has_title_and_description_and_a_table_in_its_section(page: Read):
    charts = [each for each in page.attributes("svg") if each.get("class") == "chart"]
    assert len(charts) == 1 + 1 + 3 + 1 + 1  # provinces are 41 here, and 20 bars make one picture
    assert all(each["role"] == "img" and each["aria-labelledby"] for each in charts)
    for section in ("progress", "realms", "provinces", "best", "worst"):
        assert any(where == section and tag == "title" for where, tag, _ in page.words), section
        assert any(where == section and tag == "desc" for where, tag, _ in page.words), section
        assert page.rows(section), section


def test_the_tables_hold_every_number(page: Read):
    assert ["smp", "2,000", "1,512", "75.6%", "160", "328"] in page.rows("realms")
    assert ["DKI Jakarta", "900", "870", "96.7%", "9", "21"] in page.rows("provinces")
    assert ["smp", "2,000", "180", "9.0%", "2", "176", "174"] in page.rows("progress")
    assert page.rows("realms")[-1:] == [["All", "45,000", "26,805", "59.6%", "3,600", "14,595"]]
    progress = {row[0]: row[1] for row in page.rows("progress") if row[0] in ("Due", "Came in time", "Suspended now")}
    assert progress == {"Due": "4,050", "Came in time": "120", "Suspended now": "3,915"}
    (second,) = [row for row in page.rows("best") if "SMP NEGERI 2" in row]
    assert second == ["2", "SMP NEGERI 2", "NPSN 20100002 · DKI Jakarta", "100", "98", "98.0%", "1", "1"]


def test_where_most_came_comes_first_and_what_has_no_account_is_left_out():
    report = a_report(realms={"sd": Activation(10, 1), "smp": Activation(10, 9), "sma": Activation()})
    assert [row[0] for row in Read(render(report)).rows("realms")] == ["Realm", "smp", "sd", "All"]


def test_every_province_is_told_by_name_and_a_code_that_nobody_knows_as_that(page: Read):
    named = [row[0] for row in page.rows("provinces")]
    assert {region.name for region in REGIONS.values()} <= set(named)
    assert {"Code 99", "Not told by the roster"} <= set(named)


def test_words_from_outside_are_text_and_nothing_else():
    record = a_record(campaign_id="2021-06-30", policy="<b>", before_pause=None)
    html = render(a_report(record=record, best=[a_school(1, 100, '<script>alert("x")</script>')]))
    assert "surat 12 &lt;contoh&gt;" in html
    assert "<script" not in html
    assert "&lt;b&gt;" in html


def test_a_long_name_is_cut_in_the_chart_and_whole_in_the_table(page: Read):
    assert ("best", "text", f"1 {LONG_NAME}"[: LONGEST - 1].rstrip() + "…") in page.words
    assert ("best", "th", LONG_NAME) in page.words


def test_a_school_without_a_name_is_told_by_its_number():
    report = a_report(
        best=[a_school(1, 9, nama=" ")._replace(nama="")], worst=[a_school(2, 9)._replace(nama="", npsn="")]
    )
    read = Read(render(report))
    assert ("best", "th", "20100001") in read.words
    assert ("worst", "th", report.worst[0].sekolah_id) in read.words


def test_nobody_is_named_but_the_approver():
    html = render(a_report())
    assert "login-of-ops" not in html
    assert "Kepala Pusdatin" in html


def test_what_is_not_known_is_said_to_be_so():
    course = replace(a_report().course, held_ever=None, came_in_time=None, left_alone=None)
    rows = {row[0]: row[1] for row in Read(render(a_report(course=course))).rows("progress")}
    assert [rows[name] for name in ("Held", "Came in time", "Left alone")] == ["not known"] * 3


def test_a_campaign_that_has_not_begun_is_told_too():
    record = a_record(state="planned", approval=None, started_at=None, ended_at=None, results={}, history=())
    html = render(a_report(record=record, best=[], worst=[], competing=0, realms={}, provinces={}))
    assert "It has not been started." in html
    assert "nobody yet" in html
    assert html.count("not yet") == 2


def test_every_state_has_words():
    assert set(STATES) == set(get_args(State))


def test_where_few_schools_compete_it_says_that_both_lists_hold_the_same():
    assert "both lists hold the same" in render(a_report(competing=20))
    assert "both lists hold the same" not in render(a_report(competing=21))


def test_what_waits_is_to_be_lifted_where_a_campaign_is_undone():
    def meaning(**changed: Any) -> str:
        report = a_report(record=a_record(**changed))
        (waiting,) = [step.meaning for step in steps(report.record, report.course) if step.key == "waiting"]
        return waiting

    assert meaning(state="running") != meaning(state="undoing") == meaning(state="paused", before_pause="undoing")


def test_times_are_jakartas():
    at = datetime(2021, 6, 30, 18, 0, tzinfo=UTC)
    assert "by 1 July 2021, 01:00 WIB" in in_words(rule_of({**a_record().rule, "never_accessed_by": at}))


def test_the_rule_is_told_in_words():
    rule = rule_of(a_record().rule)
    dated = "It suspends accounts that nobody has opened by 30 June 2021, 23:59 WIB and that were issued before"
    assert in_words(rule) == f"{dated} 1 January 2021, 00:00 WIB, in all realms."
    rolling = replace(
        rule, never_accessed_by=None, issued_before=None, never_accessed_for_days=180, realms=("smp", "sma")
    )
    assert in_words(rolling) == "It suspends accounts that nobody has opened within 180 days, in sma, smp."
