"""Names of tasks: the same hint in the same span of time has the same name, so that it is queued once."""

import hashlib
from datetime import datetime

FEED_SLOT = 600  # seconds
STUCK_SLOT = 300
MINUTE = 60


def task_name(kind: str, account_id: str, version: int, at: datetime, slot: int) -> str:
    """Name a task by account, version and span of `slot` seconds; hashed, because names in order make hot spots."""
    text = f"{kind}\n{account_id}\n{version}\n{int(at.timestamp()) // slot}"
    return hashlib.sha256(text.encode()).hexdigest()[:40]
