"""How commands print spans, shares and moments."""

from datetime import UTC, datetime

import pytest

from cli.output import moment, share, span


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 min"),
        (0.4, "1 min"),
        (60, "1 min"),
        (61, "2 min"),
        (3600, "1 h"),
        (3660, "1 h 1 min"),
        (86_400, "1 d"),
        (86_340, "23 h 59 min"),
        (90_000, "1 d 1 h"),
        (54 * 86_400 + 7 * 3600, "54 d 7 h"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(seconds: float, said: str):
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("part", "said"), [(0, "0.0%"), (0.2, "20.0%"), (1 / 3, "33.3%"), (0.0001, "<0.1%"), (1.0, "100.0%")]
)
def test_a_share_is_told_in_percent_and_is_never_nothing_unless_it_is(part: float, said: str):
    assert share(part) == said


def test_a_moment_is_told_by_jakartas_clock():
    assert moment(datetime(2021, 6, 30, 16, 59, 59, tzinfo=UTC)) == "2021-06-30 23:59:59 WIB"
    assert moment(None) == "-"
