"""What a soak publishes: the sample roster in two lanes, and some events that can only be parked."""

import json
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from local.roster import sample
from local.run.options import Lane
from local.run.publishing import Publisher
from local.run.roster import Entry, entry

BULK = 0.2
"""Share of people whose events are bulk work."""
OTHER_LANE = 0.3
"""Share of the events of people with several that take the other lane."""
SLICE = 200
_DAY = 86_400_000_000

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """One event as it is published."""

    event: Event
    lane: Lane
    is_bad: bool = False


def invented(people: int, seed: int) -> list[Sent]:
    """Invent a roster, in order of arrival; the lane of a person may change between revisions."""
    random = Random(seed)
    events: list[Event] = list(sample.events(people, seed))
    several = _with_several_revisions(events)
    bulk: dict[str, bool] = {}
    sent = []
    for event in events:
        person_id = str(event["person"]["person_id"]).lower()
        is_bulk = bulk.setdefault(person_id, random.random() < BULK)
        turned = person_id in several and random.random() < OTHER_LANE
        sent.append(Sent(event, "bulk" if is_bulk is not turned else "live"))
    for number, event in enumerate(_bad(random, events)):
        sent.insert(random.randrange(len(sent) + 1), Sent(event, "bulk" if number % 2 else "live", is_bad=True))
    return sent


def publish(publisher: Publisher, sent: Sequence[Sent]) -> None:
    """Publish in this order, as far as two topics keep one."""
    for start in range(0, len(sent), SLICE):
        part = sent[start : start + SLICE]
        lanes: tuple[Lane, ...] = ("live", "bulk")
        for lane in lanes:
            publisher.publish(entries(each.event for each in part if each.lane == lane), lane)


def entries(events: Iterable[Event]) -> list[Entry]:
    """Give events as they are sent."""
    return [entry(0, json.dumps(event).encode()) for event in events]


def _with_several_revisions(events: Iterable[Event]) -> set[str]:
    revisions: dict[str, set[int]] = {}
    for event in events:
        revisions.setdefault(str(event["person"]["person_id"]).lower(), set()).add(event["revision"])
    return {person_id for person_id, known in revisions.items() if len(known) > 1}


def _bad(random: Random, events: Sequence[Event]) -> list[Event]:
    """Spoil copies of events, each of a person of its own: nameless, left for an unknown reason, from next week."""
    whole = [event for event in events if event["person"]["memberships"]]
    spoilt = []
    for fault in ("nameless", "left", "ahead") * 2:
        event = deepcopy(random.choice(whole))
        event["event_id"] = str(UUID(int=random.getrandbits(128), version=4))
        event["person"]["person_id"] = str(UUID(int=random.getrandbits(128), version=4))
        if fault == "nameless":
            event["person"]["nama"] = " - "
        elif fault == "left":
            event["person"]["memberships"][0]["jenis_keluar_id"] = "8"
        else:
            event["revision"] += 7 * _DAY
        spoilt.append(event)
    return spoilt
