"""All that the stand-in remembers: users, the addresses they hold, groups, org units, usage, faults and counters."""

import bisect
from dataclasses import dataclass, field
from typing import Any

import msgspec

from local.directory.counters import Counters
from local.directory.errors import DirectoryError, condition_not_met, not_found
from local.directory.faults import Faults
from local.directory.options import Clock, Options
from local.directory.quota import Usage

RESTORABLE_SECONDS = 20 * 86400


@dataclass(slots=True)
class User:
    """One user, with what the Directory never shows: the password, the moment that lags count from (`appeared`).

    `changed_at` is when a call last changed what is shown; None means never since the creation.
    """

    id: str
    email: str
    fields: dict[str, Any]
    created: float
    password: str = ""
    hash_function: str | None = None
    passwords_set: int = 0
    updates: int = 0
    aliases: list[str] = field(default_factory=list)
    last_login: float | None = None
    agreed: bool = False
    suspended: str = ""
    suspended_at: float = 0
    archived_at: float = 0
    admin: bool = False
    deleted_at: float | None = None
    renamed_at: float | None = None
    appeared: float = 0
    changed_at: float | None = None
    revision: int = 1
    past: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    @property
    def domain(self) -> str:
        """Return the domain of the primary address."""
        return self.email.rpartition("@")[2]


class State:
    """The stand-in's memory; everything is a plain dict and every write is one synchronous step."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.faults = Faults()
        self.begin()

    def begin(self) -> None:
        """Forget everything and return to the options of the start."""
        options = self.options
        self.clock = Clock()
        self.quotas = msgspec.structs.replace(options.quotas)
        self.lag = msgspec.structs.replace(options.lag)
        self.usage = Usage()
        self.counters = Counters()
        self.faults.clear()
        self.users: dict[str, User] = {}
        self.deleted: dict[str, User] = {}
        self.gone: set[str] = set()
        self.owners: dict[str, User] = {}
        self.groups: dict[str, dict[str, Any]] = {}
        self.cooling: dict[str, float] = {}
        self.unmanaged: dict[str, str] = {}
        self.domains: set[str] = set(options.domains)
        self.org_units: dict[str, dict[str, Any]] = {}
        self.any_org_unit = options.any_org_unit or not options.org_units
        self._sequence = 0
        self._emails: list[str] = []
        self._sorted = True
        for path in ("/", *options.org_units):
            self.add_unit(path)

    def next_id(self) -> str:
        """Return an immutable id in the form of Google's: 21 digits."""
        self._sequence += 1
        return f"1{self._sequence:020d}"

    def add_unit(self, path: str) -> dict[str, Any]:
        """Make an org unit, and those above it, if they aren't there."""
        unit = self.org_units.get(path)
        if unit is None:
            parent = path.rpartition("/")[0] or "/"
            self._sequence += 1
            unit = {"kind": "admin#directory#orgUnit", "orgUnitId": f"id:{self._sequence:015x}", "orgUnitPath": path}
            unit |= {"name": path.rpartition("/")[2] or "/", "etag": f'"{self._sequence:x}"', "blockInheritance": False}
            if path != "/":
                above = self.add_unit(parent)
                unit |= {"parentOrgUnitPath": parent, "parentOrgUnitId": above["orgUnitId"]}
            self.org_units[path] = unit
        return unit

    def within(self, since: float, seconds: float) -> bool:
        """Say whether a moment is less than `seconds` ago; one that the clock was moved back before isn't."""
        return seconds > 0 and 0 <= self.clock.now() - since < seconds

    def verified(self, domain: str) -> bool:
        """Say whether the domain is one of the account's, by name or below a `*.` entry."""
        if domain in self.domains:
            return True
        return any(entry.startswith("*.") and domain.endswith(entry[1:]) for entry in self.domains)

    def taken(self, address: str) -> bool:
        """Say whether a user, an alias, a group or an alias deleted a moment ago holds the address."""
        if address in self.owners or address in self.groups:
            return True
        deleted_at = self.cooling.get(address)
        return deleted_at is not None and self.within(deleted_at, self.lag.alias)

    def add(self, user: User) -> None:
        """Store a new user under the id and the primary address."""
        self.users[user.id] = user
        self.owners[user.email] = user
        self._note_email(user.email)

    def rename(self, user: User, address: str) -> None:
        """Give the user a new primary address; the old one stays as an alias."""
        user.aliases.append(user.email)
        user.email = address
        self.owners[address] = user
        self._note_email(address)

    def find(self, key: str) -> User | None:
        """Return the user with this id, primary address or alias, deleted or not, visible or not."""
        return self.users.get(key) or self.deleted.get(key) or self.owners.get(key.lower())

    def present(self, key: str) -> User:
        """Return the user for a call, or refuse: 404 when unknown, 412 when deleted."""
        user = self.find(key)
        if user is None:
            raise not_found()
        if user.deleted_at is not None:
            raise condition_not_met("User is deleted.")
        return user

    def delete(self, user: User) -> None:
        """Move a user to the deleted ones, who keep their addresses for 20 days."""
        user.deleted_at = self.clock.now()
        self.deleted[user.id] = self.users.pop(user.id)

    def restore(self, user: User) -> None:
        """Bring a deleted user back."""
        user.deleted_at = None
        self.users[user.id] = self.deleted.pop(user.id)
        self._note_email(user.email)

    def purge(self) -> None:
        """Let go for good of those deleted 20 days ago."""
        if not self.deleted:
            return
        before = self.clock.now() - RESTORABLE_SECONDS
        for user in [user for user in self.deleted.values() if (user.deleted_at or 0) <= before]:
            del self.deleted[user.id]
            self.gone.add(user.id)
            for address in (user.email, *user.aliases):
                self.owners.pop(address, None)

    def live(self, address: str) -> User | None:
        """Return the user whose present primary address this is, if not deleted."""
        user = self.owners.get(address)
        return user if user is not None and user.email == address and user.deleted_at is None else None

    def emails_after(self, after: str) -> tuple[list[str], int]:
        """Return all primary addresses in order, and where those after `after` begin."""
        if len(self._emails) > len(self.users):
            self._emails = sorted(user.email for user in self.users.values())
        elif not self._sorted:
            self._emails.sort()
        self._sorted = True
        return self._emails, bisect.bisect_right(self._emails, after) if after else 0

    def full(self) -> bool:
        """Say whether the user limit is reached; deleted users count too."""
        limit = self.quotas.user_limit
        return limit is not None and len(self.users) + len(self.deleted) >= limit

    def check_rename_lag(self, user: User) -> None:
        """Refuse a change that follows a rename too soon."""
        if user.renamed_at is not None and self.within(user.renamed_at, self.lag.rename):
            raise DirectoryError(409, "duplicate")

    def _note_email(self, email: str) -> None:
        self._emails.append(email)
        self._sorted = False
