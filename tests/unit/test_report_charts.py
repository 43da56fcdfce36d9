"""The report's charts: bars as long as what they stand for."""

from cli.report_charts import TOGETHER, of_amounts, of_shares, percent
from shared.domain.activation import Activation


def test_bars_are_as_long_as_their_shares_and_never_longer_than_the_chart():
    rows = [("a", Activation(200, 50, 25)), ("b", Activation(3, 0, 3)), ("c", Activation())]
    (chart,) = of_shares("c", "Chart", rows)
    parts = [[tuple(part) for part in bar.parts] for bar in chart.bars]
    assert parts == [[("activated", 0, 25), ("suspended", 25, 12.5)], [("suspended", 0, 100)], []]
    assert [bar.value for bar in chart.bars] == ["25.0%", "0.0%", "-"]
    assert chart.desc == "Bars. a: 25.0%; b: 0.0%; c: -."


def test_the_greatest_amount_is_as_wide_as_the_chart_and_nothing_has_no_bar():
    (chart,) = of_amounts("c", "Chart", [("a", 40), ("b", 10), ("none", 0), ("unknown", None)])
    assert [[part.width for part in bar.parts] for bar in chart.bars] == [[100], [25], [], []]
    (empty,) = of_amounts("c", "Chart", [("none", 0)])
    assert empty.bars[0].parts == ()


def test_more_bars_than_a_sheet_takes_are_several_pictures():
    rows = [(str(n), Activation(10, 1)) for n in range(TOGETHER * 2 + 1)]
    charts = of_shares("c", "Chart", rows)
    assert [len(chart.bars) for chart in charts] == [TOGETHER, TOGETHER, 1]
    assert [chart.title for chart in charts] == ["Chart, 1 to 20", "Chart, 21 to 40", "Chart, 41 to 41"]
    assert len({chart.id for chart in charts}) == 3


def test_no_share_is_called_all_or_nothing_that_is_not():
    shown = [percent(amount, 10_000) for amount in (0, 1, 5_000, 9_999, 10_000)]
    assert shown == ["0.0%", "0.1%", "50.0%", "99.9%", "100.0%"]
    assert percent(0, 0) == "-"
