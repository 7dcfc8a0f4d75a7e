"""What use would cost on AWS at list prices: the one table of prices, dated, with sources.

Prices are those of us-east-1 for on-demand use, without free tier, taken on 2026-11-30:

* Lambda, arm64: https://aws.amazon.com/lambda/pricing/
* API Gateway, HTTP APIs: https://aws.amazon.com/api-gateway/pricing/
* DynamoDB, on-demand: https://aws.amazon.com/dynamodb/pricing/on-demand/
* EventBridge, custom events: https://aws.amazon.com/eventbridge/pricing/
* CodeBuild, general1.small on arm64: https://aws.amazon.com/codebuild/pricing/
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import msgspec

TAKEN_ON: Final = date(2026, 11, 30)
REGION: Final = "us-east-1"


class Price(msgspec.Struct, frozen=True):
    """What one kind of use costs.

    Attributes:
        service: what is used.
        unit: what is counted.
        usd: for each unit.
    """

    service: str
    unit: str
    usd: float


REQUEST: Final = Price("API Gateway HTTP API", "request", 1.00 / 1_000_000)
COMPUTE: Final = Price("Lambda arm64", "GB-second", 0.0000133334)
WRITE: Final = Price("DynamoDB on-demand", "write request unit", 0.625 / 1_000_000)
EVENT: Final = Price("EventBridge", "event", 1.00 / 1_000_000)
PROOF_MINUTE: Final = Price("CodeBuild general1.small arm64", "minute", 0.0034)

WRITES_OF_AN_EVENT: Final = 8
"""The event itself, its key, and the read models that it changes, on average."""
MEMORY_GB: Final = 0.5
"""Of a function that answers requests."""

AI_TOKEN: Final[Mapping[str, float]] = MappingProxyType({"rules": 0.0})
"""US dollars for each token, by model; the planner without a model costs nothing."""
