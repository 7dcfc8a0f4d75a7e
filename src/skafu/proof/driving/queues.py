"""The system's dead-letter queues: what is in them, and taking out what the driver itself has put there."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from skafu.proof.driving.deployed import Clients

DEAD_LETTERS = ("-dlq", "-stream-failures")
_PAUSE = 0.05


@dataclass(frozen=True)
class Queues:
    """The queues of a system.

    Attributes:
        clients: of the account.
        urls: of every queue, by its name.
    """

    clients: Clients
    urls: dict[str, str]

    @classmethod
    def of(cls, clients: Clients, prefix: str) -> "Queues":
        """Find the queues whose names begin with a prefix."""
        found = clients.queues.list_queues(QueueNamePrefix=prefix, MaxResults=1000).get("QueueUrls", [])
        return cls(clients, {url.rpartition("/")[2]: url for url in sorted(found)})

    def dead_letters(self) -> Iterator[str]:
        """Give the names of all dead-letter queues."""
        return (name for name in self.urls if name.endswith(DEAD_LETTERS))

    def size(self, name: str) -> int:
        """Count the messages of a queue, those that are being handled among them."""
        asked = self.clients.queues.get_queue_attributes(
            QueueUrl=self.urls[name],
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )
        return sum(int(count) for count in asked["Attributes"].values())

    def send(self, name: str, *bodies: str) -> None:
        """Put messages into a queue, all at once, so that one batch can hold them."""
        self.clients.queues.send_message_batch(
            QueueUrl=self.urls[name],
            Entries=[{"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies)],
        )

    def look(self, name: str) -> list[str]:
        """Give the bodies of up to ten messages, and leave them where they are."""
        return [str(message["Body"]) for message in self._receive(name)]

    def take(self, name: str, wanted: Callable[[str], bool], seconds: float) -> str | None:
        """Take out the first message whose body is wanted, waiting for it; None when it does not come."""
        deadline = time.monotonic() + seconds
        while True:
            for message in self._receive(name):
                if wanted(message["Body"]):
                    self.clients.queues.delete_message(QueueUrl=self.urls[name], ReceiptHandle=message["ReceiptHandle"])
                    return str(message["Body"])
            if time.monotonic() > deadline:
                return None
            time.sleep(_PAUSE)

    def _receive(self, name: str) -> list[Any]:
        answer = self.clients.queues.receive_message(
            QueueUrl=self.urls[name], MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return list(answer.get("Messages", []))

    def settled(self, names: Iterator[str] | list[str], seconds: float) -> list[str]:
        """Wait until queues are empty; give those that are not."""
        deadline = time.monotonic() + seconds
        left = list(names)
        while left := [name for name in left if self.size(name)]:
            if time.monotonic() > deadline:
                return left
            time.sleep(_PAUSE)
        return left
