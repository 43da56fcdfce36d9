"""An exemption comes while a campaign is at work on the same accounts: nobody is held by what was read before it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from shared.adapters.sqlite import SqliteStore
from shared.domain.exemptions import Kind
from shared.ports import Write
from shared.usecases.exempt import Added, Exempt
from tests.counting import HookedStore
from tests.rosters import member, pupil, school, some_id
from tests.usecases.campaigning import AFTER, ID, account_id, approve, arrive, plan, record
from tests.world import World

NOBODY = some_id("nobody")
SEKOLAH_1 = some_id("SEKOLAH 1 6")
SUBJECTS: list[tuple[Kind, str]] = [("person", some_id("ani")), ("school", SEKOLAH_1), ("realm", "smp")]


def add(world: World, name: str) -> Added:
    given: dict[str, Any] = {"reason": "sakit", "author": "Dinas", "until": world.clock.now() + timedelta(days=30)}
    return Exempt(store=world.store, clock=world.clock).add("person", some_id(name), **given)


def hold(world: World) -> None:
    """Let the campaign hold everybody; nobody is suspended yet."""
    plan(world)
    approve(world)
    world.tick()
    assert all(set(account.holds) == {"dormant"} for account in world.accounts())


def holds(world: World) -> dict[str, set[str]]:
    return {account.nama.lower(): set(account.holds) for account in world.accounts()}


class _Meanwhile:
    """Does something once, before the next commit that writes accounts."""

    def __init__(self) -> None:
        self.act: Any = None

    def __call__(self, writes: Sequence[Write]) -> None:
        if self.act is not None and any(write.ref.collection == "accounts" for write in writes):
            act, self.act = self.act, None
            act()


def test_a_run_that_read_the_exemptions_before_holds_nobody_by_them(tmp_path):
    meanwhile = _Meanwhile()
    world = World(tmp_path, store=HookedStore(SqliteStore(str(tmp_path / "akun.db")), before=meanwhile))
    arrive(world, "ani", "budi")
    world.clock.pass_by(**AFTER)
    plan(world)
    approve(world)
    meanwhile.act = lambda: add(world, "ani")
    world.tick()
    assert meanwhile.act is None
    assert holds(world) == {"ani": set(), "budi": set()}  # overtaken: the next run does it
    world.tick()
    assert holds(world) == {"ani": set(), "budi": {"dormant"}}
    assert record(world, ID).state == "running"


def test_an_account_that_changes_meanwhile_is_let_go_all_the_same(tmp_path):
    meanwhile = _Meanwhile()
    world = World(tmp_path, store=HookedStore(SqliteStore(str(tmp_path / "akun.db")), before=meanwhile))
    arrive(world, "ani")
    world.clock.pass_by(**AFTER)
    hold(world)
    meanwhile.act = lambda: world.receive(pupil("ANI LAIN", there(), who="ani"), 2)
    assert add(world, "ani").let_go == 1
    assert meanwhile.act is None
    ani = world.account(account_id("ani"))
    assert (ani.nama, dict(ani.holds)) == ("ANI LAIN", {})


def there() -> dict[str, Any]:
    return member(school("SEKOLAH 1 6"), tingkat_pendidikan_id=7, induk=True)


def test_a_run_that_has_begun_holds_nobody_who_was_exempt_before_the_hold(tmp_path):
    meanwhile = _Meanwhile()
    world = World(tmp_path, store=HookedStore(SqliteStore(str(tmp_path / "akun.db")), after=meanwhile))
    arrive(world, "ani")
    arrive(world, "citra", form=13, grade=10)
    world.clock.pass_by(**AFTER)
    plan(world)
    approve(world)
    spared = list[str]()

    def spare_the_other() -> None:
        spared.extend(name for name, held in holds(world).items() if not held)
        add(world, spared[0])

    meanwhile.act = spare_the_other
    world.tick()
    assert len(spared) == 1
    assert holds(world)[spared[0]] == set()
