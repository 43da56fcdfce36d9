"""What one new account writes, taken from the real use cases: the floor writes documents of the same size."""

import pickle
from collections.abc import Sequence
from pathlib import Path

from bench.counting import WatchedStore
from bench.people import event
from shared import events, policies
from shared.adapters.clock import SystemClock
from shared.adapters.keyring import Keys
from shared.adapters.sqlite import SqliteStore
from shared.credentials import Credentials
from shared.directory_steps import DirectorySteps
from shared.domain.users import DirectoryUser, UserProfile
from shared.ports import Create, Directory, Store, Update, UserPage, Write
from shared.schools import Schools
from shared.switchboard import Switchboard
from shared.usecases.converge import Converge
from shared.usecases.provision import Provision

ROOT_DOMAIN = "belajar.id"
POLICY = "launch_2020"


class NoTasks:
    """The Tasks port; remembers the accounts that were enqueued."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def enqueue(self, realm: str, account_id: str, version: int, **_: object) -> bool:  # noqa: ARG002 - the port's
        """Remember the account."""
        self.asked.append(account_id)
        return True

    def close(self) -> None:
        """Do nothing."""


class _Willing:
    """A Directory that makes every user. A new account takes one insert: another call would make the floor wrong."""

    def insert(self, _profile: UserProfile) -> str:
        return "100000000000000000001"

    def get(self, _key: str) -> DirectoryUser:
        raise AssertionError("a new account is not looked at")

    def update(self, _user_id: str, _profile: UserProfile) -> None:
        raise AssertionError("a new account is not updated")

    def list(self, _domain: str, _page_token: str | None) -> UserPage:
        raise AssertionError("a new account is not listed")


def provisioner(store: Store, tasks: NoTasks) -> Provision:
    """Wire the use case of one roster change."""
    return Provision(
        store=store,
        tasks=tasks,
        clock=SystemClock(0.0),
        policy=policies.load(POLICY),
        root_domain=ROOT_DOMAIN,
        schools=Schools(store),
    )


def write_sample(folder: Path) -> Path:
    """Run one account through the use cases, and write what they committed to a file."""
    clock, tasks = SystemClock(0.0), NoTasks()
    with_path = SqliteStore(str(folder / "sample.db"))
    store = WatchedStore(with_path)
    provisioner(store, tasks)(events.parse(event(0, 1), now=clock.now()), "live")
    created = _created(store.writes)
    store.writes.clear()
    _converger(store, tasks, clock)(tasks.asked[0], 1)
    (updated,) = (write for write in store.writes if isinstance(write, Update))
    with_path.close()
    path = folder / "sample.pickle"
    path.write_bytes(pickle.dumps({"created": created, "updated": dict(updated.fields)}))
    return path


def _created(writes: Sequence[Write]) -> list[tuple[str, dict[str, object]]]:
    made = [write for write in writes if isinstance(write, Create) and write.ref.collection != "schools"]
    return [(write.ref.collection, dict(write.data)) for write in made]


def _converger(store: Store, tasks: NoTasks, clock: SystemClock) -> Converge:
    directory: Directory = _Willing()
    switchboard = Switchboard(store, clock)
    steps = DirectorySteps(
        store=store,
        directory_of=lambda _: directory,
        credentials=Credentials(Keys("bench", secrets={"bench": b"b" * 32}, kms={})),
        clock=clock,
        root_domain=ROOT_DOMAIN,
        switchboard=switchboard,
    )
    policy = policies.load(POLICY)
    return Converge(store=store, steps=steps, tasks=tasks, clock=clock, policy=policy, switchboard=switchboard)
