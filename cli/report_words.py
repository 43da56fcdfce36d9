"""What the report says, in words: states, times, provinces, and what each number means."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from shared.domain import campaigns
from shared.domain.activation import Course, School
from shared.domain.campaigns import Record
from shared.domain.policy import Campaign
from shared.handout import regions
from shared.handout.phrases import WIB
from shared.usecases.campaign_report import Report

STATES: Final[Mapping[str, str]] = {
    "planning": "Its plan is being counted.",
    "planned": "Planned. It has not been started.",
    "awaiting_approval": "Planned. It waits for approval.",
    "running": "It is running.",
    "paused": "It is paused.",
    "done": "It is done.",
    "undoing": "It is being undone.",
    "undone": "It was undone.",
}


class Step(NamedTuple):
    """One number of a campaign's course, and what it means."""

    key: str
    name: str
    amount: int | None
    meaning: str


def moment(at: datetime | None) -> str:
    """Give date and time as announced, in Jakarta's time: `30 June 2021, 23:59 WIB`."""
    if at is None:
        return "not yet"
    local = at.astimezone(WIB)
    return f"{local.day} {local:%B %Y, %H:%M} WIB"


def province(code: str) -> str:
    """Give the name of a province."""
    return regions.of(code).name or (f"Code {code}" if code else "Not told by the roster")


def in_words(rule: Campaign) -> str:
    """Say whom a campaign suspends."""
    if rule.never_accessed_by is not None:
        who = f"It suspends accounts that nobody has opened by {moment(rule.never_accessed_by)}"
    else:
        who = f"It suspends accounts that nobody has opened within {rule.never_accessed_for_days} days"
    if rule.issued_before is not None:
        who += f" and that were issued before {moment(rule.issued_before)}"
    where = "in all realms" if campaigns.EVERYWHERE in rule.realms else f"in {', '.join(sorted(rule.realms))}"
    return f"{who}, {where}."


def steps(record: Record, course: Course) -> list[Step]:
    """Give the campaign's numbers in the order in which an account meets them."""
    total = record.total
    lifting = "undoing" in (record.state, record.before_pause)
    waits = "Still to be lifted." if lifting else "Held, and in the queue; or left alone, which is told at the end."
    return [
        Step("due", "Due", total.due, "The plan: never opened when it was counted."),
        Step("exempt", "Exempt", total.exempt, "Never opened, but spared by an exemption."),
        Step("held", "Held", course.held_ever, "Given the campaign's hold so far, in all its rounds."),
        Step("suspended_now", "Suspended now", course.suspended, "Held, and suspended in the Directory."),
        Step("waiting", "Waiting", course.waiting, waits),
        Step("came_in_time", "Came in time", course.came_in_time, "A last look found that somebody came: spared."),
        Step("left_alone", "Left alone", course.left_alone, "Google or an admin had suspended or deleted it before."),
        Step("undone", "Undone", course.lifted, "The campaign's hold was lifted again."),
    ]


def called(school: School) -> str:
    """Give a school's name, or what else tells which it is."""
    return school.nama or school.npsn or school.sekolah_id


def about(report: Report, rule: Campaign) -> list[tuple[str, str]]:
    """Give what is to be known of the campaign before its numbers."""
    record, approval = report.record, report.record.approval
    allowed = "nobody yet"
    if approval is not None:
        in_advance = ", in advance" if approval.in_advance else ""
        allowed = f"{approval.approver}, {moment(approval.at)}{in_advance}: {approval.reason}"
    return [
        ("Numbers as of", moment(report.ended_at)),
        ("Plan", f"Number {record.plan}, counted {moment(record.planned_at)}, policy {record.policy}"),
        ("Approved by", allowed),
        ("Legal basis", rule.legal_basis),
        ("Started", moment(record.started_at)),
        ("Ended", moment(record.ended_at)),
    ]


def notes(report: Report) -> list[str]:
    """Give what is to be known of how the numbers came about."""
    base = "Accounts: those of the campaign's realms that the Directory has confirmed and that are not closed."
    came = "Activated: of these, where somebody is known to have signed in or to have agreed to the terms."
    read = f"The accounts were read from {moment(report.begun_at)} to {moment(report.ended_at)};"
    schools = "A school is counted with its accounts in all realms of the campaign."
    return [
        f"{base} {came}",
        f"{read} what changed in between may be counted as it was before.",
        f"{schools} No pupil, teacher or account is named here or in the files beside this page.",
    ]
