"""Connections to AWS, made once per process and only when they are first used."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient


@cache
def dynamodb() -> DynamoDBClient:
    """The DynamoDB client: few attempts and short time-outs, because an API caller waits."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "dynamodb",
        config=Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4}),
    )


@cache
def events() -> EventBridgeClient:
    """The EventBridge client."""
    import boto3

    return boto3.client("events")
