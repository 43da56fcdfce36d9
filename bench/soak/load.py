"""The open loop: each change has its planned time, whatever became of those before."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.soak.changes import Change
from bench.soak.roster import entries
from local.run.pubsub import PubSubPublisher

TOLERATED = 0.5
"""Seconds by which a change may be late before the run says so."""
LINE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Loaded:
    """When each change was to be published (seconds since 1970), and by how much the worst one was late."""

    planned: Sequence[float]
    behind: float


def load(
    publisher: PubSubPublisher,
    changes: Sequence[Change],
    rate: float,
    watch: Callable[[], None],
    say: Callable[[str], None],
) -> Loaded:
    """Publish `rate` changes a second; `watch` is called between them and must be quick."""
    ready = [entries([change.sent.event])[0] for change in changes]
    began, behind, told = time.time() + 0.5, 0.0, 0.0
    planned = [began + number / rate for number in range(len(changes))]
    with publisher.sending() as send:
        for number, (at, entry) in enumerate(zip(planned, ready, strict=True)):
            if (wait := at - time.time()) > 0:
                time.sleep(wait)
            behind = max(behind, time.time() - at)
            send(entry, "live")
            watch()
            if at - began >= told + LINE_SECONDS:
                told = at - began
                say(f"  {told:4.0f} s  {number:,} of {len(changes):,} live changes published")
    return Loaded(planned, behind)
