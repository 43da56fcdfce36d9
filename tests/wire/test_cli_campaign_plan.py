"""`akun campaign plan`: what it counts and shows, dry or not, and when it is broken off."""

import json
from typing import Any

import click
import pytest

from cli.planning import Counting
from shared.domain.campaigns import Record
from shared.domain.progress import Progress
from tests.doubles import goes_through
from tests.rosters import school, some_id
from tests.usecases.campaigning import AFTER, arrive
from tests.wire.campaigns import (
    ID,
    JANUARY,
    JULY,
    campaign,
    everything,
    in_use,
)
from tests.wire.commands import typed
from tests.wire.functions import Place
from tests.wire.handout import HERE, SCHOOL, an_account, plant, plant_school
from tests.world import World

PLAN = ("plan", ID)
DEADLINE = "2021-06-30 23:59:59 WIB"


def at(here: Place, name: str, pupils_there: int, **fields: Any) -> None:
    """Write a school, and accounts there that nobody opened."""
    plant_school(here.store, school(name, **fields))
    where = some_id(name)
    plant(here.store, *[an_account(f"{name}{n}", sekolah_id=where, sekolah_ids=(where,)) for n in range(pupils_there)])


def test_a_dry_run_prints_the_same_plan_and_writes_nothing(here: Place):
    in_use(here, "issued", "issued", "active")
    before = everything(here)
    dry = campaign(here, *PLAN, "--dry-run")
    assert (dry.exit_code, everything(here)) == (0, before)
    real = campaign(here, *PLAN)
    first, *rest = dry.stdout.splitlines()
    assert rest == real.stdout.splitlines()[1:]
    assert first.startswith(f"{ID}: would be awaiting_approval (plan 1, counted 2021-07-03 ")
    assert first.endswith("); dry run, nothing was written")
    told = [json.loads(campaign(here, *PLAN, *more, "--json").stdout) for more in (["--dry-run"], [])]
    assert [each.pop("written") for each in told] == [False, True]
    assert all(each.pop("planned_at") for each in told)
    assert told[0] == told[1]


def test_a_plan_is_told_by_realm_province_and_school_with_how_long_it_takes(here: Place):
    in_use(here, *["issued"] * 30, *["active"] * 70)
    at(here, "SMP LAIN", 3, kode_wilayah="990000")
    said = campaign(here, *PLAN).stdout
    assert f"rule: accounts of all realms issued before 2021-06-01 00:00:00 WIB and never opened by {DEADLINE}" in said
    assert "due: 33 of 103 accounts in use (32.0%)" in said
    assert "takes at least 2 min once it runs" in said  # 66 calls at nine tenths of a call a second
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in said.splitlines() if "│" in line]
    assert ["smp", "103", "33", "0", "32.0%", "2 min"] in cells
    assert ["DKI Jakarta", "30", "0"] in cells
    assert ["(no province)", "3", "0"] in cells
    assert [SCHOOL["npsn"], "SMP NEGERI 1", "DKI Jakarta", "30"] in cells
    assert [school("SMP LAIN")["npsn"], "SMP LAIN", "(no province)", "3"] in cells
    assert "above it: smp 32.0%, all together 32.0%" in said
    assert said.splitlines()[-1] == f"next: akun campaign approve {ID} --approver WHO --reason WHY"


def test_only_so_many_schools_are_shown_those_with_most_due_first(here: Place):
    for name, pupils_there in [("SMP A", 1), ("SMP B", 3), ("SMP C", 2)]:
        at(here, name, pupils_there)
    for more in (["--dry-run"], []):
        told = json.loads(campaign(here, *PLAN, "--schools", "2", "--json", *more).stdout)
        assert [(each["sekolah_id"], each["due"]) for each in told["schools"]] == [
            (some_id("SMP B"), 3),
            (some_id("SMP C"), 2),
        ]


def test_a_plan_for_programs_has_all_counts(here: Place):
    in_use(here, "issued", "active")
    typed(here, "exempt", "add", "--school", HERE, "--reason", "sakit", "--author", "Dinas", "--until", "2099-01-01")
    told = json.loads(campaign(here, *PLAN, "--json").stdout)
    counts = {"in_use": 2, "due": 1, "exempt": 0, "looked_at": 1, "share": 0.5}
    assert (told["total"], told["realms"]["smp"]) == (counts, counts)
    assert told["provinces"] == [{"code": "01", "name": "DKI Jakarta", "due": 1, "exempt": 0}]
    assert (told["state"], told["above_max_share"], told["seconds_at_least"]) == ("awaiting_approval", ["smp", "*"], 2)


def test_a_plan_before_the_deadline_says_that_it_starts_by_itself(here: Place):
    in_use(here, "issued", *["active"] * 9)
    said = campaign(here, *PLAN, at=JANUARY.replace(month=6)).stdout
    assert f"next: nothing: it counts anew and starts by itself when {DEADLINE} has come" in said
    assert "Surat Edaran Nomor 37 Tahun 2020 allowed in advance" in said


def test_nobody_due_needs_nothing(here: Place):
    in_use(here, "active")
    said = campaign(here, *PLAN).stdout
    assert "due: 0 of 1 accounts in use (0.0%)" in said
    assert said.splitlines()[-1] == "next: nothing: nobody is due"


def test_how_far_a_plan_has_come_is_told_beside_it(here: Place):
    in_use(here, "issued")
    steps = campaign(here, *PLAN).stderr.splitlines()
    assert steps[0] == "1 of 18 realms counted: 0 accounts looked at, 0 due"
    assert steps[-1] == "18 of 18 realms counted: 1 accounts looked at, 1 due"
    assert len(steps) == 18


class _Interrupted:
    """Ctrl-C once, at the n-th commit."""

    def __init__(self, world: World, commit: int) -> None:
        world.trouble.plans = [goes_through] * commit + [self._interrupt]

    def _interrupt(self, _: object) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize("commit", [1, 5, 18])
def test_broken_off_a_plan_says_how_to_go_on_and_loses_nothing(tmp_path, capsys, commit: int):
    world = World(tmp_path)
    arrive(world, "ani", "budi")
    world.clock.pass_by(**AFTER)
    counting = Counting(world.decisions, world.store, world.policy)
    _Interrupted(world, commit)
    with pytest.raises(click.exceptions.Exit) as ended:
        counting.plan(ID, "ops")
    assert ended.value.exit_code == 130
    assert f"broken off; nothing is lost: akun campaign plan {ID} goes on where it was" in capsys.readouterr().err
    record, schools = counting.plan(ID, "ops")
    assert (record.plan, record.total.due, record.total.in_use, record.total.seen) == (1, 2, 2, 2)
    assert schools.most(9) == [(some_id("SEKOLAH 1 6"), 2)]


class _Stopped:
    """Decisions whose dry run is broken off after its first part."""

    def dry_plan(self, _: str, tell: object) -> Record:
        assert callable(tell)
        tell(Progress(plan=1, as_of=JULY, realm="smp"), {})
        raise KeyboardInterrupt


def test_broken_off_a_dry_run_says_that_nothing_was_written(tmp_path, capsys):
    world = World(tmp_path)
    with pytest.raises(click.exceptions.Exit) as ended:
        Counting(_Stopped(), world.store, world.policy).dry(ID)  # type: ignore[arg-type]
    assert ended.value.exit_code == 130
    assert "broken off; nothing was written" in capsys.readouterr().err
