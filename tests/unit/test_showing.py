from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.domain.showing import Pass, day_of


def at(day: int, hour: int = 1, minute: int = 0) -> datetime:
    return datetime(2021, 1, day, hour, minute, tzinfo=UTC)


# When the last pass that came to its end had begun, when the present one begins, and the days it looks through.
DAYS = [
    (None, at(5), [4, 5]),
    (None, at(5, 23, 59), [4, 5]),
    (at(4), at(5), [4, 5]),
    (at(4, 0, 30), at(5), [3, 4, 5]),  # a fetch of the evening before may have been noted after it
    (at(4, 23, 59), at(5, 0, 0), [4, 5]),
    (at(1), at(5), [1, 2, 3, 4, 5]),
    (at(25), at(5), [5]),
    (at(25), at(5, 0, 30), [4, 5]),
]


@pytest.mark.parametrize(("through", "began", "days"), DAYS)
def test_a_pass_looks_through_the_days_since_the_last_one_and_an_hour_before(through, began, days):
    assert list(Pass(through=through).days(began)) == [f"2021-01-{day:02}" for day in days]


def test_the_first_pass_looks_at_all_of_yesterday_and_a_later_one_at_what_came_since_and_an_hour_before():
    assert Pass().since(at(5)) == at(4, 0)
    assert Pass(through=at(4)).since(at(5)) == at(4, 0)
    assert Pass(through=at(25)).since(at(5)) == at(5, 0)


def test_no_pass_looks_farther_back_than_notes_are_kept():
    assert at(5) - Pass(through=datetime(2001, 1, 1, tzinfo=UTC)).since(at(5)) == timedelta(days=366)


def test_a_pass_goes_on_with_the_day_that_it_had_come_to():
    under_way = Pass(through=at(1), began=at(5), day="2021-01-04", link="l")
    assert list(under_way.days(at(5))) == ["2021-01-04", "2021-01-05"]


@pytest.mark.parametrize(
    ("state", "due"),
    [
        (Pass(), True),
        (Pass(began=at(5)), True),
        (Pass(through=at(4)), True),
        (Pass(through=at(5)), False),
        (Pass(through=at(5), began=at(5)), True),
        (Pass(through=at(6)), True),
    ],
    ids=["never yet", "the first is under way", "yesterday's was the last", "today's is over", "under way", "ahead"],
)
def test_a_pass_is_due_once_a_day_and_until_its_end(state, due):
    assert state.is_due(at(5, 7)) == due


def test_a_pass_that_ended_says_through_when_fetches_are_carried_over():
    assert Pass(through=at(4), began=at(5), day="2021-01-05", link="l").ended() == Pass(through=at(5))


def test_a_pass_is_read_as_it_was_stored():
    for state in (Pass(), Pass(through=at(4), began=at(5), day="2021-01-05", link="l")):
        assert Pass.from_doc(state.to_doc()) == state


def test_the_day_is_that_of_utc():
    assert day_of(datetime(2021, 1, 5, 6, 0, tzinfo=timezone(timedelta(hours=7)))) == "2021-01-04"
