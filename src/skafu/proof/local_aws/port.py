"""What a proof needs from an AWS that runs on this machine; another emulator or a real account can fill it."""

import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypedDict

import msgspec

if TYPE_CHECKING:
    from botocore.config import Config

REGION: Final = "eu-central-1"


class Placeholder(msgspec.Struct, frozen=True):
    """A resource of a type that is not emulated: it exists in name only."""

    stack: str
    logical_id: str
    type: str


class Denial(msgspec.Struct, frozen=True):
    """A permission that was missing when somebody used it.

    Attributes:
        how: `identity` (a signed call), `role` (a service using its role), `resource_policy` (a service using none).
        principal: ARN of the role, or the service that the resource's policy does not name.
        source: who acted: session or function of the role, ARN of the rule, API, schedule.
        action: for example `sqs:SendMessage`.
        resource: ARN, or `*`.
        reason: why it was denied.
    """

    how: str
    principal: str
    source: str
    action: str
    resource: str
    reason: str


class LostDelivery(msgspec.Struct, frozen=True):
    """An event or record that was dropped, because no dead-letter target could take it."""

    source: str
    target: str
    reason: str


class Report(msgspec.Struct, frozen=True):
    """What the emulator saw of one account, oldest first."""

    placeholders: Sequence[Placeholder] = ()
    denials: Sequence[Denial] = ()
    lost: Sequence[LostDelivery] = ()


class Wiring(TypedDict):
    """Arguments for `boto3.Session().client(service, **wiring)`."""

    region_name: str
    endpoint_url: str
    aws_access_key_id: str
    aws_secret_access_key: str
    config: "Config"


class LocalAws(Protocol):
    """A running local AWS; every 12-digit account is a world of its own.

    Attributes:
        endpoint: the address of all its services.
        network_enforced: code that it runs can reach nothing but loopback.
    """

    endpoint: str
    network_enforced: bool

    def wiring(self, account: str) -> Wiring:
        """Give what a boto3 client needs to act as the administrator of an account."""

    def address_of(self, url: str) -> str:
        """Translate an URL as AWS gives it (HTTP API, REST API, function URL) into one that can be called here.

        Raises:
            Invalid: it is not the URL of something that the emulator serves.
        """

    def listener(self) -> socket.socket:
        """Give a listening socket for a recording fake, which deployed code reaches at `getsockname()`."""

    def stop(self) -> None:
        """End it, with all functions that it runs, and remove what it wrote."""


class Witness(Protocol):
    """What a local AWS tells and does beyond what AWS would."""

    def report(self, account: str) -> Report:
        """Give the placeholders, denials and lost deliveries of an account so far."""

    def fire(self, schedule: str, *, account: str, group: str = "default") -> str:
        """Fire one schedule now, under its role and with its input, whatever its time; gives its expression.

        Raises:
            NotFound: the account has no such schedule.
        """

    def forget(self, account: str) -> None:
        """End the warm functions of an account and forget its report; its resources stay."""
