"""One page of a listing against our accounts: who came, what drifted, whose users these are."""

import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from shared.domain import drift
from shared.domain.accounts import Account
from shared.domain.drift import Standing
from shared.domain.policy import Realm
from shared.domain.roster import Lane
from shared.domain.tasks import FEED_SLOT, task_name
from shared.domain.users import DirectoryUser
from shared.errors import ConflictError, QuotaError
from shared.hints import Hints
from shared.listing_records import UNEQUAL, Checkpoint, Window
from shared.ports import Clock, Directory, DirectoryError, Document, ListedUser, Ref, Store, Update, UserPage, Verdict

LIVE: Final = 100  # accounts of a realm and run that drifted go the live lane; more at once are bulk work
ROUNDS: Final = 28  # listings in which every user is compared at least once, whatever it shows
BATCH: Final = 400  # accounts written in one commit
DOUBLED: Final = 200  # account ids of two users that are remembered, so that neither is touched

Candidate = tuple[ListedUser, DirectoryUser]
_REPORTED: Final = frozenset({Standing.UNMARKED, Standing.MARK_UNKNOWN, Standing.MARK_TWICE})
_OURS: Final = frozenset({Standing.PENDING, Standing.BLOCKED, Standing.SETTLED})


@dataclass(slots=True)
class Findings:
    """What a page came to; `entries` are our users that must be listed, with their fingerprints."""

    entries: dict[str, str] = field(default_factory=dict)
    places: Counter[int] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    samples: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    doubled: set[str] = field(default_factory=set)

    def report(self, what: str, user_id: str) -> None:
        """Count a finding, and keep the user's id for whoever looks into it."""
        self.counts[what] += 1
        self.samples[what].append(user_id)


