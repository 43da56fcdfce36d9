"""Who must be suspended and who must not: told from the fates that came about, by rules of its own."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bench.simulate.campaign import ISSUED_BEFORE, Operation
from bench.simulate.checking import Wanted, check
from bench.simulate.deadline import Deadline, Setting
from bench.simulate.directory import User
from bench.simulate.people import Country
from bench.simulate.scenario import Run

SWITCH = 30.0  # seconds until a stop holds every suspension
IN_FLIGHT = 900.0  # seconds in which a suspension may be sent and not yet recorded: its answer was lost
EITHER = Wanted(None, None, None)


@dataclass(slots=True)
class Judged:
    """A campaign, the faults there were when it was done and when it was undone, and how many each rule was for."""

    deadline: Deadline
    wrong: Counter[str]
    undo_wrong: Counter[str]
    kinds: Counter[str]


def judge(run: Run, country: Country, setting: Setting) -> Judged:
    """Run a campaign on a launched country, and hold every account against what came about."""
    operation = Operation(run, country, setting)
    deadline = operation.deadline
    verdicts = Verdicts(deadline)
    judged = Judged(deadline, Counter(), Counter(), Counter())

    def when_done() -> None:
        judged.wrong = check(run, country, verdicts.when_done) + verdicts.of_history()
        judged.kinds = verdicts.kinds()

    operation.go(when_done)
    judged.undo_wrong = check(run, country, verdicts.when_undone) + verdicts.of_history()
    judged.undo_wrong -= judged.wrong
    return judged


class Verdicts:
    """The rules for one campaign."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._lag = deadline.setting.faults.lag

    def when_done(self, user: User) -> Wanted:
        """Give what is to be of a user when the campaign is done."""
        found = self.kind(user)
        came = "active" if self._was_seen(user) else "issued"
        match found:
            case "external":
                return Wanted(True, came, None, found)
            case "caught" | "exempt too late":
                return EITHER
            case "never came":
                return Wanted(True, "suspended", True, found)
        return Wanted(False, came, False, found)

    def when_undone(self, user: User) -> Wanted:
        """Give what is to be when it is undone: as before the campaign, but for what others did and what was seen."""
        came = "active" if self._was_seen(user) else "issued"
        return Wanted(user.foreign_at is not None, came, False, self.kind(user))

    def kind(self, user: User) -> str:
        """Give the rule that a user falls under, the strongest first."""
        if user.created >= ISSUED_BEFORE:
            return "new"
        ours = _first_suspension(user)
        if user.foreign_at is not None and (ours is None or user.foreign_at < ours):
            return "external"
        since = self._exempt_since(user)
        if since is not None and (ours is None or ours > since):
            return "exempt"
        if since is not None and ours is not None and ours > since - IN_FLIGHT:
            return "exempt too late"
        if user.came_at is None:
            return "never came"
        if ours is not None and user.came_at >= ours - self._lag:
            return "caught"
        return "came"

    def kinds(self) -> Counter[str]:
        """Count the users of each rule."""
        return Counter(self.kind(user) for user in self._deadline.world.directory.users.values())

    def of_history(self) -> Counter[str]:
        """Give what happened that must never happen, whatever was mended since."""
        found = Counter(
            {"too early": self._deadline.too_early, "external touched": self._deadline.world.directory.touched}
        )
        for user in self._deadline.world.directory.users.values():
            found.update(self._never(user))
        return +found

    def _never(self, user: User) -> Iterator[str]:
        since = self._exempt_since(user)
        for at, suspended in user.switched:
            if not suspended:
                continue
            if user.came_at is not None and user.came_at < at - self._lag:
                yield "suspended though came"
            if since is not None and at > since:
                yield "suspended though exempt"
            if user.created >= ISSUED_BEFORE:
                yield "suspended though new"
            if self._is_stopped(at):
                yield "suspended though stopped"
            if at > self._deadline.undo_at > 0:
                yield "suspended while undone"

    def _is_stopped(self, at: float) -> bool:
        begin, end = self._deadline.spans.get("stop", (0.0, 0.0))
        return begin + SWITCH < at < end

    def _exempt_since(self, user: User) -> float | None:
        """Give when the user's first exemption spared it: a realm's spares only what no hold had been set on."""
        acts = self._deadline.acts
        found = []
        for subject in acts.spared.get(user.account_id, ()):
            at = acts.exempt_at.get(subject)
            if at is None:
                continue
            held_at = self._deadline.held_at.get(user.account_id)
            if subject[0] != "realm" or held_at is None or held_at > at:
                found.append(at)
        return min(found, default=None)

    def _was_seen(self, user: User) -> bool:
        """Tell whether we looked when the sign-in was to be seen."""
        return (
            None not in (user.came_at, user.looked_at) and (user.came_at or 0.0) <= (user.looked_at or 0.0) - self._lag
        )


def _first_suspension(user: User) -> float | None:
    return next((at for at, suspended in user.switched if suspended), None)
