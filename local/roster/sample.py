"""The sample roster as events in the order in which they arrive."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta

from local.roster import wire
from local.roster.changes import two_revisions
from local.roster.draw import Draw
from local.roster.people import kinds
from local.roster.pupils import pupil
from local.roster.staff import staff

NEWER_FIRST = 0.03
CHANGED_IN_ORDER = 0.01
TWICE = 0.02

Arrival = tuple[float, dict[str, object]]


def events(people: int = 3200, seed: int = 7, now: datetime | None = None) -> list[dict[str, object]]:
    """Invent so many people and give their events in order of arrival.

    Every revision lies before `now` (with a zone; six hours ago if not given). The same seed, `now` and version of
    Faker give the same events.
    """
    draw = Draw(seed)
    now = datetime.now(UTC) - timedelta(hours=6) if now is None else now.astimezone(UTC)
    arrivals: list[Arrival] = []
    for kind, number in kinds(people):
        arrivals += _arrivals(draw, kind == "ptk", number, now)
    arrivals.sort(key=lambda arrival: arrival[0])
    return [event for _, event in arrivals]


def _arrivals(draw: Draw, is_staff: bool, number: int, now: datetime) -> list[Arrival]:
    """Give one person's events, each with its place in the order of arrival (0 to 1)."""
    person = staff(draw, number) if is_staff else pupil(draw, number)
    newest = now - timedelta(microseconds=draw.rng.randint(60 * 10**6, 86_400 * 10**6))
    earlier, later = sorted((draw.rng.random(), draw.rng.random()))
    roll = draw.rng.random()
    if roll >= NEWER_FIRST + CHANGED_IN_ORDER:
        arrivals = [(earlier, wire.event(draw, person, newest, newest.date()))]
    else:
        before, after = two_revisions(draw, person)
        oldest = newest - timedelta(microseconds=draw.rng.randint(60 * 10**6, 864_000 * 10**6))
        places = (later, earlier) if roll < NEWER_FIRST else (earlier, later)
        old = wire.event(draw, before, oldest, newest.date())
        new = wire.event(draw, after, newest, newest.date())
        arrivals = list(zip(places, (old, new), strict=True))
    if draw.chance(TWICE):
        place, event = draw.one(arrivals)
        arrivals.append((draw.rng.uniform(place, 1), deepcopy(event)))
    return arrivals
