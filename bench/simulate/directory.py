"""The Directory as plain objects: addresses are unique, quotas are Google's, and calls go wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bench.simulate.chance import Chance, Faults
from bench.simulate.timeline import BEGIN, Timeline
from local.directory.quota import Window
from shared.domain.users import DirectoryUser, Mark, UserProfile
from shared.ports import DirectoryError, Verdict

CREATIONS_A_SECOND = 10
"""Google's limit on a domain."""
CALLS_A_MINUTE = 2_400
"""Google's default limit on an admin."""


@dataclass(slots=True)
class User:
    """A user, how often its password was set, and what a log of Google's would hold: all times are virtual seconds."""

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
    reason: str | None = None
    """Of the suspension: `ADMIN`, also of ours, or Google's own."""
    held: str | None = None
    """Our own note that the suspension is ours."""
    came_at: float | None = None
    agreed_only: bool = False
    """Of the first sign-in only the accepted terms show."""
    foreign_at: float | None = None
    """When somebody else suspended the user, who was not suspended then."""
    looked_at: float | None = None
    """When the user was last read."""
    switched: tuple[tuple[float, bool], ...] = ()
    """When we suspended the user (True), or lifted that."""

    def sign_in(self, at: float, *, agreed_only: bool = False) -> None:
        """Sign in for the first time; Google lets nobody in who is suspended."""
        if not self.suspended and self.came_at is None:
            self.came_at, self.agreed_only = at, agreed_only

    def suspend(self, at: float, reason: str) -> None:
        """Be suspended by somebody else; who is already suspended stays as he is."""
        if not self.suspended:
            self.suspended, self.reason, self.foreign_at = True, reason, at


class SimulatedDirectory:
    """The Directory port. `scale` is the share of Google's quotas there is; a smaller one is a longer window."""

    def __init__(self, timeline: Timeline, chance: Chance, faults: Faults, scale: float) -> None:
        self._timeline = timeline
        self._chance = chance
        self.allow(faults, scale)
        self.users: dict[str, User] = {}
        self._by_address: dict[str, User] = {}
        self.calls = self.refused = 0
        self.touched = 0
        """Calls that set or lifted a suspension of somebody else's."""
        self.shown: Callable[[User], None] = lambda _: None
        """Told of each user that was created or changed."""
        self.looking: Callable[[User], None] = lambda _: None
        """Told of each user right before it is read."""
        self.suspending: Callable[[User], None] = lambda _: None
        """Told of each user right before we suspend it, when it has been read."""

    def allow(self, faults: Faults, scale: float) -> None:
        """Go on with other faults, and another share of the quotas."""
        self._faults = faults
        self._scale = scale
        self._calls = Window(60)
        self._limit = max(1, round(CALLS_A_MINUTE * scale))
        self._creations: dict[str, Window] = {}

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
        now = self._timeline.seconds
        if user is None or now - user.created < self._faults.lag:
            raise DirectoryError(Verdict.NOT_FOUND, "not_found")
        self.looking(user)
        user.looked_at = now
        return _read(user, now - self._faults.lag)

    def update(self, user_id: str, profile: UserProfile) -> None:
        """Bring a user to the profile."""
        self._admit(None)
        applied = self._fails()
        user = self.users.get(user_id)
        if user is None or self._timeline.seconds - user.created < self._faults.lag:
            raise DirectoryError(Verdict.NOT_READY, "not_ready")
        if profile.suspended:
            self.suspending(user)
        if applied is not False and profile.suspended is False and user.reason not in (None, "ADMIN"):
            self.touched += 1
            raise DirectoryError(Verdict.CANNOT_UNSUSPEND, "cannot_unsuspend")
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
        if profile.suspended is not None:
            self._switch(user, profile.suspended, profile.held)
        self.shown(user)

    def _switch(self, user: User, suspended: bool, held: str | None) -> None:
        self.touched += user.foreign_at is not None
        user.suspended, user.held = suspended, held
        user.reason = "ADMIN" if suspended else None
        user.switched = (*user.switched, (self._timeline.seconds, suspended))


def _read(user: User, seen_until: float) -> DirectoryUser:
    """Give the user as a get shows it: a sign-in after that moment is not to be seen yet."""
    has_come = user.came_at is not None and user.came_at <= seen_until
    return DirectoryUser(
        id=user.id,
        address=user.address,
        account_id=user.account_id,
        mark=user.mark,
        held=user.held,
        given_name=user.given_name,
        family_name=user.family_name,
        org_unit=user.org_unit,
        in_address_list=user.in_address_list,
        cost_center=user.cost_center,
        school=user.school,
        suspended=user.suspended,
        suspension_reason=user.reason,
        agreed_to_terms=has_come,
        last_login=BEGIN + timedelta(seconds=user.came_at or 0.0) if has_come and not user.agreed_only else None,
    )
