"""Figure: Directory calls of a whole campaign, over those that nobody can spare."""

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.campaign_world import AFTER, CAMPAIGN, OPS, CampaignWorld
from bench.figures import Figure, MeasurementError
from bench.stage import Stage
from local.directory.seeding import Login, Suspension, sign_in, suspend
from shared.domain.accounts import Account
from shared.domain.campaigns import Record
from shared.domain.exemptions import Exemption
from shared.exemption_records import exemption_ref
from shared.ports import Put, Query, Ref

GOAL = 1.0
REALMS = ("sd", "smp")
USERS = 600  # of each realm
CAME, LOCKED, EXEMPT = 15, 3, 3  # percent who came, whom an admin suspended, who is exempt; came and locked twice: late
PAGE = 500  # users of one page of a listing
MINUTES = 60  # after which the campaign must be done


@dataclass(slots=True)
class Script:
    """Who is to be suspended, who looked at and spared; account ids.

    All others are exempt, or came before the listing, which shows it. `late` came behind the plan; `locked_late` were
    suspended by an admin then.
    """

    suspended: set[str] = field(default_factory=set)
    spared: set[str] = field(default_factory=set)
    late: list[str] = field(default_factory=list)
    locked_late: list[str] = field(default_factory=list)


def campaign_calls(stage: Stage) -> list[Figure]:
    """Count, at the stand-in, the calls of listing, plan and campaign over two realms without faults."""
    with TemporaryDirectory(dir=stage.folder) as folder:
        world = CampaignWorld(Path(folder))
        figure = counted(world, USERS)
        world.inner.close()
    return [figure]


def counted(world: CampaignWorld, users: int) -> Figure:
    """Play a campaign over so many users of each realm, and give its calls over those allowed."""
    script = Script()
    for run, realm in enumerate(REALMS):
        _set_out(world, world.arrive(run, range(users), realm), script)
    world.wire.asked.clear()
    world.time.at = AFTER
    world.look(REALMS)
    world.begin()
    _come(world, script.late)
    _lock_out(world, script.locked_late)
    _work(world)
    _check(world, script)
    pages = len(REALMS) * ceil(users / PAGE)
    allowed = pages + 2 * len(script.suspended) + len(script.spared)
    made = sum(world.wire.asked.values())
    told = f"{pages} pages, {len(script.suspended):,} suspended, {len(script.spared)} looked at and spared"
    detail = f"{made:,} over {allowed:,} calls; {len(REALMS) * users:,} users: {told}"
    return Figure("campaign_calls", made / allowed, GOAL, detail)


def _set_out(world: CampaignWorld, made: list[str], script: Script) -> None:
    """Let some come, suspend some, exempt some; others do so late, and the rest is to be suspended."""
    left = iter(made)
    early, locked, exempt, late, locked_late = (
        [next(left) for _ in range(len(made) * percent // 100)] for percent in (CAME, LOCKED, EXEMPT, CAME, LOCKED)
    )
    _come(world, early)
    _lock_out(world, locked)
    for each in exempt:
        _exempt(world, each)
    script.late += late
    script.locked_late += locked_late
    script.spared.update(locked, late, locked_late)
    script.suspended.update(left)


def _come(world: CampaignWorld, who: list[str]) -> None:
    for each in who:
        sign_in(world.state, Login(user_key=world.user(each).id))


def _lock_out(world: CampaignWorld, who: list[str]) -> None:
    for each in who:
        suspend(world.state, Suspension(user_key=world.user(each).id, by="admin"))


def _exempt(world: CampaignWorld, account_id: str) -> None:
    person, now = world.account(account_id).person_id, world.time.now()
    until = AFTER + timedelta(days=30)
    entry = Exemption(kind="person", id=person, reason="measured", author=OPS, until=until, added_at=now)
    world.inner.commit([Put(exemption_ref("person", person), asdict(entry))])


def _work(world: CampaignWorld) -> None:
    for _ in range(MINUTES):
        world.minute(REALMS)
        document = world.inner.get(Ref("campaigns", CAMPAIGN))
        if document is not None and Record.from_doc(document.data).state == "done":
            return
    raise MeasurementError(f"the campaign was not done after {MINUTES} minutes")


def _check(world: CampaignWorld, script: Script) -> None:
    accounts = [Account.from_doc(document.data) for document in world.inner.query(Query("accounts"))]
    found = {each.account_id for each in accounts if each.is_suspended}
    if found != script.suspended:
        raise MeasurementError(f"{len(found ^ script.suspended)} accounts ended otherwise than they should")
