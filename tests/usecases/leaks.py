"""A school whose files were fetched through links, over the use cases of `link` and `download`."""

from collections import Counter
from typing import Any

from shared.adapters.keyring import Keys
from shared.credentials import Credentials
from shared.domain.accounts import Category, Hold
from shared.domain.handout import Row
from shared.domain.links import CATEGORIES, Link, signature
from shared.domain.reissuing import Fate
from shared.link_records import Caller, LinkRecords
from shared.ports import Document, Put, Ref, Update
from shared.usecases.handout import Handout
from shared.usecases.link import Mint, Minted, Wanted
from shared.usecases.revoke import Report, Revoke
from tests.rosters import pupil, school
from tests.world import SECRETS, World

LINK_KEYS = {"p1": b"p" * 32}
SCHOOL = school()
HERE: str = SCHOOL["sekolah_id"]
PUPILS = ("siti", "budi", "ayu", "dewi")


class School:
    """Pupils with accounts, and what is fetched of them."""

    def __init__(self, world: World, *pupils: str) -> None:
        self.world = world
        for who in pupils:
            world.receive(pupil(f"{who.upper()} PRATIWI", who=who))
        world.run_due()
        self.mint = Mint(store=world.inner, clock=world.clock, keys=LINK_KEYS, public_url="https://akun.test")
        self.restart()

    def restart(self) -> None:
        """Wire anew, over the store as it is now."""
        world = self.world
        self.handout = Handout(
            store=world.inner,
            clock=world.clock,
            credentials=Credentials(Keys("k1", secrets=SECRETS, kms={})),
            keys=LINK_KEYS,
            records=LinkRecords(world.inner, world.clock, 5),
            registered_only=False,
        )
        self.revoke = Revoke(store=world.store, tasks=world.tasks, clock=world.clock)

    def link(self, *categories: Category, sekolah_id: str = HERE) -> Link:
        """Sign and register a link, a second after what was before."""
        self.world.clock.pass_by(seconds=1)
        wanted = Wanted(
            sekolah_id=sekolah_id, categories=categories or CATEGORIES, requested_by="op-1", ttl_seconds=900
        )
        minted = self.mint(wanted)
        assert isinstance(minted, Minted)
        return minted.link

    def fetch(self, link: Link, category: Category = "peserta_didik", form: str = "csv") -> dict[str, Row]:
        """Fetch a file whole; give its rows by account."""
        caller = Caller(path=f"/{category}.{form}", network="10.1.2.0/24", posted=True)
        file = self.handout.fetch(link, signature(LINK_KEYS["p1"], link), category, caller)
        return {row.account_id: row for part in file.rows for row in part}

    def account_of(self, who: str) -> Any:
        """Give the account of a pupil."""
        (account,) = [account for account in self.world.accounts() if account.nama.startswith(who.upper())]
        return account

    def change(self, who: str, **changes: Any) -> None:
        """Write fields of a pupil's account, past all rules."""
        account = self.account_of(who)
        self.world.inner.commit([Update(Ref("accounts", account.account_id), changes)])

    def hold(self, who: str, cause: Any) -> None:
        """Suspend or close a pupil's account, the Directory's user too."""
        account = self.account_of(who)
        after = account.wish(self.world.clock.now(), "live", "test", holds={cause: Hold(since=self.world.clock.now())})
        self.world.inner.commit([Update(Ref("accounts", account.account_id), account.fields_changed_in(after))])
        self.world.tasks.enqueue(after.realm, after.account_id, after.version)
        self.world.run_due()

    def school(self) -> Document:
        """Give the school's document."""
        document = self.world.inner.get(Ref("schools", HERE))
        assert document is not None
        return document


def generations(leak: School) -> dict[str, int]:
    return {who: leak.account_of(who).credential.generation for who in PUPILS}


def noted(leak: School, link: Link, number: int, account_id: str) -> None:
    """Note a fetch of one row, as a download that was let in before does."""
    at = leak.world.clock.now()
    part = {"number": number, "category": "peserta_didik", "at": at, "network": "10.1.2.0/24", "part": 1}
    shown = {"accounts": [account_id], "generations": [1]}
    leak.world.inner.commit([Put(Ref(f"links/{link.link_id}/reads", f"{number}-late-00001"), {**part, **shown})])


def fates(report: Report) -> Counter[Fate]:
    return Counter(report.fates.values())
