"""The shape of answers: the same for all routes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Generic, TypeVar
from uuid import UUID

import msgspec
from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from skafu.kernel.errors import Invalid
from skafu.storage.documents import PageMark
from skafu.web_api.calls import SAFE, Call, OpenCall

T = TypeVar("T")


class Body(BaseModel):
    """What a body of a request is made of: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


def example(fields: dict[str, JsonValue]) -> ConfigDict:
    """The configuration of a body that is shown with an example in the documentation."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class PageMeta(BaseModel):
    """Where a listing goes on."""

    next: str | None = Field(description="Send it as `cursor` to get the next page; null on the last one.")
    limit: int = Field(description="How many a page has at most.")


class Meta(BaseModel):
    """When and under which id a request was answered."""

    timestamp: datetime
    request_id: UUID = Field(description="Also the correlation id of all events that the request led to.")


class ListingMeta(Meta):
    """The same, of a listing."""

    page: PageMeta


class Answer(BaseModel, Generic[T]):
    """What all went well answers look like."""

    success: bool = True
    data: T
    meta: Meta
    errors: Annotated[list[str], Field(max_length=0)] = []


class Listing(BaseModel, Generic[T]):
    """A page of things."""

    success: bool = True
    data: list[T]
    meta: ListingMeta
    errors: Annotated[list[str], Field(max_length=0)] = []


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(description="For programs; stays the same.", examples=["PROJECT_NAME_TAKEN"])
    message: str = Field(description="For people: what happened and where.")
    details: dict[str, object] = Field(description="`fix`: what to do; `fields`: what is wrong with which field.")


class ErrorAnswer(BaseModel):
    """What answers look like when something went wrong."""

    success: bool = False
    error: ErrorBody
    meta: Meta


def answer(
    call: Call | OpenCall,
    data: BaseModel | Sequence[BaseModel],
    *,
    status: int = 200,
    version: int | None = None,
    location: str | None = None,
    fields: frozenset[str] | None = None,
) -> Response:
    """The answer of a route.

    Args:
        call: the request.
        data: what was asked for, or what has become of it.
        status: 200, 201 for what was made, 202 for what was begun.
        version: of the thing, for its ETag.
        location: where the thing is that was made or begun.
        fields: the fields of `data` that are wanted; all without it.
    """
    headers = {} if location is None else {"Location": location}
    if version is not None:
        headers["ETag"] = f'"{version}"'
        if isinstance(call, Call) and call.request.method in SAFE and headers["ETag"] in call.if_none_match:
            return Response(status_code=304, headers=headers)
    return _json({"data": _plain(data, fields)}, call, status, headers)


def listing(
    call: Call,
    rows: Sequence[BaseModel],
    *,
    limit: int,
    following: PageMark | None,
    fields: frozenset[str] | None = None,
) -> Response:
    """A page of things, and the mark of the next page when there is one."""
    page = {"next": following or None, "limit": limit}
    return _json({"data": _plain(rows, fields)}, call, 200, {}, {"page": page})


def nothing() -> Response:
    """The answer to what leaves nothing to say."""
    return Response(status_code=204)


def _json(
    body: dict[str, object],
    call: Call | OpenCall,
    status: int,
    headers: dict[str, str],
    more: dict[str, object] | None = None,
) -> Response:
    meta = {"timestamp": call.now, "request_id": call.request_id, **(more or {})}
    content = msgspec.json.encode({"success": True, **body, "meta": meta, "errors": []})
    return Response(content, status, headers, media_type="application/json")


def _plain(data: BaseModel | Sequence[BaseModel], fields: frozenset[str] | None) -> object:
    if not isinstance(data, BaseModel):
        return [_plain(each, fields) for each in data]
    if fields is None:
        return data.model_dump(mode="json")
    unknown = fields - set(type(data).model_fields)
    if unknown:
        known = ", ".join(type(data).model_fields)
        raise Invalid(f"there is no field {min(unknown)[:40]!r}", fix=f"known are: {known}")
    return data.model_dump(mode="json", include=set(fields))


ERRORS = {
    400: "The request cannot be read.",
    401: "Nobody is signed in.",
    403: "This role may not do this.",
    404: "There is no such thing in this organisation.",
    409: "Something else stands against it: it exists already, or somebody else was first.",
    412: "The thing has changed since the ETag in If-Match.",
    413: "The body is too large.",
    415: "The body is of a kind that cannot be read here.",
    422: "Something in the request is not right, or a rule says no; `details` says what.",
    429: "Too many requests, or the quota is used up; `Retry-After` says when to come again.",
    503: "Something that is needed does not answer; the same request may be sent again.",
}


ERROR_SCHEMA: Final = f"#/components/schemas/{ErrorAnswer.__name__}"


def errors_documented(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The errors of a route in its documentation; those that all routes have are added.

    The shape is named, not given as a model: it would be made anew for each of a thousand errors whenever Skafu starts.
    """
    return {each: error_documented(each) for each in sorted({*statuses, 401, 403, 422, 429})}


def error_documented(status: int) -> dict[str, object]:
    """One of them."""
    return {"description": ERRORS[status], "content": {"application/json": {"schema": {"$ref": ERROR_SCHEMA}}}}
