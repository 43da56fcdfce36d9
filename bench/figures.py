"""A figure, its goal, and how both are shown: a line, a table, JSON."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich.table import Table

REPEATS = 5  # of which a figure is the median


class MeasurementError(Exception):
    """Something could not be measured; the text says why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; its goal is an upper bound unless it says otherwise. `detail` says how it came about."""

    name: str
    value: float
    goal: float
    detail: str = ""
    bound: Literal["upper", "lower"] = "upper"

    @property
    def met(self) -> bool:
        """Say whether the goal is kept, at the precision that is shown."""
        value, goal = round(self.value, 3), round(self.goal, 3)
        return value >= goal if self.bound == "lower" else value <= goal

    @property
    def shown_goal(self) -> str:
        """Give the goal with the sign of its bound."""
        return f"{'≥' if self.bound == 'lower' else '≤'} {self.goal:.3f}"


def ratio(name: str, ours: Sequence[float], bare: Sequence[float], goal: float, unit: str) -> Figure:
    """Give the median of the ratios of pairs that were measured beside each other."""
    if not ours or len(ours) != len(bare) or min(bare) <= 0:
        raise MeasurementError(f"{name}: nothing to compare with")
    pairs = [a / b for a, b in zip(ours, bare, strict=True)]
    value = statistics.median(pairs)
    spread = f"from {min(pairs):.2f} to {max(pairs):.2f}"
    detail = f"{statistics.median(ours):,.2f} over {statistics.median(bare):,.2f} {unit}; {spread}"
    return Figure(name, value, goal, detail)


def line(figure: Figure) -> str:
    """Give a figure beside its goal, as one line."""
    return f"{figure.name}: {figure.value:.3f}, goal {figure.shown_goal}, {standing(figure)} ({figure.detail})"


def standing(figure: Figure) -> str:
    """Give the one word for a goal kept or not."""
    return "met" if figure.met else "missed"


def table(figures: Sequence[Figure], title: str = "What it costs") -> Table:
    """Give the table that a run ends with."""
    shown = Table(title=title)
    for name in ("figure", "value", "goal", "", "how"):
        shown.add_column(name, justify="right" if name in ("value", "goal") else "left")
    for each in figures:
        shown.add_row(each.name, f"{each.value:.3f}", each.shown_goal, standing(each), each.detail)
    return shown


def as_json(figures: Sequence[Figure]) -> str:
    """Give `[{"name", "value", "goal", "met"}]`."""
    told = [
        {
            "name": each.name,
            "value": round(each.value, 4),
            "goal": round(each.goal, 4),
            "met": each.met,
        }
        for each in figures
    ]
    return json.dumps(told, indent=2) + "\n"
