"""Facts for the operator's page, and how tests read what it makes of them."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

from shared.domain.accounts import Category
from shared.domain.handout import Counts, Status
from shared.domain.links import Link
from shared.domain.policy import Campaign, Policy
from shared.handout import page
from shared.policies import load
from shared.usecases.handout import Page
from tests.rosters import some_id

NOW = datetime(2021, 1, 4, 7, 0, tzinfo=UTC)
LAUNCH = load("launch_2020")
QUERY = "k=admin,peserta_didik,ptk&iat=1609743600&exp=1609744500&lid=aaaaaaaaaaaaaaaa&kid=p1&sig=x-_y"
SCHOOL = {"npsn": "20106343", "nama": "SMP NEGERI 241", "bentuk_pendidikan_id": 6, "kode_wilayah": "010101"}
LINK = Link(
    sekolah_id=some_id("school"),
    categories=("admin", "peserta_didik", "ptk"),
    issued_at=int(NOW.timestamp()),
    expires_at=int(NOW.timestamp()) + 900,
    link_id="a" * 16,
    key_id="p1",
)


def counts(category: Category, **by: int) -> Counts:
    """Give the counts of a group, by the statuses' names."""
    return Counts(category, {status: by.get(status.value, 0) for status in Status})


def facts(**changed: object) -> Page:
    """Give what the page of a school with all three groups tells; what is left out stays."""
    given = Page(
        link=LINK,
        school=SCHOOL,
        requested_by="operator-7",
        counts=[
            counts("admin", unused=1, active=1),
            counts("peserta_didik", unused=1204, active=96, suspended=12, preparing=3),
            counts("ptk", unused=8, active=22, elsewhere=1),
        ],
        uses_left={"admin": 5, "peserta_didik": 4, "ptk": 0},
        refused=Counter(grade_missing=14, staff_not_eligible=6, form_grade_mismatch=2, jenis_ptk_missing=1),
        now=NOW,
    )
    return replace(given, **changed)  # type: ignore[arg-type]


def html(policy: Policy = LAUNCH, help_contact: str = "pusatinformasi.belajar.id", **changed: object) -> str:
    """Render a page of these facts."""
    return page.render(facts(**changed), QUERY, policy, help_contact).decode()


def words(text: str) -> str:
    """Give the text of a page without its marks."""
    body = text.partition("<body>")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def said(**changed: object) -> str:
    """Give the text of a page of these facts."""
    return words(html(**changed))  # type: ignore[arg-type]


def section(text: str, heading: str) -> str:
    """Give the text of a part, by the id of its heading."""
    return words("<body>" + text.partition(f'<section aria-labelledby="{heading}">')[2].partition("</section>")[0])


def with_campaigns(*campaigns: Campaign) -> Policy:
    """Give the policy with these deadlines only."""
    return replace(LAUNCH, campaigns=campaigns)


def campaign(until: datetime | None = None, days: int | None = None, **changed: object) -> Campaign:
    """Give a deadline: a day, or a number of days."""
    given = Campaign(
        id="c", realms=("*",), legal_basis="-", max_share=0.2, never_accessed_by=until, never_accessed_for_days=days
    )
    return replace(given, **changed)  # type: ignore[arg-type]
