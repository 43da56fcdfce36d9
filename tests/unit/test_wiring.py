"""What the functions wire on their first event."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from shared import wiring

AT_ONCE = 8


def test_first_requests_that_come_together_share_one_set_of_clients():
    made, together, slow = list[str](), Barrier(AT_ONCE), Event()

    @wiring.once
    def use_case(job: str) -> object:
        slow.wait(0.05)  # long enough for the others to come
        made.append(job)
        return object()

    def ask(number: int) -> object:
        together.wait(10)
        return use_case("feed" if number % 2 else "stuck")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(ask, range(AT_ONCE)))
    assert sorted(made) == ["feed", "stuck"]
    assert len({id(each) for each in found}) == 2
