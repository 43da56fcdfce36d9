"""What a simulated campaign is run with, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from bench.simulate.acts import Acts
from bench.simulate.chance import Faults
from bench.simulate.scenario import Run
from bench.simulate.ticks import Ticks
from bench.simulate.world import World
from shared.domain.campaigns import Record

FAULTS = Faults(refused_503=0.05, delivered_late=0.0)
Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a campaign is run; `scale` is the share of Google's quotas there is.

    `disturbed`: with live changes, and all that can come in between; `rehearsed`: planned twice before it counts.
    """

    scale: float
    faults: Faults = FAULTS
    disturbed: bool = True
    rehearsed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a phase took: Directory calls, those of them that a quota refused, and what was read and written.

    `reads` and `writes` are of accounts, `passed` those read to see which are due, `looks` and `marks` all others;
    `runs` are those of `suspend`.
    """

    calls: int
    refused: int
    reads: int
    passed: int
    looks: int
    writes: int
    marks: int
    runs: int

    def since(self, before: "Cost") -> "Cost":
        """Give what was added since then."""
        return Cost(**{f.name: getattr(self, f.name) - getattr(before, f.name) for f in fields(self)})


@dataclass(slots=True)
class Deadline:
    """What came of it; times are virtual seconds."""

    run: Run
    setting: Setting
    acts: Acts
    ticks: Ticks
    held_at: dict[str, float] = field(default_factory=dict)
    """When an account first bore the campaign's hold."""
    planned: Record | None = None
    dry: Record | None = None
    dry_commits: int = 0
    too_early: int = 0
    """Holds and suspensions before the approval."""
    eta: float = 0.0
    approved_at: float = 0.0
    done_at: float = 0.0
    undo_at: float = 0.0
    undone_at: float = 0.0
    spans: dict[str, Span] = field(default_factory=dict)
    """When it was paused, and when suspensions were stopped."""
    delays: list[float] = field(default_factory=list)
    results: Mapping[str, int] = field(default_factory=dict)
    cost: dict[str, Cost] = field(default_factory=dict)
    """Of `run` and `undo`."""

    @property
    def world(self) -> World:
        """The run's system."""
        return self.run.world
