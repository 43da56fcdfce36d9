"""The report's CSV files as an Indonesian Excel opens them: UTF-8 with BOM, `;`, decimal commas, every cell quoted."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final

from cli.report_words import province, steps
from shared.domain.activation import Activation, School
from shared.domain.campaigns import Tally
from shared.handout.csv_file import inert
from shared.usecases.campaign_report import Report

_COUNTED: Final = ("accounts", "activated", "activated_percent", "suspended_never_opened", "not_opened_yet")
_PROVINCE: Final = ("province_code", "province")
_OF_PROGRESS: Final = ("step", "accounts")
_OF_REALMS: Final = (
    "realm", *_COUNTED, "plan_in_use", "plan_due", "plan_exempt", "held_now", "suspended_by_campaign_now",
)  # fmt: skip
_OF_PROVINCES: Final = (*_PROVINCE, *_COUNTED, "plan_due", "plan_exempt")
_OF_SCHOOLS: Final = ("sekolah_id", "npsn", "name", *_PROVINCE, *_COUNTED)

Cells = Sequence[str | int]


class SchoolsFile:
    """The file of all schools, written while they are read, so that memory stays flat."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._file.write(_line(_OF_SCHOOLS))

    def __enter__(self) -> "SchoolsFile":
        """Give the file."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""
        self._file.close()

    def add(self, school: School) -> None:
        """Write one school."""
        where = (school.province, province(school.province))
        who = (school.sekolah_id, inert(school.npsn), inert(school.nama))
        self._file.write(_line((*who, *where, *_counted(school.activation))))


def write_progress(path: Path, report: Report) -> None:
    """Write the campaign's numbers; one that is not known is empty."""
    rows = ((step.key, "" if step.amount is None else step.amount) for step in steps(report.record, report.course))
    _write(path, _OF_PROGRESS, rows)


def write_realms(path: Path, report: Report) -> None:
    """Write who came, and how far the campaign is, by realm."""

    def row(realm: str) -> Cells:
        now = report.course.realms[realm]
        plan = (now.plan.in_use, now.plan.due, now.plan.exempt)
        return (realm, *_counted(report.realms.get(realm, Activation())), *plan, now.held, now.suspended)

    _write(path, _OF_REALMS, (row(realm) for realm in sorted(report.course.realms)))


def write_provinces(path: Path, report: Report) -> None:
    """Write who came, and what the plan counted, by province."""

    def row(code: str) -> Cells:
        plan = report.record.provinces.get(code, Tally())
        counted = _counted(report.provinces.get(code, Activation()))
        return (code, province(code), *counted, plan.due, plan.exempt)

    _write(path, _OF_PROVINCES, (row(code) for code in sorted({*report.provinces, *report.record.provinces})))


def _counted(each: Activation) -> Cells:
    percent = f"{each.share * 100:.1f}".replace(".", ",") if each.accounts else ""
    return each.accounts, each.activated, percent, each.suspended, each.unopened


def _write(path: Path, header: Sequence[str], rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.writelines(_line(cells) for cells in (header, *rows))


def _line(cells: Cells) -> str:
    quoted = (str(cell).replace('"', '""') for cell in cells)
    return '"' + '";"'.join(quoted) + '"\r\n'
