"""Sends messages to a deployed system as outside systems would: signed, published, put into a queue or an inbox."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from skafu.blueprint.resolved import ResolvedInbound, ResolvedService
from skafu.proof.driving.driver import Driver
from skafu.proof.driving.http import Answer, Request
from skafu.proof.driving.opening import Opened
from skafu.proof.driving.outcomes import UNKNOWN

Message = dict[str, Any]
ATTACHMENT = b"%PDF-1.7 a document of the proof"


@dataclass(frozen=True)
class Sender:
    """An outside system that has something to say.

    Attributes:
        opened: the system.
        service: that hears it.
        inbound: the kind of message.
        queue: the name of the queue that it goes through, where it goes through one.
    """

    opened: Opened
    service: ResolvedService
    inbound: ResolvedInbound
    queue: str

    @property
    def driver(self) -> Driver:
        """Drives the system."""
        return self.opened.driver

    @property
    def is_webhook(self) -> bool:
        """Whether the system answers at once."""
        return self.inbound.kind == "webhook"

    def send(self, message: Message, name: str) -> Answer | None:
        """Send a message; give the answer where there is one.

        Args:
            message: what it says.
            name: what tells it from all others.
        """
        match self.inbound.kind:
            case "webhook":
                body = json.dumps(message).encode()
                return self.call(body, self.signature(body))
            case "queue":
                self.opened.queues.send(self.queue, json.dumps(message))
            case "mqtt":
                self.driver.clients.topics.publish(topic=self.topic, qos=1, payload=json.dumps(message).encode())
            case "email":
                self._put(name, letter(message, name), "message/rfc822")
            case "file":
                self._put(message["file_name"], f"{ATTACHMENT.decode()} {name}".encode(), "application/pdf")
        return None

    def call(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Call the route for messages.

        Args:
            body: as it is sent.
            headers: among them the signature.
        """
        return self.driver.api.send(
            Request("POST", f"/webhooks/{self.inbound.names.kebab}", body=body, headers=headers)
        )

    def signature(self, body: bytes, key: str | None = None) -> dict[str, str]:
        """Give the header that says that a body comes from who knows the key; the right key by default."""
        if self.inbound.signature == "none":
            return {}
        made = hmac.new((key or self.secret()).encode(), body, hashlib.sha256).hexdigest()
        return {"X-Signature": f"sha256={made}"}

    def secret(self) -> str:
        """Give what messages are signed with."""
        return secret_of(self.driver, self.service, self._integration.names.kebab)

    @property
    def _integration(self) -> Any:  # noqa: ANN401
        found = self.driver.landscape.system.integrations
        return next(one for one in found if one.names.pascal == self.inbound.integration)

    @property
    def topic(self) -> str:
        """Give where a thing publishes."""
        return f"{self.inbound.names.kebab}/proof"

    @property
    def bucket(self) -> str:
        """Give the bucket that has the inbox."""
        return f"{self.driver.names.bucket_of(self.service.names.kebab, 'files')}-{self.driver.clients.account}"

    def _put(self, name: str, content: bytes, kind: str) -> None:
        key = f"inbox/{self.inbound.names.kebab}/{name}"
        self.driver.clients.files.put_object(Bucket=self.bucket, Key=key, Body=content, ContentType=kind)

    def said(self, message: Message) -> Message:
        """Give what the system reads of a message that it gets in another form."""
        match self.inbound.kind:
            case "email":
                return {**message, "body": f"{message['body']}\n", "attachments": [UNKNOWN]}
            case "file":
                return {**message, "file": UNKNOWN}
            case "mqtt":
                return {**message, "topic": self.topic}
            case _:
                return message


def letter(message: Message, name: str) -> bytes:
    """Write a letter with one attachment, as SES stores it.

    Args:
        message: sender, subject and body.
        name: what tells it from all others.
    """
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = message["sender"], message["subject"], f"<{name}@example.com>"
    made["To"] = "inbox@example.com"
    made.set_content(message["body"])
    made.add_attachment(ATTACHMENT, maintype="application", subtype="pdf", filename="document.pdf")
    return made.as_bytes()


def secret_of(driver: Driver, service: ResolvedService, integration: str) -> str:
    """Give the secret that a service and an outside system share.

    Args:
        driver: of the system.
        service: of the system.
        integration: the outside system's name in kebab-case.
    """
    name = f"{driver.landscape.system.names.kebab}/{driver.names.stage}/{service.names.kebab}/{integration}"
    return str(driver.clients.secrets.get_secret_value(SecretId=name)["SecretString"])
