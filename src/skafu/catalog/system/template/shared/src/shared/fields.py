"""Types of fields that check what clients send."""

from typing import Annotated

from msgspec import Meta

Id = Annotated[str, Meta(min_length=1, max_length=128)]
Email = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Phone = Annotated[str, Meta(pattern=r"^\+[1-9]\d{6,14}$")]
Url = Annotated[str, Meta(pattern=r"^https?://\S+$", max_length=2000)]
