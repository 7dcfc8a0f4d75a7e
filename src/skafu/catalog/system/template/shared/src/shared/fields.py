"""Types of fields that check what clients send."""

from typing import Annotated

from msgspec import Meta

IdText = Annotated[str, Meta(min_length=1, max_length=128)]
EmailText = Annotated[str, Meta(pattern=r"\A[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\Z", max_length=254)]
PhoneText = Annotated[str, Meta(pattern=r"\A\+[1-9][0-9]{5,14}\Z")]
UrlText = Annotated[str, Meta(pattern=r"\Ahttps?://\S+\Z", max_length=2000)]
