"""One Pub/Sub message, from its envelope to the use case; what can never succeed is parked under the message's id."""

from collections.abc import Callable

from shared import boundary, events, parking
from shared.domain.roster import Lane, RosterChange
from shared.errors import PermanentError
from shared.outcomes import Outcome, Result
from shared.ports import Clock, Put, Ref, Store

PARKED = "parked"


class Intake:
    """Opens, parses and hands on; `provision` is the use case."""

    def __init__(self, store: Store, clock: Clock, provision: Callable[[RosterChange, Lane], Result]) -> None:
        self._store = store
        self._clock = clock
        self._provision = provision

    def take(self, message_id: str, envelope: object, told: boundary.Told) -> Result:
        """Take a delivered message; `envelope` is the CloudEvent's data."""
        try:
            message = events.message(envelope)
        except PermanentError as error:
            return self._park(message_id, events.payload(envelope), None, error, told)
        told.lane = message.lane
        return self.take_data(message_id, message.data, message.lane, told)

    def take_data(self, message_id: str, data: bytes, lane: Lane, told: boundary.Told) -> Result:
        """Take an event's own bytes, as replay does."""
        try:
            change = events.parse(data, now=self._clock.now())
            told.event_id = change.event_id
            return self._provision(change, lane)
        except PermanentError as error:
            return self._park(message_id, data, lane, error, told)

    def _park(
        self, message_id: str, data: bytes, lane: Lane | None, error: PermanentError, told: boundary.Told
    ) -> Result:
        entry = parking.entry(data, lane, error, self._clock.now())
        told.event_id = entry["event_id"] or ""
        self._store.commit([Put(Ref(PARKED, boundary.document_id(message_id)), entry)])
        return Result(Outcome.PARKED, error.code, field=error.field)
