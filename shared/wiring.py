"""Makes the adapters that a configuration names; each imports its SDK only when it is chosen."""

import threading
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from shared.adapters.clock import SystemClock
from shared.environment import ANY_REALM, Key, TasksConfig
from shared.ports import Clock, Directory, Keyring, Store, Tasks

if TYPE_CHECKING:  # imported when it is chosen, and no function needs the use case of its port
    from shared.adapters.tasks import CloudTasks
    from shared.usecases.stop import Queues

Given = ParamSpec("Given")
Made = TypeVar("Made")


def once(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """Make a thing once in a process: first requests that come together wait for one set of clients."""
    lock, made = threading.Lock(), cache(make)

    @wraps(make)
    def given(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        with lock:
            return made(*args, **kwargs)  # type: ignore[arg-type]

    return given


def clock(offset: float) -> Clock:
    """Make the clock."""
    return SystemClock(offset)


def store(url: str) -> Store:
    """Make the store of STORE: sqlite:///relative.db, sqlite:////absolute.db, or firestore://database."""
    if url.startswith("sqlite:///"):
        from shared.adapters.sqlite import SqliteStore

        return SqliteStore(url.removeprefix("sqlite:///"))
    from shared.adapters.firestore import FirestoreStore

    return FirestoreStore(database=url.removeprefix("firestore://"))


def tasks(config: TasksConfig) -> Tasks:
    """Make the Cloud Tasks client."""
    return _cloud_tasks(config)


def queues(config: TasksConfig) -> "Queues":
    """Make the client that pauses and resumes the queues themselves."""
    return _cloud_tasks(config)


def _cloud_tasks(config: TasksConfig) -> "CloudTasks":
    from shared.adapters import google_http
    from shared.adapters.tasks import CloudTasks

    return CloudTasks(
        google_http.plain if config.endpoint else google_http.cloud,
        parent=config.parent,
        converge_url=config.converge_url,
        invoker=config.invoker,
        endpoint=config.endpoint,
    )


def directory_of(
    endpoint: str | None, subjects: Mapping[str, str], *, reads_only: bool = False
) -> Callable[[str], Directory]:
    """Give the Directory of a realm: one client for each admin whose rights, and quota, are used.

    One that `reads_only` asks for no right to write, so that it cannot.
    """
    from shared.adapters import google_http
    from shared.adapters.directory import GoogleDirectory

    if endpoint is not None:
        alone = GoogleDirectory(google_http.plain, endpoint)
        return lambda _: alone
    admins: set[str | None] = {*subjects.values(), None}
    clients = {each: GoogleDirectory(google_http.directory(each, reads_only=reads_only)) for each in admins}
    return lambda realm: clients[subjects.get(realm, subjects.get(ANY_REALM))]


def keyring(keys: Mapping[str, Key], kms_endpoint: str | None) -> Keyring:
    """Make the credential keys; the first is the present one."""
    from shared.adapters.keyring import Keys

    secrets = {kid: key.secret for kid, key in keys.items() if key.secret is not None}
    kms = {kid: key.kms for kid, key in keys.items() if key.kms is not None}
    if not kms:
        return Keys(next(iter(keys)), secrets=secrets, kms=kms)
    from shared.adapters import google_http
    from shared.adapters.kms import KmsMac

    mac = KmsMac(google_http.plain if kms_endpoint else google_http.cloud, kms_endpoint)
    return Keys(next(iter(keys)), secrets=secrets, kms=kms, mac=mac)
