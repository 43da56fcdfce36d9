"""What tests of campaigns do again and again in a world: fill it, let people come, plan, and let minutes pass."""

from dataclasses import replace
from typing import Any

from shared.domain.campaigns import Record
from shared.domain.exemptions import Kind
from shared.domain.policy import Campaign
from shared.ports import Put, Ref
from tests.rosters import member, pupil, school, some_id
from tests.world import World

ID = "2021-06-30"
AFTER = {"days": 180}  # from the world's January to a day behind the deadline
SMA: dict[str, Any] = {"form": 13, "grade": 10}


def arrive(world: World, *names: str, form: int = 6, grade: int = 7, at: str = "SEKOLAH 1") -> None:
    """Give pupils their accounts."""
    for name in names:
        membership = member(school(f"{at} {form}", form=form), tingkat_pendidikan_id=grade, induk=True)
        world.receive(pupil(name.upper(), membership, who=name))
    world.run_due()


def crowd(world: World, number: int, start: int = 0) -> list[str]:
    """Give so many pupils their accounts; their names tell them apart."""
    names = [f"siswa{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(start, start + number)]
    arrive(world, *names)
    return names


def approved_crowd(world: World, number: int, late: int = 0) -> list[str]:
    """Let so many be due by an approved campaign behind the deadline; gives those who came later and are not."""
    crowd(world, number)
    world.clock.pass_by(**AFTER)
    found = crowd(world, late, start=number)
    plan(world)
    approve(world)
    return found


def account_id(name: str, realm: str = "smp") -> str:
    return f"{some_id(name)}.{realm}"


def come(world: World, *names: str, realm: str = "smp") -> None:
    """Let people sign in and accept the terms."""
    for name in names:
        user = world.user(world.account(account_id(name, realm)))
        assert not user.suspended
        user.last_login, user.agreed = world.clock.now().timestamp(), True


def plan(world: World, campaign_id: str = ID) -> Record:
    return world.decisions.plan(campaign_id, "ops", lambda: True, lambda _, __: None)


def approve(world: World) -> Record:
    return world.decisions.approve(ID, "Kepala Pusdatin", "surat 1")


def minutes(world: World, number: int = 30) -> Record:
    """Let minutes pass; gives the campaign as it is then."""
    for _ in range(number):
        world.minute()
    return record(world)


def until(world: World, state: str, at_most: int = 200) -> Record:
    """Let minutes pass until the campaign is in a state."""
    for _ in range(at_most):
        if record(world).state == state:
            return record(world)
        world.minute()
    raise AssertionError(f"still {record(world).state}")


def record(world: World, campaign_id: str = ID) -> Record:
    document = world.inner.get(Ref("campaigns", campaign_id))
    assert document is not None
    return Record.from_doc(document.data)


def states(world: World) -> dict[str, str]:
    return {account.nama.lower(): account.state for account in world.accounts()}


def suspended(world: World) -> set[str]:
    """Give the names of those whom the Directory has suspended."""
    users = world.state.users
    return {each.nama.lower() for each in world.accounts() if users[each.directory_id or ""].suspended}


def exempt(world: World, kind: Kind, subject: str, **changes: Any) -> None:
    doc = {
        "kind": kind,
        "id": subject,
        "reason": "sakit",
        "author": "ops",
        "until": world.clock.now().replace(year=2030),
    }
    world.inner.commit([Put(Ref("exemptions", f"{kind}.{subject}"), {**doc, "ended_at": None, **changes})])


def with_rule(world: World, **changes: Any) -> Campaign:
    """Change the launch's campaign for this world; gives it as it is then."""
    rule = replace(world.policy.campaigns[0], **changes)
    world.policy = replace(world.policy, campaigns=(rule,))
    world.restart()
    return rule
