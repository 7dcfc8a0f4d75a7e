"""Types of attributes by their names, and what may not be a name."""

import keyword

from skafu.planning.lexicon import words
from skafu.planning.lexicon.nouns import FIELD_TYPES

TYPE_OF_FIELD = {name: kind for kind, names in FIELD_TYPES.items() for name in names.split()}
"""Name of an attribute -> its type."""

_ENDINGS = (
    ("_at", "datetime"), ("_date", "date"), ("_time", "datetime"), ("_id", "id"), ("_count", "integer"),
    ("_price", "money"), ("_cost", "money"), ("_fee", "money"), ("_amount", "money"), ("_email", "email"),
    ("_phone", "phone"), ("_url", "url"), ("_number", "text"), ("_name", "text"), ("_photo", "file"),
    ("_quantity", "integer"), ("_limit", "decimal"), ("_address", "text"), ("_image", "file"), ("_file", "file"),
    ("_temperature", "decimal"), ("_weight", "decimal"), ("_level", "decimal"), ("_percent", "decimal"),
)  # fmt: skip

RESERVED_FIELDS = words(
    """id version status created_at updated_at recorded_at command state event query message result caller now row
    type self none true false data metadata aggregate_id name_ from_ limit cursor"""
) | frozenset(keyword.kwlist)
"""Names that mean something else in a blueprint or in code."""


def type_of(name: str) -> str:
    """Give the type of an attribute by its name; text where nothing says more."""
    if name in TYPE_OF_FIELD:
        return TYPE_OF_FIELD[name]
    for ending, kind in _ENDINGS:
        if name.endswith(ending):
            return kind
    last = name.rpartition("_")[2]
    return TYPE_OF_FIELD.get(last, "text")
