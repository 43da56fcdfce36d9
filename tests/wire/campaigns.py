"""A school before and after the deadline of June 2021, on the wire."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from click.testing import Result

from shared.domain.accounts import Account
from tests.rosters import member, pupil, school
from tests.wire.commands import typed
from tests.wire.functions import Place, tick
from tests.wire.handout import an_account, arrive, derived, plant, plant_school, settle, signs_in

ID = "2021-06-30"
JANUARY = datetime(2021, 1, 4, 7, 0, tzinfo=UTC)
JULY = datetime(2021, 7, 3, 7, 0, tzinfo=UTC)
BEGAN = datetime.now(UTC)
NAMES = ("ani", "budi", "citra", "dewi")
YES = ("--approver", "Kepala Pusat", "--reason", "Surat 12/2021")


def offset(at: datetime) -> str:
    """Give the CLOCK_OFFSET of a clock that showed this moment when the tests began; no clock ever goes back."""
    return str(round((at - BEGAN).total_seconds()))


def pupils(here: Place, *names: str) -> None:
    """Let pupils come in January."""
    membership = member(school(), tingkat_pendidikan_id=7, rombel="VII B", induk=True)
    people = [pupil(name.upper(), membership, who=name) for name in names]
    arrive(here, *people, CLOCK_OFFSET=offset(JANUARY))


def in_use(here: Place, *states: str, **changed: Any) -> list[Account]:
    """Write accounts as they are in the store, one a state."""
    plant_school(here.store)
    accounts = [an_account(f"p{n}", state=state, **changed) for n, state in enumerate(states)]
    opened = [replace(each, accessed_at=JANUARY) if each.state == "active" else each for each in accounts]
    plant(here.store, *opened)
    return opened


def come(here: Place, *names: str) -> None:
    """Let people sign in for the first time."""
    for account in here.accounts():
        if account.nama.lower() in names:
            assert signs_in(here, account.address, derived(account))


def campaign(here: Place, *words: str, at: datetime = JULY, **changed: str) -> Result:
    """Type a command of campaigns in July."""
    return typed(here, "campaign", *words, **{"CLOCK_OFFSET": offset(at), **changed})


def minutes(here: Place, number: int = 1, at: datetime = JULY) -> None:
    """Let `suspend` run, and what it wishes come to the Directory."""
    suspend = here.load("suspend", CLOCK_OFFSET=offset(at))
    for _ in range(number):
        assert tick(suspend, {}).status_code == 200
        settle(here, CLOCK_OFFSET=offset(at))


def state(here: Place) -> str:
    """Give the campaign's state."""
    return str(here.get("campaigns", ID)["state"])


def suspended(here: Place) -> set[str]:
    """Give the given names of those whom the Directory has suspended."""
    return {user["name"]["givenName"].lower() for user in here.users() if user.get("suspended")}


def everything(here: Place) -> dict[str, Any]:
    """Give all that a campaign may write."""
    places = ("accounts", "campaigns", "cursors", "exemptions", "leases", "switches", f"campaigns/{ID}/counts")
    return {place: here.all(place) for place in places}
