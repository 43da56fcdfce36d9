"""What the tests of listings share: a realm with many users, planted at once, and what a listing left behind."""

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from local.directory.faults import Rule
from local.directory.state import User
from shared.budget import Budget
from shared.domain.accounts import Account
from shared.domain.users import DirectoryUser, UserProfile
from shared.listing_records import Checkpoint, checkpoint_ref
from shared.outcomes import Result
from shared.ports import Create, Directory, Ref, Update, UserPage
from tests.rosters import pupil, some_id
from tests.world import World

OLD = {"hours": 2}  # after which a user must be listed


def pupils(world: World, *names: str) -> None:
    """Give each an account that is confirmed, long enough ago for a list to show it."""
    for name in names:
        world.receive(pupil(name.upper(), who=name))
    world.run_due()
    world.clock.pass_by(**OLD)


def of(world: World, name: str) -> Account:
    """Give a pupil's account."""
    return world.account(f"{some_id(name)}.smp")


def crowd(world: World, count: int) -> list[Account]:
    """Plant accounts and their users, all alike but for who they are."""
    pupils(world, "contoh")
    first, user = of(world, "contoh"), world.user(of(world, "contoh"))
    made = [first]
    for n in range(1, count):
        person, account_id = some_id(f"c{n}"), f"{some_id(f'c{n}')}.smp"
        account = replace(
            first,
            person_id=person,
            account_id=account_id,
            address=f"contoh{n:06}@smp.belajar.id",
            directory_id=f"2{n:020}",
        )
        world.state.add(_like(user, account))
        made.append(account)
    for start in range(1, count, 400):
        part = made[start : start + 400]
        world.inner.commit([Create(Ref("accounts", each.account_id), each.to_doc()) for each in part])
    return made


def _like(user: User, account: Account) -> User:
    marks = [
        {"type": "custom", "customType": "akun", "value": account.account_id},
        {"type": "custom", "customType": "akun_kredensial", "value": "k1.1"},
    ]
    return User(account.directory_id or "", account.address, {**user.fields, "externalIds": marks}, user.created)


def write(world: World, old: Account, new: Account) -> None:
    """Let somebody change an account."""
    document = world.inner.get(Ref("accounts", old.account_id))
    assert document is not None
    world.inner.commit([Update(document.ref, old.fields_changed_in(new), document.version)])


def signs_in(world: World, account: Account) -> None:
    """Let the owner sign in now."""
    user = world.user(account)
    user.last_login, user.agreed = world.clock.now().timestamp(), True


def by_hand(world: World, account: Account, **fields: Any) -> None:
    """Let somebody change the user in the Admin console."""
    user = world.user(account)
    user.fields = {**user.fields, **fields}


def checkpoint(world: World, realm: str = "smp") -> Checkpoint:
    """Give what a listing left behind."""
    document = world.inner.get(checkpoint_ref(realm))
    assert document is not None
    return Checkpoint.from_doc(document.data)


def counts(world: World, *names: str) -> tuple[int, ...]:
    """Give counts of the last listing."""
    found: Mapping[str, int] = checkpoint(world).counts
    return tuple(found.get(name, 0) for name in names)


def to_the_end(world: World, tries: int = 20) -> Result:
    """Resume until the listing has ended."""
    result = world.listing()
    for _ in range(tries):
        if result.code != "under_way":
            return result
        result = world.listing(resume=True)
    raise AssertionError("the listing does not end")


def delete(world: World, *names: str) -> None:
    """Let somebody delete users."""
    for name in names:
        world.state.delete(world.user(of(world, name)))


def fault(world: World, kind: str, **more: Any) -> None:
    """Let lists go wrong."""
    world.state.faults.add(Rule(method="list", kind=kind, **more))  # type: ignore[arg-type]


def externals(world: World) -> dict[str, str]:
    """Give what others did, by name."""
    return {account.nama: account.external.kind for account in world.accounts() if account.external}


def limited(pages: int) -> Budget:
    """Give a budget that is over after so many pages."""
    left = iter([True] * pages)
    return lambda: next(left, False)


class Shuffled:
    """A Directory that lists its users in no order, or by address without a `seed`; all else is as it was."""

    def __init__(self, directory: Directory, seed: int | None, size: int = 7) -> None:
        self._directory = directory
        self._random = random.Random(seed) if seed is not None else None
        self._size = size
        self._order: list[Any] = []

    def insert(self, profile: UserProfile) -> str:
        return self._directory.insert(profile)

    def get(self, key: str) -> DirectoryUser:
        return self._directory.get(key)

    def update(self, user_id: str, profile: UserProfile) -> None:
        self._directory.update(user_id, profile)

    def list(self, domain: str, page_token: str | None) -> UserPage:
        if page_token is None:
            self._order = [*self._directory.list(domain, None).users]
            if self._random is not None:
                self._random.shuffle(self._order)
        start = int(page_token or 0)
        end = start + self._size
        return UserPage(self._order[start:end], str(end) if end < len(self._order) else None, complete=True)
