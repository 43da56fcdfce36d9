"""Bar charts of the report as inline SVG: no library has to be installed, and any screen reader has the words."""

# Altair, the other choice, is 84 MB for what a dozen rectangles say as well.

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from shared.domain.activation import Activation

ROW: Final = 40  # pixels from one bar to the next: a line of words, and the bar under it
LONGEST: Final = 22  # letters of a label, so that it and its number fit a phone; the table has all of it
TOGETHER: Final = 20  # bars of one picture, which is never torn in two when printed


class Part(NamedTuple):
    """A piece of a bar; `x` and `width` are per cent of the chart's width, so that words keep their size."""

    kind: str
    x: float
    width: float


class Bar(NamedTuple):
    """One bar with its words; `y` is its upper edge in pixels."""

    label: str
    value: str
    parts: tuple[Part, ...]
    y: int


class Chart(NamedTuple):
    """One picture, with what is read out instead of it."""

    id: str
    title: str
    desc: str
    bars: tuple[Bar, ...]
    height: int


def of_shares(name: str, title: str, rows: Sequence[tuple[str, Activation]]) -> list[Chart]:
    """Give bars of who came, who was suspended unopened, and the rest, each as a share of all."""

    def parts(activation: Activation) -> Iterator[tuple[str, float]]:
        if activation.accounts:
            yield "activated", activation.share
            yield "suspended", activation.suspended / activation.accounts

    return _charts(
        name, title, [(label, percent(each.activated, each.accounts), tuple(parts(each))) for label, each in rows]
    )


def of_amounts(name: str, title: str, rows: Sequence[tuple[str, int | None]]) -> list[Chart]:
    """Give bars of numbers, the greatest of which is as wide as the chart; None is not known."""
    most = max((amount or 0 for _, amount in rows), default=0) or 1
    return _charts(name, title, [(label, number(each), (("amount", (each or 0) / most),)) for label, each in rows])


def percent(amount: int, of: int) -> str:
    """Give a share: `63.2%`; no share is called all, or nothing, that is not."""
    if not of:
        return "-"
    shown = round(amount / of * 100, 1)
    if 0 < amount < of:
        shown = min(max(shown, 0.1), 99.9)
    return f"{shown:.1f}%"


def number(value: int | None) -> str:
    """Give a number with its thousands apart: `1,234`."""
    return "not known" if value is None else f"{value:,}"


def _charts(name: str, title: str, rows: Sequence[tuple[str, str, tuple[tuple[str, float], ...]]]) -> list[Chart]:
    charts = []
    for begin in range(0, len(rows), TOGETHER):
        shown = rows[begin : begin + TOGETHER]
        part = f", {begin + 1} to {begin + len(shown)}" if len(rows) > TOGETHER else ""
        bars = tuple(_bar(n * ROW, *row) for n, row in enumerate(shown))
        told = "; ".join(f"{label}: {value}" for label, value, _ in shown)
        charts.append(Chart(f"{name}-{begin}", title + part, f"Bars. {told}.", bars, ROW * len(bars)))
    return charts


def _bar(y: int, label: str, value: str, shares: tuple[tuple[str, float], ...]) -> Bar:
    parts, x = [], 0.0
    for kind, share in shares:
        if share:
            parts.append(Part(kind, round(x * 100, 3), round(share * 100, 3)))
        x += share
    short = label if len(label) <= LONGEST else label[: LONGEST - 1].rstrip() + "…"
    return Bar(short, value, tuple(parts), y)
