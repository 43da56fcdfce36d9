"""The operator's page: who is to get what by which file, until when, and what to do with it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

import jinja2

from shared.domain.accounts import Category
from shared.domain.handout import Counts, Status
from shared.domain.policy import Campaign, Policy
from shared.handout import look, phrases, regions
from shared.handout.page_html import TEMPLATE
from shared.usecases.handout import Page

ORDER: Final[Sequence[Category]] = ("peserta_didik", "ptk", "admin")
ALWAYS_TOLD: Final = (Status.UNUSED, Status.ACTIVE, Status.SUSPENDED)
REASONS: Final = 2  # told of those who have no account

# What a file weighs: bytes for the file alone, and for each row. Estimates, so that nobody need be read for them.
WEIGHTS: Final[Mapping[str, tuple[int, int]]] = {
    "kartu": (9_500, 760),
    "xlsx": (5_700, 40),
    "csv": (90, 155),
    "pengecualian": (90, 155),
}


class Tally(NamedTuple):
    """How many accounts have a status."""

    status: str
    words: str
    accounts: int


class FileView(NamedTuple):
    """A file of a group, and what its button sends for."""

    id: str
    action: str
    label: str
    kind: str
    rows: int
    unit: str
    size: str
    holds: str


class Group(NamedTuple):
    """A category with what can be had of it."""

    category: str
    name: str
    total: int
    tallies: list[Tally]
    uses_left: int
    files: list[FileView]


class Reason(NamedTuple):
    """Why people have no account."""

    words: str
    people: int
    cure: str


class Deadline(NamedTuple):
    """The deadline of accounts never opened; `date` is "" where no day is set or it has passed."""

    date: str
    left: str
    said: str


def render(page: Page, query: str, policy: Policy, help_contact: str) -> bytes:
    """Give the page as HTML; `query` is the link's own, signed, and goes with every button."""
    region = regions.of(page.school.get("kode_wilayah"))
    groups = [
        _group(counts, page, query) for counts in sorted(page.counts, key=lambda each: ORDER.index(each.category))
    ]
    refused = page.refused.total()
    reasons = [
        Reason(phrases.refusal(code).reason, people, phrases.refusal(code).cure)
        for code, people in sorted(page.refused.items(), key=lambda each: (-each[1], each[0]))
    ]
    return (
        _template()
        .render(
            school=school_name(page.school),
            where=" · ".join(part for part in (f"NPSN {page.school.get('npsn') or 'belum ada'}", region.name) if part),
            categories=", ".join(group.name for group in groups),
            expires=phrases.minute(datetime.fromtimestamp(page.link.expires_at, region.zone), region.zone),
            requested_by=page.requested_by,
            groups=groups,
            somebody=any(group.total for group in groups),
            refused=refused,
            reasons=reasons[:REASONS],
            others=sum(reason.people for reason in reasons[REASONS:]),
            exceptions=f"{page.link.path}/pengecualian.csv?{query}",
            exceptions_size=_size("pengecualian", refused),
            deadline=deadline(page, policy),
            help_contact=help_contact.rstrip("."),
            now=phrases.minute(page.now, region.zone),
        )
        .encode()
    )


def school_name(school: Mapping[str, object]) -> str:
    """Give the school's name, or what to call it where the roster has none."""
    return str(school.get("nama") or "Satuan pendidikan Anda")


def _group(counts: Counts, page: Page, query: str) -> Group:
    category, name, total = counts.category, phrases.CATEGORIES[counts.category], counts.total
    number = "NISN, kelas" if category == "peserta_didik" else "NUPTK"

    def file(form: str, ending: str, label: str, kind: str, rows: int, holds: str) -> FileView:
        action = f"{page.link.path}/{category}{ending}?{query}"
        unit = "kartu" if form == "kartu" else "baris"
        return FileView(f"{category}-{form}", action, label, kind, rows, unit, _size(form, rows), holds)

    return Group(
        category=category,
        name=name,
        total=total,
        tallies=[
            Tally(status.value, phrases.COUNTED[status], counts.by[status])
            for status in Status
            if counts.by[status] or status in ALWAYS_TOLD
        ],
        uses_left=page.uses_left[category],
        files=[
            file("kartu", "/kartu", "Cetak kartu", "Halaman cetak A4", counts.by[Status.UNUSED], phrases.CARDS_HOLD),
            file("xlsx", ".xlsx", "Unduh XLSX", "XLSX untuk Excel", total, phrases.XLSX_HOLDS.format(number=number)),
            file("csv", ".csv", "Unduh CSV", "CSV untuk aplikasi lain", total, phrases.CSV_HOLDS),
        ],
    )


def _size(form: str, rows: int) -> str:
    alone, each = WEIGHTS[form]
    return phrases.size(alone + each * rows)


def deadline(page: Page, policy: Policy) -> Deadline:
    """Tell of the campaigns that can touch the link's accounts: the nearest day ahead, else the last one past.

    A deadline is told in Jakarta's time, whatever the school's: so it was announced, and so everybody knows it.
    """
    campaigns = list(_campaigns(page, policy))
    dated = [(each.never_accessed_by, each) for each in campaigns if each.never_accessed_by is not None]
    ahead = min((each for each in dated if each[0] > page.now), key=lambda each: each[0], default=None)
    spans = [each.never_accessed_for_days for each in campaigns if each.never_accessed_for_days is not None]
    said, date, left = [], "", ""
    if ahead is not None:
        date, left = phrases.minute(ahead[0]), phrases.days_left(page.now, ahead[0])
        said.append("Akun yang belum dibuka sampai saat itu akan ditangguhkan.")
        if ahead[1].issued_before is not None:
            said.append(f"Batas ini untuk akun yang dibuat sebelum {phrases.day(ahead[1].issued_before)}.")
    elif dated:
        said.append(f"Batas waktu {phrases.minute(max(each[0] for each in dated))} sudah lewat.")
        said.append("Akun yang belum dibuka dapat ditangguhkan.")
    if spans:
        said.append(f"Akun yang tidak dibuka dalam {phrases.number(min(spans))} hari akan ditangguhkan.")
    if not said:
        said.append("Saat ini tidak ada batas waktu untuk membuka akun.")
    return Deadline(date, left, " ".join(said))


def _campaigns(page: Page, policy: Policy) -> Iterator[Campaign]:
    """Give the campaigns of the realms that a school of this form has in the link's categories."""
    form = page.school.get("bentuk_pendidikan_id")
    here = {
        realm.name
        for realm in policy.realms.values()
        if realm.category in page.link.categories and (form in realm.forms or not policy.knows_form(form or 0))
    }
    return (each for each in policy.campaigns if "*" in each.realms or not here.isdisjoint(each.realms))


@cache
def _template() -> jinja2.Template:
    """Build the template, once: it takes milliseconds."""
    surroundings = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    surroundings.filters["number"] = phrases.number
    surroundings.globals.update(mark=look.MARK, warning=look.WARNING, lock=look.LOCK, again=look.AGAIN)
    return surroundings.from_string(look.head("Unduh akun {{ school }}", look.BASE + look.PAGE) + TEMPLATE)
