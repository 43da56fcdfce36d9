"""The Directory as plain objects: addresses are unique, quotas are Google's, and calls go wrong."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.simulate.chance import Chance, Faults
from bench.simulate.timeline import Timeline
from local.directory.quota import Window
from shared.domain.users import DirectoryUser, Mark, UserProfile
from shared.ports import DirectoryError, Verdict

CREATIONS_A_SECOND = 10
"""Google's limit on a domain."""
CALLS_A_MINUTE = 2_400
"""Google's default limit on an admin."""


@dataclass(slots=True)
class User:
    """A user, and how often its password was set."""

    id: str
    address: str
    account_id: str
    given_name: str
    family_name: str
    cost_center: str | None
    school: str | None
    org_unit: str
    in_address_list: bool
    mark: Mark | None
    suspended: bool
    created: float
    passwords_set: int = 1


class SimulatedDirectory:
    """The Directory port. `scale` is the share of Google's quotas there is; a smaller one is a longer window."""

    def __init__(self, timeline: Timeline, chance: Chance, faults: Faults, scale: float) -> None:
        self._timeline = timeline
        self._chance = chance
        self._faults = faults
        self._scale = scale
        self._calls = Window(60)
        self._limit = max(1, round(CALLS_A_MINUTE * scale))
        self._creations: dict[str, Window] = {}
        self.users: dict[str, User] = {}
        self._by_address: dict[str, User] = {}
        self.calls = self.refused = 0
        self.shown: Callable[[User], None] = lambda _: None
        """Told of each user that was created or changed."""

    def insert(self, profile: UserProfile) -> str:
        """Create a user; a taken address answers before anything else goes wrong, as Google's does."""
        self._admit(profile.address.partition("@")[2])
        applied = self._fails()
        if profile.address in self._by_address and applied is not False:
            raise DirectoryError(Verdict.DUPLICATE, "duplicate")
        if applied is not False:
            self._add(profile)
        if applied is not None:
            raise DirectoryError(Verdict.UNAVAILABLE, "server_error")
        return self._by_address[profile.address].id

    def get(self, key: str) -> DirectoryUser:
        """Read a user by id or address; one just created is not to be seen yet."""
        self._admit(None)
        if self._fails() is not None:
            raise DirectoryError(Verdict.UNAVAILABLE, "server_error")
        user = self.users.get(key) or self._by_address.get(key)
        if user is None or self._timeline.seconds - user.created < self._faults.lag:
            raise DirectoryError(Verdict.NOT_FOUND, "not_found")
        return _read(user)

    def update(self, user_id: str, profile: UserProfile) -> None:
        """Bring a user to the profile."""
        self._admit(None)
        applied = self._fails()
        user = self.users.get(user_id)
        if user is None or self._timeline.seconds - user.created < self._faults.lag:
            raise DirectoryError(Verdict.NOT_READY, "not_ready")
        if applied is not False:
            self._change(user, profile)
        if applied is not None:
            raise DirectoryError(Verdict.UNAVAILABLE, "server_error")

    def _admit(self, created_in: str | None) -> None:
        self.calls += 1
        now = self._timeline.seconds
        fits = self._calls.take(now, self._limit)
        if fits and created_in is not None:
            window = self._creations.setdefault(created_in, Window(1 / self._scale))
            fits = window.take(now, CREATIONS_A_SECOND)
        if not fits:
            self.refused += 1
            raise DirectoryError(Verdict.QUOTA, "quota")

    def _fails(self) -> bool | None:
        """Give None if the call goes well, else whether it was applied before it failed."""
        if self._chance.strikes(self._faults.answer_lost):
            return True
        return self._chance.either() if self._chance.strikes(self._faults.refused_503) else None

    def _add(self, profile: UserProfile) -> None:
        user = User(
            id=f"1{len(self.users):020}",
            address=profile.address,
            account_id=profile.account_id,
            given_name=profile.given_name,
            family_name=profile.family_name,
            cost_center=profile.cost_center,
            school=profile.school,
            org_unit=profile.org_unit,
            in_address_list=profile.in_address_list,
            mark=profile.mark,
            suspended=bool(profile.suspended),
            created=self._timeline.seconds,
        )
        self.users[user.id] = self._by_address[user.address] = user
        self.shown(user)

    def _change(self, user: User, profile: UserProfile) -> None:
        user.given_name, user.family_name = profile.given_name, profile.family_name
        user.cost_center, user.school = profile.cost_center, profile.school
        user.org_unit, user.in_address_list = profile.org_unit, profile.in_address_list
        user.mark = profile.mark or user.mark
        user.passwords_set += profile.password is not None
        user.suspended = user.suspended if profile.suspended is None else profile.suspended
        self.shown(user)


def _read(user: User) -> DirectoryUser:
    return DirectoryUser(
        id=user.id,
        address=user.address,
        account_id=user.account_id,
        mark=user.mark,
        held=None,
        given_name=user.given_name,
        family_name=user.family_name,
        org_unit=user.org_unit,
        in_address_list=user.in_address_list,
        cost_center=user.cost_center,
        school=user.school,
        suspended=user.suspended,
        suspension_reason="ADMIN" if user.suspended else None,
        agreed_to_terms=False,
        last_login=None,
    )
