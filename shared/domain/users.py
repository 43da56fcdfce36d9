"""The Directory user: what we want it to be, what was read of it, and what each says of the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.domain import names
from shared.domain.accounts import Account, Cause
from shared.domain.policy import Realm

AFTER_FIRST = 2  # the generation that follows a first password


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Which password the Directory has: externalId `akun_kredensial` = `<kid>.<generation>`."""

    key_id: str
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserProfile:
    """What a Directory user is to be; None in `password` and `suspended` = leave it as it is.

    `mark` says which password is there. Google replaces externalIds whole, so without a `mark` none of ours is sent:
    a call that has not looked must not wipe what it has not seen. `held` says that a suspension is ours and why; it
    goes with `suspended` alone, in a field that no other call of ours sends, so that no call that lands late wipes it.
    """

    address: str
    account_id: str
    given_name: str
    family_name: str
    display_name: str | None
    org_unit: str
    cost_center: str | None
    school: str | None
    in_address_list: bool
    mark: Mark | None
    held: Cause | None = None
    password: str | None = None
    suspended: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryUser:
    """A Directory user as read; `last_login` None = never; `account_id` None = not ours; `held` = ours to lift.

    `tells_sign_ins` is False where the answer left out what would show a sign-in: then None says nothing.
    """

    id: str
    address: str
    account_id: str | None
    mark: Mark | None
    held: str | None
    given_name: str
    family_name: str
    org_unit: str
    in_address_list: bool
    cost_center: str | None
    school: str | None
    suspended: bool
    suspension_reason: str | None
    agreed_to_terms: bool
    last_login: datetime | None
    tells_sign_ins: bool = True

    def shows(self, profile: UserProfile) -> bool:
        """Tell whether the user is what the profile wants, password apart."""
        seen = (self.given_name, self.family_name, self.cost_center, self.school)
        wanted = (profile.given_name, profile.family_name, profile.cost_center, profile.school)
        placed = (self.org_unit, self.in_address_list) == (profile.org_unit, profile.in_address_list)
        marked = (self.account_id, self.mark) == (profile.account_id, profile.mark)
        return (
            seen == wanted
            and placed
            and (profile.mark is None or marked)
            and profile.suspended in (None, self.suspended)
        )

    def accessed_at(self, account: Account, now: datetime) -> datetime | None:
        """Give the latest sign-in that counts for the account's present password, or None; never before its issue.

        Accepted terms count only for a first password; of theirs no time is known, so `now` stands for it. Before a
        password that nobody asked for, a sign-in with the former one counts: it is not to be sent any more.
        """
        credential = account.credential
        since, first = credential.issued_at, credential.generation == 1
        if self.awaits_unasked(account):
            since, first = credential.unasked_since or since, credential.generation == AFTER_FIRST or self.lost_date
        if self.last_login is None:
            return max(now, credential.issued_at) if first and self.agreed_to_terms else None
        return max(self.last_login, credential.issued_at) if first or self.last_login >= since else None

    def awaits_unasked(self, account: Account) -> bool:
        """Tell whether the user is without the wished password, which nobody asked for."""
        is_there = self.mark is not None and self.mark.generation >= account.credential.generation
        return account.credential.unasked_since is not None and account.password_is_due and not is_there

    @property
    def has_come(self) -> bool:
        """True where somebody has ever signed in, with whichever password."""
        return self.agreed_to_terms or self.last_login is not None

    @property
    def lost_date(self) -> bool:
        """True where somebody has signed in, and it cannot be told when: accepted terms without a date."""
        return self.agreed_to_terms and self.last_login is None


def profile_of(account: Account, realm: Realm, mark: Mark | None, **sent: object) -> UserProfile:
    """Give the profile of an account; `sent` are `password`, `suspended` and `held` where they are to be sent."""
    name = names.directory_name(account.nama)
    return UserProfile(
        address=account.address,
        account_id=account.account_id,
        given_name=name.given_name,
        family_name=name.family_name,
        display_name=name.display_name,
        org_unit=realm.org_unit,
        cost_center=account.npsn,
        school=account.sekolah_nama,
        in_address_list=realm.in_address_list,
        mark=mark,
        **sent,  # type: ignore[arg-type]
    )


def marks(entries: Mapping[str, str]) -> tuple[str | None, Mark | None]:
    """Read our marks from a user's custom externalIds: account id and password mark."""
    kid, _, generation = entries.get("akun_kredensial", "").rpartition(".")
    readable = kid and generation.isascii() and generation.isdigit()
    mark = Mark(key_id=kid, generation=int(generation)) if readable else None
    return entries.get("akun"), mark
