"""Pupils whose accounts a deadline concerns, and what is done with them on its day."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from shared import policies, wiring
from shared.ports import Clock, Ref, Update
from shared.usecases.campaign import Decisions
from tests.rosters import event, pupil, some_id
from tests.wire.functions import Place, converge, push

ID = "2021-06-30"
ISSUED, EVE, AFTER = (datetime(2021, *day, tzinfo=UTC) for day in ((1, 4, 7), (6, 30, 7), (6, 30, 18)))
NAMES = ("ani", "budi", "citra", "dewi", "eka")
ALL_OF_THEM = {name: f"{some_id(name)}.smp" for name in NAMES}


def at(moment: datetime) -> str:
    """Give the CLOCK_OFFSET with which it is that moment."""
    return str(round(moment.timestamp() - time.time()))


def clock_of(moment: datetime) -> Clock:
    return wiring.clock(float(at(moment)))


def issue(here: Place, *names: str, **fields: Any) -> None:
    """Let pupils have got their accounts in January."""
    provision = here.load("provision", CLOCK_OFFSET=at(ISSUED))
    for name in names:
        push(provision, event(pupil(f"{name.upper()} LESTARI", who=name, **fields)), name)
    carry_out(here, ISSUED)


def carry_out(here: Place, moment: datetime) -> None:
    """Run the task of each account that is pending."""
    client = here.load("converge", CLOCK_OFFSET=at(moment))
    for account in here.accounts():
        if account.lane is not None:
            converge(client, account)


def sign_in(here: Place, *names: str) -> None:
    addresses = {account.account_id: account.address for account in here.accounts()}
    for name in names:
        assert here.directory.control("login", {"userKey": addresses[ALL_OF_THEM[name]]})["accepted"]


def came(here: Place, *names: str) -> None:
    """Let it be known of some that they came."""
    for name in names:
        change(here, name, state="active", accessed_at=ISSUED + timedelta(days=9))


def change(here: Place, name: str, **fields: Any) -> None:
    document = here.store.get(Ref("accounts", ALL_OF_THEM[name]))
    assert document is not None
    here.store.commit([Update(document.ref, fields, document.version)])


def decisions(here: Place) -> Decisions:
    return Decisions(store=here.store, clock=clock_of(AFTER), policy=policies.load("launch_2020"))


def plan(here: Place) -> None:
    decisions(here).plan(ID, "ops", lambda: True, lambda *_: None)


def approve(here: Place) -> None:
    decisions(here).approve(ID, "Kepala Pusdatin", "surat 1")


def states(here: Place) -> dict[str, str]:
    of = {account.account_id: account.state for account in here.accounts()}
    return {name: of[account_id] for name, account_id in ALL_OF_THEM.items() if account_id in of}


def held(here: Place, cause: str = "dormant") -> set[str]:
    of = {account.account_id: account for account in here.accounts()}
    return {name for name, account_id in ALL_OF_THEM.items() if account_id in of and cause in of[account_id].holds}


def state(here: Place) -> str:
    return str(here.get("campaigns", ID)["state"])
