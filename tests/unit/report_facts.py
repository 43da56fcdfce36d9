"""A report to look at, of invented schools: every province and realm, long names and short ones."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shared.domain.activation import Activation, Course, InRealm, School
from shared.domain.campaigns import Approval, Record, Tally
from shared.handout.regions import REGIONS
from shared.usecases.campaign_report import RANKED, Report
from tests.rosters import some_id

AT = datetime(2021, 6, 30, 17, 5, tzinfo=UTC)
LONG_NAME = "SEKOLAH MENENGAH PERTAMA ISLAM TERPADU BAITURRAHMAN ASSYARIFIYAH BARAT"
REALMS = ("sd", "smp", "sma", "smk", "slb", "kesetaraan", "guru.smp", "admin.smp", "pendidik.kesetaraan")


def activation(accounts: int, activated: int, suspended: int = 0) -> Activation:
    """Give counts."""
    return Activation(accounts, activated, suspended)


def a_school(n: int, activated: int, nama: str | None = None, **changed: Any) -> School:
    """Give the n-th school, of a hundred accounts."""
    named = f"SMP NEGERI {n}" if nama is None else nama
    counted = activation(100, activated, (100 - activated) // 2)
    return School(some_id(f"school {n}"), f"2010{n:04}", named, "01", counted)._replace(**changed)


def a_record(**changed: Any) -> Record:
    """Give a campaign that is done."""
    realms = {realm: Tally(in_use=1_000 * n, due=90 * n, exempt=n) for n, realm in enumerate(REALMS, 1)}
    states = ("planning", "awaiting_approval", "running", "done")
    history = tuple({"at": AT, "state": state, "by": "login-of-ops"} for state in states)
    record = Record(
        campaign_id="2021-06-30",
        state="done",
        rule={
            "id": "2021-06-30",
            "realms": ["*"],
            "legal_basis": "Surat Nomor 1 Tahun 2021 (contoh)",
            "max_share": 0.2,
            "issued_before": datetime(2020, 12, 31, 17, 0, tzinfo=UTC),
            "never_accessed_by": datetime(2021, 6, 30, 16, 59, 59, tzinfo=UTC),
        },
        policy="launch_2020",
        plan=2,
        planned_at=AT,
        started_at=AT,
        ended_at=AT,
        approval=Approval(approver="Kepala Pusdatin", reason="surat 12 <contoh>", at=AT, due={}),
        tallies=realms,
        provinces={"01": Tally(due=40, exempt=2)},
        results={"held": 4_050, "suspended": 3_900, "came_in_time": 120, "left_alone": 30},
        history=history,
    )
    return replace(record, **changed)


def a_report(**changed: Any) -> Report:
    """Give a report on it."""
    record: Record = changed.pop("record", None) or a_record()
    realms = {realm: activation(1_000 * n, 830 * n - 37 * n * n, 80 * n) for n, realm in enumerate(REALMS, 1)}
    provinces = {code: activation(900, 890 - 20 * int(code), 9) for code in REGIONS}
    now = {realm: InRealm(tally, 88 * n, 87 * n) for n, (realm, tally) in enumerate(record.tallies.items(), 1)}
    course = Course(realms=now, held_ever=4_050, came_in_time=120, left_alone=30, waiting=0, lifted=0)
    best = [a_school(1, 100, LONG_NAME), *(a_school(n, 100 - n) for n in range(2, RANKED + 1))]
    worst = [a_school(n, n - 100) for n in range(100, 100 + RANKED)]
    given = Report(
        record=record,
        course=course,
        realms=realms,
        provinces={**provinces, "": activation(12, 3), "99": activation(15, 3)},
        best=best,
        worst=worst,
        schools=1_234,
        competing=1_200,
        begun_at=AT,
        ended_at=AT,
    )
    return replace(given, **changed)
