"""The live changes of a freshness run: new people mostly, and a fixed share of changes of people of the back-fill."""

import time
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import Any, Literal
from uuid import UUID

from bench.soak.model import World
from bench.soak.roster import Event, Sent
from local.roster import schools

Kind = Literal["new", "name", "school", "class"]
SHARES: tuple[Kind, ...] = (*(("new",) * 15), "name", "name", "school", "school", "class")
"""Of twenty changes; that of a class shows nowhere in the Directory, so it is load and not measured."""


@dataclass(frozen=True, slots=True)
class Change:
    """One live change: of whom, and of which kind."""

    sent: Sent
    person_id: str
    kind: Kind


def plan(
    number: int, seed: int, fresh: Sequence[Event], backfill: Sequence[Event], worlds: Mapping[str, Sequence[World]]
) -> list[Change]:
    """Draw so many changes, each of another person who has an account by the model."""
    random = Random(seed)
    new = _with_accounts(fresh, worlds)
    known = list(_with_accounts(backfill, worlds))
    random.shuffle(known)
    others = iter(known)
    found = []
    for kind, _ in zip(cycle(SHARES), range(number), strict=False):
        event = next(new) if kind == "new" else _changed(next(others), kind, random)
        found.append(Change(Sent(event, "live"), person_of(event), kind))
    return found


def people_wanted(number: int) -> int:
    """Give how many people to invent for so many changes, since some bring no account."""
    return int(number * 1.5) + 100


def person_of(event: Mapping[str, Any]) -> str:
    """Give whom an event is about."""
    return str(event["person"]["person_id"]).lower()


def _with_accounts(events: Sequence[Event], worlds: Mapping[str, Sequence[World]]) -> Iterator[Event]:
    """Give the events of people who come with one revision and get an account."""
    revisions: dict[str, set[int]] = {}
    for event in events:
        revisions.setdefault(person_of(event), set()).add(event["revision"])
    given = set()
    for event in events:
        person_id = person_of(event)
        if len(revisions[person_id]) == 1 and worlds[person_id][0] and person_id not in given:
            given.add(person_id)
            yield event


def _changed(event: Event, kind: Kind, random: Random) -> Event:
    """Give the next revision of a person: a longer name, another school of the same form, another class."""
    after = deepcopy(event)
    after["event_id"] = str(UUID(int=random.getrandbits(128), version=4))
    after["revision"] = max(int(time.time() * 1_000_000), event["revision"] + 1)
    person = after["person"]
    if kind == "name":
        person["nama"] = f"{person['nama']} Contoh"
    for membership in person["memberships"]:
        if kind == "school":
            membership["sekolah"] = _other_school(membership["sekolah"], random)
        elif kind == "class":
            membership["rombel"] = f"{membership.get('rombel') or 'Kelas'} (pindahan)"
    return after


def _other_school(there: Mapping[str, Any], random: Random) -> dict[str, Any]:
    form = int(str(there["bentuk_pendidikan_id"]))
    known = [school for school in schools.registered() if school.form == form and school.nama != there["nama"]]
    if not known:  # an invented place without a sister: the same one under a new name
        return {**there, "nama": f"{there['nama']} BARU"}
    school = random.choice(known)
    region = school.kode_wilayah
    return {
        "sekolah_id": school.sekolah_id,
        "npsn": school.npsn,
        "nama": school.nama,
        "bentuk_pendidikan_id": form,
        "kode_wilayah": region,
    }
