"""A tap on an event bus: a rule and a queue of the driver's own, from which it reads everything that passes."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from skafu.proof.driving.deployed import Clients

_POLL_SECONDS = 1


@dataclass(frozen=True)
class Passed:
    """An event that passed on the bus.

    Attributes:
        source: the service that it came from.
        name: its detail-type.
        detail: what it says.
        envelope: all of it, as a queue gets it.
    """

    source: str
    name: str
    detail: dict[str, Any]
    envelope: str

    @property
    def data(self) -> dict[str, Any]:
        """The data of the event."""
        return _mapping(self.detail.get("data"))

    @property
    def metadata(self) -> dict[str, Any]:
        """What the bus knows about it besides."""
        return _mapping(self.detail.get("metadata"))


class Tap:
    """Collects what passes on a bus, from the moment it is opened until it is closed."""

    def __init__(self, clients: Clients, bus: str, name: str) -> None:
        """Open a tap.

        Args:
            clients: of the account.
            bus: name of the bus.
            name: of the rule and the queue, which must not exist.
        """
        self._clients, self._bus, self._name = clients, bus, name
        self._passed: list[Passed] = []
        self._news = threading.Condition()
        self._closed = threading.Event()
        self._url = clients.queues.create_queue(QueueName=name)["QueueUrl"]
        self._connect()
        self._reader = threading.Thread(target=self._read, name=name, daemon=True)
        self._reader.start()

    def _connect(self) -> None:
        pattern = json.dumps({"account": [self._clients.account]})
        rule = self._clients.events.put_rule(Name=self._name, EventBusName=self._bus, EventPattern=pattern)["RuleArn"]
        asked = self._clients.queues.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        queue = asked["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue,
            "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._clients.queues.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})
        self._clients.events.put_targets(Rule=self._name, EventBusName=self._bus, Targets=[{"Id": "tap", "Arn": queue}])

    def passed(self) -> Sequence[Passed]:
        """Give everything that passed so far, in the order of its arrival here."""
        with self._news:
            return tuple(self._passed)

    def find(self, wanted: Callable[[Passed], bool], seconds: float) -> Passed | None:
        """Give the first event that is wanted, waiting for it if it has not passed yet; None when it does not come."""
        deadline = time.monotonic() + seconds
        looked_at = 0
        with self._news:
            while True:
                for event in self._passed[looked_at:]:
                    if wanted(event):
                        return event
                looked_at = len(self._passed)
                left = deadline - time.monotonic()
                if left <= 0 or self._closed.is_set():
                    return None
                self._news.wait(left)

    def _read(self) -> None:
        queues = self._clients.queues
        while not self._closed.is_set():
            messages = queues.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=_POLL_SECONDS
            ).get("Messages", [])
            if not messages:
                continue
            with self._news:
                self._passed += [_event(message["Body"]) for message in messages]
                self._news.notify_all()
            queues.delete_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"]}
                    for place, message in enumerate(messages)
                ],
            )

    def close(self) -> None:
        """Stop reading, and remove rule and queue."""
        self._closed.set()
        with self._news:
            self._news.notify_all()
        # A message of its own ends the wait for the next one.
        self._clients.queues.send_message(QueueUrl=self._url, MessageBody="{}")
        self._reader.join()
        self._clients.events.remove_targets(Rule=self._name, EventBusName=self._bus, Ids=["tap"])
        self._clients.events.delete_rule(Name=self._name, EventBusName=self._bus)
        self._clients.queues.delete_queue(QueueUrl=self._url)

    def __enter__(self) -> Self:
        """Give the open tap."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def _event(body: str) -> Passed:
    envelope = json.loads(body)
    detail = _mapping(envelope.get("detail"))
    return Passed(envelope.get("source", ""), envelope.get("detail-type", ""), detail, body)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
