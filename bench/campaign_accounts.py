"""Accounts for a campaign, planted by the hundred: each like one of its realm that the real use cases made."""

import pickle
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.bare_sample import POLICY
from bench.campaign_world import AFTER, CAMPAIGN, OPS, CampaignWorld
from bench.figures import MeasurementError
from bench.people import person_id
from bench.stage import Stage
from local.run import http
from shared import policies, wiring
from shared.adapters.clock import SystemClock
from shared.adapters.directory import READ
from shared.adapters.firestore import FirestoreStore
from shared.domain.accounts import Account
from shared.ports import Put, Ref, Store, Update
from shared.usecases.campaign import Decisions

COMMIT = 400  # documents
_PLACES = {"sd": 1, "smp": 2, "sma": 3, "smk": 4}  # a digit of their users' ids


@dataclass(frozen=True, slots=True)
class Pattern:
    """One account as it is before a campaign, its school as stored, and its Directory user."""

    account: Account
    school: Mapping[str, Any]
    user: dict[str, Any]

    def made(self, run: int, number: int) -> Account:
        """Give an account of the same size under its own ids."""
        return replace(self.account, **self.ids(run, number))

    def ids(self, run: int, number: int) -> dict[str, Any]:
        """Give what no two accounts share."""
        realm, person = self.account.realm, person_id(run, number)
        return {
            "account_id": f"{person}.{realm}",
            "person_id": person,
            "address": f"siti{run:05d}{number:05d}@{self.account.address.partition('@')[2]}",
            "directory_id": f"2{_PLACES[realm]}{run:06d}{number:013d}",
        }

    def user_of(self, account: Account) -> dict[str, Any]:
        """Give the user of an account."""
        own, *marks = self.user["externalIds"]
        ids = [{**own, "value": account.account_id}, *marks]
        return {**self.user, "id": account.directory_id, "primaryEmail": account.address, "externalIds": ids}


def patterns(stage: Stage, realms: Sequence[str]) -> dict[str, Pattern]:
    """Let the real use cases make one account of each realm."""
    with TemporaryDirectory(dir=stage.folder) as folder:
        world = CampaignWorld(Path(folder))
        made = {realm: world.arrive(run, [0], realm)[0] for run, realm in enumerate(realms)}
        found = {realm: _pattern(world, account_id) for realm, account_id in made.items()}
        world.inner.close()
    return found


def write_sample(stage: Stage, realm: str) -> Path:
    """Suspend one account by the real use cases, and write to a file what they read, sent and committed."""
    with TemporaryDirectory(dir=stage.folder) as folder:
        world = CampaignWorld(Path(folder))
        [account_id] = world.arrive(0, [0], realm)
        before = world.account(account_id).to_doc()
        world.time.at = AFTER
        world.begin()
        world.store.writes.clear()
        world.minute([realm])
        ours = [write for write in world.store.writes if write.ref == Ref("accounts", account_id)]
        world.inner.close()
    if [type(write) for write in ours] != [Update, Update] or not world.wire.sent["update"]["suspended"]:
        raise MeasurementError("a suspension is not one hold, one update and one record any more: mend the floor")
    held, suspended = (dict(write.fields) for write in ours if isinstance(write, Update))
    sample = {
        "account": before,
        "held": held,
        "suspended": suspended,
        "read": READ,
        "update": world.wire.sent["update"],
    }
    path = stage.folder / "suspension.pickle"
    path.write_bytes(pickle.dumps(sample))
    return path


def store_of(stage: Stage) -> Store:
    """Give the store that the stage's functions use."""
    if "FIRESTORE_EMULATOR_HOST" in stage.env:
        return FirestoreStore(stage.env["GOOGLE_CLOUD_PROJECT"])
    return wiring.store(stage.env["STORE"])


def put(store: Store, accounts: Sequence[Account]) -> None:
    """Write accounts as they are."""
    for first in range(0, len(accounts), COMMIT):
        part = accounts[first : first + COMMIT]
        store.commit([Put(Ref("accounts", account.account_id), account.to_doc()) for account in part])


def put_schools(store: Store, made: Iterable[Pattern]) -> None:
    """Write the schools of accounts."""
    store.commit([Put(Ref("schools", each.account.sekolah_id), each.school) for each in made])


def seed(port: int, users: Sequence[dict[str, Any]]) -> None:
    """Plant users at the Directory stand-in."""
    if http.post(port, "/control/seed", {"users": list(users)}, timeout=120) != 200:
        raise MeasurementError("the Directory stand-in refuses the users")


def begin(store: Store) -> None:
    """Plan the campaign, in real time, and allow it."""
    decisions = Decisions(store=store, clock=SystemClock(0.0), policy=policies.load(POLICY))
    decisions.plan(CAMPAIGN, OPS, lambda: True, lambda *_: None)
    decisions.approve(CAMPAIGN, OPS, "measured")


def _pattern(world: CampaignWorld, account_id: str) -> Pattern:
    account = world.account(account_id)
    school = world.inner.get(Ref("schools", account.sekolah_id))
    if school is None:
        raise MeasurementError("a school was not stored")
    return Pattern(account, school.data, dict(world.user(account_id).fields))
