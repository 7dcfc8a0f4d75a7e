"""What a system needs besides what every system has: optional modules of the shared package, and AWS clients."""

from skafu.blueprint.resolved import System
from skafu.generation.aggregate_view import View

CLIENTS = {
    "sqs": ("sqs", "SQSClient", "SQS"),
}
"""Function in `shared.aws` -> boto3's name of the service, type of the client, and what people call it."""


def features_view(system: System) -> View:
    """What the templates of the shared package ask for."""
    goes_through_rows = [one.for_each for service in system.services for one in service.policies]
    goes_through_rows += [one.for_each for service in system.services for one in service.timers]
    own_queue = any(goes_through_rows)
    needed = {"sqs": own_queue}
    return {
        "own_queue": own_queue,
        "http_integrations": False,
        "clients": [_client(name) for name in sorted(needed) if needed[name]],
    }


def _client(function: str) -> View:
    service, kind, words = CLIENTS[function]
    return {
        "function": function,
        "service": service,
        "package": service.replace("-", "_"),
        "type": kind,
        "words": words,
    }
