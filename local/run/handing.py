"""The hand-out of a run: schools to look at, the sample portal for them, and a signed link to one."""

import http.client
import json
from collections.abc import Mapping
from typing import NamedTuple

from local.run import http as local_http
from local.run.environment import url
from local.run.errors import RunError
from local.run.survey import Survey
from shared.ports import Ref, Store

MANY = 6
DAY = 86_400  # seconds: as long as a link may live, so that there is time to look around


class Offer(NamedTuple):
    """A link to open, to the school with the most accounts."""

    school: str
    accounts: int
    url: str


def schools(found: Survey, store: Store) -> Mapping[str, str]:
    """Give the schools with the most accounts, most first: their names by id."""
    ids = sorted(found.schools, key=lambda sekolah_id: (-found.schools[sekolah_id], sekolah_id))[:MANY]
    documents = store.get_many([Ref("schools", sekolah_id) for sekolah_id in ids])
    return {document.ref.id: document.data["nama"] or document.ref.id for document in documents if document}


def offer(link: int, found: Survey, listed: Mapping[str, str]) -> Offer | None:
    """Ask `link`, at its port, for a link to the first of these schools; None where there is none."""
    if not listed:
        return None
    sekolah_id, name = next(iter(listed.items()))
    return Offer(name, found.schools[sekolah_id], _minted(link, sekolah_id))


def _minted(link: int, sekolah_id: str) -> str:
    body = {"sekolah_id": sekolah_id, "requested_by": "make-run", "ttl_seconds": DAY}
    status, content = local_http.call(link, "POST", "/", body)
    if status != http.client.OK:
        raise RunError(f"link, at {url(link)}, gives no link: it answers {status}; see its log")
    return str(json.loads(content)["url"])
