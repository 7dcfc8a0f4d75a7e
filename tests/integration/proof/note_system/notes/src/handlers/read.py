"""Reads a note."""

import os
from typing import Any

import boto3


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Give the text of the note at the id of the path."""
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    item = table.get_item(Key={"id": event["pathParameters"]["id"]}).get("Item")
    return {"statusCode": 200, "body": item["text"]} if item else {"statusCode": 404, "body": ""}