class PageWork:
    """Compares the pages of one realm in one run; `looks` is how many fresh looks at users the run may take."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        realm: Realm,
        directory: Callable[[], Directory],
        window: Window,
        looks: int,
        hints: Hints,
    ) -> None:
        self._store = store
        self._clock = clock
        self._realm = realm
        self._directory = directory
        self._window = window
        self._looks = looks
        self._drifted = 0
        self._seen_last: Mapping[str, str] = {}
        self._hints = hints

    def take(self, checkpoint: Checkpoint, page: UserPage) -> Checkpoint:
        """Compare a page, write and enqueue what follows from it; its entries are in `entries` until the next."""
        self._window.open_at(checkpoint.place)
        found = Findings(doubled=set(checkpoint.doubled))
        candidates = self._candidates(checkpoint, page.users, found)
        if candidates:
            found.counts["compared"] = len(candidates)
            self._compare(checkpoint, candidates, found)
        again = found.entries.keys() & self._seen_last.keys()
        self._seen_last = found.entries
        after = checkpoint.found({"looked": len(page.users), **found.counts}, found.samples)
        return replace(
            after,
            seen=checkpoint.seen + len(found.entries) - len(again),
            deleted=max(0, checkpoint.deleted - found.counts["restored"]),
            doubled=tuple(sorted(found.doubled))[:DOUBLED],
            place=self._next_place(checkpoint, found),
        )

    @property
    def entries(self) -> Mapping[str, str]:
        """What the last page leaves to the next listing."""
        return self._seen_last

    def _candidates(self, checkpoint: Checkpoint, users: Sequence[ListedUser], found: Findings) -> list[Candidate]:
        """Pass over who is as it was found equal before; give the others, read whole."""
        candidates, turn = [], checkpoint.number % ROUNDS
        for listed in users:
            former = self._window.of(listed.id)
            if former is not None:
                known, place = former
                found.places[place] += 1
                is_equal = known == listed.fingerprint(exact=False) or (
                    listed.has_signed_in and known == listed.fingerprint(exact=True)
                )
                # One that looks as before may have been overtaken in between: its turn comes in any case.
                if is_equal and zlib.crc32(listed.id.encode()) % ROUNDS != turn:
                    found.entries[listed.id] = known
                    continue
            try:
                candidates.append((listed, listed.whole()))
            except DirectoryError:
                found.counts["unreadable"] += 1
        return candidates

    def _compare(self, checkpoint: Checkpoint, users: Sequence[Candidate], found: Findings) -> None:
        """Judge the accounts that the users name; those that another user names, too, are left alone."""
        ours = []
        for (listed, user), document in zip(users, self._named(users), strict=True):
            account = Account.from_doc(document.data) if document is not None else None
            standing = drift.standing(account, user)
            self._note(standing, account, user, found)
            if document is not None and account is not None and standing in _OURS:
                if account.issued_at is not None and account.issued_at < checkpoint.bound:
                    found.entries[user.id] = UNEQUAL
                ours.append((document, account, listed, user, standing))
        changes = []
        for document, account, listed, user, standing in ours:
            if account.account_id in found.doubled or account.account_id in checkpoint.doubled_before:
                continue
            after = self._judged(account, user, standing, found)
            if after is None:
                continue
            if after is not account:
                changes.append((document, account, after))
            elif user.id in found.entries:
                # Of somebody who is not known to have come, the next sign-in is news, not only the first.
                found.entries[user.id] = listed.fingerprint(exact=account.is_unused)
        for first in range(0, len(changes), BATCH):
            self._write(changes[first : first + BATCH], found)

    def _named(self, users: Sequence[Candidate]) -> list[Document | None]:
        """Read the accounts that the users name (1 read each)."""
        names = [drift.named_account(user, self._realm.name) for _, user in users]
        refs = [Ref("accounts", name) for name in dict.fromkeys(names) if name is not None]
        documents = {each.ref.id: each for each in self._store.get_many(refs) if each is not None} if refs else {}
        return [documents.get(name) if name is not None else None for name in names]

    def _note(self, standing: Standing, account: Account | None, user: DirectoryUser, found: Findings) -> None:
        """Report whose user this is where it is not simply ours; let `converge` adopt one that it does not know yet."""
        if standing in _REPORTED:
            found.report(standing, user.id)
        if account is None:
            return
        if standing is Standing.MARK_TWICE:
            found.doubled.add(account.account_id)
        if standing is Standing.UNCONFIRMED:
            found.counts[standing] += 1
            self._offer(account)

    def _judged(self, account: Account, user: DirectoryUser, standing: Standing, found: Findings) -> Account | None:
        """Give the account as it is to be; the same: they are equal; None: it could not be told."""
        if standing is Standing.PENDING:
            found.counts[standing] += 1
            return None
        now, is_news = self._clock.now(), False
        after = drift.came(account, user, now)
        if after.accessed_at != account.accessed_at:
            found.counts["signed_in"] += 1
        if standing is Standing.BLOCKED or after.lane is not None:
            return after if after is not account else None
        if drift.needs_a_look(after, user, now):
            seen = self._looked(account, user.id)
            if seen is None:
                found.counts["unproven"] += 1
                return after if after is not account else None
            is_news, user = True, seen
            after = drift.as_seen(drift.came(after, user, now), user, now, self._lane())
            found.counts[_of_others(account, after)] += 1
        if after.lane is None and drift.drifted(after, user, self._realm):
            after = after.wish(now, self._lane(), drift.WHAT)
        if after.lane is not None:
            self._drifted += 1
            found.counts["drifted"] += 1
        # What a look has refuted is no likeness: the list will show something else, and that must not look as before.
        return None if is_news and after is account else after

    def _lane(self) -> Lane:
        return "live" if self._drifted < LIVE else "bulk"

    def _looked(self, account: Account, user_id: str) -> DirectoryUser | None:
        """Take a fresh look; None where it shows nothing certain, or this run has looked often enough."""
        if self._looks <= 0:
            return None
        self._looks -= 1
        try:
            user = self._directory().get(user_id)
        except DirectoryError as error:
            if error.verdict is Verdict.QUOTA:
                raise QuotaError(error.code) from None
            return None
        return user if user.account_id == account.account_id and user.tells_sign_ins else None

    def _write(self, changes: Sequence[tuple[Document, Account, Account]], found: Findings) -> None:
        """Write all at once, or one by one where somebody wrote meanwhile; then enqueue what is live."""
        writes = [Update(each.ref, old.fields_changed_in(new), each.version) for each, old, new in changes]
        try:
            self._store.commit(writes)
            done = [new for _, _, new in changes]
        except ConflictError:
            done = [new for write, (_, _, new) in zip(writes, changes, strict=True) if self._written(write)]
            found.counts["overtaken"] += len(changes) - len(done)  # the next listing looks at them as they are by then
        for account in done:
            if account.lane == "live":
                self._offer(account)

    def _written(self, write: Update) -> bool:
        try:
            self._store.commit([write])
        except ConflictError:
            return False
        return True

    def _offer(self, account: Account) -> None:
        name = task_name("listing", account.account_id, account.version, self._clock.now(), FEED_SLOT)
        self._hints.offer(account.realm, account.account_id, account.version, name=name)

    def _next_place(self, checkpoint: Checkpoint, found: Findings) -> int:
        """Give the former page behind the one that most of these users stand on; where none does, look on here."""
        if not found.places:
            return checkpoint.place
        [(most, _)] = found.places.most_common(1)
        return most + 1


def _of_others(before: Account, after: Account) -> str:
    """Name what others did to a user, for the report."""
    if after.external == before.external:
        return "looked_at"
    if after.external is not None:
        return "external"
    return "restored" if before.external is not None and before.external.kind == "deleted" else "released"
