"""How long one run may work: by the machine's steady clock, which no correction of the time moves."""

import time
from collections.abc import Callable

Budget = Callable[[], bool]
"""True as long as there is time left."""


def within(seconds: float, steady: Callable[[], float] = time.monotonic) -> Budget:
    """Begin a budget of so many seconds."""
    end = steady() + seconds
    return lambda: steady() < end
