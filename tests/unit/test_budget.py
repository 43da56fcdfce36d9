"""A budget of time: by a steady clock, which is all that it asks."""

from shared.budget import within


def test_a_budget_is_used_up_after_its_seconds():
    at = [100.0]
    go_on = within(40.0, lambda: at[0])
    found = []
    for at[0] in (100.0, 139.9, 140.0, 500.0):
        found.append(go_on())
    assert found == [True, True, False, False]


def test_two_budgets_count_each_from_its_own_beginning():
    at = [0.0]
    first = within(10.0, lambda: at[0])
    at[0] = 9.0
    second = within(10.0, lambda: at[0])
    at[0] = 12.0
    assert (first(), second()) == (False, True)
