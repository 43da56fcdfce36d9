"""What is written with an exemption, so that a campaign at work sees it at once."""

from shared.campaign_records import CampaignRecords
from shared.domain.accounts import field_names, known_fields
from shared.domain.exemptions import Exemption
from shared.exemption_records import exemption_ref
from shared.ports import Create, Document, Store, Update, Write

AT_WORK = ("running", "paused")


def read_exemption(document: Document) -> Exemption:
    """Read the stored form; fields of a later version are ignored."""
    return Exemption(**known_fields(Exemption, document.data))


def exempting(store: Store, exemption: Exemption, before: Document | None) -> list[Write]:
    """Give the writes of an exemption, whose document was read as `before` (1 read, and 2 for each campaign).

    They touch the cursor of every campaign that is at work: a run that has read the exemptions before this one loses
    its next commit, and reads them anew.
    """
    fields = {name: getattr(exemption, name) for name in field_names(Exemption)}
    ref = exemption_ref(exemption.kind, exemption.id)
    first: Write = Update(ref, fields, before.version) if before is not None else Create(ref, fields)
    return [first, *_touched(store, exemption)]


def _touched(store: Store, exemption: Exemption) -> list[Write]:
    records = CampaignRecords(store)
    at_work = [each.record.campaign_id for each in records.all() if each.record.state in AT_WORK]
    cursors = [records.cursor(campaign_id) for campaign_id in at_work]
    return [Update(cursor.ref, {"exempted_at": exemption.added_at}) for cursor in cursors if cursor is not None]
