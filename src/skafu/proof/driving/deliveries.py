"""What a system delivered by way of AWS itself: letters, text messages, requests in queues, files."""

import json
import urllib.request
from typing import Any
from urllib.parse import urlencode

from botocore.exceptions import ClientError

from skafu.blueprint.resolved import ResolvedIntegration, ResolvedService
from skafu.proof.driving.driver import Driver

Delivery = dict[str, Any]
KINDS = {"email", "sms", "queue", "files"}
"""The kinds of outside systems whose deliveries can be seen."""


def admit_senders(driver: Driver, senders: list[str]) -> None:
    """Verify the addresses that letters are sent from, as their owner would, and those that they go to."""
    for identity in [*senders, "example.com"] if senders else []:
        try:
            driver.clients.mail.create_email_identity(EmailIdentity=identity)
        except driver.clients.mail.exceptions.AlreadyExistsException:
            continue


def delivered(driver: Driver, service: ResolvedService, integration: ResolvedIntegration) -> list[Delivery]:
    """Give everything that was delivered to an outside system so far.

    Args:
        driver: of the system.
        service: that delivers.
        integration: of one of `KINDS`.
    """
    match integration.kind:
        case "email":
            messages = _inspected(driver, "ses/messages").get("messages", {}).get(driver.clients.account, [])
            return [{"to": one["To"][0], "subject": one["Subject"], "body": one["BodyText"]} for one in messages]
        case "sms":
            by_phone = _inspected(driver, "sns/sms-messages").get("sms_messages", {})
            return [{"to": phone, "body": one["Message"]} for phone, found in by_phone.items() for one in found]
        case "queue":
            return _queued(driver, driver.names.queue_to(service.names.kebab, integration.names.kebab))
        case _:
            name = driver.names.bucket_of(service.names.kebab, integration.names.kebab)
            return _files(driver, f"{name}-{driver.clients.account}")


def _inspected(driver: Driver, what: str) -> dict[str, Any]:
    """Ask the emulator for what no API of AWS tells: what has left it."""
    query = urlencode({"account": driver.clients.account})
    with urllib.request.urlopen(f"{driver.clients.aws.endpoint}/_ministack/{what}?{query}") as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
        return found


def _queued(driver: Driver, name: str) -> list[Delivery]:
    url = driver.clients.queues.get_queue_url(QueueName=name)["QueueUrl"]
    found: dict[str, Delivery] = {}
    while True:
        messages = driver.clients.queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0).get(
            "Messages", []
        )
        known = len(found)
        found |= {one["MessageId"]: json.loads(one["Body"]) for one in messages}
        if len(found) == known:
            return list(found.values())


def _files(driver: Driver, bucket: str) -> list[Delivery]:
    try:
        listed = driver.clients.files.list_objects_v2(Bucket=bucket).get("Contents", [])
    except ClientError:
        return []
    bodies = (driver.clients.files.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in listed)
    return [json.loads(body) for body in bodies]
