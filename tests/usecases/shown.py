"""A school whose passwords were fetched, under a policy that replaces what nobody used for 90 days."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shared.budget import Budget
from shared.domain.accounts import Account
from shared.ports import Ref, Store, Update
from shared.usecases.shown import Shown
from tests.usecases.leaks import PUPILS, School
from tests.world import World

POLICY = "wide_2022"
OWN_PASSWORD = "Milik-Sendiri-1"


class Fetched(School):
    """Pupils with accounts, what is fetched of them, and `reconcile`'s care for it."""

    def restart(self) -> None:
        super().restart()
        self.shown = self.new_shown()

    def new_shown(self, new_budget: Callable[[], Budget] = lambda: lambda: True, store: Store | None = None) -> Shown:
        """Wire the use case, over another store if one is given."""
        world = self.world
        return Shown(
            store=store or world.store,
            clock=world.clock,
            policy=world.policy,
            directory_of=lambda _: world.directory,
            new_budget=new_budget,
        )

    def account(self, who: str) -> Account:
        """Give the account of a pupil."""
        account: Account = self.account_of(who)
        return account

    def generations(self) -> dict[str, int]:
        """Give which password of each pupil is wished."""
        return {who: self.account(who).credential.generation for who in PUPILS}

    def write(self, who: str, **changes: Any) -> None:
        """Write fields of a pupil's account, as an account has them."""
        account = self.account(who)
        fields = account.fields_changed_in(replace(account, **changes))
        self.world.inner.commit([Update(Ref("accounts", account.account_id), fields)])

    def signs_in(self, who: str, *, terms: bool = True) -> None:
        """Let a pupil sign in now, and choose another password."""
        user = self.world.user(self.account(who))
        user.last_login, user.password = self.world.clock.now().timestamp(), OWN_PASSWORD
        user.agreed = user.agreed or terms

    def is_shown(self) -> None:
        """Let everybody's password be fetched now, and be known as shown a day later."""
        self.fetch(self.link())
        self.world.clock.pass_by(days=1)
        self.shown.carry_over()

    def is_shown_and_unused(self) -> None:
        """Let everybody's password be shown, and 90 days go by."""
        self.is_shown()
        self.world.clock.pass_by(days=90)

    def feeds(self) -> None:
        """Let `feed` enqueue what waits in the bulk lane, and its tasks be done."""
        self.world.feed("smp")
        self.world.clock.pass_by(minutes=1)
        self.world.run_due()


def stored(world: World, name: str) -> dict[str, Any] | None:
    """Give a cursor."""
    document = world.inner.get(Ref("cursors", name))
    return document.data if document is not None else None
