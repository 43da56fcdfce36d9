"""What goes wrong, and how often."""

from dataclasses import dataclass
from random import Random


class Killed(BaseException):
    """The process was killed in the middle of its work; nothing of ours may catch it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Shares of calls, tasks, commits and messages that go wrong; seconds that things lag."""

    refused_503: float = 0.01
    """Of Directory calls; half of them were applied."""
    answer_lost: float = 0.01
    """Of Directory calls: applied, and nobody hears of it."""
    task_lost: float = 0.01
    task_doubled: float = 0.02
    task_late: float = 0.005
    enqueue_failed: float = 0.002
    """Of created tasks; of half of them the task exists all the same."""
    killed: float = 0.001
    """Of commits: before it, or after it, the process is killed."""
    delivered_twice: float = 0.02
    delivered_late: float = 0.01
    longest_late: float = 600.0
    lag: float = 4.0
    """Until a new user shows in a get, and until a sign-in does."""


NONE = Faults(
    refused_503=0,
    answer_lost=0,
    task_lost=0,
    task_doubled=0,
    task_late=0,
    enqueue_failed=0,
    killed=0,
    delivered_twice=0,
    delivered_late=0,
    lag=0,
)


class Chance:
    """One seeded source for all of a run."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def strikes(self, share: float) -> bool:
        """Tell whether this one is struck."""
        return share > 0 and self._random.random() < share

    def either(self) -> bool:
        """Toss a coin."""
        return self._random.random() < 0.5

    def within(self, seconds: float) -> float:
        """Give some seconds below."""
        return self._random.random() * seconds

    def below(self, number: int) -> int:
        """Give one of 0 … number - 1."""
        return self._random.randrange(number)

    def source(self) -> Random:
        """Give a source of its own to somebody who takes one."""
        return Random(self._random.getrandbits(64))
