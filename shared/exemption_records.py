"""`exemptions/{kind}.{id}`: read as a whole, where a campaign asks whom it is to spare."""

from datetime import datetime
from typing import Final

from shared import queries
from shared.domain.exemptions import Exemptions, Kind
from shared.paging import paged
from shared.ports import Ref, Store

PAGE: Final = 500  # read at a time


def read_exemptions(store: Store, now: datetime) -> Exemptions:
    """Read all exemptions (1 read each) and keep those that are in force."""
    return Exemptions.read((document.data for document in paged(store, queries.exemptions(limit=PAGE))), now)


def exemption_ref(kind: Kind, subject: str) -> Ref:
    """Give the place of the exemption of a person, a school or a realm."""
    return Ref("exemptions", f"{kind}.{subject}")
