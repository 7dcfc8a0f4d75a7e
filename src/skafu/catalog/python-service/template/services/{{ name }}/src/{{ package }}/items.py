"""Items, and the table that keeps them."""

from __future__ import annotations

import os
from typing import Annotated

import msgspec

from shared.aws import dynamodb


class NewItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a caller writes."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]


class Item(msgspec.Struct, frozen=True):
    """An item."""

    item_id: str
    text: str


def find(item_id: str) -> Item | None:
    """Give an item; None when there is none."""
    found = dynamodb().get_item(TableName=_table(), Key={"itemId": {"S": item_id}}, ConsistentRead=True)
    return Item(item_id, found["Item"]["text"]["S"]) if "Item" in found else None


def keep(item: Item) -> bool:
    """Keep an item; says whether there was one of this id."""
    written = {"itemId": {"S": item.item_id}, "text": {"S": item.text}}
    return "Attributes" in dynamodb().put_item(TableName=_table(), Item=written, ReturnValues="ALL_OLD")


def _table() -> str:
    return os.environ["ITEMS_TABLE"]
