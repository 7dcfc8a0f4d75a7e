"""Writes a note."""

import os
from typing import Any

import boto3
import msgspec
from shared import Note


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Put the note of the request's body at the id of its path."""
    note = msgspec.json.decode(event["body"], type=Note)
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    table.put_item(Item={"id": event["pathParameters"]["id"], "text": note.text})
    return {"statusCode": 201, "body": note.text}
