"""From a report's numbers to its page: tables, charts beside them, and what the words mean."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, NamedTuple

import jinja2

from cli import report_charts as charts
from cli.report_charts import Chart, number, percent
from cli.report_html import TEMPLATE
from cli.report_words import STATES, about, called, in_words, moment, notes, province, steps
from shared.domain import campaigns
from shared.domain.activation import Activation, School, by_share
from shared.domain.campaigns import Record, Tally
from shared.handout import look
from shared.usecases.campaign_report import LEAST, RANKED, Report


class Columns(NamedTuple):
    """The columns of a table; `head` is the place of what names the row, `numbers` those of numbers."""

    names: tuple[str, ...]
    head: int
    numbers: frozenset[int]


class Cell(NamedTuple):
    """One cell; `sub` is a smaller line under it."""

    text: str
    sub: str = ""


class Table(NamedTuple):
    """One table; `total` is its last line, or empty."""

    id: str
    caption: str
    columns: Columns
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()


class Section(NamedTuple):
    """A part of the page: charts, and beside them the tables of the same numbers."""

    id: str
    title: str
    text: str
    tables: Sequence[Table]
    charts: Sequence[Chart] = ()
    has_key: bool = False


class Tile(NamedTuple):
    """One of the numbers at the top."""

    name: str
    number: str
    share: str


_OF_CAMPAIGN: Final = Columns(("Accounts", "Number", "What it means"), 0, frozenset({1}))
_OF_PLAN: Final = Columns(
    ("Realm", "In use", "Due", "Share", "Exempt", "Held now", "Suspended now"), 0, frozenset(range(1, 7))
)
_COUNTED: Final = ("Accounts", "Activated", "Share", "Suspended, never opened", "Not opened yet")
_OF_SCHOOLS: Final = Columns(("Place", "School", *_COUNTED), 1, frozenset({0, *range(2, 7)}))
_OF_HISTORY: Final = Columns(("When", "State"), 0, frozenset())


def render(report: Report) -> str:
    """Give the page as HTML, whole in itself."""
    record, rule = report.record, campaigns.rule_of(report.record.rule)
    html = _template().render(
        title=f"Campaign {record.campaign_id}: report",
        campaign_id=record.campaign_id,
        state=STATES[record.state],
        rule=in_words(rule),
        about=about(report, rule),
        tiles=_tiles(report.total),
        sections=[
            _campaign(report),
            _activation("realms", "Activation by realm", "Realm", by_share(report.realms), report.total),
            _activation("provinces", "Activation by province", "Province", _provinces(report), report.total),
            _ranking("best", "Best: schools where most came", report.best, report),
            _ranking("worst", "Worst: schools where fewest came", report.worst, report),
            _history(record),
        ],
        notes=notes(report),
        mark=look.MARK,
    )
    return html.strip() + "\n"


def _campaign(report: Report) -> Section:
    found = steps(report.record, report.course)
    rows = [(Cell(step.name), Cell(number(step.amount)), Cell(step.meaning)) for step in found]
    realms = [
        (Cell(realm), *_planned(now.plan), Cell(number(now.held)), Cell(number(now.suspended)))
        for realm, now in report.course.realms.items()
    ]
    course = report.course
    total = (Cell("All"), *_planned(report.record.total), Cell(number(course.held)), Cell(number(course.suspended)))
    title = "Progress of the campaign"
    return Section(
        "progress",
        title,
        "",
        [
            Table("progress-table", "All realms together", _OF_CAMPAIGN, rows),
            Table("progress-realms", "By realm: the plan, and what is so now", _OF_PLAN, realms, total),
        ],
        charts.of_amounts("progress-chart", title, [(step.name, step.amount) for step in found]),
    )


def _planned(plan: Tally) -> tuple[Cell, ...]:
    share = percent(plan.due, plan.in_use)
    return Cell(number(plan.in_use)), Cell(number(plan.due)), Cell(share), Cell(number(plan.exempt))


def _activation(
    name: str, title: str, first: str, rows: Sequence[tuple[str, Activation]], total: Activation
) -> Section:
    columns = Columns((first, *_COUNTED), 0, frozenset(range(1, 6)))
    cells = [(Cell(label), *_counted(each)) for label, each in rows]
    table = Table(f"{name}-table", f"{title}, where most came first", columns, cells, (Cell("All"), *_counted(total)))
    return Section(name, title, "", [table], charts.of_shares(f"{name}-chart", title, rows), has_key=True)


def _counted(each: Activation) -> Iterable[Cell]:
    numbers = (number(each.accounts), number(each.activated), percent(each.activated, each.accounts))
    return [Cell(text) for text in (*numbers, number(each.suspended), number(each.unopened))]


def _provinces(report: Report) -> list[tuple[str, Activation]]:
    return [(province(code), each) for code, each in by_share(report.provinces)]


def _ranking(name: str, title: str, schools: Sequence[School], report: Report) -> Section:
    text = f"Schools with fewer than {LEAST} accounts do not compete: {number(report.competing)} of "
    text += f"{number(report.schools)} do. Where the share is the same, the larger school comes first."
    if report.competing <= RANKED:
        text += " So few compete that both lists hold the same schools."
    rows = [(Cell(str(place)), _school(each), *_counted(each.activation)) for place, each in enumerate(schools, 1)]
    bars = [(f"{place} {called(each)}", each.activation) for place, each in enumerate(schools, 1)]
    table = Table(f"{name}-table", f"{title}, in order of their share", _OF_SCHOOLS, rows)
    return Section(name, title, text, [table], charts.of_shares(f"{name}-chart", title, bars), has_key=bool(schools))


def _school(school: School) -> Cell:
    npsn = f"NPSN {school.npsn}" if school.npsn else school.sekolah_id
    return Cell(called(school), f"{npsn} · {province(school.province)}")


def _history(record: Record) -> Section:
    # Who typed each command stays in the campaign's record: a report is passed on, and names nobody but the approver.
    rows = [(Cell(moment(entry["at"])), Cell(str(entry["state"]).replace("_", " "))) for entry in record.history]
    return Section("history", "What happened", "", [Table("history-table", "In order of time", _OF_HISTORY, rows)])


def _tiles(total: Activation) -> list[Tile]:
    def tile(name: str, amount: int) -> Tile:
        return Tile(name, number(amount), percent(amount, total.accounts))

    return [
        Tile("Accounts", number(total.accounts), "made, and not closed"),
        tile("Activated", total.activated),
        tile("Suspended, never opened", total.suspended),
        tile("Not opened yet", total.unopened),
    ]


@cache
def _template() -> jinja2.Template:
    surroundings = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return surroundings.from_string(TEMPLATE)
