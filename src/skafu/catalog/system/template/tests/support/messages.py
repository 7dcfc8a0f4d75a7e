"""Messages as a queue hands them to a function."""

import json
from typing import Any

import msgspec

from shared.messaging import QueueMessage


def message(event: str, data: dict[str, Any], receives: int = 1) -> dict[str, Any]:
    """A batch of one message: an event of the bus."""
    metadata = {
        "eventId": f"{event}-1",
        "eventVersion": 1,
        "aggregateId": "somebody-elses",
        "sequenceNumber": 1,
        "correlationId": "correlation",
        "causationId": "cause",
        "timestamp": "2026-03-15T09:30:00+00:00",
        "actor": "somebody",
    }
    body = json.dumps({"detail-type": event, "detail": {"data": data, "metadata": metadata}})
    return {
        "Records": [{"messageId": "m1", "body": body, "attributes": {"ApproximateReceiveCount": str(receives)}}]
    }


def read(event: str, data: dict[str, Any], *, last: bool = False) -> QueueMessage:
    """A message as a function of one message gets it."""
    found = msgspec.json.decode(message(event, data)["Records"][0]["body"], type=QueueMessage)
    return msgspec.structs.replace(found, last=last)
