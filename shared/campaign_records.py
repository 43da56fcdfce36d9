"""`campaigns/{id}` and its cursor: read, and written only as long as nobody else has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared import queries
from shared.domain.campaigns import Record
from shared.ports import Document, Ref, Store, Update, Write


@dataclass(frozen=True, slots=True)
class Found:
    """A campaign as read."""

    record: Record
    version: object


class CampaignRecords:
    """The campaigns of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def documents(self) -> list[Document]:
        """Read all campaigns by id, as they are stored (1 read each): of a broken one no other is to suffer."""
        return list(self._store.query(queries.campaigns()))

    def all(self) -> list[Found]:
        """Read all campaigns by id (1 read each)."""
        return [found_in(document) for document in self.documents()]

    def get(self, campaign_id: str) -> Found | None:
        """Read one campaign (1 read)."""
        document = self._store.get(campaign_ref(campaign_id))
        return found_in(document) if document is not None else None

    def cursor(self, campaign_id: str) -> Document | None:
        """Read how far the work on a campaign has come (1 read); None: it has not begun, or is over."""
        return self._store.get(cursor_ref(campaign_id))

    def save(self, found: Found, record: Record, more: Sequence[Write] = ()) -> None:
        """Write a changed record, with what belongs to it (1 commit); raises ConflictError when somebody was faster."""
        before, after = found.record.to_doc(), record.to_doc()
        fields: Mapping[str, Any] = {name: value for name, value in after.items() if before[name] != value}
        writes = [Update(campaign_ref(record.campaign_id), fields, found.version)] if fields else []
        self._store.commit([*writes, *more])


def fresh_cursor(record: Record) -> dict[str, object]:
    """Give the cursor of a campaign that begins to run, or to be undone."""
    return {"phase": record.state, "plan": record.plan, "halted": False, "realms": {}}


def campaign_ref(campaign_id: str) -> Ref:
    """Give the place of a campaign."""
    return Ref("campaigns", campaign_id)


def cursor_ref(campaign_id: str) -> Ref:
    """Give the place of a campaign's cursor."""
    return Ref("cursors", campaign_id)


def found_in(document: Document) -> Found:
    """Read a campaign's document."""
    return Found(Record.from_doc(document.data), document.version)
